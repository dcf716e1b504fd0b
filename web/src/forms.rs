//! Forms of those who are not signed in yet: a cookie of random bits, and in the form a keyed hash of them.
//! Nothing is kept, so that looking at a page fills no memory (OWASP: signed double submit).

use std::fmt;

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookie::{self, Secret};
use crate::sessions::Draw;

const COOKIE: &str = "__Host-form";

/// Makes and checks the tokens of such forms.
pub struct Forms {
    key: hmac::Key,
    draw: Draw,
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forms(…)")
    }
}

/// What a form needs, and who shows it.
pub struct Form {
    /// To be sent back.
    pub token: String,
    /// Says the same for one browser as long as it is open; opens nothing.
    pub browser: [u8; 32],
    /// Lays the cookie into a browser that has none.
    pub cookie: Option<HeaderValue>,
}

impl Forms {
    /// A maker whose tokens no other's are.
    pub fn new(draw: Draw) -> Self {
        let mut key = [0; 32];
        draw(&mut key);
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            draw,
        }
    }

    /// A form for whoever sends this request.
    pub fn begin(&self, headers: &HeaderMap) -> Form {
        let (secret, fresh) = match cookie::read(headers, COOKIE) {
            Some(secret) => (secret, false),
            None => (Secret::drawn(&self.draw), true),
        };
        Form {
            token: URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, secret.bytes())),
            browser: secret.hash(),
            cookie: fresh.then(|| secret.set(COOKIE, "Strict")),
        }
    }

    /// The browser whose form this is, if the token and the cookie belong together.
    pub fn check(&self, headers: &HeaderMap, token: &str) -> Option<[u8; 32]> {
        let secret = cookie::read(headers, COOKIE)?;
        let tag = URL_SAFE_NO_PAD.decode(token).ok()?;
        // In constant time.
        hmac::verify(&self.key, secret.bytes(), &tag).ok()?;
        Some(secret.hash())
    }
}
