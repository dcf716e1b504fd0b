//! Who is signed in: sessions that live in this process alone. A browser holds 256 random bits in a cookie;
//! here lies only their hash, so that memory that leaks lets nobody in. What a session is of is an opaque
//! account and a payload that the site chooses. OWASP ASVS 5, chapter 7.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookie::{self, Secret};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = u64;

/// Where randomness comes from.
pub type Draw = Box<dyn Fn(&mut [u8]) + Send + Sync>;

const MINUTE: Millis = 60 * 1000;
/// The name of the cookie; the prefix keeps it to this host and to secure connections (RFC 6265bis 4.1.3.2).
const COOKIE: &str = "__Host-session";
/// How long a session lasts at most, however busy.
const WHOLE: Millis = 12 * 60 * MINUTE;
/// How long ago somebody may have proved who he is, to do what asks for it again.
const RECENT: Millis = 5 * MINUTE;
/// Most sessions of one account, and of all; the one unused for longest goes.
const EACH: usize = 16;
const ALL: usize = 100_000;

/// An account, of which nothing is known here but that it is itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountId(pub [u8; 16]);

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountId(…)")
    }
}

/// How long a session may lie unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// 15 minutes: screens in wards are left open.
    Professional,
    /// 30 minutes.
    Citizen,
    /// As a test says, in milliseconds.
    After(Millis),
}

impl Idle {
    fn millis(self) -> Millis {
        match self {
            Self::Professional => 15 * MINUTE,
            Self::Citizen => 30 * MINUTE,
            Self::After(millis) => millis,
        }
    }
}

/// Somebody signed in, as a page sees him. What it holds is of the moment at which it was looked up.
#[derive(Clone)]
pub struct Session<P> {
    /// Whose it is.
    pub account: AccountId,
    /// What the site keeps with it.
    pub payload: P,
    /// What every form of the session must bring back.
    pub token: String,
    /// Names the session to its owner, and opens nothing: eight symbols.
    pub mark: String,
    /// When somebody signed in.
    pub begun: Millis,
    /// When it was last used.
    pub seen: Millis,
    proved: Millis,
    key: [u8; 32],
}

impl<P> fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

impl<P> Session<P> {
    /// Whether its owner proved who he is in the last five minutes.
    pub fn is_recent(&self, now: Millis) -> bool {
        now.saturating_sub(self.proved) <= RECENT
    }

    /// Names the browser of the session for questions that it is asked; opens nothing.
    pub fn browser(&self) -> [u8; 32] {
        self.key
    }

    /// Whether a form brought the session's token back; compared in constant time.
    pub fn is_own_form(&self, token: &str) -> bool {
        verify_slices_are_equal(self.token.as_bytes(), token.as_bytes()).is_ok()
    }
}

/// What a request's cookie says.
pub enum Standing<P> {
    /// Somebody is signed in.
    In(Session<P>),
    /// Somebody was, with this payload if it is still known: the session is over, or of another run of this program.
    Over(Option<P>),
    /// Nobody.
    Out,
}

impl<P> fmt::Debug for Standing<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::In(_) => "In(…)",
            Self::Over(_) => "Over",
            Self::Out => "Out",
        })
    }
}

struct Held<P> {
    session: Session<P>,
    idle: Millis,
}

impl<P> Held<P> {
    /// A clock that was set back makes no session older.
    fn is_over(&self, now: Millis) -> bool {
        now.saturating_sub(self.session.seen) >= self.idle
            || now.saturating_sub(self.session.begun) >= WHOLE
    }
}

/// All sessions of one process. A restart ends them.
pub struct Sessions<P> {
    held: Mutex<HashMap<[u8; 32], Held<P>>>,
    draw: Draw,
}

impl<P> fmt::Debug for Sessions<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions(…)")
    }
}

impl<P: Clone> Sessions<P> {
    /// None yet; `draw` fills with bytes that nobody can predict.
    pub fn new(draw: Draw) -> Self {
        Self {
            held: Mutex::default(),
            draw,
        }
    }

    /// Signs somebody in who has just proved who he is. Whatever session the request came with ends, so
    /// that none that somebody else laid into the browser is raised to his (session fixation).
    pub fn begin(
        &self,
        headers: &HeaderMap,
        (account, payload, idle): (AccountId, P, Idle),
        now: Millis,
    ) -> (Session<P>, HeaderValue) {
        let secret = Secret::drawn(&self.draw);
        let session = Session {
            account,
            payload,
            token: self.token(),
            mark: self.mark(),
            begun: now,
            seen: now,
            proved: now,
            key: secret.hash(),
        };
        let mut all = self.all();
        if let Some(old) = cookie::read(headers, COOKIE) {
            all.remove(&old.hash());
        }
        let of_account = |held: &Held<P>| held.session.account == account;
        make_room(&mut all, EACH, of_account);
        make_room(&mut all, ALL, |_| true);
        let held = Held {
            session: session.clone(),
            idle: idle.millis(),
        };
        all.insert(session.key, held);
        (session, secret.set(COOKIE, "Lax"))
    }

    /// Who sends a request; being looked up is being used.
    pub fn look(&self, headers: &HeaderMap, now: Millis) -> Standing<P> {
        let Some(secret) = cookie::read(headers, COOKIE) else {
            return Standing::Out;
        };
        let key = secret.hash();
        let mut all = self.all();
        let Some(held) = all.get_mut(&key) else {
            return Standing::Over(None);
        };
        if held.is_over(now) {
            let held = all.remove(&key);
            return Standing::Over(held.map(|held| held.session.payload));
        }
        held.session.seen = held.session.seen.max(now);
        Standing::In(held.session.clone())
    }

    /// Goes on under new random bits and a new token: what somebody may do has changed. `proved` says that he
    /// proved again who he is. `None` when the session ended meanwhile.
    pub fn renew(
        &self,
        session: &Session<P>,
        (payload, idle): (P, Idle),
        proved: Option<Millis>,
    ) -> Option<(Session<P>, HeaderValue)> {
        let mut all = self.all();
        let held = all.remove(&session.key)?;
        let secret = Secret::drawn(&self.draw);
        let session = Session {
            payload,
            token: self.token(),
            proved: proved.unwrap_or(held.session.proved),
            key: secret.hash(),
            ..held.session
        };
        let held = Held {
            session: session.clone(),
            idle: idle.millis(),
        };
        all.insert(session.key, held);
        Some((session, secret.set(COOKIE, "Lax")))
    }

    /// Replaces what is kept with each session of an account, where nobody may do more by it.
    pub fn rewrite(&self, account: AccountId, change: impl Fn(&mut P)) {
        let mut all = self.all();
        for held in all.values_mut() {
            if held.session.account == account {
                change(&mut held.session.payload);
            }
        }
    }

    /// Signs out: the session is gone, and the browser is told to forget the cookie.
    pub fn end(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(secret) = cookie::read(headers, COOKIE) {
            self.all().remove(&secret.hash());
        }
        cookie::forget(COOKIE)
    }

    /// Ends the sessions of an account, but the one that is `kept`; all of them where none is. Gives how many.
    pub fn end_others(&self, account: AccountId, kept: Option<&Session<P>>) -> usize {
        let mut all = self.all();
        let before = all.len();
        let kept = kept.map(|session| session.key);
        all.retain(|key, held| held.session.account != account || Some(*key) == kept);
        before - all.len()
    }

    /// Ends the session of an account that has this mark.
    pub fn end_marked(&self, account: AccountId, mark: &str) {
        self.all()
            .retain(|_, held| held.session.account != account || held.session.mark != mark);
    }

    /// The living sessions of an account, the one used last first.
    pub fn of(&self, account: AccountId, now: Millis) -> Vec<Session<P>> {
        let all = self.all();
        let mut found: Vec<Session<P>> = all
            .values()
            .filter(|held| held.session.account == account && !held.is_over(now))
            .map(|held| held.session.clone())
            .collect();
        found.sort_by(|one, other| {
            let key = |session: &Session<P>| (session.seen, session.mark.clone());
            key(other).cmp(&key(one))
        });
        found
    }

    /// Forgets what is over; to be called each minute.
    pub fn sweep(&self, now: Millis) {
        self.all().retain(|_, held| !held.is_over(now));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<[u8; 32], Held<P>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self) -> String {
        let mut bytes = [0; 32];
        (self.draw)(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn mark(&self) -> String {
        let mut bytes = [0; 6];
        (self.draw)(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// Takes the sessions unused for longest away until one more has room among those that `count`.
fn make_room<P>(
    all: &mut HashMap<[u8; 32], Held<P>>,
    most: usize,
    count: impl Fn(&Held<P>) -> bool,
) {
    if all.len() < most {
        return;
    }
    while all.values().filter(|held| count(held)).count() >= most {
        let counted = all.iter().filter(|(_, held)| count(held));
        let oldest = counted.min_by_key(|(_, held)| held.session.seen);
        let Some(key) = oldest.map(|(key, _)| *key) else {
            return;
        };
        all.remove(&key);
    }
}

#[cfg(test)]
mod tests;
