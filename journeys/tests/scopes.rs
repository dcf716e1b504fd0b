//! Somebody without an account refuses research with the code of his letter, in a real browser, by keyboard alone; the
//! crossing reads so from the list, checks it, and goes on from where it stopped.
//!
//! Dangers: a form on which the whole space is refused by who meant research; a crossing that is not told, or believes
//! another list; an operator who reads the list.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::sign_in::title;

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,Camille,1963-12-05,fr\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en\n";

/// In French and in English: who, his birthday, what he chooses, the title of the receipt, and what it says.
const READERS: [[&str; 6]; 2] = [
    [
        "fr",
        "163127847704294",
        "05/12/1963",
        "research",
        "Votre opposition est enregistrée",
        "recherche",
    ],
    [
        "en",
        "2620875032039",
        "17/8/1962",
        "professional",
        "Your opposition is recorded",
        "added to your record",
    ],
];

#[test]
fn research_is_refused_and_the_crossing_is_not_told() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let register = home.file("register.csv", REGISTER);
    let codes = home.dir.join("codes.csv").to_str().unwrap().to_owned();
    home.done(&["--json", "register", "import", &register, "--codes", &codes]);
    let codes = std::fs::read_to_string(codes).unwrap();
    let lines = home.dir.join("lines.ndjson");
    let state = home.dir.join("state.json");
    let read = || {
        let files = [lines.to_str().unwrap(), state.to_str().unwrap()];
        let command = [
            "--json",
            "crossing",
            "oppositions",
            "--lines",
            files[0],
            "--state",
            files[1],
        ];
        home.done(&command).json()
    };
    assert_eq!(read(), json!({ "new": 0, "all": 0 }));
    let browser = Browser::start();
    browser.forbid_scripts(true);
    for (reader, line) in READERS.iter().zip(codes.lines()) {
        refuses(&browser, &address, reader, line.split(',').nth(1).unwrap());
    }
    // A professional is no matter of research.
    assert_eq!(read(), json!({ "new": 1, "all": 1 }));
    let said = std::fs::read_to_string(&lines).unwrap();
    let line: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    assert_eq!(
        (
            &line["ins"],
            &line["scope"],
            &line["opposed"],
            &line["number"]
        ),
        (
            &json!("1631278477042"),
            &json!("research"),
            &json!(true),
            &json!(0)
        )
    );
    // By post, with a scope; the list goes on.
    let slips = home.file(
        "slips.csv",
        "ins,birth_date,reference,scope\n163127847704294,1963-12-05,scan-1,project:diabetes-2027\n",
    );
    let receipts = home.dir.join("receipts.csv").to_str().unwrap().to_owned();
    home.done(&["campaign", "slips", &slips, "--receipts", &receipts]);
    assert_eq!(read(), json!({ "new": 1, "all": 2 }));
    tampered(&home, &lines, &state);
    serving.stop();
}

/// Whoever keeps another state than was signed is told.
fn tampered(home: &Home, lines: &Path, state: &Path) {
    let kept = std::fs::read_to_string(state).unwrap();
    std::fs::write(state, kept.replacen("\"size\":2", "\"size\":1", 1)).unwrap();
    let files = [lines.to_str().unwrap(), state.to_str().unwrap()];
    let command = [
        "crossing",
        "oppositions",
        "--lines",
        files[0],
        "--state",
        files[1],
    ];
    assert_ne!(home.run(&command).code, 0);
}

fn refuses(browser: &Browser, address: &str, reader: &[&str; 6], code: &str) {
    let [language, ins, born, scope, done, says] = reader;
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    browser.fill("#ins", ins);
    browser.fill("#birth-date", born);
    browser.fill("#code", code);
    // Radio buttons are one stop of the tabulator; arrows choose.
    browser.reach("#scope-space");
    let downs = if *scope == "research" { 1 } else { 3 };
    browser.press(&"\u{e015}".repeat(downs));
    let chosen = format!("document.getElementById('scope-{scope}').checked");
    assert_eq!(browser.look(&chosen), json!(true));
    if *scope == "professional" {
        browser.fill("#whom", "1010");
        browser.push("form button[type=submit]");
        browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
        browser.check(&format!("{language}-scope-slip"));
        browser.fill("#whom", "10101010101");
    }
    browser.check(&format!("{language}-scope-form"));
    browser.push("form button[type=submit]");
    title(browser, done);
    assert!(browser.text().contains(says));
    browser.check(&format!("{language}-scope-receipt"));
}
