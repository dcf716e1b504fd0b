//! Failures covered: a wrong digit of an INS that no check finds, a value changed by being read, a test identity taken
//! for a real one, an official sample that a home of tests refuses, a number in a log.
//! Figures: five numbers with published keys, and numbers of the official samples of the national guides.
//! Not a failure: a month of birth above 12, which the register is said to give out; an INS without its key; a FINESS or
//! RPPS number that no directory knows, or whose last digit is not the one that is made here.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where an expectation fails"
)]

use hygie_identity::NationalNumbers::{Any, Real};
use hygie_identity::{Error, Finding, Finess, Ins, InsSystem, NationalNumbers, Rpps};
use proptest::prelude::*;

const KEYS: [(&str, &str); 5] = [
    ("1631278477042", "94"),
    ("2620875032039", "77"),
    ("1891275125012", "82"),
    ("185052A004001", "81"),
    ("185052B004001", "11"),
];

#[test]
fn published_keys_are_found() {
    for (number, key) in KEYS {
        let ins = Ins::complete(InsSystem::Nir, number).unwrap();
        assert_eq!(ins.to_string(), format!("{number}{key}"));
        assert_eq!(ins.number(), number);
        assert_eq!(ins.check(Real), Ok(()));
    }
}

#[test]
fn a_wrong_key_is_taken_for_a_real_persons_and_a_number_without_one_is_refused() {
    for system in [InsSystem::Nir, InsSystem::Nia] {
        let wrong = Ins::parse(system, "163127847704295").unwrap();
        assert_eq!(wrong.to_string(), "163127847704295");
        assert_eq!(wrong.check(Real), Err(Finding::Key));
        let bare = Ins::parse(system, "1631278477042").unwrap();
        assert_eq!(bare.to_string(), "1631278477042");
        assert_eq!(bare.check(Real), Ok(()));
    }
}

#[test]
fn a_month_that_no_calendar_has_is_refused() {
    for month in [20, 42, 50, 99] {
        let ins = Ins::complete(InsSystem::Nir, &format!("185{month}78006084")[..13]).unwrap();
        assert_eq!(ins.check(Real), Ok(()));
    }
}

#[test]
fn a_test_identity_is_taken_for_a_real_one() {
    for system in InsSystem::ALL {
        let ins = Ins::complete(system, "1631278477042").unwrap();
        assert_eq!(ins.check(Any), Ok(()));
        let expected = if system.is_real() {
            Ok(())
        } else {
            Err(Finding::Unreal)
        };
        assert_eq!(ins.check(Real), expected);
    }
}

#[test]
fn an_official_sample_with_a_wrong_key_is_refused_where_nobody_is_real() {
    for system in InsSystem::ALL {
        let sample = Ins::parse(system, "123456789012345").unwrap();
        assert_eq!(sample.check(Any), Ok(()));
    }
}

#[test]
fn nobody_says_which_numbers_are_taken_and_all_are() {
    assert_eq!(NationalNumbers::default(), Real);
    assert_eq!(("real".parse(), "any".parse()), (Ok(Real), Ok(Any)));
    for word in ["", "Real", "all", "taken"] {
        let read: Result<NationalNumbers, Error> = word.parse();
        assert_eq!(read, Err(Error::NationalNumbers));
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
fn last_digits_are_not_those_of_the_official_samples() {
    for national in ["801234567897", "801234560801", "810002422979"] {
        let rpps = Rpps::from_national(national).unwrap();
        assert_eq!(Rpps::complete(&national[1..11]).unwrap(), rpps);
        assert_eq!(rpps.national(), national);
    }
    for national in [
        "1750017212",
        "1750035479",
        "1750803447",
        "1750803454",
        "1920008059",
    ] {
        let finess = Finess::from_national(national).unwrap();
        assert_eq!(Finess::complete(&national[1..9]).unwrap(), finess);
        assert_eq!(finess.national(), national);
    }
    // Samples whose last digit is another are read all the same.
    let rpps = Rpps::from_national("801234534765").unwrap();
    assert_ne!(Rpps::complete("0123453476").unwrap(), rpps);
    let finess = Finess::from_national("1120459876").unwrap();
    assert_ne!(Finess::complete("12045987").unwrap(), finess);
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
    }
    let last = |body| Finess::complete(body).unwrap().to_string().pop();
    assert_ne!(last("2A000001"), last("2B000001"));
}

#[test]
fn a_person_is_not_named_by_debug_findings_or_errors() {
    let ins = Ins::parse(InsSystem::Nir, "163127847704200").unwrap();
    let rpps = Rpps::parse("01234534765").unwrap();
    let unreal = Ins::parse(InsSystem::Test, "163127847704200").unwrap();
    let findings = [ins.check(Real), unreal.check(Real)].map(Result::unwrap_err);
    assert_eq!(findings, [Finding::Key, Finding::Unreal]);
    let refused = Ins::parse(InsSystem::Nir, "1631278477042x").unwrap_err();
    let texts = findings.map(|finding| finding.to_string());
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
        prop_assert_eq!(ins.check(Real), Ok(()));
        let whole = ins.to_string();
        prop_assume!(whole.as_bytes()[place].is_ascii_digit());
        // Another digit before the letter is no INS at all.
        if let Ok(wrong) = Ins::parse(InsSystem::Nir, &changed(&whole, place, by)) {
            prop_assert_eq!(wrong.check(Real), Err(Finding::Key));
        }
    }

    #[test]
    fn two_digits_of_an_ins_swapped_are_found(number in "[1-8][0-9]{12}", place in 0usize..14) {
        let whole = Ins::complete(InsSystem::Nir, &number).unwrap().to_string();
        let mut bytes = whole.clone().into_bytes();
        bytes.swap(place, place + 1);
        let swapped = String::from_utf8(bytes).unwrap();
        prop_assume!(swapped != whole);
        let found = Ins::parse(InsSystem::Nir, &swapped).unwrap().check(Real);
        prop_assert_eq!(found, Err(Finding::Key));
    }

    #[test]
    fn a_directory_number_and_one_with_another_digit_end_alike(
        rpps in "[0-9]{10}", finess in "([0-9]{2}|2A|2B)[0-9]{6}", place in 0usize..10, by in 1u8..10,
    ) {
        let last = |text: String| text.chars().last();
        let whole = last(Rpps::complete(&rpps).unwrap().to_string());
        prop_assert_ne!(last(Rpps::complete(&changed(&rpps, place, by)).unwrap().to_string()), whole);
        let whole = last(Finess::complete(&finess).unwrap().to_string());
        let place = 2 + place % 6;
        prop_assert_ne!(last(Finess::complete(&changed(&finess, place, by)).unwrap().to_string()), whole);
    }

    #[test]
    fn no_text_stops_the_reader(text in ".{0,16}") {
        if let Ok(ins) = Ins::parse(InsSystem::Nir, &text) {
            prop_assert_eq!(ins.to_string(), text.as_str());
            let _found = ins.check(Real);
        }
        let _numbers = (Rpps::parse(&text), Finess::parse(&text));
    }
}
