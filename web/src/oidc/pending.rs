use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::callback;
use crate::cookie::{self, Secret};
use crate::sessions::Draw;

/// How long a sign-in may take at the provider, in seconds.
pub const LIFE: u64 = 600;

/// The most sign-ins begun and not ended; some 500 bytes each. Beyond it the oldest is forgotten.
const MOST: usize = 20_000;

/// The name of the cookie. It is `Lax`: the way back from a provider begins on another site.
const COOKIE: &str = "__Host-elsewhere";

/// A sign-in that was begun: what its callback must fit. It stays on the server; nothing of it but `state` and
/// `nonce` was sent away, and those are useless without it.
pub struct Pending {
    /// Where it was begun: a callback of another provider does not end it.
    pub(super) provider: String,
    pub(super) state: String,
    pub(super) nonce: String,
    /// PKCE's secret (RFC 7636, section 4.1), told to the token endpoint alone.
    pub(super) verifier: String,
    /// When it was begun, in seconds since 1970.
    pub(super) begun: u64,
    /// Whether the person must prove who he is, whatever the provider remembers.
    pub(super) again: bool,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.provider)
    }
}

/// The sign-ins that were begun, each by its state and for the browser that began it alone. `T` is what the site
/// keeps with them. Each is ended once.
pub struct Waiting<T> {
    begun: Mutex<Begun<T>>,
    draw: Draw,
}

struct Begun<T> {
    of: HashMap<String, Kept<T>>,
    /// States in the order in which they were begun, with the time of it; those used up are still here.
    order: VecDeque<(u64, String)>,
}

struct Kept<T> {
    browser: [u8; 32],
    pending: Pending,
    with: T,
}

impl<T> fmt::Debug for Waiting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting(…)")
    }
}

impl<T> Waiting<T> {
    /// None yet; `draw` fills with bytes that nobody can predict.
    pub fn new(draw: Draw) -> Self {
        let begun = Begun {
            of: HashMap::new(),
            order: VecDeque::new(),
        };
        Self {
            begun: Mutex::new(begun),
            draw,
        }
    }

    /// Keeps what a browser began, which sent these headers; gives the cookie for one that has none yet.
    pub fn keep(&self, headers: &HeaderMap, pending: Pending, with: T) -> Option<HeaderValue> {
        let (secret, fresh) = match cookie::read(headers, COOKIE) {
            Some(secret) => (secret, false),
            None => (Secret::drawn(&self.draw), true),
        };
        let (state, now) = (pending.state.clone(), pending.begun);
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        while begun.order.len() >= MOST || begun.order.front().is_some_and(|(at, _)| late(*at, now))
        {
            let Some((_, gone)) = begun.order.pop_front() else {
                break;
            };
            begun.of.remove(&gone);
        }
        begun.order.push_back((now, state.clone()));
        let kept = Kept {
            browser: secret.hash(),
            pending,
            with,
        };
        begun.of.insert(state, kept);
        fresh.then(|| secret.set(COOKIE, "Lax"))
    }

    /// What the browser of these headers began, by the state in a callback's query; once. What another browser
    /// began stays where it is: nobody ends it for him.
    pub fn take(&self, headers: &HeaderMap, query: &str) -> Option<(Pending, T)> {
        let state = callback::read(query).ok()?.state;
        let browser = cookie::read(headers, COOKIE)?.hash();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        // Both sides are hashes of what only the browser knows: how far they are the same tells nothing.
        if begun.of.get(&state)?.browser != browser {
            return None;
        }
        let kept = begun.of.remove(&state)?;
        Some((kept.pending, kept.with))
    }
}

/// Whether what was begun at `begun` is too old at `now`.
pub(super) fn late(begun: u64, now: u64) -> bool {
    now.saturating_sub(begun) > LIFE
}

/// 256 random bits as 43 characters of base64url: FranceConnect wants 32 at least, PKCE 43.
pub(super) fn random(fill: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
