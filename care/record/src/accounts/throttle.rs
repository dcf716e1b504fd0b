//! How fast somebody may try to sign in by password. What fails is counted for the login name and for where it
//! comes from, each apart, so that a stranger's tries lock nobody out where he signed in before; passkeys are
//! not counted at all (decision 0019; NIST SP 800-63B-4 3.2.2: at most 100 failures in a row).

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use hygie_notice::Millis;

use super::Login;

/// Tries a minute from one address; those that succeed are taken off again, since a hospital has one for all its
/// screens.
const SOURCE_PER_MINUTE: u32 = 60;
/// Tries a minute for one login name before answers wait.
const LOGIN_PER_MINUTE: u32 = 5;
/// How long each further answer waits, and the longest wait.
const STEP: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(3);
/// Failures in a row for one login name, after which a day must pass, or a passkey is used.
const FAILURES: u32 = 100;
const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;
/// How far a clock may be set back before counting begins anew.
const BACK: Millis = 2 * MINUTE;
/// How many of each are counted; what comes beyond is not.
const COUNTED: usize = 50_000;

/// What a try has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Wait this long (mostly zero), then it is looked at.
    After(Duration),
    /// Come back in a minute: too many tries from this address.
    TooFast,
    /// Sign in with a passkey, from where it was done before, or tomorrow: too many tries failed.
    TooMany,
}

/// A try that was let through, to be told what came of it.
pub struct Try {
    source: [u8; 32],
    key: [u8; 32],
    at_home: [u8; 32],
}

impl fmt::Debug for Try {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Try(…)")
    }
}

#[derive(Default)]
pub(super) struct Throttle(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    minute: Millis,
    day: Millis,
    sources: HashMap<[u8; 32], u32>,
    logins: HashMap<[u8; 32], u32>,
    failures: HashMap<[u8; 32], u32>,
    /// Login names with the addresses from which they signed in.
    homes: HashSet<[u8; 32]>,
}

impl Throttle {
    /// Counts one try, from `source` (an address) for `login`.
    pub fn begin(&self, source: &str, login: &Login, now: Millis) -> (Pace, Try) {
        let mut counts = self.counts(now);
        let at_home = name(&[login.text(), source]);
        let known = counts.homes.contains(&at_home);
        let key = if known {
            at_home
        } else {
            name(&[login.text()])
        };
        let tried = Try {
            source: name(&[source]),
            key,
            at_home,
        };
        if count(&mut counts.sources, tried.source) > SOURCE_PER_MINUTE {
            return (Pace::TooFast, tried);
        }
        if counts
            .failures
            .get(&key)
            .is_some_and(|failed| *failed >= FAILURES)
        {
            return (Pace::TooMany, tried);
        }
        let beyond = count(&mut counts.logins, key).saturating_sub(LOGIN_PER_MINUTE);
        (Pace::After(LONGEST.min(STEP * beyond)), tried)
    }

    /// Counts one try from `source` of what needs no login name: a passkey, or an invitation.
    pub fn begin_nameless(&self, source: &str, now: Millis) -> Pace {
        match count(&mut self.counts(now).sources, name(&[source])) {
            ..=SOURCE_PER_MINUTE => Pace::After(Duration::ZERO),
            _ => Pace::TooFast,
        }
    }

    /// Takes a try off again that succeeded.
    pub fn end_nameless(&self, source: &str, now: Millis) {
        take_off(&mut self.counts(now).sources, name(&[source]));
    }

    /// What came of a try.
    pub fn end(&self, tried: &Try, proved: bool, now: Millis) {
        let mut counts = self.counts(now);
        if !proved {
            count(&mut counts.failures, tried.key);
            return;
        }
        counts.failures.remove(&tried.key);
        take_off(&mut counts.sources, tried.source);
        if counts.homes.len() < COUNTED {
            counts.homes.insert(tried.at_home);
        }
    }

    fn counts(&self, now: Millis) -> MutexGuard<'_, Counts> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock set back by little gives nobody a second budget; set back by much it must not count on for
        // as long as it was ahead.
        let over = |begun: Millis, length: Millis| now >= begun + length || begun > now + BACK;
        if over(counts.minute, MINUTE) {
            counts.minute = now;
            counts.sources.clear();
            counts.logins.clear();
        }
        if over(counts.day, DAY) {
            counts.day = now;
            counts.failures.clear();
        }
        counts
    }
}

/// Texts as one key: neither a login name nor an address holds a space.
fn name(texts: &[&str]) -> [u8; 32] {
    let hash = digest(&SHA256, texts.join(" ").as_bytes());
    hash.as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

fn take_off(counts: &mut HashMap<[u8; 32], u32>, key: [u8; 32]) {
    if let Some(count) = counts.get_mut(&key) {
        *count = count.saturating_sub(1);
    }
}

fn count<K: Hash + Eq>(counts: &mut HashMap<K, u32>, key: K) -> u32 {
    if counts.len() >= COUNTED && !counts.contains_key(&key) {
        return 1;
    }
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(1);
    *count
}

#[cfg(test)]
mod tests;
