//! Failures covered: a ledger folder that was changed anywhere and still verifies; an error that does not name the
//! file at fault; a verification that needs the home or a service; a home
//! of yesterday that passes for today's although a later checkpoint is at hand. That every single byte counts is proved in
//! hygie-ledger; here a few bytes of each file go through the command.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::samples::record;
use crate::harness::{Finished, Home};

struct Copy {
    home: Home,
    ledger: PathBuf,
    key: PathBuf,
    elsewhere: Home,
}

impl Copy {
    fn verify(&self) -> Finished {
        let (ledger, key) = (self.ledger.to_str().unwrap(), self.key.to_str().unwrap());
        // There is no home at all where this runs.
        self.elsewhere
            .run(&["ledger", "verify", "--ledger", ledger, "--key", key])
    }

    fn refused(&self, file: &str) {
        let finished = self.verify();
        assert_eq!(finished.code, 4, "{file}: {finished:?}");
        // Entries and the tile of their hashes contradict each other; which of the two was changed, nobody can know.
        let hashes = file.replace("tile/entries/", "tile/0/");
        let named = finished.stderr.contains(file) || finished.stderr.contains(&hashes);
        assert!(named, "{file}: {}", finished.stderr);
    }
}

fn copy() -> Copy {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    home.export(&person);
    assert!(home.ledger_size() > 4);
    let ledger = home.outside.join("ledger");
    copy_folder(&home.dir.join("keeper/ledger"), &ledger);
    let key = home.dir.join("keeper/ledger.vkey");
    Copy {
        home,
        ledger,
        key,
        elsewhere: Home::none(),
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_byte_changed_in_any_file_is_refused_and_the_file_is_named() {
    let copy = copy();
    assert_eq!(copy.verify().code, 0);
    let found = files(&copy.ledger);
    assert!(found.len() >= 3, "checkpoint, tile and entries: {found:?}");
    for path in &found {
        let name = path.strip_prefix(&copy.ledger).unwrap().to_str().unwrap();
        let whole = fs::read(path).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            fs::write(path, &changed).unwrap();
            // The checkpoint's own text may name another key or no note at all; it is at fault either way.
            copy.refused(if name == "checkpoint" { "" } else { name });
        }
        fs::write(path, &whole[..whole.len() - 1]).unwrap();
        copy.refused(if name == "checkpoint" { "" } else { name });
        fs::remove_file(path).unwrap();
        copy.refused(name);
        fs::write(path, &whole).unwrap();
    }
    assert_eq!(copy.verify().code, 0);
}

#[test]
fn a_file_too_many_and_another_key_are_refused() {
    let copy = copy();
    fs::write(copy.ledger.join("note"), "").unwrap();
    copy.refused("note");
    fs::remove_file(copy.ledger.join("note")).unwrap();
    let other = Home::demo();
    let finished = copy.elsewhere.run(&[
        "ledger",
        "verify",
        "--ledger",
        copy.ledger.to_str().unwrap(),
        "--key",
        fs::read_to_string(other.dir.join("keeper/ledger.vkey"))
            .unwrap()
            .trim(),
    ]);
    assert_eq!(finished.code, 4, "{finished:?}");
    // The home itself was never touched.
    copy.home.ledger_size();
}

#[test]
fn a_home_of_yesterday_passes_where_todays_checkpoint_is_known() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let parts = ["keeper", "store"];
    for part in parts {
        copy_folder(&home.dir.join(part), &home.outside.join(part));
    }
    home.export(&person);
    let size = home.ledger_size();
    let checkpoint = home.outside.join("checkpoint");
    fs::copy(home.dir.join("keeper/ledger/checkpoint"), &checkpoint).unwrap();
    let checkpoint = checkpoint.to_str().unwrap();
    let verify = ["--json", "ledger", "verify", "--checkpoint", checkpoint];
    assert_eq!(home.done(&verify).json()["since"], size);

    for part in parts {
        fs::remove_dir_all(home.dir.join(part)).unwrap();
        copy_folder(&home.outside.join(part), &home.dir.join(part));
    }
    assert!(home.ledger_size() < size);
    let refused = home.run(&verify);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.stderr.contains("earlier day"), "{refused:?}");
    let serve = home.run(&["serve", "--checkpoint", checkpoint]);
    assert_eq!(serve.code, 3, "{serve:?}");
    assert!(serve.stderr.contains("earlier day"), "{serve:?}");
    // Once it is a setting, no command opens the home.
    let settings = home.dir.join("hygie.toml");
    let template = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("checkpoint = {checkpoint:?}\n")).unwrap();
    let export = home.run(&["export", &person, "--out", "-"]);
    assert_eq!((export.code, export.stdout.as_str()), (3, ""), "{export:?}");
    // Without it there is nothing to know better by.
    fs::write(&settings, template).unwrap();
    home.export(&person);
}
