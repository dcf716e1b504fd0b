//! A person decides who reads, in a real browser, by keyboard alone, on a narrow screen, without any script: he
//! confirms who he is, authorises a doctor, asks what the doctor sees, reads who opened his record, and takes back.
//!
//! Dangers: a page that the browser's own rules break, that the keyboard does not get through, or that is wider than
//! its screen; what was granted on a page and is not so.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

mod forms;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::sign_in::{code, site, title};

const DOCTOR: &str = "10101010101";

/// A person with a measure and two letters.
pub fn person(home: &Home) -> String {
    let patient = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            { "fullUrl": patient, "resource": {
                "resourceType": "Patient",
                "name": [{ "family": "Durand", "given": ["Camille"] }],
            } },
            { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002", "resource": {
                "resourceType": "Observation",
                "status": "final",
                "code": { "text": "Tension artérielle" },
                "subject": { "reference": patient },
            } },
            { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000003",
                "resource": letter(patient, "Lettre du dermatologue") },
            { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000004",
                "resource": letter(patient, "Lettre du cardiologue") },
        ],
    });
    home.import("record.json", &bundle);
    home.persons().pop().unwrap()
}

fn letter(patient: &str, title: &str) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "description": title,
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
        "subject": { "reference": patient },
        "content": [{ "attachment": { "title": title } }],
    })
}

/// What somebody signs in with.
pub struct Account {
    login: String,
    password: String,
    secret: String,
}

/// Makes an account in a demonstration's way; the words say as whom its owner acts.
pub fn said(home: &Home, login: &str, words: &[&str]) -> Account {
    let mut command = vec!["--json", "account", "add", login];
    command.extend(words);
    command.extend(["--language", "fr", "--demo"]);
    let said = home.done(&command).json();
    let part = |name: &str| said[name].as_str().unwrap().to_owned();
    Account {
        login: login.to_owned(),
        password: part("password"),
        secret: part("secret"),
    }
}

/// Signs in by keyboard, in French, confirms who he is, and goes on.
pub fn enters(browser: &Browser, site: &str, account: &Account, next: &str) {
    browser.open(&format!("{site}/signin?lang=fr"));
    title(browser, "Me connecter");
    browser.fill("#login", &account.login);
    browser.fill("#password", &account.password);
    browser.fill("#code", &code(&account.secret, -1));
    browser.push("form[action^='/signin'] button");
    title(browser, "Espace santé");
    browser.check(&format!("fr-home-{}", account.login));
    browser.open(&format!("{site}/signin/again?next={next}"));
    title(browser, "Confirmez que c’est vous");
    browser.fill("#password", &account.password);
    browser.fill("#code", &code(&account.secret, 0));
    browser.push("form[action^='/signin/again?'] button");
}

/// A day so many days from now, as people type it.
fn granted(days: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    // The first of January that is at most a year and a half ahead.
    let year = 1970 + (now.as_secs() / 86_400 + days) * 4 / 1461;
    format!("01/01/{}", year + 1)
}

#[test]
fn a_page_of_rights_that_a_keyboard_does_not_get_through() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let account = said(
        &home,
        "camille",
        &["--holder", &person, "--name", "Camille Durand"],
    );
    let browser = Browser::start();
    browser.forbid_scripts(true);
    browser.open(&format!("{site}/signin?lang=fr"));
    title(&browser, "Me connecter");
    let next = "/authorisations/new?way=professional";
    enters(&browser, &site, &account, next);
    grants(&browser);
    sees_and_takes_back(&browser, &site);
    serving.stop();
}

/// With a slip first.
fn grants(browser: &Browser) {
    title(browser, "Autoriser un professionnel");
    browser.fill("#whom", "1010101010");
    browser.push("form[action='/authorisations/new'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-grant-slip");
    browser.push(".alert a");
    browser.wait("document.activeElement.id === 'whom'");
    browser.fill("#whom", DOCTOR);
    browser.fill("#until", "31/12/2099");
    browser.reach("[name=class-10]");
    browser.press(" ");
    browser.push("form[action='/authorisations/new'] button");
    title(browser, "Qui peut lire mon dossier");
    let text = browser.text();
    assert!(
        text.contains(DOCTOR) && text.contains("31 décembre 2099"),
        "{text}"
    );
    browser.check("fr-authorisations");
}

fn sees_and_takes_back(browser: &Browser, site: &str) {
    browser.open(&format!("{site}/see-as"));
    title(browser, "Ce que voit quelqu’un d’autre");
    // The doctor whom he authorised is offered by name.
    browser.reach("[name=named]");
    browser.press(" ");
    browser.push("form[action='/see-as'] button");
    browser.wait("document.body.innerText.includes('Il entre dans le dossier')");
    assert!(browser.text().contains("Tension artérielle"));
    browser.check("fr-see-as");
    browser.open(&format!("{site}/trail?only=all"));
    title(browser, "Qui a ouvert mon dossier");
    assert!(browser.text().contains("Vous"));
    browser.check("fr-trail");
    browser.open(&format!("{site}/trail?lang=en"));
    title(browser, "Who opened my record");
    browser.check("en-trail");
    browser.open(&format!("{site}/authorisations?lang=en"));
    title(browser, "Who may read my record");
    browser.check("en-authorisations");
    browser.push("form[action='/authorisations/take-back'] button");
    title(browser, "Qui peut lire mon dossier");
    assert!(
        browser
            .text()
            .contains("Vous n’avez autorisé ni bloqué personne")
    );
}
