//! A line's life over real processes: corrected, renumbered, closed by its holder in a browser, opened again by custodians,
//! erased, and told again by the register.
//!
//! Dangers: what the register corrects stays on the roll; a record that is made a second time, under a new number or after its
//! end; a page by which one closes what one did not mean to, or that says less than it does; one custodian who opens alone.
//! Not failures: that six weeks and ten years are not waited for here (care/enrolment/tests does).

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::{Home, Serving, free_address};
use crate::rights::{enters, said};
use crate::sign_in::{site, title};

const OLD: &str = "163127847704294";
const NEW: &str = "262087503203977";

fn import(home: &Home, ins: &str, name: &str) -> i32 {
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{ "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-0000000{}", &ins[..5]), "resource": {
            "resourceType": "Patient",
            "identifier": [{ "system": "urn:oid:1.2.250.1.213.1.4.11", "value": ins }],
            "name": [{ "family": name, "given": ["Camille"] }],
        } }],
    });
    let path = home.file("import.json", &bundle.to_string());
    let rejects = home.outside.join(format!("rejects-{ins}-{name}"));
    home.run(&["import", &path, "--rejects", rejects.to_str().unwrap()])
        .code
}

fn register(home: &Home, ins: &str, family: &str, before: &str) -> Value {
    let text = format!(
        "ins_system,ins,family,given,birth_date,language,address,postcode,previous_ins\n\
         urn:oid:1.2.250.1.213.1.4.11,{ins},{family},Camille,1963-12-05,fr,12 RUE DES LILAS|35000 VILLE,35000,{before}\n"
    );
    let file = home.file("register.csv", &text);
    let rejects = home.outside.join("register.rejects.ndjson");
    let _before = std::fs::remove_file(&rejects);
    home.run(&[
        "--json",
        "register",
        "import",
        &file,
        "--rejects",
        rejects.to_str().unwrap(),
    ])
    .json()
}

/// The opened shares of a person's archive, by custodian.
fn opened(home: &Home, person: &str, custodians: &[String]) -> Vec<Vec<String>> {
    let sealed = home.outside.join("sealed");
    let folder = sealed.to_str().unwrap();
    home.done(&["keys", "archive-shares", person, "--out", folder]);
    let open = |number: usize, identity: &str, part: &str| {
        let name = format!("keeper-{number}.{part}");
        let out = home
            .outside
            .join(format!("{name}.share"))
            .to_str()
            .unwrap()
            .to_owned();
        let file = sealed.join(format!("{name}.age"));
        let file = file.to_str().unwrap();
        home.done(&["keys", "share", "--identity", identity, file, "--out", &out]);
        out
    };
    let each = (1..).zip(custodians);
    each.map(|(number, identity)| {
        ["record", "trail"]
            .map(|part| open(number, identity, part))
            .to_vec()
    })
    .collect()
}

fn patient(serving: &Serving<'_>, home: &Home, person: &str) -> Value {
    let holder = home.token(&["--holder", person]);
    let answer = serving.get(&format!("Patient/{person}"), &holder);
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

#[test]
fn a_line_that_its_record_does_not_follow() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    assert_eq!(import(&home, OLD, "Durand"), 0);
    let person = home.persons().pop().unwrap();
    assert_eq!(register(&home, OLD, "Durand", "")["added"], 1);
    assert_eq!(register(&home, OLD, "Martin", "")["corrected"], 1);
    let now = patient(&serving, &home, &person);
    assert_eq!(now["name"][0]["family"], "Martin");
    assert_eq!(now["address"][0]["city"], "VILLE");
    assert_eq!(register(&home, NEW, "Martin", OLD)["corrected"], 1);
    assert_eq!(register(&home, NEW, "Martin", "")["already"], 1);
    assert_eq!(import(&home, NEW, "Elsewhere"), 0);
    assert_eq!(home.persons(), std::slice::from_ref(&person));
    let now = patient(&serving, &home, &person);
    let told: Vec<&str> = now["identifier"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["use"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["official", "old"], "{now}");
    assert_eq!(now["name"][0]["family"], "Martin");

    let custodians = home.custody(2, 3);
    closes(&home, &site(&address), &person);
    let holder = home.token(&["--holder", &person]);
    assert_eq!(
        serving.get(&format!("Patient/{person}"), &holder).status,
        403
    );
    assert_ne!(import(&home, NEW, "Again"), 0);
    two_open(&home, &person, &custodians);
    assert_eq!(
        patient(&serving, &home, &person)["name"][0]["family"],
        "Martin"
    );
    let proof = home.outside.join("proof").to_str().unwrap().to_owned();
    home.done(&["erase", &person, "--out", &proof]);
    assert_eq!(home.run(&["ledger", "verify", "--proof", &proof]).code, 0);
    // The register again, under either number: no second space.
    assert_eq!(register(&home, NEW, "Martin", "")["already"], 1);
    for ins in [OLD, NEW] {
        assert_ne!(import(&home, ins, "After"), 0);
    }
    assert!(home.persons().is_empty());
    serving.stop();
}

/// The holder reads what it means, in both languages, and closes his space.
fn closes(home: &Home, site: &str, person: &str) {
    let account = said(
        home,
        "camille",
        &["--holder", person, "--name", "Camille Martin"],
    );
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, site, &account, "/space/close");
    title(&browser, "Fermer mon espace");
    browser.check("fr-close");
    browser.open(&format!("{site}/space/close?lang=en"));
    title(&browser, "Close my space");
    browser.check("en-close");
    browser.open(&format!("{site}/space/close?lang=fr"));
    browser.push("form[action='/space/close'] button");
    title(&browser, "Espace fermé");
    browser.check("fr-closed");
}

/// One custodian alone opens nothing; two do.
fn two_open(home: &Home, person: &str, custodians: &[String]) {
    let shares = opened(home, person, custodians);
    let reopen = |of: &[usize]| {
        let mut words = vec!["reopen".to_owned(), person.to_owned()];
        for number in of {
            for share in &shares[*number] {
                words.extend(["--share".to_owned(), share.clone()]);
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        home.run(&words)
    };
    let refused = reopen(&[0]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.stderr.contains("ask more custodians"),
        "{refused:?}"
    );
    assert_eq!(reopen(&[0, 2]).code, 0);
}

/// A doctor's observation in a person's record; its id.
fn deposits(serving: &Serving<'_>, home: &Home, person: &str, text: &str) -> String {
    let doctor = home.token(&["--professional", "10101010101"]);
    let observation = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": text },
        "subject": { "reference": format!("Patient/{person}") },
    });
    let answer = serving.post("Observation", &doctor, &observation);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made: Value = serde_json::from_str(&answer.text).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

/// Dangers: two records of one person that stay two, or are one only until the next start; one that outlives the other.
#[test]
fn two_records_of_one_person_stay_two() {
    let home = Home::demo();
    home.custody(1, 1);
    let serving = home.serve();
    assert_eq!(import(&home, OLD, "Durand"), 0);
    let keep = home.persons().pop().unwrap();
    assert_eq!(import(&home, NEW, "Durand"), 0);
    let went = home.persons().into_iter().find(|one| *one != keep).unwrap();
    for ins in [OLD, NEW] {
        assert_eq!(register(&home, ins, "Durand", "")["added"], 1);
    }
    let mut all = vec![
        deposits(&serving, &home, &keep, "of the one"),
        deposits(&serving, &home, &went, "of the other"),
    ];
    for outcome in ["corrected", "already"] {
        let merged = home
            .run(&["--json", "register", "merge", "--keep", OLD, "--drop", NEW])
            .json();
        assert_eq!(merged["outcome"], outcome, "{merged}");
    }
    all.push(deposits(&serving, &home, &went, "after"));
    all.sort();
    serving.stop();
    let serving = home.serve();
    for holder in [&keep, &went] {
        let token = home.token(&["--holder", holder]);
        for asked in [&keep, &went] {
            let answer = serving.get(&format!("Observation?patient={asked}"), &token);
            assert_eq!(answer.status, 200, "{}", answer.text);
            let found: Value = serde_json::from_str(&answer.text).unwrap();
            let entries = found["entry"].as_array().unwrap().iter();
            let ids = entries.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned());
            let mut ids: Vec<String> = ids.collect();
            ids.sort();
            assert_eq!(ids, all);
        }
    }
    assert_eq!(patient(&serving, &home, &went)["active"], false);
    let export = home.export(&keep);
    assert!(all.iter().all(|id| export.contains(id.as_str())));
    assert_eq!(home.persons(), std::slice::from_ref(&keep));
    let proof = home.outside.join("proof").to_str().unwrap().to_owned();
    home.done(&["erase", &went, "--out", &proof]);
    let verified = home.run(&["ledger", "verify", "--proof", &proof]);
    assert_eq!(verified.code, 0, "{verified:?}");
    for person in [&keep, &went] {
        let token = home.token(&["--holder", person]);
        assert_eq!(
            serving.get(&format!("Patient/{person}"), &token).status,
            403
        );
    }
    assert!(home.persons().is_empty());
    for ins in [OLD, NEW] {
        assert_ne!(import(&home, ins, "After"), 0);
    }
    serving.stop();
    assert_eq!(home.run(&["ledger", "verify"]).code, 0);
}
