//! Entries of `rights` as they were written before classes, teams, apps and marks existed, made by hand: they are read
//! for ever, and mean what they meant.
#![allow(clippy::unwrap_used, reason = "tests")]

use ciborium::{Value, cbor};
use hygie_notice::ActorKind;

use super::*;

fn entry(right: Value) -> Vec<u8> {
    let entry = cbor!({
        "at" => 1_700_000_000_000_u64,
        "author" => { "kind" => "holder", "id" => "k7" },
        "right" => right,
    });
    let mut bytes = Vec::new();
    ciborium::into_writer(&entry.unwrap(), &mut bytes).unwrap();
    bytes
}

fn put(id: &str) -> Value {
    let json = format!(r#"{{"resourceType":"Consent","id":"{id}"}}"#);
    let json = Value::Bytes(json.into_bytes());
    cbor!({ "id" => id, "version" => "1", "json" => json }).unwrap()
}

fn folded(entries: &[Value]) -> RightsFolder {
    let mut folder = RightsFolder::default();
    for right in entries {
        folder.apply(&entry(right.clone())).unwrap();
    }
    folder
}

#[test]
fn an_old_authorisation_that_means_less_or_more() {
    let none = Value::Null;
    let authorise = cbor!({ "authorise" => {
        "put" => put("a"), "professional" => "10101010101", "structure" => none, "from" => none, "until" => 5_u64,
    } });
    let folder = folded(&[authorise.unwrap()]);
    let [one] = folder.rights().authorisations.as_slice() else {
        panic!("one authorisation");
    };
    assert_eq!(one.over, Over::Classes(Categories::ALL), "it opened all");
    assert_eq!((one.from, one.until), (None, Some(5)));
    assert_eq!(one.grantee, Grantee::Professional("10101010101".to_owned()));
    assert_eq!(folder.rights().treating, None);
    assert_eq!(folder.consents.len(), 1);
}

#[test]
fn an_old_block_and_an_old_opposition_that_are_lost() {
    let none = Value::Null;
    let block = cbor!({ "block" => { "put" => put("b"), "professional" => none, "structure" => "750100042" } });
    let oppose = cbor!({ "oppose" => { "receipt" => "r" } });
    let folder = folded(&[block.unwrap(), oppose.unwrap()]);
    let blocked = &folder.rights().blocked;
    assert_eq!(*blocked, [Grantee::Structure("750100042".to_owned())]);
    assert!(folder.rights().opposed);
}

#[test]
fn an_old_mask_that_hides_from_others_or_nobody() {
    let mask = |masked: bool| {
        cbor!({ "mask" => { "item" => "DocumentReference/x", "masked" => masked } }).unwrap()
    };
    assert!(!folded(&[mask(true)]).masks.is_empty());
    let change: RightsChange = crate::change::decode(&entry(mask(true))).unwrap();
    let Right::Mask {
        mark,
        masked,
        place,
        ..
    } = change.right
    else {
        panic!("a mask");
    };
    assert!(masked && place == 0);
    assert_eq!(
        hygie_policy::Mark::from(mark),
        hygie_policy::Mark::Masked,
        "there was one mark"
    );
    assert_eq!(change.author.kind, ActorKind::Holder);
}

#[test]
fn a_restriction_that_ends_otherwise_than_it_was_said() {
    let restrict = |case: &str| cbor!({ "restrict" => { "case" => case } }).unwrap();
    let release = |case: &str| cbor!({ "release" => { "case" => case } }).unwrap();
    let later =
        |case: &str, from: u64| cbor!({ "release" => { "case" => case, "from" => from } }).unwrap();
    let ends = |entries: &[Value]| {
        let folder = folded(entries);
        (folder.rights().restricted, folder.rights().freed)
    };
    assert!(!ends(&[restrict("a"), release("a")]).0);
    assert_eq!(ends(&[restrict("a"), later("a", 9)]), (true, Some(9)));
    // A second restriction, of which nobody said that it ends, holds; of two ends the later one counts.
    let two = [restrict("a"), later("a", 9), restrict("b")];
    assert_eq!(ends(&two), (true, None));
    let two = [restrict("a"), later("a", 9), restrict("b"), later("b", 7)];
    assert_eq!(ends(&two), (true, Some(9)));
    // Ended before that by the person himself.
    assert!(!ends(&[restrict("a"), later("a", 9), release("a")]).0);
    // Of another case nothing is said by it.
    assert_eq!(ends(&[restrict("a"), later("b", 9)]), (true, None));
}
