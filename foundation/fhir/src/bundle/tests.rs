//! Files of several resources: what is wrong in one entry spoils that entry,
//! and what breaks the file is reported beside the entries before it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::Resource;

fn split(text: &[u8]) -> Entries<'_> {
    entries(text, &Limits::default()).unwrap()
}

fn texts<'a>(entries: &[Entry<'a>]) -> Vec<&'a str> {
    entries
        .iter()
        .map(|entry| std::str::from_utf8(entry.bytes).unwrap())
        .collect()
}

#[test]
fn one_bad_entry_spoils_the_bundle() {
    let text = br#" {"resourceType":"Bundle","entry":[
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","a":tru,"b":"]}\"}"}},
      {"resource":{"resourceType":"Patient"},"search":{"score":1},"fullUrl":"http:\/\/h\/1"},
      {"request":{"method":"DELETE"}}, 7, {}
    ],"type":"collection"} "#;
    let found = split(text);
    assert_eq!(found.broken, None);
    assert_eq!(
        texts(&found.entries),
        [
            r#"{"resourceType":"Patient","a":tru,"b":"]}\"}"}"#,
            r#"{"resourceType":"Patient"}"#,
            "",
            "7",
            ""
        ]
    );
    let urls: Vec<Option<&str>> = found
        .entries
        .iter()
        .map(|entry| entry.full_url.as_deref())
        .collect();
    assert_eq!(
        urls,
        [Some("urn:uuid:1"), Some("http://h/1"), None, None, None]
    );
    for entry in &found.entries {
        assert!(text[entry.offset as usize..].starts_with(entry.bytes));
        let taken = Resource::parse(entry.bytes, &Limits::default()).is_ok();
        assert_eq!(taken, entry.full_url.as_deref() == Some("http://h/1"));
    }
}

#[test]
fn invalid_utf8_spoils_the_bundle() {
    let text = b"{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"a\":\"\xff\"}},{\"resource\":{}}]}";
    assert_eq!(split(text).entries.len(), 2);
    assert!(split(text).broken.is_none());
}

#[test]
fn a_bundle_that_breaks_off_loses_what_came_before() {
    let text = br#"{"resourceType":"Bundle","entry":[{"resource":{"a":1}},{"resource":{"a":2}},{"resource":{"a""#;
    let found = split(text);
    assert_eq!(texts(&found.entries), [r#"{"a":1}"#, r#"{"a":2}"#]);
    let fault = found.broken.unwrap();
    assert_eq!(
        (fault.code, fault.place.as_str()),
        ("structure", "Bundle.entry[2].resource")
    );
    assert_eq!(fault.offset, Some(text.len() as u64));
    let text = br#"{"resourceType":"Bundle","entry":[{"resource":{"a":1}} {"resource":{"a":2}}]}"#;
    let found = split(text);
    assert_eq!(found.entries.len(), 1);
    assert_eq!(found.broken.unwrap().offset, Some(55));
}

#[test]
fn the_order_of_a_bundles_members_matters() {
    let text = br#"{"entry":[{"resource":{"a":1}},{"resource":{"a":2}}],"resourceType":"Bundle"}"#;
    assert_eq!(texts(&split(text).entries), [r#"{"a":1}"#, r#"{"a":2}"#]);
    assert!(
        split(br#"{"resourceType":"Bundle","type":"collection"}"#)
            .entries
            .is_empty()
    );
}

#[test]
fn a_single_resource_is_no_file() {
    for text in [
        r#"{"resourceType":"List","entry":[{"item":{"reference":"Patient/1"}}]}"#,
        r#"{"entry":[{"resource":{}}],"resourceType":"List"}"#,
        r#"{"a":1}"#,
    ] {
        let padded = format!("\n {text}\n");
        let found = split(padded.as_bytes());
        assert_eq!(
            (texts(&found.entries), found.entries[0].offset),
            (vec![text], 2)
        );
    }
    for text in ["", "[]", "Patient", "{", r#"{"resourceType":"Patient""#] {
        let fault = entries(text.as_bytes(), &Limits::default()).err().unwrap();
        assert!(fault.offset.is_some(), "{text}");
    }
}

#[test]
fn entries_beyond_the_limit_are_read() {
    let limits = Limits {
        nodes: 2,
        ..Limits::default()
    };
    let text = br#"{"resourceType":"Bundle","entry":[{},{},{}]}"#;
    let found = entries(text, &limits).unwrap();
    assert_eq!(
        (found.entries.len(), found.broken.unwrap().code),
        (2, "too-costly")
    );
}

#[test]
fn a_line_is_lost_or_its_offset_wrong() {
    let text = b"{\"a\":1}\r\n\n  {\"b\":2}\n{broken\n";
    let found = ndjson(text);
    assert_eq!(texts(&found), ["{\"a\":1}", "{\"b\":2}", "{broken"]);
    for entry in &found {
        assert!(text[entry.offset as usize..].starts_with(entry.bytes));
    }
}
