//! A stolen doctor's session against served programs: what it gets in a day, what the operator sees of it, and how soon
//! his cut is felt.
//!
//! Failures covered: a budget in `hygie.toml` that nothing keeps; a session that gets more by asking in parallel or
//! after a restart; an alarm that does not ring, or rings again; a suspended actor who is answered by the next request,
//! or after a restart; a mistyped command that says nothing; a figure that names somebody.

use std::fs;
use std::thread;

use serde_json::{Value, json};

use crate::harness::samples::{DOCTOR, OTHER_DOCTOR, consent, record};
use crate::harness::{Home, Serving};

const NAMES: [&str; 8] = [
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois",
];

/// Asks for everybody at once; says who was answered, and checks how the others were refused.
fn harvest(serving: &Serving<'_>, persons: &[String], token: &str) -> Vec<bool> {
    thread::scope(|scope| {
        let asks: Vec<_> = persons
            .iter()
            .enumerate()
            .map(|(number, person)| {
                let path = match number % 2 {
                    0 => format!("Patient/{person}"),
                    _ => format!("Observation?patient={person}"),
                };
                scope.spawn(move || serving.get(&path, token))
            })
            .collect();
        let answers = asks.into_iter().map(|ask| ask.join().unwrap());
        let met = answers.map(|answer| {
            if answer.status == 200 {
                return true;
            }
            assert_eq!(answer.status, 429);
            let said = &answer.json()["issue"][0];
            assert_eq!(said["code"], "throttled");
            let text = said["details"]["text"].as_str().unwrap();
            assert!(text.contains("T00:00:00.000Z"), "{text}");
            false
        });
        met.collect()
    })
}

fn alarms(home: &Home) -> Vec<Value> {
    let listed = home.done(&["--json", "alarms"]).json();
    listed["alarms"].as_array().unwrap().clone()
}

#[test]
fn a_stolen_session_gets_its_budget_and_is_cut_off() {
    let home = Home::demo();
    for name in NAMES {
        home.import(&format!("{name}.json"), &record(name));
    }
    let persons = home.persons();
    let settings = home.dir.join("hygie.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("#care = 300", "care = 3")).unwrap();
    let serving = home.serve_with(&[]);
    for person in &persons {
        let holder = home.token(&["--holder", person]);
        let consented = consent(person, DOCTOR);
        serving.post("Consent", &holder, &consented).created();
    }
    let doctor = home.token(&["--professional", DOCTOR]);
    let met = harvest(&serving, &persons, &doctor);
    assert_eq!(met.iter().filter(|met| **met).count(), 3);
    assert_eq!(harvest(&serving, &persons, &doctor), met);
    assert_eq!(
        serving.figure("hygie_keeper_alarms_total{kind=\"budget\"}"),
        1
    );
    assert_eq!(
        serving.figure("hygie_keeper_refusals_total{kind=\"budget\"}"),
        10
    );
    let (_, figures) = serving.health("/metrics").unwrap();
    assert!(!figures.contains(DOCTOR), "no figure names anybody");
    drop(serving);

    let serving = home.serve_with(&[]);
    assert_eq!(harvest(&serving, &persons, &doctor), met);
    let rung = alarms(&home);
    assert_eq!(rung.len(), 1);
    assert_eq!(rung[0]["actor"]["id"], DOCTOR);
    assert_eq!(rung[0]["alarm"]["alarm"], "budget");
    assert_eq!(rung[0]["alarm"]["persons"], 3);

    drop(serving);
    let known = &persons[met.iter().position(|met| *met).unwrap()];
    cut_off(&home, &format!("Patient/{known}"), &doctor);
    home.ledger_size();
}

/// The cut is felt by the very next request, about those whom he met, too; what is warm helps nobody.
fn cut_off(home: &Home, path: &str, doctor: &str) {
    let serving = home.serve_with(&[]);
    assert_eq!(serving.get(path, doctor).status, 200);
    let words = [
        "actor",
        "suspend",
        "professional",
        DOCTOR,
        "--reason",
        "stolen",
    ];
    home.done(&words);
    let refused = serving.get(path, doctor);
    assert_eq!(refused.status, 403);
    let text = refused.json()["issue"][0]["details"]["text"].to_string();
    assert!(text.contains("suspended"), "{text}");
    drop(serving);
    let serving = home.serve_with(&[]);
    assert_eq!(serving.get(path, doctor).status, 403);
    let listed = home.done(&["--json", "actor", "list"]).json();
    let suspended = listed["suspended"].as_array().unwrap();
    let why =
        json!({ "alarm": "suspended", "kind": "professional", "id": DOCTOR, "reason": "stolen" });
    assert_eq!((suspended.len(), &suspended[0]["alarm"]), (1, &why));
    home.done(&["actor", "resume", "professional", DOCTOR]);
    assert_eq!(serving.get(path, doctor).status, 200);
    let words: Vec<_> = alarms(home)
        .iter()
        .map(|alarm| alarm["alarm"]["alarm"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(words, ["budget", "suspended", "resumed"]);
    let text = home.done(&["alarms", "--from", "1"]).stdout;
    assert_eq!(text.lines().count(), 2, "{text}");
    assert_eq!(
        home.done(&["alarms", "--open"]).stdout,
        "no break-glass waits for its review\n"
    );
}

#[test]
fn a_mistyped_word_that_says_nothing() {
    let home = Home::demo();
    for (words, code, said) in [
        (
            vec!["actor", "suspend", "doctor", DOCTOR],
            2,
            "professional",
        ),
        (
            vec!["actor", "suspend", "operator", "operator"],
            1,
            "replace it",
        ),
        (
            vec!["actor", "resume", "professional", OTHER_DOCTOR],
            1,
            "not suspended",
        ),
        (vec!["alarms", "review", "0", "fine"], 2, "to-clarify"),
        (
            vec!["alarms", "review", "0", "misuse"],
            1,
            "waits for no review",
        ),
        (vec!["serve", "--budgets-care", "many"], 2, "whole number"),
        (vec!["serve", "--budgets-care", "-1"], 2, ""),
    ] {
        let finished = home.run(&words);
        assert_eq!(finished.code, code, "{words:?} {finished:?}");
        assert!(finished.stderr.contains(said), "{words:?} {finished:?}");
    }
    // With nobody serving, the commands work all the same.
    home.done(&["actor", "suspend", "software", "750000018"]);
    let again = home.run(&["actor", "suspend", "software", "750000018"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.stderr.contains("already, since alarm 0"), "{again:?}");
}
