//! Which national numbers an installation takes in, over real processes.
//!
//! Dangers: a home for real persons that takes numbers of tests, or a key with a slip of the pen, by any of its ways in; a
//! refusal that does not say where and what to do, or that shows the number in output, rejects or logs; a setting that one
//! command hears and another does not; people who can't be found any more once the setting is another.
//! Not a failure: a demo home, which takes any number without a word.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Finished, Home};

const NIR: &str = "urn:oid:1.2.250.1.213.1.4.8";
const TEST: &str = "urn:oid:1.2.250.1.213.1.4.10";
/// Numbers with the keys that fit, and one with another.
const ONE: &str = "163127847704294";
const TWO: &str = "262087503203977";
const SLIP: &str = "189127512501283";

/// What is written of what was refused, which must not show a number.
fn rejects(home: &Home, finished: &Finished, path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    fs::remove_file(path).unwrap();
    let shown = format!("{finished:?}{text}{}", home.logs());
    for number in [ONE, TWO, SLIP] {
        assert!(!shown.contains(&number[..13]), "{shown}");
    }
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn register(home: &Home, numbers: &[(&str, &str)]) -> (Value, Vec<Value>) {
    let mut text = "ins_system,ins,family,given,birth_date,language\n".to_owned();
    for (system, ins) in numbers {
        text.push_str(&format!("{system},{ins},Durand,Camille,1963-12-05,fr\n"));
    }
    let file = home.file("register.csv", &text);
    let out = home.outside.join("register.rejects");
    let path = out.to_str().unwrap();
    let finished = home.run(&["--json", "register", "import", &file, "--rejects", path]);
    let rejected = if out.exists() {
        rejects(home, &finished, path)
    } else {
        Vec::new()
    };
    assert_eq!(
        finished.code,
        i32::from(!rejected.is_empty()),
        "{finished:?}"
    );
    (finished.json(), rejected)
}

fn import(home: &Home, name: &str, (system, ins): (&str, &str)) -> Vec<Value> {
    let url = |last: u8| format!("urn:uuid:00000000-0000-4000-8000-{name:0>11}{last}");
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "fullUrl": url(1), "resource": {
            "resourceType": "Patient",
            "identifier": [{ "system": system, "value": ins }],
            "name": [{ "family": "Durand" }],
        } },
        { "fullUrl": url(2), "resource": {
            "resourceType": "Observation",
            "status": "final",
            "code": { "text": "pulse" },
            "subject": { "reference": url(1) },
        } },
    ] });
    let path = home.file("import.json", &bundle.to_string());
    let out = home.outside.join("import.rejects");
    let rejected = out.to_str().unwrap();
    let finished = home.run(&["--json", "import", &path, "--rejects", rejected]);
    if finished.code == 0 {
        return Vec::new();
    }
    assert_eq!(finished.code, 1, "{finished:?}");
    rejects(home, &finished, rejected)
}

/// Real persons are taken in here, and nobody else, whether the services run or a command starts them.
fn takes_the_real_alone(home: &Home) {
    let mixed = [(NIR, ONE), (TEST, TWO), (NIR, SLIP), (NIR, &TWO[..13])];
    let (said, rejected) = register(home, &mixed);
    assert_eq!(said["rejected"], 2, "{said}");
    let of = |place: usize, row: u64, word: &str| {
        let reason = rejected[place]["reason"].as_str().unwrap();
        assert_eq!(rejected[place]["row"], row, "{rejected:?}");
        assert!(
            reason.starts_with("`ins` ") && reason.contains(word),
            "{reason}"
        );
    };
    of(0, 2, "national_numbers");
    of(1, 3, "papers");
    for number in [(TEST, TWO), (NIR, SLIP)] {
        let rejected = import(home, "1", number);
        assert_eq!(rejected.len(), 2, "{rejected:?}");
        let patient = &rejected[0];
        assert_eq!(patient["place"], "Patient.identifier[0]", "{patient}");
    }
}

fn set(home: &Home, word: &str) {
    let path = home.dir.join("hygie.toml");
    fs::write(path, format!("national_numbers = \"{word}\"\n")).unwrap();
}

#[test]
fn a_home_for_real_persons_takes_in_numbers_of_nobodys() {
    let home = Home::none();
    home.done(&["init", "--name", "test.example"]);
    takes_the_real_alone(&home);
    assert!(import(&home, "2", (NIR, ONE)).is_empty());
    assert_eq!(home.persons().len(), 1);
    let serving = home.serve();
    takes_the_real_alone(&home);
    drop(serving);

    set(&home, "all");
    let refused = home.run(&["serve"]);
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("`real` or `any`"), "{refused:?}");

    // Where the operator says that nobody is real, all are taken: by a command alone, and by what is served.
    set(&home, "any");
    assert!(import(&home, "3", (TEST, TWO)).is_empty());
    let serving = home.serve();
    let (said, rejected) = register(&home, &[(TEST, TWO), (NIR, SLIP)]);
    assert_eq!((said["rejected"].as_u64(), rejected.len()), (Some(0), 0));
    assert!(import(&home, "4", (NIR, SLIP)).is_empty());
    assert_eq!(home.persons().len(), 3);
    drop(serving);

    // Who is here stays, and is found by what he was called, when nobody else is taken in any more.
    set(&home, "real");
    let _serving = home.serve();
    for (name, number) in [("3", (TEST, TWO)), ("4", (NIR, SLIP))] {
        assert!(import(&home, name, number).is_empty());
    }
    assert_eq!(home.persons().len(), 3);
    takes_new_ones_no_more(&home);
}

fn takes_new_ones_no_more(home: &Home) {
    assert_eq!(import(home, "5", (TEST, ONE)).len(), 2);
    assert_eq!(home.persons().len(), 3);
}
