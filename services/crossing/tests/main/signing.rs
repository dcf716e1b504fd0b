//! The key by which snapshots and lists are signed.
//!
//! Dangers covered: one that was lost is made anew by whoever only looks, or by a list for snapshots that the lost one signed;
//! one that others may read is taken.
//! Not a failure: a key that is made by the first list of a folder in which nothing is signed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::Home;

/// A crossing with keys, bronze, a list, and a snapshot of one person.
fn with_snapshot() -> Home {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let [bronze, snapshots, cdm] = [home.bronze(), home.publish(), home.text("cdm")];
    fs::create_dir(&cdm).unwrap();
    let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n1,8507,1970,0,0,P1\n";
    fs::write(home.path("cdm/person.csv"), persons).unwrap();
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    let imported = home.json(&[&["omop", "import", &cdm, "--ben-idt-ano"][..], &folders].concat());
    assert_eq!(imported.0, 0, "{imported:?}");
    home
}

#[test]
fn a_key_that_was_lost_is_not_made_anew() {
    let home = with_snapshot();
    let [snapshots, bronze, lines, first, cdm] =
        ["snapshots", "bronze", "lines", "first", "cdm"].map(|name| home.text(name));
    let key = home.keys().join("snapshots.key");
    let kept = fs::read(&key).unwrap();
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::remove_file(&key).unwrap();
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    let files = ["--lines", &lines, "--first-step", &first];
    for command in [
        &["snapshots", "show", &snapshots][..],
        &["snapshots", "verify", &snapshots],
        &["snapshots", "retire", &snapshots],
        &["snapshots", "renew", &snapshots, "--bronze", &bronze],
        &[&["omop", "import", &cdm, "--ben-idt-ano"][..], &folders].concat(),
        &[&["opposed", "publish"][..], &files, &folders[..2]].concat(),
    ] {
        let (code, told) = home.json(command);
        let error = told["error"].as_str().unwrap();
        assert!(
            code == 1 && error.contains("sealed copy"),
            "{command:?}: {error}"
        );
        assert!(!key.exists(), "{command:?}");
    }
    fs::write(&key, kept).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(home.json(&["snapshots", "verify", &snapshots]).0, 0);
}

#[test]
fn a_key_that_others_may_read_is_taken_by_nobody() {
    let home = with_snapshot();
    let snapshots = home.text("snapshots");
    let key = home.keys().join("snapshots.key");
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
        let (code, told) = home.json(&["snapshots", "verify", &snapshots]);
        let error = told["error"].as_str().unwrap();
        assert!(code == 1 && error.contains("0600"), "{error}");
    }
    fs::set_permissions(&key, Permissions::from_mode(0o400)).unwrap();
    assert_eq!(home.json(&["snapshots", "verify", &snapshots]).0, 0);
}
