//! Items as text, and what is parsed of them.
//! Failures covered: another text, mark or parsed resource than the entry's JSON gives; a mark that is not seen because
//! nothing was parsed; what is parsed that is not counted, or is still counted when it is gone; a copy for a folder that
//! differs from the item that is answered with.
//! Not a failure: an item with documents has no text.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use hygie_fhir::{Json, Limits, Resource};
use hygie_notice::{ActorKind, ActorRef};

use super::{Item, Tally};
use crate::change::Put;
use crate::ids;

const AT: u64 = 1_764_000_000_000;

const MARKED: &str = r#"{"resourceType":"DocumentReference","id":"i","securityLabel":[{"coding":[{"code":"MASQUE_PS"}]}],"status":"current"}"#;

/// Resources whose `meta`, labels and order differ.
const TEXTS: [&str; 6] = [
    r#"{"resourceType":"Observation","id":"i","status":"final","valueQuantity":{"value":62.0}}"#,
    r#"{"resourceType":"Observation","id":"i","meta":{"profile":["p"]},"note":[{"text":"a \"meta\": {}"}]}"#,
    r#"{"resourceType":"Observation","id":"i","meta":{"versionId":"old","lastUpdated":"old","tag":[{"code":"t"}]}}"#,
    r#"{"meta":{"extension":[{"url":"u"}],"profile":["p"]},"id":"i","resourceType":"Patient"}"#,
    r#"{"resourceType":"DocumentReference","id":"i","securityLabel":[{"coding":[{"code":"N"}]}],"status":"current"}"#,
    MARKED,
];

fn put(text: &str) -> Put {
    let json = Json::parse(text.as_bytes(), &Limits::default()).unwrap();
    Put::of("i".to_owned(), "v".to_owned(), &json)
}

fn item(text: &str) -> Item {
    let author = ActorRef {
        id: "899700000008".to_owned(),
        kind: ActorKind::Professional,
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    };
    Item::of(&put(text), AT, Arc::new(author)).unwrap()
}

#[test]
fn a_text_that_another_resource_would_print() {
    for text in TEXTS {
        let mut resource = Resource::parse(text.as_bytes(), &Limits::default()).unwrap();
        resource.set_version("v", &ids::instant(AT));
        let item = item(text);
        assert_eq!(**item.text().unwrap(), *resource.print());
        assert!(*item.resource() == resource);
        assert_eq!(item.reference(), format!("{}/i", resource.kind()));
        assert_eq!(item.marks.masked, text == MARKED);
        let copy = item.copied();
        assert_eq!(copy.text(), item.text());
        assert_eq!(copy.marks, item.marks);
        assert!(*copy.resource() == resource);
    }
}

#[test]
fn what_is_parsed_that_is_not_counted() {
    let tally = Tally::default();
    let shelved: Vec<Item> = TEXTS
        .iter()
        .map(|text| item(text).shelved(&tally))
        .collect();
    assert_eq!(tally.bytes(), 0, "nothing is parsed until somebody asks");
    let mut before = 0;
    for item in &shelved {
        item.text();
        assert_eq!(tally.bytes(), before, "a text is not parsed to be sent");
        item.resource();
        assert!(tally.bytes() > before + item.resource().json().footprint());
        before = tally.bytes();
        item.mentions();
        assert_eq!(tally.bytes(), before, "nothing is parsed twice");
    }
    drop(shelved);
    assert_eq!(tally.bytes(), 0);
}
