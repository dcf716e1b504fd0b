//! Cookies that hold 256 random bits and nothing else: for this host alone, over secure connections, out of
//! the reach of scripts (RFC 6265bis).

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::sessions::Draw;

/// What a cookie holds. It has no `Debug`: whoever knows it is who it is of.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// A new one.
    pub fn drawn(draw: &Draw) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        draw(bytes.as_mut());
        Self(bytes)
    }

    /// Its SHA-256; of 256 random bits nothing can be guessed by it.
    pub fn hash(&self) -> [u8; 32] {
        let hash = digest(&SHA256, self.0.as_ref());
        hash.as_ref().try_into().expect("SHA-256 gives 32 bytes")
    }

    /// The bits themselves, to make something else of.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The header that lays it into a browser until that is closed.
    pub fn set(&self, name: &str, same_site: &str) -> HeaderValue {
        let value = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()));
        let text = format!(
            "{name}={}; Path=/; Secure; HttpOnly; SameSite={same_site}",
            value.as_str()
        );
        let mut value = HeaderValue::from_str(&text).expect("base64 is a header's text");
        value.set_sensitive(true);
        value
    }
}

/// The secret that a request brings under this name.
pub fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    // HTTP/2 may split them over several lines (RFC 9113 8.2.3).
    let lines = headers.get_all(header::COOKIE).iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let value = pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Zeroizing::new([0; 32]);
    let length = URL_SAFE_NO_PAD.decode_slice(value, bytes.as_mut()).ok()?;
    (length == 32).then_some(Secret(bytes))
}

/// The header that has a browser forget it.
pub fn forget(name: &str) -> HeaderValue {
    let text = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    HeaderValue::from_str(&text).expect("a cookie's name is a header's text")
}
