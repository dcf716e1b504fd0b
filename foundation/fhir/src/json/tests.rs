//! The parser against serde_json as the oracle: the same texts are taken, with
//! the same values, and what is printed is read again as the same value.
//! Not a failure: serde_json takes duplicate members and rounds numbers.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;

fn parse(text: &[u8]) -> Option<Json> {
    Json::parse(text, &Limits::default()).ok()
}

/// Our value as serde_json's.
fn oracle_of(json: &Json) -> serde_json::Value {
    match json {
        Json::Null => serde_json::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(text) => serde_json::from_str(text).unwrap(),
        Json::Elsewhere(_) => panic!("no parser makes one"),
        Json::String(text) => (**text).into(),
        Json::Array(items) => items.iter().map(oracle_of).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.to_string(), oracle_of(value)))
            .collect(),
    }
}

const NUMBER: &str = "-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?";
/// Numbers that serde_json prints and reads again without rounding.
const WHOLE_NUMBER: &str = "-?(0|[1-9][0-9]{0,12})";

fn json(number: &'static str) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|text| Json::Number(text.into())),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..24).prop_map(|members| {
                let named = members.into_iter().rev();
                Json::Object(named.map(|(name, value)| (name.into(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_is_printed_otherwise_than_it_was_read(value in json(NUMBER)) {
        let printed = value.print();
        prop_assert!(parse(&printed) == Some(value.clone()));
        let oracle: serde_json::Value = serde_json::from_slice(&printed).unwrap();
        prop_assert_eq!(oracle_of(&value), oracle);
    }

    #[test]
    fn pretty_or_escaped_json_is_read_otherwise(value in json(WHOLE_NUMBER)) {
        let oracle = oracle_of(&value);
        let pretty = serde_json::to_vec_pretty(&oracle).unwrap();
        prop_assert_eq!(parse(&pretty).map(|json| oracle_of(&json)), Some(oracle.clone()));
        let escaped: String = String::from_utf8(pretty)
            .unwrap()
            .chars()
            .map(|letter| if letter.is_ascii() { letter.to_string() } else {
                let mut units = [0; 2];
                letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect()
            })
            .collect();
        prop_assert_eq!(parse(escaped.as_bytes()).map(|json| oracle_of(&json)), Some(oracle));
    }

    #[test]
    fn text_is_taken_that_is_no_json(text in "[\\[\\]{}:,\"\\\\a-fnrtuls0-9eE+. \n\\-]{0,24}") {
        let oracle = serde_json::from_str::<serde_json::Value>(&text);
        let [exponent, members] = [text.contains(['e', 'E']), text.contains('{')];
        match (parse(text.as_bytes()), oracle) {
            (Some(json), Ok(oracle)) => prop_assert_eq!(oracle_of(&json), oracle),
            // serde_json refuses exponents that no f64 has.
            (Some(_), Err(_)) => prop_assert!(exponent),
            (None, Ok(_)) => prop_assert!(members),
            (None, Err(_)) => {}
        }
    }

    #[test]
    fn changed_bytes_make_the_parser_panic(value in json(NUMBER), at in any::<prop::sample::Index>(), byte: u8) {
        let mut printed = value.print();
        let at = at.index(printed.len());
        printed[at] = byte;
        let oracle = serde_json::from_slice::<serde_json::Value>(&printed).is_ok();
        match Json::parse(&printed, &Limits::default()) {
            Ok(_) => prop_assert!(oracle || printed.contains(&b'e') || printed.contains(&b'E')),
            Err(fault) => prop_assert!(!oracle || fault.code == "duplicate"),
        }
    }
}

#[test]
fn the_text_of_a_number_is_lost() {
    for text in [
        "1.0",
        "1e2",
        "-0",
        "0.10",
        "123456789012345678901234567890",
        "1E+400",
    ] {
        assert_eq!(parse(text.as_bytes()).unwrap().print(), text.as_bytes());
    }
}

#[test]
fn a_member_given_twice_is_taken_in_a_large_object() {
    for count in [2, 15, 16, 17, 18, 40] {
        let mut names: Vec<String> = (0..count).map(|index| format!("\"n{index}\":0")).collect();
        let fine = format!("{{{}}}", names.join(","));
        assert!(parse(fine.as_bytes()).is_some());
        names.push("\"n1\":0".to_owned());
        let text = format!("{{{}}}", names.join(","));
        let fault = Json::parse(text.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(fault.code, "duplicate");
        assert_eq!(
            fault.offset,
            text.rfind("\"n1\"").map(|offset| offset as u64)
        );
    }
}

#[test]
fn members_are_set_or_removed_out_of_place() {
    let mut json = parse(br#"{"a":1,"b":2}"#).unwrap();
    json.set("a", "x".into());
    json.set("c", Json::Null);
    assert_eq!(json.print(), br#"{"a":"x","b":2,"c":null}"#);
    assert_eq!(json.remove("b").unwrap().as_number(), Some("2"));
    assert_eq!(json.remove("b"), None);
    assert_eq!(json.print(), br#"{"a":"x","c":null}"#);
}
