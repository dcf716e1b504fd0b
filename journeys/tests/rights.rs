//! A person decides who reads, in a real browser, by keyboard alone, on a narrow screen, without any script: he
//! confirms who he is, authorises a doctor, asks what the doctor sees, reads who opened his record, and takes back.
//!
//! Dangers: a page that the browser's own rules break, that the keyboard does not get through, or that is wider than
//! its screen; what was granted on a page and is not so.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::sign_in::{code, site, title};

const DOCTOR: &str = "10101010101";

/// A person with a measure.
fn person(home: &Home) -> String {
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
        ],
    });
    home.import("record.json", &bundle);
    home.persons().pop().unwrap()
}

#[test]
fn a_page_of_rights_that_a_keyboard_does_not_get_through() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let said: Value = home
        .done(&[
            "--json",
            "account",
            "add",
            "camille",
            "--holder",
            &person,
            "--name",
            "Camille Durand",
            "--language",
            "fr",
            "--demo",
        ])
        .json();
    let (password, secret) = (
        said["password"].as_str().unwrap(),
        said["secret"].as_str().unwrap(),
    );
    let browser = Browser::start();
    browser.forbid_scripts(true);
    browser.open(&format!("{site}/signin?lang=fr"));
    title(&browser, "Me connecter");
    browser.fill("#login", "camille");
    browser.fill("#password", password);
    browser.fill("#code", &code(secret, -1));
    browser.push("form[action^='/signin'] button");
    title(&browser, "Espace santé");
    browser.check("fr-rights-home");
    let next = "/authorisations/new?way=professional";
    browser.open(&format!("{site}/signin/again?next={next}"));
    title(&browser, "Confirmez que c’est vous");
    browser.fill("#password", password);
    browser.fill("#code", &code(secret, 0));
    browser.push("form[action^='/signin/again?'] button");
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
    browser.fill("#whom", DOCTOR);
    browser.reach("[name=who]");
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
