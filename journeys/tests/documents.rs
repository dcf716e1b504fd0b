//! Documents of up to 100 MiB, in and out of a served home.
//!
//! Failures covered: a document that comes back as other bytes, raw, in ranges, as JSON, in a Bundle, in an
//! export, after a restart or out of a backup; one that care holds in memory; an upload that breaks off and
//! leaves an object behind; one past the limit; a full disk that leaves half a document, or stops reading;
//! the same content kept twice, or an answer that tells that it is kept already; an altered object that is
//! given out.
//! Not a failure: that a slow upload takes one of its sender's places.

pub mod client;
mod slow;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::faults::Small;
use crate::harness::samples::{DOCTOR, consent};
use crate::harness::{Home, Serving};
use client::{
    Answer, BLOCK, Content, LONGEST, RAW, World, answer, ask, head, left, location, memory,
    objects, open, upload,
};

/// What care may grow by, whatever the document's size.
const GROWTH: u64 = 64 * 1024 * 1024;

#[test]
fn a_hundred_mebibytes_are_held_in_memory_or_come_back_as_others() {
    let world = World::new();
    let (home, person) = (&world.home, &world.person);
    let serving = home.serve();
    let content = Content::new(1, LONGEST);
    // The first requests of a process take memory of their own.
    let small = upload(&serving, person, &world.software, &Content::new(9, 300_000));
    assert_eq!(small.status, 201, "{}", small.head);
    ask(&serving, "GET", &location(&small), &world.holder, RAW).is(&Content::new(9, 300_000));
    let (before, _) = memory(&serving);

    let begun = Instant::now();
    let made = upload(&serving, person, &world.software, &content);
    assert_eq!(made.status, 201, "{}", made.head);
    let (path, took_in) = (location(&made), begun.elapsed());
    let begun = Instant::now();
    let back = ask(&serving, "GET", &path, &world.holder, RAW);
    assert_eq!(back.header("accept-ranges"), Some("bytes"));
    let tag = back.header("etag").unwrap().to_owned();
    back.is(&content);
    let took_out = begun.elapsed();
    let (after, most) = memory(&serving);
    println!(
        "100 MiB: in {:.1} s, out {:.1} s; care {} MiB before, {} MiB after, {} MiB at most",
        took_in.as_secs_f64(),
        took_out.as_secs_f64(),
        before >> 20,
        after >> 20,
        most >> 20
    );
    assert!(most.saturating_sub(before) < GROWTH, "care held it");
    ranges(&serving, &path, &world.holder, &content, &tag);

    // The same as JSON, in and out: 133 MiB of base64.
    let (before, _) = memory(&serving);
    let made = upload_json(&serving, person, &world.software, &content);
    assert_eq!(made.status, 201, "{}", made.head);
    left(home, 2);
    let json = ask(&serving, "GET", &location(&made), &world.holder, "");
    assert_eq!(json.status, 200);
    is_json(json, &content);
    let (_, most) = memory(&serving);
    println!(
        "133 MiB of JSON: care {} MiB before, {} MiB at most",
        before >> 20,
        most >> 20
    );
    assert!(most.saturating_sub(before) < GROWTH, "care held it");

    // One byte more is refused, early.
    let begun = Instant::now();
    let more = upload(
        &serving,
        person,
        &world.software,
        &Content::new(3, LONGEST + 1),
    );
    assert_eq!(more.status, 413, "{}", more.head);
    assert!(begun.elapsed() < Duration::from_secs(60));
    left(home, 2);
    serving.stop();

    // Nothing of it is in memory after a start, and all of it is there.
    let serving = home.serve();
    ask(&serving, "GET", &path, &world.holder, RAW).is(&content);
    serving.stop();
}

fn ranges(serving: &Serving<'_>, path: &str, token: &str, content: &Content, tag: &str) {
    let length = content.length;
    for (from, to) in [
        (0, 1),
        (65_535, 65_537),
        (1_000_000, 3_500_000),
        (length - 1, length),
        (length - 200_000, length),
    ] {
        let more = format!("{RAW}range: bytes={from}-{}\r\nif-range: {tag}\r\n", to - 1);
        let part = ask(serving, "GET", path, token, &more);
        assert_eq!(part.status, 206, "{}", part.head);
        let said = format!("bytes {from}-{}/{length}", to - 1);
        assert_eq!(part.header("content-range"), Some(said.as_str()));
        assert!(part.whole() == content.range(from, to), "{from} to {to}");
    }
    let more = format!("{RAW}range: bytes={length}-\r\n");
    let none = ask(serving, "GET", path, token, &more);
    assert_eq!(none.status, 416);
    let said = format!("bytes */{length}");
    assert_eq!(none.header("content-range"), Some(said.as_str()));
    let more = format!("{RAW}range: bytes=0-9\r\nif-range: \"another\"\r\n");
    assert_eq!(ask(serving, "GET", path, token, &more).status, 200);
    let told = ask(serving, "HEAD", path, token, RAW);
    assert_eq!(told.status, 200);
    let length = length.to_string();
    assert_eq!(told.header("content-length"), Some(length.as_str()));
    let known = format!("{RAW}if-none-match: {tag}\r\n");
    assert_eq!(ask(serving, "GET", path, token, &known).status, 304);
}

/// The same bytes as a Binary in JSON, its base64 in parts as they come.
fn upload_json(serving: &Serving<'_>, person: &str, token: &str, content: &Content) -> Answer {
    let begin = format!(
        r#"{{"resourceType":"Binary","contentType":"application/pdf","securityContext":{{"reference":"Patient/{person}"}},"data":""#
    );
    let length = begin.len() as u64 + content.length.div_ceil(3) * 4 + 2;
    let more = format!(
        "content-type: application/fhir+json\r\nprefer: return=minimal\r\ncontent-length: {length}\r\n"
    );
    let mut stream = open(serving, &head("POST", "Binary", token, &more));
    stream.write_all(begin.as_bytes()).unwrap();
    let mut left = Vec::new();
    for block in content.blocks() {
        left.extend(block);
        let whole = left.len() / 3 * 3;
        let text = STANDARD.encode(&left[..whole]);
        stream.write_all(text.as_bytes()).unwrap();
        left.drain(..whole);
    }
    stream.write_all(STANDARD.encode(left).as_bytes()).unwrap();
    stream.write_all(b"\"}").unwrap();
    answer(stream)
}

fn is_json(mut answer: Answer, content: &Content) {
    let mut json = String::new();
    answer
        .body
        .by_ref()
        .take(answer_length(&answer.head))
        .read_to_string(&mut json)
        .unwrap();
    let from = json.find(r#""data":""#).unwrap() + 8;
    let to = from + json[from..].find('"').unwrap();
    let mut bytes = &STANDARD.decode(&json[from..to]).unwrap()[..];
    for (number, block) in content.blocks().enumerate() {
        assert!(bytes.starts_with(&block), "block {number} is another");
        bytes = &bytes[block.len()..];
    }
    assert!(bytes.is_empty());
}

fn answer_length(head: &str) -> u64 {
    let line = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length:")
            .map(str::to_owned)
    });
    line.unwrap().trim().parse().unwrap()
}

#[test]
fn an_upload_that_breaks_off_leaves_something_or_a_full_disk_half_of_it() {
    let world = World::new();
    let serving = world.home.serve_with(&[]);
    let more = format!(
        "content-type: application/pdf\r\nx-security-context: Patient/{}\r\ncontent-length: 50000000\r\n",
        world.person
    );
    let mut stream = open(&serving, &head("POST", "Binary", &world.software, &more));
    let block = vec![7; BLOCK];
    for _ in 0..20 {
        stream.write_all(&block).unwrap();
    }
    left(&world.home, 1);
    drop(stream);
    left(&world.home, 0);
    // Killed half-way: the next start sweeps.
    let mut stream = open(&serving, &head("POST", "Binary", &world.software, &more));
    for _ in 0..20 {
        stream.write_all(&block).unwrap();
    }
    left(&world.home, 1);
    serving.kill_and_wait(&["hygie-care"]);
    drop(stream);
    serving.becomes(200);
    left(&world.home, 0);
    // Refused, after it came whole: a doctor of nowhere may deposit, a stranger's record may not be named.
    let stranger = upload(
        &serving,
        "00000000000000000000000000",
        &world.software,
        &Content::new(1, 400_000),
    );
    assert_eq!(stranger.status, 403, "{}", stranger.head);
    left(&world.home, 0);
    serving.stop();
}

#[test]
fn a_full_disk_keeps_half_a_document_or_stops_what_is_read() {
    let world = World::new();
    let test = "a_full_disk_keeps_half_a_document_or_stops_what_is_read";
    let Some(_disk) = Small::over(test, &world.home.dir.join("store")) else {
        return;
    };
    let serving = world.home.serve_with(&[]);
    let small = Content::new(1, 3 << 20);
    let kept = upload(&serving, &world.person, &world.holder, &small);
    assert_eq!(kept.status, 201, "{}", kept.head);
    let refused = upload(
        &serving,
        &world.person,
        &world.holder,
        &Content::new(2, 20 << 20),
    );
    assert_eq!(refused.status, 503, "{}", refused.head);
    assert!(serving.figure("hygie_care_faults_total{kind=\"store-full\"}") > 0);
    left(&world.home, 1);
    ask(&serving, "GET", &location(&kept), &world.holder, RAW).is(&small);
    // It goes on by itself: what was given up has freed the disk.
    let more = upload(
        &serving,
        &world.person,
        &world.holder,
        &Content::new(3, 3 << 20),
    );
    assert_eq!(more.status, 201, "{}\n{}", more.head, world.home.logs());
    serving.stop();
}

/// A document that refers to its bytes, and one that holds them, in one transaction (IHE MHD ITI-65).
fn transaction(person: &str, bytes: &[u8]) -> Value {
    let patient = json!({ "reference": format!("Patient/{person}") });
    let data = STANDARD.encode(bytes);
    let document = |url: Option<&str>, data: Option<&str>, id: &str| {
        let mut attachment = json!({ "contentType": "application/pdf" });
        if let Some(url) = url {
            attachment["url"] = json!(url);
        }
        if let Some(data) = data {
            attachment["data"] = json!(data);
        }
        json!({
            "resourceType": "DocumentReference",
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": id },
            "status": "current",
            "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
            "subject": patient,
            "content": [{ "attachment": attachment }],
        })
    };
    let uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
    let entry = |url: &str, resource: Value| {
        let kind = resource["resourceType"].clone();
        json!({ "fullUrl": url, "resource": resource, "request": { "method": "POST", "url": kind } })
    };
    json!({
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            entry(uuid, json!({ "resourceType": "Binary", "contentType": "application/pdf", "data": data })),
            entry("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1", document(Some(uuid), None, "urn:oid:1.2.3.1")),
            entry("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2", document(None, Some(&data), "urn:oid:1.2.3.2")),
        ],
    })
}

/// The one test of all that a document can be in: kept once, unnoticed, and in every answer as it came.
#[test]
fn a_document_is_missing_from_a_search_a_history_an_export_or_a_backup() {
    let world = World::new();
    let (home, person) = (&world.home, &world.person);
    home.custody(1, 1);
    let serving = home.serve();
    let content = Content::new(5, 700_000);
    let bytes = content.range(0, content.length);
    let data = STANDARD.encode(&bytes);
    let doctor = home.token(&["--professional", DOCTOR]);
    serving
        .post("Consent", &world.holder, &consent(person, DOCTOR))
        .created();
    let sent = serving.post("", &world.software, &transaction(person, &bytes));
    assert_eq!(sent.status, 200, "{}", sent.text);
    left(home, 1);
    // Somebody else brings the same: he is answered as if it were new, and it is kept once.
    let again = upload(&serving, person, &doctor, &content);
    assert_eq!(again.status, 201);
    left(home, 1);
    in_answers(&serving, &world, &doctor, &content, &data);
    left(home, 1);

    let path = |name: &str| home.outside.join(name).to_str().unwrap().to_owned();
    let (identity, folder) = (path("identity"), path("backups"));
    let made = home.done(&["--json", "backup-identity", &identity]).json();
    let recipient = made["recipient"].as_str().unwrap().to_owned();
    let backup = ["--json", "backup", &folder, "--recipient", &recipient];
    home.done(&backup);
    let second = upload(&serving, person, &doctor, &Content::new(6, 900_000));
    assert_eq!(second.status, 201);
    let made = home.done(&backup).json();
    let grown = made["bytes"].as_u64().unwrap();
    assert!(
        grown > 900_000 && grown < 1_400_000,
        "each object once: {made}"
    );
    serving.stop();
    in_exports(home, person, &data);
    in_backups(home, person, (&folder, &identity), &data);
    altered(home, &world, &second);
}

fn in_answers(serving: &Serving<'_>, world: &World, doctor: &str, content: &Content, data: &str) {
    let person = &world.person;
    let found = serving.get(&format!("DocumentReference?patient={person}"), doctor);
    let found = found.resources();
    assert_eq!(found.len(), 2);
    let held: Vec<&Value> = found
        .iter()
        .map(|document| &document["content"][0]["attachment"])
        .collect();
    assert!(
        held.iter()
            .any(|attachment| attachment["data"] == json!(data))
    );
    let url = held
        .iter()
        .find_map(|attachment| attachment["url"].as_str());
    ask(serving, "GET", url.unwrap(), doctor, RAW).is(content);
    let id = found
        .iter()
        .find(|document| document["content"][0]["attachment"]["data"].is_string())
        .map(|document| document["id"].as_str().unwrap().to_owned())
        .unwrap();
    let history = serving.get(&format!("DocumentReference/{id}/_history"), doctor);
    assert!(history.text.contains(data));
    let binary = url.unwrap().split("/fhir/").last().unwrap();
    let part = serving.get(&format!("{binary}?_elements=contentType"), doctor);
    assert_eq!(part.status, 200, "{}", part.text);
    assert!(!part.text.contains(&data[..100]));
    let all = serving.get(&format!("Patient/{person}/$everything?_count=100"), doctor);
    assert_eq!(all.text.matches(data).count(), 3, "$everything");
    let patch = json!([{ "op": "replace", "path": "/status", "value": "superseded" }]).to_string();
    let headers = [("content-type", "application/json-patch+json")];
    let patched = serving
        .client()
        .send(
            ("PATCH", &format!("DocumentReference/{id}")),
            &world.software,
            &headers,
            Some(&patch),
        )
        .unwrap();
    assert_eq!(patched.status, 200, "{}", patched.text);
    assert!(patched.text.contains(data), "a patch beside it loses it");
}

fn in_exports(home: &Home, person: &str, data: &str) {
    let export = home.export(person);
    assert_eq!(export.matches(data).count(), 3, "the export");
    // What is exported comes in again, bit for bit.
    let other = Home::demo();
    let file = other.file("export.json", &export);
    let taken = other
        .done(&["--json", "import", &file, "--source", "export"])
        .json();
    assert_eq!(taken["rejected"], json!(0), "{taken}");
    // What was given up at the import's end is swept by the next start.
    let serving = other.serve();
    left(&other, 2);
    serving.stop();
    let came = other.persons().remove(0);
    assert_eq!(other.export(&came).matches(data).count(), 3);
}

fn in_backups(home: &Home, person: &str, (folder, identity): (&str, &str), data: &str) {
    let keys = home.dir.to_str().unwrap();
    let drilled = home.run(&["drill", folder, "--identity", identity]);
    assert_eq!(drilled.code, 0, "{drilled:?}");
    let restored = Home::none();
    let words = ["restore", folder, "--identity", identity, "--keys", keys];
    let done = restored.run(&[&words[..], &["--new-epoch"]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(objects(&restored).len(), 2);
    assert_eq!(restored.export(person).matches(data).count(), 3);
}

/// An object that somebody altered gives nothing out, and the rest goes on.
fn altered(home: &Home, world: &World, made: &Answer) {
    let whole = |path: &Path| fs::metadata(path).unwrap().len();
    let path = objects(home)
        .into_iter()
        .max_by_key(|path| whole(path))
        .unwrap();
    let mut object = fs::read(&path).unwrap();
    object[100] ^= 1;
    fs::write(&path, &object).unwrap();
    let serving = home.serve_with(&[]);
    let broken = ask(&serving, "GET", &location(made), &world.holder, RAW);
    assert_eq!(broken.status, 503, "{}", broken.head);
    let found = serving.get(
        &format!("Observation?patient={}", world.person),
        &world.holder,
    );
    assert_eq!(found.status, 200);
    assert!(serving.figure("hygie_care_faults_total{kind=\"store-altered\"}") > 0);
    serving.stop();
}
