//! What is erased is gone: from the files, from the logs, and from every backup that was made before, for whoever has the
//! backups' identity, the root key, all that lies apart, and the shares of today.
//!
//! Failures covered: a key of an erased record in a backup, under the root key alone or under today's epoch; a word of it
//! in a file or a log; a newest backup that still opens it; a search that would not find what is there (the control: with
//! the shares of that time the same backup gives every word back).
//! Not failures: the trail of an erased person, whose key custodians keep for the time of the law; shares of before a
//! rotation that two custodians did not destroy (decision 0010); a disk that was copied whole while the record was there.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::crowd::record;
use super::plant::Plant;
use super::scanner::Scanner;
use crate::harness::samples::{DOCTOR, HOSPITAL, consent};
use crate::keys::Kept;

/// Of how many the large documents lie outside the entries.
const FILES: usize = 20;

#[test]
fn a_word_of_somebody_erased_comes_back() {
    erased(40);
}

#[test]
#[ignore = "a thousand persons; ./test --long"]
fn a_word_of_a_thousand_erased_comes_back() {
    erased(1_000);
}

fn erased(count: usize) {
    let kept = Kept::new();
    let stays = kept.home.persons();
    let mut plant = Plant::default();
    let persons = plant_all(&kept, &mut plant, count);
    let scanner = Scanner::new(plant.words());
    assert_eq!(kept.backup().code, 0);
    let then = kept.shares("epoch-1", &[1, 2]);

    // The control: this backup does hold them, for who has what opened it at the time.
    let (restored, finished) = kept.restore(&then);
    assert_eq!(finished.code, 0, "{finished:?}");
    let back = words(&scanner, &exports(&restored, &persons));
    assert_eq!(back, scanner.words(), "words that come back before");
    drop(restored);
    let old = copied(&kept, "before");

    let serving = kept.home.serve();
    for person in &persons {
        let proof = kept.home.outside.join(format!("{person}.erased"));
        kept.home
            .done(&["erase", person, "--out", proof.to_str().unwrap()]);
    }
    serving.stop();
    assert_eq!(kept.rotate().code, 0);
    let now = kept.shares("epoch-2", &[1, 2]);
    let all = kept.shares("epoch-2", &[1, 2, 3]);

    let files = super::clean(&scanner, &kept.home);
    for shares in [&all[..], &[]] {
        let (tried, finished) = kept.restore_from(&old, shares);
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(finished.stderr.contains("epoch"), "{finished:?}");
        // What a refused restore leaves behind, if it leaves anything.
        if tried.dir.exists() {
            let left = scanner.scan_folder(&tried.dir).found;
            assert!(left.is_empty(), "{left:?}");
        }
    }
    let (restored, finished) = kept.restore(&now);
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(restored.persons(), stays);
    assert_eq!(words(&scanner, &exports(&restored, &stays)), 0);
    for person in &persons {
        let refused = restored.run(&["export", person, "--out", "-"]);
        assert_eq!(refused.code, 1, "{refused:?}");
        assert_eq!(words(&scanner, &refused.stdout), 0);
    }
    let restored_files = super::clean(&scanner, &restored);
    println!(
        "erased: {count} persons, {} words, all of them in the backup before; {files} files, today's backup and its \
         {restored_files} files hold none, and the old backup opens with no share of today",
        scanner.words()
    );
}

/// Plants words in every kind of data of so many persons: who they are, findings, documents within entries and outside
/// them, rights.
fn plant_all(kept: &Kept, plant: &mut Plant, count: usize) -> Vec<String> {
    let known = kept.home.persons();
    let folder = kept.home.outside.join("people");
    fs::create_dir(&folder).unwrap();
    for number in 0..count {
        let text = record(plant, number).to_string();
        fs::write(folder.join(format!("{number}.json")), text).unwrap();
    }
    let serving = kept.home.serve();
    let imported = kept
        .home
        .done(&["--json", "import", folder.to_str().unwrap()]);
    assert_eq!(imported.json()["rejected"], 0, "{imported:?}");
    fs::remove_dir_all(&folder).unwrap();
    let mut persons = kept.home.persons();
    persons.retain(|person| !known.contains(person));
    assert_eq!(persons.len(), count);
    let software = kept.home.token(&["--software", HOSPITAL]);
    for person in persons.iter().take(FILES) {
        let file = plant.file(&format!("Patient/{person}"));
        serving.post("Binary", &software, &file).created();
        let holder = kept.home.token(&["--holder", person]);
        let mut right = consent(person, DOCTOR);
        right["patient"]["display"] = json!(plant.word());
        serving.post("Consent", &holder, &right).created();
    }
    serving.stop();
    persons
}

/// The backups as they are now, elsewhere: nobody finds every copy that was made.
fn copied(kept: &Kept, name: &str) -> String {
    let to = kept.home.outside.join(name);
    copy(Path::new(&kept.folder), &to);
    to.to_str().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn exports(home: &crate::harness::Home, persons: &[String]) -> String {
    let exports = persons.iter().map(|person| home.export(person));
    exports.collect()
}

/// How many of the words a text holds.
fn words(scanner: &Scanner, text: &str) -> usize {
    let found = scanner.scan(text.as_bytes());
    let mut words: Vec<usize> = found.into_iter().map(|(word, _)| word).collect();
    words.dedup();
    words.len()
}
