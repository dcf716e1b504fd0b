//! Backups of a served home, and the homes that come of them.
//!
//! Failures covered: a backup that lacks what was acknowledged before it began; a second one that repeats
//! the first; a restored home that differs; a past taken for the present; a backup that was altered, cut, forged or
//! exchanged and is restored all the same; one that anybody can read, or that holds what opens the keys; a
//! drill that leaves something behind.
//! Not failures: what is written while a backup is made may be in it or not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::samples::{HOSPITAL, observation, record};
use crate::harness::{Home, Serving};

/// A home with an identity and a folder for its backups.
struct Kept {
    home: Home,
    identity: String,
    recipient: String,
    folder: String,
}

impl Kept {
    fn new() -> Self {
        let home = Home::demo();
        home.import("record.json", &record("Martin"));
        home.custody(1, 1);
        let path = |name: &str| home.outside.join(name).to_str().unwrap().to_owned();
        let (identity, folder) = (path("identity"), path("backups"));
        let made = home.done(&["--json", "backup-identity", &identity]).json();
        let recipient = made["recipient"].as_str().unwrap().to_owned();
        Self {
            home,
            identity,
            recipient,
            folder,
        }
    }

    fn backup(&self) -> Value {
        let words = [
            "--json",
            "backup",
            &self.folder,
            "--recipient",
            &self.recipient,
        ];
        self.home.done(&words).json()
    }

    /// Restores into a new home; gives its exit code too.
    fn restore(&self, more: &[&str]) -> (Home, i32, String) {
        let restored = Home::none();
        let keys = self.home.dir.to_str().unwrap();
        let mut words = vec!["restore", &self.folder, "--identity", &self.identity];
        words.extend(["--keys", keys]);
        words.extend(more);
        let finished = restored.run(&words);
        (restored, finished.code, finished.stderr)
    }
}

/// Deposits, and gives the id.
fn deposit(serving: &Serving<'_>, token: &str, person: &str, mark: &str) -> String {
    let patient = json!({ "reference": format!("Patient/{person}") });
    let mut resource = observation(&patient, "8867-4", 64.0, "/min", None);
    resource["note"] = json!([{ "text": mark }]);
    let answer = serving.post("Observation", token, &resource);
    assert_eq!(answer.status, 201);
    answer.created()
}

/// The resources of an export, without what differs from one export to the next.
fn content(export: &str) -> BTreeSet<String> {
    let bundle: Value = serde_json::from_str(export).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["resource"].to_string())
        .collect()
}

#[test]
fn a_restored_home_differs_from_the_one_that_was_backed_up() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    let software = kept.home.token(&["--software", HOSPITAL]);
    let serving = kept.home.serve();
    for step in 0..20 {
        deposit(&serving, &software, &person, &format!("before {step}"));
    }
    let first = kept.backup();
    for step in 0..5 {
        deposit(&serving, &software, &person, &format!("between {step}"));
    }
    let second = kept.backup();
    assert_eq!(second["number"], json!(2));
    assert!(
        second["bytes"].as_u64().unwrap() < first["bytes"].as_u64().unwrap(),
        "{first} {second}"
    );
    serving.stop();
    let checkpoint = kept.home.dir.join("keeper/ledger/checkpoint");
    let before = kept.home.outside.join("checkpoint");
    fs::copy(&checkpoint, &before).unwrap();

    // Nothing was opened since the second backup: with the checkpoint it is the present.
    let (restored, code, said) = kept.restore(&["--checkpoint", before.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(restored.persons(), kept.home.persons());
    assert_eq!(
        content(&restored.export(&person)),
        content(&kept.home.export(&person))
    );
    let serving = restored.serve();
    let holder = restored.token(&["--holder", &person]);
    let trail = serving.get(&format!("AuditEvent?patient={person}&_count=100"), &holder);
    assert!(trail.json()["total"].as_u64().unwrap() >= 25);
    serving.stop();
    restored.ledger_size();
}

#[test]
fn a_past_is_taken_for_the_present() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    kept.backup();
    kept.home.export(&person);
    let checkpoint = kept.home.dir.join("keeper/ledger/checkpoint");
    let (lost, code, said) = kept.restore(&["--checkpoint", checkpoint.to_str().unwrap()]);
    assert_eq!(code, 4, "{said}");
    let refused = lost.run(&["persons"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(
        refused.stderr.contains("restored from a backup"),
        "{refused:?}"
    );
    // The operator goes on with it, and everybody can see so for ever.
    lost.done(&["proceed", "--new-epoch"]);
    assert_eq!(lost.persons(), [person]);
    let note = fs::read_to_string(lost.dir.join("keeper/ledger/checkpoint")).unwrap();
    assert_eq!(note.lines().next(), Some("journeys.test/access/2"));
    lost.ledger_size();
}

/// Every file of the backups.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for backup in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(backup.unwrap().path()).unwrap() {
            found.push(file.unwrap().path());
        }
    }
    found.sort();
    found
}

#[test]
fn a_backup_that_was_tampered_with_is_restored() {
    let kept = Kept::new();
    kept.backup();
    kept.home.export(&kept.home.persons()[0]);
    kept.backup();
    let all = files(&kept.folder);
    assert_eq!(all.len(), 6);
    let drill = || {
        let words = [
            "--json",
            "drill",
            &kept.folder,
            "--identity",
            &kept.identity,
        ];
        kept.home.run(&words)
    };
    for path in &all {
        let good = fs::read(path).unwrap();
        let (mut flipped, middle) = (good.clone(), good.len() / 2);
        flipped[middle] ^= 1;
        for bad in [flipped, good[..good.len() - 1].to_vec(), Vec::new()] {
            fs::write(path, bad).unwrap();
            let said = drill();
            assert_eq!(said.code, 4, "{} {said:?}", path.display());
        }
        fs::write(path, good).unwrap();
    }
    let exchange = |one: &Path, other: &Path| {
        let (first, second) = (fs::read(one).unwrap(), fs::read(other).unwrap());
        fs::write(one, second).unwrap();
        fs::write(other, first).unwrap();
    };
    for name in 0..3 {
        exchange(&all[name], &all[name + 3]);
        assert_eq!(drill().code, 4);
        exchange(&all[name], &all[name + 3]);
    }
    // What is whole passes, and leaves nothing behind.
    let done = drill();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.json()["entries"].as_u64().unwrap() > 0);
    assert!(!kept.home.dir.join("run/drill").exists());
    assert!(!kept.home.dir.join("keeper/backup.part").exists());
    // The last backup missing is a past, which only a checkpoint can tell.
    let other = kept.home.outside.join("other").to_str().unwrap().to_owned();
    kept.home.done(&["backup-identity", &other]);
    let words = ["drill", &kept.folder, "--identity", &other];
    assert_eq!(kept.home.run(&words).code, 1);
}

#[test]
fn a_backup_tells_its_finder_something() {
    let kept = Kept::new();
    kept.backup();
    let person = kept.home.persons().remove(0);
    let root = fs::read(kept.home.dir.join("keeper/root.key")).unwrap();
    for path in files(&kept.folder) {
        let bytes = fs::read(&path).unwrap();
        for word in [
            person.as_bytes(),
            b"Martin",
            root.trim_ascii(),
            b"vault",
            b"SQLite",
        ] {
            let found = bytes.windows(word.len()).any(|window| window == word);
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn a_forged_backup_is_restored() {
    let kept = Kept::new();
    for _ in 0..3 {
        kept.home.export(&kept.home.persons()[0]);
        kept.backup();
    }
    // Another home's, sealed for the same recipient, as anybody may who knows him.
    let foreign = Kept {
        recipient: kept.recipient.clone(),
        ..Kept::new()
    };
    for _ in 0..3 {
        foreign.home.export(&foreign.home.persons()[0]);
        foreign.backup();
    }
    let words = |folder: &str| {
        let words = ["drill", folder, "--identity", &kept.identity];
        kept.home.run(&words).code
    };
    assert_eq!(words(&kept.folder), 0);
    assert_eq!(words(&foreign.folder), 4, "another home's passes for ours");
    let (ours, theirs) = (files(&kept.folder), files(&foreign.folder));
    assert_eq!((ours.len(), theirs.len()), (9, 9));
    let mut tried = 0;
    // Each of their files in the place of ours, and each of their backups whole.
    for (one, other) in ours.iter().zip(&theirs) {
        let good = fs::read(one).unwrap();
        fs::copy(other, one).unwrap();
        assert_eq!(words(&kept.folder), 4, "{}", one.display());
        fs::write(one, good).unwrap();
        tried += 1;
    }
    for (ours, theirs) in ours.chunks(3).zip(theirs.chunks(3)) {
        let good: Vec<Vec<u8>> = ours.iter().map(|path| fs::read(path).unwrap()).collect();
        for (one, other) in ours.iter().zip(theirs) {
            fs::copy(other, one).unwrap();
        }
        assert_eq!(words(&kept.folder), 4, "{}", ours[0].display());
        for (path, bytes) in ours.iter().zip(good) {
            fs::write(path, bytes).unwrap();
        }
        tried += 1;
    }
    // One left out, but the last: without a checkpoint nobody can know of that.
    for backup in [0, 1] {
        let folder = ours[3 * backup].parent().unwrap().to_owned();
        let aside = kept.home.outside.join("aside");
        fs::rename(&folder, &aside).unwrap();
        assert_eq!(words(&kept.folder), 4, "{} is missing", folder.display());
        fs::rename(&aside, &folder).unwrap();
        tried += 1;
    }
    // Bytes of the manifests, which all the rest hangs on.
    for path in ours.iter().filter(|path| path.ends_with("manifest")) {
        let good = fs::read(path).unwrap();
        for place in (0..good.len()).step_by(11) {
            let mut bad = good.clone();
            bad[place] ^= 1;
            fs::write(path, bad).unwrap();
            assert_eq!(words(&kept.folder), 4, "{}, byte {place}", path.display());
            tried += 1;
        }
        fs::write(path, good).unwrap();
    }
    assert_eq!(words(&kept.folder), 0);
    println!("{tried} forgeries of a backup, each refused");
}
