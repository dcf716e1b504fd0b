//! The same scan over ten thousand persons: while they are served, after both services were killed, after recovery,
//! in a backup, and in the home that is restored from it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::plant::Plant;
use super::scanner::Scanner;
use crate::harness::Home;
use crate::harness::samples::bundle;

const PERSONS: usize = 10_000;

/// A small record: a name, a finding with its note, and a document in base64; seven words of its own.
pub fn record(plant: &mut Plant, number: usize) -> Value {
    let url = |place: usize| format!("urn:uuid:{number:08x}-0000-4000-8000-{place:012x}");
    let patient = json!({
        "resourceType": "Patient",
        "name": [{ "family": plant.word(), "given": [plant.word()] }],
        "birthDate": "1950-01-01",
    });
    let observation = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": plant.word() },
        "subject": { "reference": url(1) },
        "note": [{ "text": plant.word() }],
    });
    let document = plant.document(&url(1));
    bundle(&[(url(1), patient), (url(2), observation), (url(3), document)])
}

#[test]
#[ignore = "ten thousand persons; ./test --long"]
fn no_word_of_ten_thousand_persons_is_on_disk() {
    let home = Home::demo();
    let mut plant = Plant::default();
    let folder = home.outside.join("people");
    fs::create_dir(&folder).unwrap();
    for number in 0..PERSONS {
        let text = record(&mut plant, number).to_string();
        fs::write(folder.join(format!("{number}.json")), text).unwrap();
    }
    let scanner = Scanner::new(plant.words());
    found_where_they_are(&scanner, &folder);
    let serving = home.serve();
    // Through the running services, whose write-ahead logs are then as long as they get.
    let summary = home.done(&["--json", "import", folder.to_str().unwrap()]);
    assert_eq!(summary.json()["rejected"], 0, "{summary:?}");
    assert_eq!(home.persons().len(), PERSONS);
    let logs = wals(&home.dir);
    assert!(!logs.is_empty(), "no write-ahead log was found to search");
    let served = super::clean(&scanner, &home);
    backed_up(&scanner, &home);
    serving.kill("hygie-care");
    serving.signal("hygie-keeper", Signal::KILL);
    let killed = super::clean(&scanner, &home);
    drop(serving);
    let person = home.persons().remove(PERSONS / 2);
    let export = home.export(&person);
    let recovered = super::clean(&scanner, &home);
    println!(
        "canary: {PERSONS} persons, {} words in {} forms; {served} files searched while serving ({} of them write-ahead \
         logs), {killed} after a kill, {recovered} after recovery, none found",
        scanner.words(),
        scanner.forms(),
        logs.len()
    );
    assert!(
        scanner.scan(export.as_bytes()).len() >= 7,
        "the words went in"
    );
}

/// The control: in the files that are imported the scanner finds every word.
fn found_where_they_are(scanner: &Scanner, folder: &Path) {
    let report = scanner.scan_folder(folder);
    let words: BTreeSet<usize> = report
        .found
        .values()
        .flat_map(|found| found.iter().map(|(word, _)| *word))
        .collect();
    assert_eq!(words.len(), scanner.words(), "the control");
    println!(
        "canary: {} words found in the {} files that are imported",
        words.len(),
        report.files
    );
}

/// Takes a backup while the home is served, and restores it: neither the files nor what comes of them holds a word.
fn backed_up(scanner: &Scanner, home: &Home) {
    let path = |name: &str| home.outside.join(name).to_str().unwrap().to_owned();
    let (identity, folder) = (path("identity"), path("backups"));
    let made = home.done(&["--json", "backup-identity", &identity]).json();
    let recipient = made["recipient"].as_str().unwrap();
    home.custody(1, 1);
    home.done(&["backup", &folder, "--recipient", recipient]);
    let report = scanner.scan_folder(Path::new(&folder));
    assert!(report.files >= 3 && report.found.is_empty());
    let restored = Home::none();
    let keys = home.dir.to_str().unwrap();
    restored.done(&["restore", &folder, "--identity", &identity, "--keys", keys]);
    let files = super::clean(scanner, &restored);
    println!(
        "canary: {} files of a backup searched, and {files} of the home that was restored from it",
        report.files
    );
}

/// The write-ahead logs below a folder that hold something.
fn wals(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(wals(&path));
        } else if path.to_string_lossy().ends_with("-wal")
            && fs::metadata(&path).is_ok_and(|known| known.len() > 0)
        {
            found.push(path);
        }
    }
    found
}
