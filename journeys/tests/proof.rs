//! A person checks his trail where nothing of the installation is: a file, a public key, one command.
//!
//! Failures covered: a proof that leaves something of the trail out, or is only believed where it was made; one that is
//! believed after a change; a file that others can read, or that takes another's place; a check that does not say whose word
//! it took for the key.
//! Not a failure: that a demo home's token stands for the person here: the holder's own download comes with his sign-in.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::harness::samples::{DOCTOR, HOSPITAL, OTHER_DOCTOR, consent, record};
use crate::harness::{Finished, Home};

/// A command in a place where no home is.
fn elsewhere(away: &Home, file: &str, more: &[&str]) -> Finished {
    away.run(&[&["--json", "ledger", "check", file], more].concat())
}

#[test]
fn a_persons_trail_cannot_be_checked_away_from_home() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    home.import("other.json", &record("Bernard"));
    let persons = home.persons();
    let person = persons[0].as_str();
    let serving = home.serve();
    let holder = home.token(&["--holder", person]);
    let doctor = home.token(&["--professional", DOCTOR, "--structure", HOSPITAL]);
    let stranger = home.token(&["--professional", OTHER_DOCTOR]);
    let search = format!("Observation?patient={person}");
    serving
        .post("Consent", &holder, &consent(person, DOCTOR))
        .created();
    assert_eq!(serving.get(&search, &doctor).status, 200);
    assert_eq!(serving.get(&search, &stranger).status, 403);

    let file = home.outside.join("mine.trail");
    let path = file.to_str().unwrap();
    let said = home
        .done(&["--json", "ledger", "prove", person, "--out", path])
        .json();
    assert_eq!(said["person"], person);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = home.run(&["ledger", "prove", person, "--out", path]);
    assert_eq!(again.code, 1, "another file is not replaced: {again:?}");
    let key = fs::read_to_string(home.dir.join("keeper/ledger.vkey")).unwrap();
    let shown = trail(
        &serving
            .get(&format!("AuditEvent?patient={person}&_count=1000"), &holder)
            .resources(),
    );
    serving.stop();

    let away = Home::none();
    believed(&home, &away, path, key.trim(), &shown);
    forged(&away, &fs::read(&file).unwrap(), key.trim());
    let stranger = Home::demo();
    let other_key = fs::read_to_string(stranger.dir.join("keeper/ledger.vkey")).unwrap();
    let wrong = elsewhere(&away, path, &["--key", other_key.trim()]);
    assert_eq!(wrong.code, 4, "{wrong:?}");
    assert_eq!(elsewhere(&stranger, path, &[]).code, 4);
}

/// What the file says where it is believed, and by whose word.
fn believed(home: &Home, away: &Home, path: &str, key: &str, shown: &[u64]) {
    let by_key = elsewhere(away, path, &["--events", "--key", key]).json();
    assert_eq!(
        (&by_key["verified"], &by_key["key"]),
        (&json!(true), &json!("given"))
    );
    assert_eq!(
        (&by_key["first"], &by_key["complete_from_start"]),
        (&json!(0), &json!(true))
    );
    let proved = by_key["trail"].as_array().unwrap();
    assert_eq!(by_key["events"], proved.len());
    // What the person is shown and what the file proves are the same lines, up to the file's own.
    let leaves: Vec<u64> = proved
        .iter()
        .map(|event| event["index"].as_u64().unwrap())
        .collect();
    assert_eq!(leaves, shown[..leaves.len()]);
    let last = proved.last().unwrap();
    assert_eq!(
        (&last["act"], &last["role"]),
        (&json!("account"), &json!("operator"))
    );
    let refused = proved
        .iter()
        .filter(|event| event["permitted"] == json!(false));
    assert_eq!(refused.count(), 1);
    let by_itself = elsewhere(away, path, &[]).json();
    assert_eq!(by_itself["key"], "file");
    let text = away.run(&["ledger", "check", path]);
    assert!(
        text.stdout.contains("own word") && text.stdout.contains("nothing came after"),
        "{text:?}"
    );
    assert_eq!(elsewhere(home, path, &[]).json()["key"], "home");
}

/// The leaves of a trail as FHIR shows it, in the order of the ledger.
fn trail(events: &[Value]) -> Vec<u64> {
    let leaf = |event: &Value| {
        let details = event["entity"][0]["detail"].as_array().unwrap();
        let detail = details
            .iter()
            .find(|detail| detail["type"] == "ledger leaf")
            .unwrap();
        detail["valueString"].as_str().unwrap().parse().unwrap()
    };
    let mut leaves: Vec<u64> = events.iter().map(leaf).collect();
    leaves.sort_unstable();
    leaves
}

/// Bytes flipped all over the file, and its end cut off: each is exit code 4.
fn forged(away: &Home, honest: &[u8], key: &str) {
    let mut refused = 0;
    let mut check = |bytes: &[u8]| {
        let file = away.outside.join("forged.trail");
        fs::write(&file, bytes).unwrap();
        let path = file.to_str().unwrap();
        let found = elsewhere(away, path, &["--key", key]);
        assert_eq!(found.code, 4, "{found:?}");
        assert!(!found.json()["error"].as_str().unwrap().is_empty());
        refused += 1;
    };
    for step in 0..60 {
        let mut bytes = honest.to_vec();
        let at = step * (bytes.len() - 1) / 59;
        bytes[at] ^= 1 << (step % 7);
        check(&bytes);
    }
    check(&honest[..honest.len() - 1]);
    check(&honest[..honest.len() / 2]);
    check(&[honest, honest].concat());
    check(b"");
    check(&[0xff, 0xfe]);
    println!("journey: {refused} forged files refused by the command");
}
