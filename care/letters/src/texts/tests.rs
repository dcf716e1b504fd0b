//! Dangers: a text that comes in two parts, or in an alphabet that halves its length; one that names somebody; a gateway's
//! address that sends all to one number, or to an address that is none; a code in a log.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::SystemEntropy;
use proptest::prelude::*;

use super::{Text, Texts, is_one, septets};
use crate::{Error, Phone, Site, Wording};

fn site() -> Site {
    "https://espace-sante.example".parse().unwrap()
}

fn phone() -> Phone {
    "+33639980001".parse().unwrap()
}

fn both() -> [Text; 2] {
    [
        Text::NewCode("7F3K-0QXZ-M1T8-~".parse().unwrap()),
        Text::OneTime("1234 5678".to_owned()),
    ]
}

#[test]
fn each_text_is_one_message_in_every_wording_and_names_nobody() {
    let texts = Texts::new("{phone}@sms.example", &site()).unwrap();
    for text in both() {
        for wording in Wording::ALL {
            let mail = texts.mail(&phone(), wording, &text).unwrap();
            let said = mail.text();
            assert!(septets(said).is_some_and(|count| count <= 160), "{said}");
            assert_eq!(mail.subject(), "");
            assert_eq!(mail.to.inner().to_string(), "+33639980001@sms.example");
            let code = match &text {
                Text::NewCode(code) => code.text(),
                Text::OneTime(code) => code,
            };
            assert_eq!(said.matches(code).count(), 1, "{said}");
            let leads = said.contains("espace-sante.example/opposition");
            assert_eq!(leads, matches!(text, Text::NewCode(_)), "{said}");
            assert!(
                !said.contains("3363998") && !said.contains("https://"),
                "{said}"
            );
            let shown = format!("{mail:?} {text:?} {texts:?} {:?}", phone());
            assert!(!shown.contains(code) && !shown.contains("3363"), "{shown}");
        }
    }
}

#[test]
fn a_text_has_no_subject_that_a_gateway_would_put_before_it() {
    let texts = Texts::new("{digits}@sms.example", &site()).unwrap();
    let [text, _] = both();
    let mail = texts.mail(&phone(), Wording::English, &text).unwrap();
    let from = "no-reply@records.example".parse().unwrap();
    let message = mail.message(&from, 0, &SystemEntropy).unwrap();
    let raw = String::from_utf8(message.formatted()).unwrap();
    assert!(raw.contains("To: 33639980001@sms.example\r\n"), "{raw}");
    assert!(!raw.contains("Subject:"), "{raw}");
}

#[test]
fn a_gateway_that_is_none() {
    for gateway in [
        "",
        "sms.example",
        "fixed@sms.example",
        "{phone}",
        "{phone}{digits}@sms.example",
        "{phone}@{phone}.example",
        "{phone}@",
        "a b{phone}@sms.example",
        "{phone}@sms.example\r\nBcc: all@sms.example",
    ] {
        let made = Texts::new(gateway, &site());
        assert!(matches!(made, Err(Error::GatewayMalformed)), "{gateway}");
    }
}

#[test]
fn a_site_that_makes_texts_too_long_is_told_at_the_start() {
    let long = |host: usize| format!("https://{}.example", "a".repeat(host));
    let made = |host| Texts::new("{phone}@sms.example", &long(host).parse().unwrap());
    assert!(made(20).is_ok());
    assert!(matches!(made(60), Err(Error::TextTooLong)));
}

#[test]
fn the_limits_are_those_of_one_message() {
    assert!(is_one(&"é".repeat(160)) && !is_one(&"é".repeat(161)));
    assert!(is_one(&"€".repeat(80)) && !is_one(&"€".repeat(81)));
    assert!(is_one(&"ê".repeat(70)) && !is_one(&"ê".repeat(71)));
    // Outside the first plane a character is two units.
    assert!(is_one(&"😀".repeat(35)) && !is_one(&"😀".repeat(36)));
}

proptest! {
    #[test]
    fn a_one_time_code_of_any_length_is_one_message_or_refused(code in "[0-9 ê]{0,120}") {
        let texts = Texts::new("{phone}@sms.example", &site()).unwrap();
        match texts.mail(&phone(), Wording::French, &Text::OneTime(code)) {
            Ok(mail) => prop_assert!(is_one(mail.text())),
            Err(error) => prop_assert_eq!(error, Error::TextTooLong),
        }
    }
}
