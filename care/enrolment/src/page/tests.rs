//! Danger: a line or an opposition that was written before there were letters (decision 0007) and is no longer read as what
//! it says. The bytes are put together here, member by member, as that version wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_lc_rs::hmac;
use ciborium::Value;

use super::*;
use crate::code::Code;

const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.11";
const NUMBER: &str = "1631278477042";
const CODE: &str = "7K2MQ9XR4TWB";

fn map(members: &[(&str, Value)]) -> Value {
    let members = members.iter();
    Value::Map(
        members
            .map(|(name, value)| (Value::from(*name), value.clone()))
            .collect(),
    )
}

fn read(written: &Value) -> News {
    let mut bytes = Vec::new();
    ciborium::into_writer(written, &mut bytes).unwrap();
    ciborium::from_reader(&bytes[..]).unwrap()
}

/// A line with a code under a key of its own.
fn add() -> Value {
    let salt = [7; 32];
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &salt), CODE.as_bytes());
    let line = map(&[
        ("system", SYSTEM.into()),
        ("ins", format!("{NUMBER}94").into()),
        ("family", "Durand".into()),
        ("given", "Camille".into()),
        ("birth", "1963-12-05".into()),
        ("language", "fr".into()),
        ("salt", Value::Bytes(salt.to_vec())),
        ("code", Value::Bytes(tag.as_ref().to_vec())),
    ]);
    map(&[("add", line)])
}

#[test]
fn a_line_of_the_first_form_loses_its_code() {
    let mut page = Page::default();
    page.apply(read(&add()), 5);
    let place = page.place(SYSTEM, NUMBER).unwrap();
    let line = &page.lines[place as usize];
    assert_eq!(
        (
            line.insured.family.as_str(),
            line.insured.birth_date.as_str()
        ),
        ("Durand", "1963-12-05")
    );
    assert_eq!(line.standing, Standing::default());
    let printed = "7K2M-Q9XR-4TWB".to_owned();
    let code = (0..37).find_map(|check| {
        let symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
        Code::parse(&format!("{printed}-{}", &symbols[check..=check]))
    });
    assert!(line.opposes(&code.unwrap(), &page.key, 10));
    let other = Code::random(&hygie_record::notice::SystemEntropy);
    assert!(!line.opposes(&other, &page.key, 10));
}

#[test]
fn an_opposition_of_the_first_form_no_longer_holds() {
    let mut page = Page::default();
    page.apply(read(&add()), 5);
    let opposed = map(&[
        ("system", SYSTEM.into()),
        ("number", NUMBER.into()),
        ("at", 9.into()),
        ("receipt", "ABCD-EFGH-JKMN".into()),
    ]);
    page.apply(read(&map(&[("opposed", opposed)])), 11);
    assert_eq!(page.lines[0].standing.opposed, Some(9));
}
