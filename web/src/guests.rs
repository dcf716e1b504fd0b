//! Somebody who showed elsewhere who he is, and is not signed in here: for ten minutes this browser may say what he came
//! for. It opens nothing by itself, and is kept in this process alone; here lies only the hash of the cookie's bits.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue};

use crate::cookie::{self, Secret};
use crate::sessions::{Draw, Millis};

/// How long it is good.
const LIFE: Millis = 10 * 60 * 1000;
/// The most at a time; beyond it the oldest goes.
const MOST: usize = 20_000;
/// The name of the cookie. It is `Lax`: it is set on the way back from another site.
const COOKIE: &str = "__Host-guest";

/// Those who showed who they are.
pub struct Guests<T> {
    held: Mutex<HashMap<[u8; 32], (Millis, T)>>,
    draw: Draw,
}

impl<T> fmt::Debug for Guests<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guests(…)")
    }
}

impl<T: Clone> Guests<T> {
    /// None yet; `draw` fills with bytes that nobody can predict.
    pub fn new(draw: Draw) -> Self {
        Self {
            held: Mutex::default(),
            draw,
        }
    }

    /// Keeps who somebody is, under a new cookie: none that was laid into the browser before is raised to his.
    pub fn keep(&self, headers: &HeaderMap, who: T, now: Millis) -> HeaderValue {
        let secret = Secret::drawn(&self.draw);
        let mut held = self.held();
        if let Some(old) = cookie::read(headers, COOKIE) {
            held.remove(&old.hash());
        }
        if held.len() >= MOST {
            let oldest = held.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(key) = oldest.map(|(key, _)| *key) {
                held.remove(&key);
            }
        }
        held.insert(secret.hash(), (now, who));
        secret.set(COOKIE, "Lax")
    }

    /// Who the browser of these headers is, if he showed it in the last ten minutes.
    pub fn look(&self, headers: &HeaderMap, now: Millis) -> Option<T> {
        let key = cookie::read(headers, COOKIE)?.hash();
        let held = self.held();
        let (at, who) = held.get(&key)?;
        (!over(*at, now)).then(|| who.clone())
    }

    /// He has done what he came for: it is forgotten here and there.
    pub fn end(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(secret) = cookie::read(headers, COOKIE) {
            self.held().remove(&secret.hash());
        }
        cookie::forget(COOKIE)
    }

    /// Forgets what is over; to be called each minute.
    pub fn sweep(&self, now: Millis) {
        self.held().retain(|_, (at, _)| !over(*at, now));
    }

    fn held(&self) -> MutexGuard<'_, HashMap<[u8; 32], (Millis, T)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn over(at: Millis, now: Millis) -> bool {
    now.saturating_sub(at) >= LIFE
}

#[cfg(test)]
mod tests {
    //! Dangers: what one browser showed is another's; it is good too long, or again after it was used; a cookie that
    //! somebody laid into the browser before becomes worth something. Not a failure: a restart forgets all.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::atomic::{AtomicU8, Ordering};

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Guests, LIFE, MOST};

    fn guests() -> Guests<&'static str> {
        let next = AtomicU8::new(0);
        Guests::new(Box::new(move |bytes| {
            bytes.fill(next.fetch_add(1, Ordering::Relaxed));
        }))
    }

    fn sending(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, pair.parse().unwrap());
        headers
    }

    #[test]
    fn what_was_shown_is_for_one_browser_ten_minutes_and_once() {
        let guests = guests();
        let nobody = HeaderMap::new();
        let cookie = guests.keep(&nobody, "camille", 1_000);
        let text = cookie.to_str().unwrap();
        assert!(
            text.starts_with("__Host-guest=") && text.contains("Secure; HttpOnly; SameSite=Lax")
        );
        let hers = sending(&cookie);
        assert_eq!(guests.look(&hers, 1_000), Some("camille"));
        assert_eq!(guests.look(&nobody, 1_000), None);
        assert_eq!(guests.look(&hers, 999 + LIFE), Some("camille"));
        assert_eq!(guests.look(&hers, 1_000 + LIFE), None);
        // A clock that was set back makes nothing older.
        assert_eq!(guests.look(&hers, 0), Some("camille"));
        // Whoever shows something again is somebody else under another cookie.
        let again = sending(&guests.keep(&hers, "dominique", 2_000));
        assert_eq!(guests.look(&hers, 2_000), None);
        assert_eq!(guests.look(&again, 2_000), Some("dominique"));
        guests.end(&again);
        assert_eq!(guests.look(&again, 2_000), None);
        let late = sending(&guests.keep(&nobody, "claude", 3_000));
        guests.sweep(3_000 + LIFE);
        assert_eq!(guests.look(&late, 3_000), None);
    }

    #[test]
    fn many_take_the_place_of_the_oldest() {
        let next = std::sync::atomic::AtomicU64::new(0);
        let guests = Guests::new(Box::new(move |bytes: &mut [u8]| {
            let number = next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            bytes[..8].copy_from_slice(&number);
        }));
        let nobody = HeaderMap::new();
        let first = sending(&guests.keep(&nobody, 0, 0));
        for number in 1..=MOST {
            guests.keep(&nobody, number, 1);
        }
        assert_eq!(guests.look(&first, 1), None);
        assert_eq!(guests.held().len(), MOST);
    }
}
