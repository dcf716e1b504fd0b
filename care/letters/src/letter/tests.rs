//! Failures covered: a text that names a person, or differs from one to the next; a subject in the wrong language.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::SystemEntropy;

use super::Letter;
use crate::{Address, Language, Site};

#[test]
fn a_text_that_differs_from_one_person_to_the_next() {
    let site: Site = "https://records.example/".parse().unwrap();
    for (tag, language, word) in [
        ("fr", Language::French, "santé"),
        ("fr-FR", Language::French, "santé"),
        ("br", Language::French, "santé"),
        ("en", Language::English, "health"),
        ("EN_gb", Language::English, "health"),
    ] {
        assert_eq!(Language::of(tag), language, "{tag}");
        let texts = ["a@home.example", "b@home.example"].map(|to| {
            let to: Address = to.parse().unwrap();
            let letter = Letter { to, language };
            assert!(letter.subject().contains(word));
            letter.text(&site)
        });
        assert_eq!(texts[0], texts[1]);
        assert!(
            texts[0].contains("\nhttps://records.example\n"),
            "{}",
            texts[0]
        );
    }
}

#[test]
fn two_letters_that_can_be_told_to_be_one_persons() {
    let from: Address = "no-reply@records.example".parse().unwrap();
    let site: Site = "https://records.example".parse().unwrap();
    let letter = Letter {
        to: "a@home.example".parse().unwrap(),
        language: Language::French,
    };
    let named = || {
        let message = letter
            .mail(&site)
            .message(&from, 0, &SystemEntropy)
            .unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        let line = text.lines().find(|line| line.starts_with("Message-ID"));
        line.unwrap().to_owned()
    };
    assert_ne!(named(), named());
}
