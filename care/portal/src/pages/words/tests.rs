//! Dangers: a rule, an act or a role that pages can't say in plain words; an item told of that its reader may not
//! see yet; a guardian to whom a rule speaks as if he were the person.

use std::collections::HashMap;

use hygie_record::notice::{Act, ActorKind};
use hygie_record::policy::rule_names;
use hygie_web::Language;

use super::{known, what};

#[test]
fn a_rule_that_nobody_understands() {
    for language in Language::ALL {
        for name in rule_names() {
            let said = known(language, &format!("rule-{name}"));
            assert!(
                said.is_some_and(|said| said.len() > 15),
                "{name} in {language:?}"
            );
        }
        for act in Act::ALL {
            assert!(
                known(language, &format!("act-{}", act.word())).is_some(),
                "{act:?}"
            );
        }
        for kind in ActorKind::ALL {
            assert!(
                known(language, &format!("kind-{}", kind.word())).is_some(),
                "{kind:?}"
            );
        }
    }
}

#[test]
fn somebody_who_represents_is_told_of_himself() {
    for language in Language::ALL {
        for name in rule_names() {
            let key = format!("rule-{name}");
            let said = known(language, &format!("{key}-other")).or_else(|| known(language, &key));
            let said = said.expect("each rule is said").to_lowercase();
            let mut words = said.split(|letter: char| !letter.is_alphabetic());
            let of_him = words
                .any(|word| matches!(word, "you" | "your" | "yours" | "vous" | "votre" | "vos"));
            assert!(!of_him, "{name}: {said}");
        }
    }
}

#[test]
fn what_is_not_announced_is_told_by_the_trail() {
    let titles = HashMap::from([("Observation/a".to_owned(), "Pouls".to_owned())]);
    let said = |about| what(Language::French, (Act::Read, about), &titles);
    assert_eq!(
        said("Observation/a"),
        "résultats et mesures «\u{a0}Pouls\u{a0}»"
    );
    let hidden = "un élément que vous ne voyez pas pour le moment";
    assert_eq!(said("Observation/b"), hidden);
    assert_eq!(said("Observation/b/_history/2"), hidden);
    assert_eq!(
        said("Observation?patient=x&code:text=a&_count=5"),
        "résultats et mesures, avec les critères code:text=a"
    );
    assert_eq!(
        said("$break-glass?reason=unconscious"),
        "la personne était inconsciente"
    );
}

#[test]
fn a_notice_shows_its_own_words_on_a_page() {
    let said = |language, act, about| what(language, (act, about), &HashMap::new());
    let joined = "the record of 04nwmeqd5m5veq3e36dmq8jp02 is joined to this one";
    let french = said(Language::French, Act::Amend, joined);
    assert_eq!(
        french,
        "un autre dossier de la même personne est réuni à celui-ci"
    );
    let yes = "opposition taken back by a parent, signed in";
    let no = "opposition by its holder, signed in";
    for (about, says) in [
        ("the six weeks are over", "six weeks after the letter"),
        (yes, "taken back"),
        (no, "recorded"),
        (joined, "another record of the same person"),
    ] {
        let english = said(Language::English, Act::Oppose, about);
        assert!(english.starts_with(says), "{about}: {english}");
    }
    // What pages have no words for is told by what was done.
    let unknown = said(Language::French, Act::Keep, "wraps keys anew");
    assert_eq!(unknown, "Entretien des clés");
    assert_eq!(
        said(Language::French, Act::Read, "Slot?status=free"),
        "éléments (Slot), avec les critères status=free"
    );
}
