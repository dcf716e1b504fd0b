//! Dangers: a session that outlives its time, its owner's sign-out, or a change of what he may do; a session laid
//! into somebody's browser before he signs in (fixation); a cookie that other sites, scripts or plain
//! connections see; one account that fills the memory; a form that another site sends.
//!
//! Not a failure: a session that a restart ends; a clock set back, which makes no session older.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderValue, header};
use proptest::prelude::*;

use super::{AccountId, EACH, Idle, MINUTE, Session, Sessions, Standing, WHOLE};
use crate::forms::Forms;

const NOW: u64 = 1_790_000_000_000;
const ONE: AccountId = AccountId([1; 16]);
const OTHER: AccountId = AccountId([2; 16]);

/// Bytes that differ each time.
fn draw() -> super::Draw {
    let drawn = AtomicU64::new(0);
    Box::new(move |bytes| {
        let number = drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = number[7 - place % 8] ^ u8::try_from(place).unwrap_or(0);
        }
    })
}

fn sessions() -> Sessions<&'static str> {
    Sessions::new(draw())
}

/// What a browser sends after it was given this cookie.
fn sent(cookie: &HeaderValue) -> HeaderMap {
    let text = cookie.to_str().unwrap();
    let pair = text.split(';').next().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, format!("a=b; {pair}").parse().unwrap());
    headers
}

fn begin(
    all: &Sessions<&'static str>,
    account: AccountId,
    now: u64,
) -> (Session<&'static str>, HeaderMap) {
    let (session, cookie) = all.begin(&HeaderMap::new(), (account, "seat", Idle::Citizen), now);
    let headers = sent(&cookie);
    (session, headers)
}

fn is_in(all: &Sessions<&'static str>, headers: &HeaderMap, now: u64) -> bool {
    matches!(all.look(headers, now), Standing::In(_))
}

#[test]
fn a_cookie_that_others_see() {
    let all = sessions();
    let (_, cookie) = all.begin(&HeaderMap::new(), (ONE, "seat", Idle::Citizen), NOW);
    let text = cookie.to_str().unwrap();
    assert!(text.starts_with("__Host-session="), "{text}");
    for word in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(text.contains(word), "{word}");
    }
    assert!(!text.contains("Domain") && cookie.is_sensitive());
    // What is kept is not what is sent.
    let value = text["__Host-session=".len()..].split(';').next().unwrap();
    assert_eq!(value.len(), 43);
    let shown = format!("{all:?}{:?}", all.look(&sent(&cookie), NOW));
    assert!(!shown.contains(value) && !shown.contains("seat"), "{shown}");
}

#[test]
fn a_session_laid_into_a_browser_before_its_owner_signs_in() {
    let all = sessions();
    let (_, laid) = begin(&all, OTHER, NOW);
    let (_, cookie) = all.begin(&laid, (ONE, "seat", Idle::Citizen), NOW);
    assert!(!is_in(&all, &laid, NOW), "the one before is gone");
    assert_ne!(sent(&cookie), laid);
    assert!(is_in(&all, &sent(&cookie), NOW));
}

#[test]
fn a_session_left_open() {
    for (idle, minutes) in [(Idle::Professional, 15), (Idle::Citizen, 30)] {
        let all = sessions();
        let (_, cookie) = all.begin(&HeaderMap::new(), (ONE, "seat", idle), NOW);
        let headers = sent(&cookie);
        assert!(is_in(&all, &headers, NOW + minutes * MINUTE - 1));
        // Used just now: its time begins again.
        assert!(is_in(&all, &headers, NOW + 2 * minutes * MINUTE - 2));
        assert!(!is_in(&all, &headers, NOW + 3 * minutes * MINUTE));
        let over = matches!(all.look(&headers, NOW), Standing::Over(None));
        assert!(over, "it does not come back");
    }
}

#[test]
fn a_session_used_for_ever() {
    let all = sessions();
    let (_, headers) = begin(&all, ONE, NOW);
    let mut now = NOW;
    while now < NOW + WHOLE - MINUTE {
        now += MINUTE;
        assert!(is_in(&all, &headers, now));
    }
    assert!(!is_in(&all, &headers, NOW + WHOLE));
}

#[test]
fn a_clock_set_back_ends_nothing_and_makes_nothing_young() {
    let all = sessions();
    let (_, headers) = begin(&all, ONE, NOW);
    assert!(is_in(&all, &headers, NOW - 60 * MINUTE));
    assert!(!is_in(&all, &headers, NOW + 30 * MINUTE));
}

#[test]
fn who_signed_out_is_in_again() {
    let all = sessions();
    let (first, one) = begin(&all, ONE, NOW);
    let (_, two) = begin(&all, ONE, NOW);
    let (_, three) = begin(&all, ONE, NOW);
    let (_, others) = begin(&all, OTHER, NOW);
    let forget = all.end(&two);
    assert!(forget.to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&all, &two, NOW) && is_in(&all, &one, NOW));
    assert_eq!(all.end_others(ONE, Some(&first)), 1);
    assert!(is_in(&all, &one, NOW) && !is_in(&all, &three, NOW));
    all.end_marked(OTHER, &first.mark);
    assert!(is_in(&all, &one, NOW), "a mark ends nobody else's session");
    all.end_marked(ONE, &first.mark);
    assert!(!is_in(&all, &one, NOW) && is_in(&all, &others, NOW));
    assert_eq!(all.end_others(OTHER, None), 1);
    assert!(!is_in(&all, &others, NOW));
}

#[test]
fn a_change_of_role_leaves_the_old_cookie_worth_something() {
    let all = sessions();
    let (session, old) = begin(&all, ONE, NOW);
    let later = NOW + 10 * MINUTE;
    assert!(session.is_recent(NOW + 5 * MINUTE) && !session.is_recent(NOW + 5 * MINUTE + 1));
    let doctor = || ("doctor", Idle::Professional);
    let (renewed, cookie) = all.renew(&session, doctor(), None).unwrap();
    assert!(!is_in(&all, &old, later) && is_in(&all, &sent(&cookie), later));
    assert_ne!(renewed.token, session.token);
    assert!(!renewed.is_recent(later), "choosing a role proves nothing");
    let (again, _) = all.renew(&renewed, doctor(), Some(later)).unwrap();
    assert!(again.is_recent(later));
    assert!(all.renew(&session, doctor(), None).is_none(), "an old one");
}

#[test]
fn one_account_fills_the_memory() {
    let all = sessions();
    let (_, first) = begin(&all, ONE, NOW);
    for later in 1..=u64::try_from(EACH).unwrap() {
        begin(&all, ONE, NOW + later);
    }
    assert_eq!(all.of(ONE, NOW + 100).len(), EACH);
    let gone = !is_in(&all, &first, NOW + 100);
    assert!(gone, "the one unused for longest went");
    all.sweep(NOW + WHOLE);
    assert!(all.all().is_empty());
}

#[test]
fn a_form_that_another_site_sends() {
    let all = sessions();
    let (mine, _) = begin(&all, ONE, NOW);
    let (yours, _) = begin(&all, ONE, NOW);
    assert!(mine.is_own_form(&mine.token));
    for token in [yours.token.as_str(), "", &mine.token[1..]] {
        assert!(!mine.is_own_form(token));
    }
    // The same for those who are not signed in.
    let forms = Forms::new(draw());
    let elsewhere = Forms::new(Box::new(|bytes| bytes.fill(9)));
    let form = forms.begin(&HeaderMap::new());
    let cookie = form.cookie.unwrap();
    assert!(cookie.to_str().unwrap().contains("SameSite=Strict"));
    let headers = sent(&cookie);
    assert_eq!(forms.check(&headers, &form.token), Some(form.browser));
    let again = forms.begin(&headers);
    assert!(again.cookie.is_none() && again.browser == form.browser);
    let other = forms.begin(&HeaderMap::new());
    for token in [other.token.as_str(), "", "!", &form.token[..10]] {
        assert_eq!(forms.check(&headers, token), None, "{token}");
    }
    let bare = HeaderMap::new();
    assert_eq!(forms.check(&bare, &form.token), None, "no cookie");
    let others = elsewhere.check(&headers, &form.token);
    assert_eq!(others, None, "another's key");
}

proptest! {
    /// Whatever is sent as a cookie lets nobody in who was not given it.
    #[test]
    fn a_cookie_that_somebody_made_up(text in "[ -~]{0,120}") {
        let all = sessions();
        begin(&all, ONE, NOW);
        let mut headers = HeaderMap::new();
        for text in [text.clone(), format!("__Host-session={text}")] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(header::COOKIE, value);
                prop_assert!(!is_in(&all, &headers, NOW));
            }
        }
    }

    /// A session is in exactly as long as a plain count of its times says, whatever happens in between.
    #[test]
    fn a_session_that_lives_otherwise_than_its_times_say(
        steps in prop::collection::vec(0..40u64, 1..60)
    ) {
        let all = sessions();
        let (_, headers) = begin(&all, ONE, NOW);
        let (mut now, mut seen, mut lives) = (NOW, NOW, true);
        for minutes in steps {
            now += minutes * MINUTE;
            lives = lives && now - seen < 30 * MINUTE && now - NOW < WHOLE;
            seen = now;
            prop_assert_eq!(is_in(&all, &headers, now), lives);
        }
    }
}
