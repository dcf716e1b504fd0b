//! Failures covered: an entry that is counted twice or not at all; a reject that quotes the record or points to the
//! wrong byte; a folder walked in another order, in circles, or with files that are no FHIR; an answer that does not
//! account for each entry; a reject file that others can read.
//! Not failures: a Bundle without entries; a blank line in NDJSON; a file named twice (it is read once).
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use super::rejects::{Origin, Reject, Rejects, stamp};
use super::tally::Tally;
use super::{collect, read};
use crate::{Error, Home};

const BUNDLE: &str = r#"{"resourceType":"Bundle","entry":[
 {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","name":[{"family":"Secret"}]}},
 {"fullUrl":"urn:uuid:2"},
 {"resource":{"resourceType":"Observation"}}]}"#;

#[test]
fn folders_are_walked_in_order_without_circles_and_without_other_files() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir_all(at("b/inner")).unwrap();
    for name in [
        "z.json",
        "a.NDJSON",
        "b/inner/c.json",
        "notes.txt",
        "b/.hidden",
    ] {
        fs::write(at(name), "{}").unwrap();
    }
    symlink(dir.path(), at("b/loop")).unwrap();
    let found = collect::files(&[dir.path().to_owned(), at("z.json")]).unwrap();
    assert_eq!(found, [at("a.NDJSON"), at("b/inner/c.json"), at("z.json")]);
    // What is named is taken, whatever it is called.
    assert_eq!(
        collect::files(&[at("notes.txt")]).unwrap(),
        [at("notes.txt")]
    );
}

#[test]
fn a_folder_with_nothing_to_import_is_said_and_a_missing_one_too() {
    let dir = tempfile::tempdir().unwrap();
    let empty = collect::files(&[dir.path().to_owned()]);
    assert!(matches!(empty, Err(Error::NothingToImport { .. })));
    let missing = collect::files(&[dir.path().join("no.json")]);
    assert!(matches!(missing, Err(Error::File { .. })));
}

#[test]
fn an_entry_without_a_resource_is_rejected_alone_and_the_rest_keeps_its_numbers() {
    let contents = read::object("in.json", BUNDLE.as_bytes());
    assert!(contents.whole);
    let entries = contents.unit.entries();
    let numbers: Vec<_> = entries.iter().map(|entry| entry.origin.entry).collect();
    assert_eq!(numbers, [Some(0), Some(2)]);
    assert_eq!(entries[0].url.as_deref(), Some("urn:uuid:1"));
    for entry in entries {
        let offset = usize::try_from(entry.origin.offset.unwrap()).unwrap();
        assert!(BUNDLE[offset..].starts_with(&entry.resource));
    }
    let [reject] = &contents.rejects[..] else {
        panic!("one entry has no resource");
    };
    assert_eq!(reject.origin.entry, Some(1));
}

#[test]
fn an_unreadable_file_is_one_reject_at_the_byte_of_the_fault() {
    for (text, byte) in [
        ("", 0),
        ("  nonsense", 2),
        (r#"{"resourceType":"Bundle","entry":[{"#, 35),
    ] {
        let contents = read::object("in.json", text.as_bytes());
        assert!(contents.unit.is_empty());
        let [reject] = &contents.rejects[..] else {
            panic!("`{text}` is one reject");
        };
        assert_eq!(
            (reject.origin.entry, reject.origin.offset),
            (None, Some(byte)),
            "{text}"
        );
    }
}

#[test]
fn a_bundle_that_breaks_off_keeps_what_could_be_read_and_one_reject_for_the_rest() {
    let text = &BUNDLE[..BUNDLE.len() - 2];
    let contents = read::object("in.json", text.as_bytes());
    assert_eq!(contents.unit.entries().len(), 2);
    assert_eq!(contents.rejects.len(), 2);
    assert_eq!(contents.rejects[1].origin.entry, Some(3));
}

#[test]
fn text_that_is_not_utf_8_is_rejected_at_its_byte() {
    let mut bytes = br#"{"resourceType":"Patient","a":""#.to_vec();
    bytes.push(0xE9);
    bytes.extend(br#""}"#);
    let contents = read::object("in.json", &bytes);
    assert!(contents.unit.is_empty());
    assert_eq!(contents.rejects[0].origin.offset, Some(31));
}

#[test]
fn single_resources_and_lines_wait_for_the_others_while_a_bundle_goes_alone() {
    let single = read::object("in.json", b"\n {\"resourceType\":\"Patient\"}");
    assert!(!single.whole);
    assert_eq!(single.unit.entries()[0].origin.offset, Some(2));
    let lines = read::lines("in.ndjson", b"{\"a\":1}\n\n  {\"b\":2}\r\n");
    assert!(!lines.whole);
    let offsets: Vec<_> = lines
        .unit
        .entries()
        .iter()
        .map(|entry| entry.origin.offset)
        .collect();
    assert_eq!(offsets, [Some(0), Some(11)]);
    let one = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}"#;
    assert!(read::object("in.json", one.as_bytes()).whole);
}

#[test]
fn the_body_carries_each_resource_untouched() {
    let contents = read::object("in.json", BUNDLE.as_bytes());
    let body = contents.unit.line("import", false);
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["named_source"], false);
    assert_eq!(body["entries"][0]["url"], "urn:uuid:1");
    assert_eq!(body["entries"][1]["entry"], 1);
    assert!(body["entries"][1]["url"].is_null());
    let text = body["entries"][0]["resource"].as_str().unwrap();
    assert!(BUNDLE.contains(text) && text.starts_with(r#"{"resourceType":"Patient""#));
}

#[test]
fn the_summary_adds_up_and_rejects_point_to_the_file() {
    let contents = read::object("in.json", BUNDLE.as_bytes());
    let mut tally = Tally::default();
    let answer = br#"{"outcomes":[
        {"entry":1,"outcome":"rejected","place":"Observation.status","reason":"must be there"},
        {"entry":0,"outcome":"taken","place":null,"reason":null}]}"#;
    let rejects = contents.unit.outcomes(answer, &mut tally).unwrap();
    assert_eq!((tally.taken, tally.rejected, tally.total()), (1, 1, 2));
    assert_eq!(rejects[0].origin.entry, Some(2));
    assert_eq!(rejects[0].place.as_deref(), Some("Observation.status"));
    let all = contents.unit.all_rejected("too large", &mut tally);
    assert_eq!((all.len(), tally.total()), (2, 4));
    let json = tally.json(None);
    assert_eq!(json["total"], 4);
}

#[test]
fn an_answer_that_does_not_account_for_each_entry_once_is_refused() {
    let contents = read::object("in.json", BUNDLE.as_bytes());
    let taken = |entry: usize| format!(r#"{{"entry":{entry},"outcome":"taken"}}"#);
    let lists = [
        vec![taken(0)],
        vec![taken(0), taken(0)],
        vec![taken(0), taken(1), taken(2)],
        vec![taken(0), taken(1).replace("taken", "lost")],
    ];
    for list in lists {
        let answer = format!(r#"{{"outcomes":[{}]}}"#, list.join(","));
        let mut tally = Tally::default();
        let result = contents.unit.outcomes(answer.as_bytes(), &mut tally);
        assert!(matches!(result, Err(Error::Protocol { .. })), "{answer}");
        assert_eq!(tally.total(), 0);
    }
}

#[test]
fn the_reject_file_is_closed_to_others_and_made_only_when_needed() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path().to_owned());
    assert_eq!(Rejects::new(&home, None).unwrap().close().unwrap(), None);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let mut rejects = Rejects::new(&home, None).unwrap();
    let reject = Reject {
        origin: Origin {
            source: "in.json".to_owned(),
            entry: Some(4),
            offset: Some(12),
        },
        place: Some("Patient.birthDate".to_owned()),
        reason: "no such day".to_owned(),
    };
    rejects.write(&reject).unwrap();
    rejects.write(&reject).unwrap();
    let path = rejects.close().unwrap().unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2);
    let line = r#"{"source":"in.json","entry":4,"offset":12,"place":"Patient.birthDate","reason":"no such day"}"#;
    assert_eq!(text.lines().next().unwrap(), line);
    assert!(matches!(
        Rejects::new(&home, Some(path)),
        Err(Error::File { .. })
    ));
}

#[test]
fn rejects_never_hold_content() {
    let broken = BUNDLE.replace("urn:uuid:2\"", "urn:uuid:2\" Secret");
    let contents = read::object("in.json", broken.as_bytes());
    assert!(!contents.rejects.is_empty());
    for reject in &contents.rejects {
        let line = serde_json::to_string(reject).unwrap();
        assert!(!line.contains("Secret"), "{line}");
    }
}

#[test]
fn the_stamp_is_the_gregorian_date() {
    let at = |seconds: u64| stamp(Duration::from_millis(seconds * 1000 + 7));
    assert_eq!(at(0), "19700101T000000.007Z");
    assert_eq!(at(951_782_399), "20000228T235959.007Z");
    assert_eq!(at(951_782_400), "20000229T000000.007Z");
    assert_eq!(at(1_735_689_599), "20241231T235959.007Z");
    assert_eq!(at(4_107_542_400), "21000301T000000.007Z");
}
