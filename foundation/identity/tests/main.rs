//! Failures covered: a wrong digit that no check finds, a value changed by being read, a document lost for a wrong key,
//! a test identity taken for a real one, a number in a log.
//! Figures: five numbers with published keys, and numbers of the official samples of the national guides.
//! Not a failure: a month of birth above 12, which the register is said to give out; a FINESS or RPPS number that no
//! directory knows.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where an expectation fails"
)]

use hygie_identity::{Error, Finding, Finess, Ins, InsSystem, Rpps, Rule, Severities, Severity};
use proptest::prelude::*;

const KEYS: [(&str, &str); 5] = [
    ("1631278477042", "94"),
    ("2620875032039", "77"),
    ("1891275125012", "82"),
    ("185052A004001", "81"),
    ("185052B004001", "11"),
];

fn rules(findings: Vec<Finding>) -> Vec<(Rule, Severity)> {
    findings
        .into_iter()
        .map(|finding| (finding.rule, finding.severity))
        .collect()
}

#[test]
fn published_keys_are_found() {
    for (number, key) in KEYS {
        let ins = Ins::complete(InsSystem::Nir, number).unwrap();
        assert_eq!(ins.to_string(), format!("{number}{key}"));
        assert_eq!(ins.number(), number);
        assert_eq!(ins.check(&Severities::production()), []);
    }
}

#[test]
fn a_wrong_or_missing_key_is_a_finding_beside_the_value() {
    let wrong = Ins::parse(InsSystem::Nia, "163127847704295").unwrap();
    assert_eq!(wrong.to_string(), "163127847704295");
    assert_eq!(
        rules(wrong.check(&Severities::production())),
        [(Rule::InsKey, Severity::Warning)]
    );
    let bare = Ins::parse(InsSystem::Nir, "1631278477042").unwrap();
    assert_eq!(bare.to_string(), "1631278477042");
    assert_eq!(
        rules(bare.check(&Severities::default())),
        [(Rule::InsKeyMissing, Severity::Warning)]
    );
}

#[test]
fn a_month_that_no_calendar_has_is_read() {
    for month in [20, 42, 50, 99] {
        let ins = Ins::complete(InsSystem::Nir, &format!("185{month}78006084")[..13]).unwrap();
        assert_eq!(ins.check(&Severities::production()), []);
    }
}

#[test]
fn severities_are_those_of_the_system() {
    let severities = Severities {
        nir: Severity::Error,
        test: Severity::Ignore,
        ..Severities::default()
    };
    let of = |system| {
        rules(
            Ins::parse(system, "163127847704200")
                .unwrap()
                .check(&severities),
        )
    };
    assert_eq!(of(InsSystem::Nir), [(Rule::InsKey, Severity::Error)]);
    assert_eq!(of(InsSystem::Nia), [(Rule::InsKey, Severity::Warning)]);
    assert_eq!(of(InsSystem::Test), []);
}

#[test]
fn a_test_identity_is_not_taken_for_a_real_one_in_production() {
    for system in InsSystem::ALL {
        let ins = Ins::complete(system, "1631278477042").unwrap();
        assert_eq!(ins.check(&Severities::default()), []);
        let expected: &[_] = if system.is_real() {
            &[]
        } else {
            &[(Rule::InsUnreal, Severity::Error)]
        };
        assert_eq!(rules(ins.check(&Severities::production())), expected);
    }
}

#[test]
fn systems_are_those_of_the_register() {
    for (system, arc) in InsSystem::ALL.into_iter().zip(8..) {
        assert_eq!(system.uri(), format!("urn:oid:1.2.250.1.213.1.4.{arc}"));
        assert_eq!(InsSystem::from_uri(system.uri()), Some(system));
    }
    for other in [
        "1.2.250.1.213.1.4.8",
        "urn:oid:1.2.250.1.213.1.4.12",
        "urn:oid:1.2.250.1.213.1.4.8 ",
        "",
    ] {
        assert_eq!(InsSystem::from_uri(other), None, "{other}");
    }
}

#[test]
fn what_has_not_the_shape_is_no_number() {
    for text in [
        "",
        "163127847704",
        "16312784770429",
        "1631278477042940",
        "1 63 12 78 477 042 94",
        "185052C00400100",
        "185052a00400181",
        "1850532A00400100",
        "18505A200400100",
        "A63127847704294",
        "16312784770429\u{b2}",
        "１６３",
    ] {
        assert_eq!(Ins::parse(InsSystem::Nir, text), Err(Error::Ins), "{text}");
    }
    assert_eq!(
        Ins::complete(InsSystem::Nir, "163127847704294"),
        Err(Error::Ins)
    );
    for text in [
        "",
        "1010099724",
        "101009972455",
        "1010099724A",
        " 0100997245",
    ] {
        assert_eq!(Rpps::parse(text), Err(Error::Rpps), "{text}");
    }
    for text in [
        "",
        "75071218",
        "7507121844",
        "2C0000014",
        "2a0000014",
        "A20000014",
        "3A0000014",
        "75071218\u{e9}",
    ] {
        assert_eq!(Finess::parse(text), Err(Error::Finess), "{text}");
    }
    for body in ["", "123456789", "12345678901", "123456789A"] {
        assert!(
            Rpps::complete(body).is_err() && Finess::complete(body).is_err(),
            "{body}"
        );
    }
}

#[test]
fn numbers_of_the_official_samples_fit_or_are_warned_of() {
    for national in ["801234567897", "801234560801", "810002422979"] {
        let rpps = Rpps::from_national(national).unwrap();
        assert_eq!(rpps.check(&Severities::production()), []);
        assert_eq!(rpps.national(), national);
    }
    let rpps = Rpps::from_national("801234534765").unwrap();
    assert_eq!(
        rules(rpps.check(&Severities::production())),
        [(Rule::RppsDigit, Severity::Warning)]
    );
    for national in [
        "1750017212",
        "1750035479",
        "1750803447",
        "1750803454",
        "1920008059",
    ] {
        let finess = Finess::from_national(national).unwrap();
        assert_eq!(finess.check(&Severities::production()), []);
        assert_eq!(finess.national(), national);
    }
    let finess = Finess::from_national("1120459876").unwrap();
    assert_eq!(
        rules(finess.check(&Severities::production())),
        [(Rule::FinessDigit, Severity::Warning)]
    );
}

#[test]
fn a_national_identifier_of_another_kind_is_refused() {
    for national in ["", "001234567", "1750803447", "3123456789/1"] {
        assert_eq!(
            Rpps::from_national(national),
            Err(Error::OtherKind),
            "{national}"
        );
    }
    for national in ["", "801234567897", "2123456789"] {
        assert_eq!(
            Finess::from_national(national),
            Err(Error::OtherKind),
            "{national}"
        );
    }
}

#[test]
fn the_letters_of_corsica_are_counted() {
    for body in ["2A000001", "2B000002", "20000001"] {
        let finess = Finess::complete(body).unwrap();
        assert!(finess.to_string().starts_with(body));
        assert_eq!(finess.check(&Severities::default()), []);
    }
    let last = |body| Finess::complete(body).unwrap().to_string().pop();
    assert_ne!(last("2A000001"), last("2B000001"));
}

#[test]
fn a_person_is_not_named_by_debug_findings_or_errors() {
    let ins = Ins::parse(InsSystem::Nir, "163127847704200").unwrap();
    let rpps = Rpps::parse("01234534765").unwrap();
    let findings = [
        ins.check(&Severities::default()),
        rpps.check(&Severities::default()),
    ]
    .concat();
    assert_eq!(findings.len(), 2);
    let refused = Ins::parse(InsSystem::Nir, "1631278477042x").unwrap_err();
    let texts: Vec<String> = findings
        .iter()
        .map(|finding| finding.rule.to_string())
        .collect();
    let shown = format!("{ins:?} {rpps:?} {findings:?} {texts:?} {refused} {refused:?}");
    for secret in ["16312", "78477", "7042", "01234", "34765"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// The text with another digit in the place.
fn changed(text: &str, place: usize, by: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn one_wrong_digit_of_an_ins_is_found(
        number in "[1-8][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", place in 0usize..15, by in 1u8..10,
    ) {
        let ins = Ins::complete(InsSystem::Nir, &number).unwrap();
        prop_assert_eq!(ins.check(&Severities::default()), []);
        let whole = ins.to_string();
        prop_assume!(whole.as_bytes()[place].is_ascii_digit());
        // Another digit before the letter is no INS at all.
        if let Ok(wrong) = Ins::parse(InsSystem::Nir, &changed(&whole, place, by)) {
            prop_assert_eq!(rules(wrong.check(&Severities::default())), [(Rule::InsKey, Severity::Warning)]);
        }
    }

    #[test]
    fn two_digits_of_an_ins_swapped_are_found(number in "[1-8][0-9]{12}", place in 0usize..14) {
        let whole = Ins::complete(InsSystem::Nir, &number).unwrap().to_string();
        let mut bytes = whole.clone().into_bytes();
        bytes.swap(place, place + 1);
        let swapped = String::from_utf8(bytes).unwrap();
        prop_assume!(swapped != whole);
        let found = Ins::parse(InsSystem::Nir, &swapped).unwrap().check(&Severities::default());
        prop_assert_eq!(found.len(), 1);
    }

    #[test]
    fn one_wrong_digit_of_a_directory_number_is_found(
        rpps in "[0-9]{10}", finess in "([0-9]{2}|2A|2B)[0-9]{6}", place in 0usize..11, by in 1u8..10,
    ) {
        let rpps = Rpps::complete(&rpps).unwrap();
        prop_assert_eq!(rpps.check(&Severities::default()), []);
        let wrong = Rpps::parse(&changed(&rpps.to_string(), place, by)).unwrap();
        prop_assert_eq!(rules(wrong.check(&Severities::default())), [(Rule::RppsDigit, Severity::Warning)]);
        let finess = Finess::complete(&finess).unwrap();
        prop_assert_eq!(finess.check(&Severities::default()), []);
        let place = 2 + place % 7;
        let wrong = Finess::parse(&changed(&finess.to_string(), place, by)).unwrap();
        prop_assert_eq!(rules(wrong.check(&Severities::default())), [(Rule::FinessDigit, Severity::Warning)]);
    }

    #[test]
    fn no_text_stops_the_reader(text in ".{0,16}") {
        if let Ok(ins) = Ins::parse(InsSystem::Nir, &text) {
            prop_assert_eq!(ins.to_string(), text.as_str());
            ins.check(&Severities::default());
        }
        if let Ok(rpps) = Rpps::parse(&text) {
            rpps.check(&Severities::default());
        }
        if let Ok(finess) = Finess::parse(&text) {
            finess.check(&Severities::default());
        }
    }
}
