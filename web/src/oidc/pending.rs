use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How long a sign-in may take at the provider, in seconds.
pub const LIFE: u64 = 600;

/// The most sign-ins begun and not ended; some 500 bytes each. Beyond it the oldest is forgotten.
const MOST: usize = 20_000;

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

/// The sign-ins that were begun, each under a handle that its browser holds in a cookie. A handle is good once.
#[derive(Default)]
pub struct Waiting(Mutex<Begun>);

#[derive(Default)]
struct Begun {
    of: HashMap<String, Pending>,
    /// Handles in the order in which they were given, with the time of it; those used up are still here.
    order: VecDeque<(u64, String)>,
}

impl Waiting {
    /// Keeps `pending`, and gives the handle for the browser's cookie: 256 random bits, base64url.
    pub fn keep(&self, pending: Pending, fill: &mut dyn FnMut(&mut [u8])) -> String {
        let handle = random(fill);
        let now = pending.begun;
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while begun.order.front().is_some_and(|(at, _)| late(*at, now)) || begun.order.len() >= MOST
        {
            if let Some((_, gone)) = begun.order.pop_front() {
                begun.of.remove(&gone);
            }
        }
        begun.order.push_back((now, handle.clone()));
        begun.of.insert(handle.clone(), pending);
        handle
    }

    /// The sign-in of `handle`, once; nothing when there is none, or no more.
    pub fn take(&self, handle: &str) -> Option<Pending> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.of.remove(handle)
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
