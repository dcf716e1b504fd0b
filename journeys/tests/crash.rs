//! Care and keeper are killed a dozen times while records come in.
//!
//! Failures covered: an acknowledged deposit that is gone; a deposit that is half visible or visible twice; an opening
//! without its line in the ledger; a ledger that no longer verifies; services that do not come back; an import that is
//! not resumed, or that makes a person twice.
//! Not failures: a request that gets no answer or a 5xx; a deposit that was never acknowledged and is there.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::samples::{HOSPITAL, observation, record};
use crate::harness::{Home, Serving};

/// How many deposits are under way at once.
const WRITERS: usize = 3;
const KILLS: usize = 12;

/// What one writer did: marks that were acknowledged with their ids, and all marks that were sent.
#[derive(Default)]
struct Written {
    acknowledged: BTreeMap<String, String>,
    sent: BTreeSet<String>,
}

#[test]
fn a_dozen_kills_lose_nothing_that_was_acknowledged() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let serving = home.serve();
    let software = home.token(&["--software", HOSPITAL]);
    let done = AtomicBool::new(false);
    let written = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (serving, software, person, done) = (&serving, &software, &person, &done);
                scope.spawn(move || write(serving, software, person, writer, done))
            })
            .collect();
        for kill in 0..KILLS {
            // Both halves of the pair, and at another moment each time.
            thread::sleep(Duration::from_millis(
                2_100 + 61 * u64::try_from(kill).unwrap(),
            ));
            serving.kill(if kill % 2 == 0 {
                "hygie-care"
            } else {
                "hygie-keeper"
            });
            wait_until_back(&serving, &person, &home);
        }
        thread::sleep(Duration::from_millis(500));
        done.store(true, Ordering::Relaxed);
        let mut all = Written::default();
        for writer in writers {
            let Written { acknowledged, sent } = writer.join().unwrap();
            all.acknowledged.extend(acknowledged);
            all.sent.extend(sent);
        }
        all
    });
    println!(
        "{} deposits sent, {} acknowledged, {KILLS} kills",
        written.sent.len(),
        written.acknowledged.len()
    );
    assert!(written.acknowledged.len() > KILLS);
    check(&home, &serving, &person, &written);
    serving.stop();
    let size = home.ledger_size();
    assert!(size > u64::try_from(written.acknowledged.len()).unwrap());
}

/// Deposits until `done`, each observation with a mark of its own in three places.
fn write(
    serving: &Serving<'_>,
    token: &str,
    person: &str,
    writer: usize,
    done: &AtomicBool,
) -> Written {
    let mut written = Written::default();
    for number in 0.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let mark = format!("m{writer}x{number:05}");
        written.sent.insert(mark.clone());
        let text = marked(person, &mark).to_string();
        match serving.client().post("Observation", token, &text) {
            Ok(answer) if answer.status == 201 => {
                written.acknowledged.insert(mark, answer.created());
            }
            Ok(answer) => {
                assert!(answer.status >= 500, "{}: {}", answer.status, answer.text);
                thread::sleep(Duration::from_millis(50));
            }
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
    written
}

fn marked(person: &str, mark: &str) -> Value {
    let patient = json!({ "reference": format!("Patient/{person}") });
    let mut resource = observation(&patient, "8867-4", 64.0, "/min", None);
    resource["identifier"] = json!([{ "system": "urn:test", "value": mark }]);
    resource["note"] = json!([{ "text": mark.repeat(100) }, { "text": mark }]);
    resource
}

fn wait_until_back(serving: &Serving<'_>, person: &str, home: &Home) {
    let holder = home.token(&["--holder", person]);
    let end = Instant::now() + Duration::from_secs(60);
    // The killed process may still answer for a moment: a new answer counts when it is a good one.
    thread::sleep(Duration::from_millis(100));
    while Instant::now() < end {
        if let Ok(answer) = serving.client().get(&format!("Patient/{person}"), &holder)
            && answer.status == 200
        {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the services did not come back\n{}", home.logs());
}

fn check(home: &Home, serving: &Serving<'_>, person: &str, written: &Written) {
    let holder = home.token(&["--holder", person]);
    for (mark, id) in &written.acknowledged {
        let answer = serving.get(&format!("Observation/{id}"), &holder);
        assert_eq!(
            answer.status, 200,
            "an acknowledged deposit is gone: {}",
            answer.text
        );
        whole(&answer.json(), person, mark);
    }
    let export: Value = serde_json::from_str(&home.export(person)).unwrap();
    let mut seen = BTreeSet::new();
    for entry in export["entry"].as_array().unwrap() {
        let resource = &entry["resource"];
        let Some(mark) = resource["identifier"][0]["value"]
            .as_str()
            .filter(|mark| mark.starts_with('m'))
        else {
            continue;
        };
        assert!(written.sent.contains(mark), "nobody sent {mark}");
        assert!(seen.insert(mark.to_owned()), "{mark} is there twice");
        whole(resource, person, mark);
    }
    for mark in written.acknowledged.keys() {
        assert!(seen.contains(mark), "{mark} is not in the export");
    }
}

/// The resource is the one that was sent, all of it.
fn whole(resource: &Value, person: &str, mark: &str) {
    let mut got = resource.clone();
    let members = got.as_object_mut().unwrap();
    members.remove("id");
    members.remove("meta");
    assert_eq!(got, marked(person, mark));
}

/// How many persons come in while the services are killed.
const PERSONS: usize = 300;

#[test]
fn an_import_goes_on_after_kills_and_makes_nobody_twice() {
    let home = Home::demo();
    let folder = home.outside.join("in");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..PERSONS {
        let text = record(&format!("Person{number}")).to_string();
        std::fs::write(folder.join(format!("{number:04}.json")), text).unwrap();
    }
    let folder = folder.to_str().unwrap();
    let serving = home.serve();
    let mut import = home
        .command(&["--json", "import", folder])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut kills = 0;
    for program in ["hygie-care", "hygie-keeper", "hygie-care", "hygie-keeper"] {
        thread::sleep(Duration::from_millis(700));
        if import.try_wait().unwrap().is_none() {
            serving.kill(program);
            kills += 1;
        }
    }
    assert!(
        kills > 1,
        "the import was over before the services were killed twice"
    );
    let output = import.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", home.logs());
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&summary["rejected"], &summary["total"]),
        (&json!(0), &json!(7 * PERSONS)),
        "{summary}"
    );
    let persons = home.persons();
    assert_eq!(persons.len(), PERSONS);
    let again = home.done(&["--json", "import", folder]).json();
    assert_eq!(again["already"], again["total"], "{again}");
    assert_eq!(home.persons(), persons);
    for person in persons.iter().step_by(10) {
        let export: Value = serde_json::from_str(&home.export(person)).unwrap();
        assert_eq!(export["entry"].as_array().unwrap().len(), 7);
    }
    serving.stop();
    home.ledger_size();
}
