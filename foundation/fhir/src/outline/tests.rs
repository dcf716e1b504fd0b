//! The version set in a text that is not parsed.
//! Failures covered: another text than parsing, setting and printing gives; a member that is not seen, or seen where
//! it is none; a text cut anywhere that is taken for whole; a panic.
//! Not a failure: no answer where `meta` says something already; the caller parses then.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::Outline;
use crate::{Json, Limits, Resource};

const VERSION: &str = "v\"1";
const UPDATED: &str = "2026-01-01T00:00:00Z";

/// What parsing, setting and printing gives.
fn parsed(text: &[u8]) -> Vec<u8> {
    let mut resource = Resource::parse(text, &Limits::default()).unwrap();
    resource.set_version(VERSION, UPDATED);
    resource.print()
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        r#"[a-z"\\{}\[\],:é\n]{0,8}"#.prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(r#"id|meta|[a-c"\\{}]{1,3}"#, inner, 0..4).prop_map(
                |members| Json::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.into(), value))
                        .collect()
                )
            ),
        ]
    })
}

/// Members of a resource in any order, `meta` and `id` among them or not.
fn resource() -> impl Strategy<Value = Json> {
    let meta = prop::collection::btree_map(
        "profile|tag|versionId|lastUpdated|extension|id|security",
        value(),
        0..3,
    );
    let meta = meta.prop_map(|members| {
        Json::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    });
    let own = prop::collection::btree_map(r#"[d-f"\\{}]{1,3}"#, value(), 0..5);
    let names = (
        prop::option::of(prop_oneof![meta, value()]),
        any::<bool>(),
        own,
    );
    names
        .prop_map(|(meta, id, own)| {
            let mut members: Vec<(Box<str>, Json)> = vec![("resourceType".into(), "Basic".into())];
            members.extend(id.then(|| ("id".into(), "i".into())));
            members.extend(meta.map(|meta| ("meta".into(), meta)));
            members.extend(own.into_iter().map(|(name, value)| (name.into(), value)));
            members
        })
        .prop_shuffle()
        .prop_map(Json::Object)
}

proptest! {
    #[test]
    fn a_version_is_set_otherwise_than_in_a_parsed_resource(json in resource()) {
        let text = json.print();
        let outline = Outline::of(&text).unwrap();
        for (name, _) in json.members() {
            let plain = !name.contains(['"', '\\']);
            prop_assert!(!plain || outline.has(name));
        }
        prop_assert!(!outline.has("x"));
        prop_assert_eq!(outline.kind(), Some("Basic"));
        let stamped = outline.stamped(VERSION, UPDATED);
        let easy = json.get("meta").is_none_or(|meta| {
            let placed = ["versionId", "lastUpdated", "extension", "id"];
            meta.as_object().is_some() && !placed.iter().any(|name| meta.get(name).is_some())
        });
        prop_assert_eq!(stamped.is_some(), easy);
        if let Some(stamped) = stamped {
            prop_assert_eq!(
                String::from_utf8(stamped).unwrap(),
                String::from_utf8(parsed(&text)).unwrap()
            );
        }
    }

    #[test]
    fn a_text_that_was_cut_is_taken_for_whole(json in resource(), part in 0.0..1.0) {
        let text = json.print();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in it")]
        let end = (text.len() as f64 * part) as usize;
        prop_assert!(Outline::of(&text[..end]).is_none());
    }

    #[test]
    fn bytes_that_are_no_resource_make_it_panic(text in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Some(outline) = Outline::of(&text) {
            outline.kind();
            outline.stamped(VERSION, UPDATED);
        }
    }
}
