//! INVARIANT (the host reads nothing): random words are planted wherever a person's data can be, and every file that
//! the programs leave behind is searched for them: raw, in UTF-16, hexadecimal and base64, inside zstd and gzip.
//!
//! Failures covered: a word out of a record, a question, a reject, an alarm or the directory in the store, the keeper's files,
//! a log, a socket folder, a reject file, a temporary file, a write-ahead log of a served home, or a core dump; a scanner
//! that would not find it.
//! Not failures: sizes, times and counts, which are visible (THREATS.md); exports, which are meant to be read.

mod control;
mod cores;
mod crowd;
mod erased;
mod plant;
mod scanner;

use std::path::Path;

use serde_json::json;

use crate::harness::samples::{DOCTOR, HOSPITAL, consent};
use crate::harness::{Home, Serving};
use plant::Plant;
use scanner::Scanner;

#[test]
fn no_word_of_a_record_a_question_a_reject_or_the_directory_is_on_disk() {
    let home = Home::demo();
    let mut plant = Plant::default();
    import(&home, &mut plant);
    let persons = home.persons();
    assert_eq!(persons.len(), 1);
    let serving = home.serve();
    ask(&home, &serving, &persons[0], &mut plant);
    // What lies on the disk at any moment counts, write-ahead logs included; so both are killed before the first look.
    serving.kill("hygie-care");
    serving.kill("hygie-keeper");
    let scanner = Scanner::new(plant.words());
    let while_running = clean(&scanner, &home);
    drop(serving);
    // The next start tidies up what the kill left in the ledger's folder; then it verifies.
    let export = home.export(&persons[0]);
    home.ledger_size();
    let after = clean(&scanner, &home);
    println!(
        "canary: {} words, {} forms each; {} and {} files searched, none found",
        scanner.words(),
        scanner.forms(),
        while_running,
        after
    );
    // The words did go in: the record gives them back.
    let back = scanner.scan(export.as_bytes());
    assert!(
        back.len() >= plant::RECORD_WORDS,
        "{} words came back",
        back.len()
    );
}

/// Searches the home and the temporary folder; says how many files there were.
fn clean(scanner: &Scanner, home: &Home) -> usize {
    let mut files = 0;
    for folder in [&home.dir, &home.temporary] {
        let report = scanner.scan_folder(folder);
        files += report.files;
        if let Some((path, found)) = report.found.into_iter().next() {
            panic!(
                "{} holds {} planted words: {found:?}",
                path.display(),
                found.len()
            );
        }
    }
    assert!(home.dir.join("store").read_dir().unwrap().count() > 0);
    files
}

/// A record whose every string is a planted word, and files that are refused, in whole and in part.
fn import(home: &Home, plant: &mut Plant) {
    let good = home.file("good.json", &plant.record().to_string());
    let summary = home
        .done(&["--json", "import", &good, "--source", &plant.word()])
        .json();
    assert_eq!(summary["rejected"], 0, "{summary}");
    let bad = home.file("bad.json", &plant.rejects().to_string());
    let lines = home.file("bad.ndjson", &plant.bad_lines());
    let broken = home.file("broken.json", &plant.broken());
    let finished = home.run(&["--json", "import", &bad, &lines, &broken]);
    assert_eq!(finished.code, 1);
    let summary = finished.json();
    assert_eq!(summary["taken"], 0, "{summary}");
    let rejects = summary["rejects"].as_str().unwrap();
    assert!(
        Path::new(rejects).starts_with(&home.dir),
        "the reject file is searched too"
    );
}

/// Questions and deposits, good and bad, with planted words at every place where words go.
fn ask(home: &Home, serving: &Serving<'_>, person: &str, plant: &mut Plant) {
    let holder = home.token(&["--holder", person, "--name", &plant.word()]);
    let doctor = home.token(&["--professional", DOCTOR, "--name", &plant.word()]);
    let software = home.token(&["--software", HOSPITAL, "--name", &plant.word()]);
    serving
        .post("Consent", &holder, &consent(person, DOCTOR))
        .created();
    let mut note = plant.observation();
    note["subject"]["reference"] = json!(format!("Patient/{person}"));
    serving.post("Observation", &software, &note).created();
    let file = plant.file(&format!("Patient/{person}"));
    let id = serving.post("Binary", &software, &file).created();
    let back = serving.get(&format!("Binary/{id}"), &holder);
    assert_eq!(back.json()["data"], file["data"]);
    // One that is refused came whole, too.
    let refused = plant.file("Patient/00000000000000000000000000");
    assert_eq!(serving.post("Binary", &software, &refused).status, 403);
    // What the operator says of somebody whom he cuts off, and who that is.
    for number in [plant.word(), plant.word()] {
        let reason = plant.word();
        home.done(&["actor", "suspend", "app", &number, "--reason", &reason]);
        home.done(&["actor", "list"]);
    }
    home.done(&["alarms"]);
    for token in [&holder, &doctor, &software] {
        for question in [
            format!("Observation?patient={person}&code={}", plant.word()),
            format!(
                "Observation?patient={person}&code=http://{}|{}",
                plant.word(),
                plant.word()
            ),
            format!("Observation?patient={person}&{}=1", plant.word()),
            format!("Observation?patient={person}&_count={}", plant.word()),
            format!("Observation?patient={person}&_page={}", plant.word()),
            format!("Observation?patient={}", plant.word()),
            format!("Observation/{}", plant.word()),
            format!("Observation/{person}-{}", plant.word()),
            format!("Organization?name={}", plant.word()),
            format!("Practitioner?name={}", plant.word()),
            format!("Patient?family={}", plant.word()),
            format!("AuditEvent?patient={person}&{}=1", plant.word()),
            format!("Patient/{person}/$everything?{}=1", plant.word()),
            plant.word(),
        ] {
            serving.get(&question, token);
        }
        for (kind, resource) in plant.refused(person) {
            let status = serving.post(&kind, token, &resource).status;
            assert!((400..500).contains(&status), "{kind}: {status}");
        }
    }
    serving.get("Observation", &plant.word());
    let everything = serving.get(&format!("Patient/{person}/$everything"), &holder);
    assert_eq!(everything.status, 200, "{}", everything.text);
}
