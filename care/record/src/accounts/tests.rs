//! Dangers: codes that are not those of RFC 6238, or are good twice; passwords that anybody guesses; secrets that a
//! log shows; a login name with two spellings; an invitation read out of anything else.

use std::time::Instant;

use hygie_notice::{ActorKind, ActorRef, Entropy, PersonId, Subject, SystemEntropy};
use proptest::prelude::*;

use super::password::Hashing;
use super::{Account, Invitation, Login, Password, Secret, Totp, Weak, change, recovery};

/// RFC 6238, appendix B, the column SHA1: seconds and the last six of eight digits.
const VECTORS: [(u64, &str); 6] = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
];

fn rfc() -> Totp {
    Totp::of(*b"12345678901234567890")
}

#[test]
fn a_code_that_another_authenticator_would_not_show() {
    for (seconds, code) in VECTORS {
        let now = seconds * 1000;
        assert_eq!(rfc().code(now), code);
        assert_eq!(rfc().step(code, 0, now), Some(seconds / 30));
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(rfc().step(&spaced, 0, now), Some(seconds / 30));
        // A step to either side, and no further.
        for (away, good) in [(-60_i64, false), (-30, true), (30, true), (60, false)] {
            // The first of them lies in the first minute of all.
            if seconds < 60 && away < -30 {
                continue;
            }
            let then = now.saturating_add_signed(away * 1000);
            assert_eq!(
                rfc().step(code, 0, then).is_some(),
                good,
                "{seconds} {away}"
            );
        }
        // Once: neither it nor the step before it again.
        assert_eq!(rfc().step(code, seconds / 30, now), None);
        assert_eq!(rfc().step(code, seconds / 30 - 1, now), Some(seconds / 30));
        assert_eq!(Totp::of([7; 20]).step(code, 0, now), None);
    }
    for code in ["", "28708", "2870820", "+87082", "28708a", "２８７０８２"] {
        assert_eq!(rfc().step(code, 0, 59_000), None, "{code}");
    }
}

#[test]
fn an_authenticator_that_cannot_read_the_secret() {
    assert_eq!(
        rfc().spelled().as_str(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    );
    assert_eq!(
        rfc().uri("Espace santé", "a+b@c").as_str(),
        "otpauth://totp/Espace%20sant%C3%A9:a%2Bb%40c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Espace%20sant%C3%A9&algorithm=SHA1&digits=6&period=30"
    );
}

#[test]
fn a_password_that_anybody_guesses() {
    let weak = |text: &str| Password::typed(text).choose("camille");
    assert_eq!(weak("correct horse battery"), Ok(()));
    assert_eq!(weak("été à Saint-Malo"), Ok(()));
    assert_eq!(weak("short-11-sy"), Err(Weak::Short));
    assert_eq!(weak(&"long ".repeat(60)), Err(Weak::Long));
    for guessed in [
        "aaaaaaaaaaaaaaa",
        "abababababababab",
        "Camille-habite-ici",
        "MotDePasse!2026",
        "azertyuiopqsdf",
    ] {
        assert_eq!(weak(guessed), Err(Weak::Guessable), "{guessed}");
    }
}

#[tokio::test]
async fn one_password_typed_on_two_keyboards() {
    let hashing = Hashing::default();
    let composed = Password::typed("caf\u{e9} au lait sucr\u{e9}");
    let apart = Password::typed("cafe\u{301} au lait sucre\u{301}");
    let begun = Instant::now();
    let made = hashing
        .make(&composed, &SystemEntropy)
        .await
        .expect("nobody waits");
    println!("one hash: {:?}", begun.elapsed());
    let mut account = Account::of(Subject::account(PersonId::random(&SystemEntropy)));
    let kept = change::News::Password {
        hash: made.hash,
        salt: made.salt,
        cost: made.cost,
        totp: rfc().0,
        step: 0,
    };
    let plain = change::print(1, vec![kept]);
    account.apply(&plain).expect("it was just printed");
    let kept = account.password.as_ref();
    assert_eq!(hashing.is_same(&apart, kept).await, Some(true));
    let other = Password::typed("cafe au lait sucre");
    assert_eq!(hashing.is_same(&other, kept).await, Some(false));
    assert_eq!(hashing.is_same(&apart, None).await, Some(false));
    // Nothing of it is printed.
    let shown = format!("{account:?} {composed:?} {:?}", rfc());
    assert_eq!(shown, "Account(…) Password(…) Totp(Secret(…))");
}

#[test]
fn a_recovery_code_is_good_twice() {
    let mut account = Account::of(Subject::account(PersonId::random(&SystemEntropy)));
    let (codes, news) = recovery::make(&SystemEntropy);
    account
        .apply(&change::print(1, vec![news]))
        .expect("printed");
    assert_eq!((codes.len(), account.recovery_codes()), (8, 8));
    let third = codes[2].to_lowercase().replace('-', " ");
    assert_eq!(recovery::place(&account, &third), Some(2));
    let used = change::News::RecoveryUsed(2);
    account
        .apply(&change::print(2, vec![used]))
        .expect("printed");
    assert_eq!(recovery::place(&account, &third), None);
    assert_eq!(account.recovery_codes(), 7);
    for wrong in ["", "0000000000", "123456", &codes[0][..10]] {
        assert_eq!(recovery::place(&account, wrong), None, "{wrong}");
    }
}

#[test]
fn a_login_name_with_two_spellings() {
    let text = |typed: &str| Login::parse(typed).map(|login| login.text().to_owned());
    assert_eq!(
        text(" Camille.Durand@Example.org "),
        Some("camille.durand@example.org".to_owned())
    );
    for wrong in [
        "",
        "ab",
        "a b c",
        "сamille",
        "é.durand",
        ":",
        &"a".repeat(65),
    ] {
        assert_eq!(text(wrong), None, "{wrong}");
    }
}

#[test]
fn an_entry_of_tomorrow_is_half_understood() {
    let role = ActorRef::new(ActorKind::Holder, "x");
    let good = change::print(1, vec![change::News::Role(role)]);
    assert!(super::reads(&good));
    assert!(!super::reads(b"") && !super::reads(&good[1..]));
}

proptest! {
    #[test]
    fn an_invitation_of_another_spelling(text in "[0-9a-z-]{40,60}") {
        if let Some(read) = Invitation::parse(&text) {
            let printed = read.text();
            prop_assert_eq!(printed.as_str(), text.trim());
        }
        let mut bytes = [0; 16];
        SystemEntropy.fill(&mut bytes);
        let drawn = Invitation::drawn(super::find::subject(bytes), &SystemEntropy);
        let again = Invitation::parse(&drawn.text()).map(|read| read.text().to_string());
        prop_assert_eq!(again, Some(drawn.text().to_string()));
    }

    #[test]
    fn a_secret_that_is_printed(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(format!("{:?}", Secret::new(bytes)), "Secret(…)");
    }
}
