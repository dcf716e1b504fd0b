//! The journeys "a hospital deposits" and "a citizen reads".
//!
//! Failures covered: a professional who reads without the holder's authorisation; an opening or a refusal that is
//! not in the holder's trail; a trail that points to no leaf of the ledger; one person who reads another; a deposit
//! that is acknowledged and not there.
//! Not a failure: a professional who deposits without an authorisation; the exact rule named in the trail.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::samples::{DOCTOR, HOSPITAL, OTHER_DOCTOR, consent, observation, record};
use crate::harness::{Home, Serving};

#[test]
fn a_professional_reads_nothing_before_the_holder_says_so_and_both_can_be_proved() {
    let home = Home::demo();
    let summary = home.import("record.json", &record("Martin"));
    assert_eq!(
        (&summary["rejected"], &summary["total"]),
        (&json!(0), &json!(7))
    );
    let [person] = &home.persons()[..] else {
        panic!("one patient is one person");
    };
    let serving = home.serve();
    let holder = home.token(&["--holder", person]);
    let doctor = home.token(&["--professional", DOCTOR, "--structure", HOSPITAL]);
    let search = format!("Observation?patient={person}");

    let own = serving.get(&search, &holder).resources();
    assert_eq!(own.len(), 2);
    let one = format!("Observation/{}", own[0]["id"].as_str().unwrap());
    assert_eq!(serving.get(&one, &holder).status, 200);

    assert_eq!(serving.get(&search, &doctor).status, 403);
    assert_ne!(serving.get(&one, &doctor).status, 200);
    // Reading is governed by authorisation; depositing is not.
    let patient = json!({ "reference": format!("Patient/{person}") });
    let new = observation(&patient, "8867-4", 64.0, "/min", None);
    let deposited = serving.post("Observation", &doctor, &new).created();
    let deposited = format!("Observation/{deposited}");
    assert_eq!(serving.get(&deposited, &holder).status, 200);

    serving
        .post("Consent", &holder, &consent(person, DOCTOR))
        .created();
    assert_eq!(serving.get(&search, &doctor).resources().len(), 3);
    let other = home.token(&["--professional", OTHER_DOCTOR]);
    assert_eq!(serving.get(&search, &other).status, 403);

    check_trail(&home, &serving, person, &holder);
    serving.stop();
}

/// Every opening and refusal is in the trail, and each line of the trail is a leaf of a ledger that verifies.
fn check_trail(home: &Home, serving: &Serving<'_>, person: &str, holder: &str) {
    let trail = serving
        .get(&format!("AuditEvent?patient={person}&_count=1000"), holder)
        .resources();
    let of = |rpps: &str, outcome: &str, act: &str| {
        trail
            .iter()
            .filter(|event| event["agent"][0]["who"]["identifier"]["value"] == rpps)
            .filter(|event| event["outcome"] == outcome && event["subtype"][0]["code"] == act)
            .count()
    };
    assert_eq!(
        of(DOCTOR, "4", "search-type"),
        1,
        "the refused search is in the trail"
    );
    assert_eq!(
        of(DOCTOR, "4", "read"),
        1,
        "the refused read is in the trail"
    );
    assert_eq!(of(DOCTOR, "0", "create"), 1, "the deposit is in the trail");
    assert_eq!(
        of(DOCTOR, "0", "search-type"),
        1,
        "the permitted search is in the trail"
    );
    assert_eq!(
        of(OTHER_DOCTOR, "4", "search-type"),
        1,
        "the other's refusal is in the trail"
    );
    assert_eq!(of(OTHER_DOCTOR, "0", "search-type"), 0);
    assert_eq!(
        of(person, "0", "search-type"),
        1,
        "the holder's own search is in the trail"
    );
    assert_eq!(
        of(person, "0", "account"),
        1,
        "this very reading is in the trail"
    );
    let leaves: BTreeSet<u64> = trail.iter().map(leaf).collect();
    assert_eq!(leaves.len(), trail.len(), "each line has a leaf of its own");
    // The ledger's files follow the events within milliseconds.
    let end = Instant::now() + Duration::from_secs(10);
    while *leaves.last().unwrap() >= home.ledger_size() {
        assert!(Instant::now() < end, "the ledger's files do not follow");
    }
}

fn leaf(event: &Value) -> u64 {
    let details = event["entity"][0]["detail"].as_array().unwrap();
    let detail = details
        .iter()
        .find(|detail| detail["type"] == "ledger leaf")
        .unwrap();
    detail["valueString"].as_str().unwrap().parse().unwrap()
}

#[test]
fn nobody_reads_anothers_record() {
    let home = Home::demo();
    home.import("one.json", &record("Martin"));
    let first = home.persons();
    home.import("two.json", &record("Bernard"));
    let persons = home.persons();
    assert_eq!((first.len(), persons.len()), (1, 2));
    let (one, two) = (&persons[0], &persons[1]);
    let serving = home.serve();
    let holder = home.token(&["--holder", one]);
    let stranger = home.token(&["--holder", two]);
    let software = home.token(&["--software", HOSPITAL]);
    let own = serving
        .get(&format!("Condition?patient={one}"), &holder)
        .resources();
    let condition = format!("Condition/{}", own[0]["id"].as_str().unwrap());
    for path in [
        format!("Observation?patient={one}"),
        format!("Patient/{one}/$everything"),
        format!("AuditEvent?patient={one}"),
    ] {
        for token in [&stranger, &software] {
            assert_eq!(serving.get(&path, token).status, 403, "{path}");
        }
        assert_eq!(serving.get(&path, "").status, 401, "{path}");
        assert_eq!(serving.get(&path, "no.token.atall").status, 401, "{path}");
    }
    for path in [condition, format!("Patient/{one}")] {
        for token in [&stranger, &software] {
            let answer = serving.get(&path, token);
            assert!(
                matches!(answer.status, 403 | 404),
                "{path}: {}",
                answer.status
            );
            assert!(!answer.text.contains("rhinite") && !answer.text.contains("Martin"));
        }
    }
    let everything = serving
        .get(&format!("Patient/{one}/$everything"), &holder)
        .resources();
    assert_eq!(everything.len(), 7);
    serving.stop();
    home.ledger_size();
}

#[test]
fn an_unknown_question_is_refused_and_never_answered_with_nothing() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let serving = home.serve();
    let holder = home.token(&["--holder", &person]);
    for question in [
        "Observation?colour=blue",
        "Observation?code:colour=1",
        "Observation?_count=abc",
        "Observation?date=2020-02-31",
        "Colour?patient=1",
    ] {
        let answer = serving.get(question, &holder);
        assert_eq!(answer.status, 400, "{question}: {}", answer.text);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome");
    }
    for (kind, resource) in [
        (
            "Observation",
            json!({ "resourceType": "Observation", "status": "final" }),
        ),
        ("Observation", json!({ "resourceType": "Patient" })),
        (
            "Patient",
            json!({ "resourceType": "Patient", "birthDate": "2020-02-31" }),
        ),
    ] {
        let status = serving.post(kind, &holder, &resource).status;
        assert!(matches!(status, 400 | 422), "{kind}: {status}");
    }
    serving.stop();
}
