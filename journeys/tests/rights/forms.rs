//! One document shown by the form, read and taken back; the other forms and the operator's queue looked at, in both
//! languages.

use serde_json::json;

use super::{DOCTOR, enters, granted, person, said};
use crate::harness::browser::Browser;
use crate::harness::{Home, Serving, free_address};
use crate::sign_in::{site, title};

#[test]
fn a_document_that_its_reader_keeps() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let holder = ["--holder", &person, "--name", "Camille Durand"];
    let account = said(&home, "camille", &holder);
    let doctor = home.token(&["--professional", DOCTOR, "--name", "Dr Martin"]);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, &site, &account, "/authorisations/document");
    shows(&browser, &serving, &doctor, &person);
    takes_back(&browser, &serving, &doctor, &person);
    helper(&browser, &site, &home);
    letters(&browser, &site);
    looks(&browser, &site);
    serving.stop();
}

/// The titles of the documents that somebody reads.
fn documents(serving: &Serving<'_>, token: &str, person: &str) -> Vec<String> {
    let answer = serving.get(&format!("DocumentReference?patient={person}"), token);
    if answer.status != 200 {
        assert_eq!(answer.status, 403, "{}", answer.text);
        return Vec::new();
    }
    let titles = answer.resources().into_iter();
    titles
        .map(|one| one["description"].as_str().unwrap().to_owned())
        .collect()
}

/// Chosen from the list; with a slip first. The doctor reads it, and no other.
fn shows(browser: &Browser, serving: &Serving<'_>, doctor: &str, person: &str) {
    title(browser, "Montrer un seul document");
    assert!(documents(serving, doctor, person).is_empty());
    browser.check("fr-documents");
    browser.push("main a[href*='item=DocumentReference']");
    browser.wait("document.querySelector('#whom') !== null");
    browser.fill("#whom", DOCTOR);
    browser.push("form[action='/authorisations/document'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-document-slip");
    browser.push(".alert a");
    browser.wait("document.activeElement.id === 'until'");
    browser.press("31/12/2099");
    browser.push("form[action='/authorisations/document'] button");
    title(browser, "Qui peut lire mon dossier");
    let text = browser.text();
    // The newest stands first in the list.
    let told = "Peut lire ce seul document : Lettre du cardiologue";
    assert!(
        text.contains(told) && text.contains("31 décembre 2099"),
        "{text}"
    );
    assert_eq!(
        documents(serving, doctor, person),
        ["Lettre du cardiologue"]
    );
}

fn takes_back(browser: &Browser, serving: &Serving<'_>, doctor: &str, person: &str) {
    browser.push("form[action='/authorisations/take-back'] button");
    browser.wait("document.body.innerText.includes('C’est repris')");
    assert!(documents(serving, doctor, person).is_empty());
}

fn helper(browser: &Browser, site: &str, home: &Home) {
    let paul = said(home, "paul", &["--support"]);
    let helps = Browser::start();
    helps.forbid_scripts(true);
    enters(&helps, site, &paul, "/account");
    title(&helps, "Mon compte");
    helps.check("fr-account-helper");
    let id = helps.look("document.querySelector('main .secret').innerText");
    browser.open(&format!("{site}/authorisations/helper"));
    title(browser, "Désigner un aidant");
    browser.fill("#account", "paul");
    browser.fill("#name", "Paul Durand");
    browser.fill("#until", &granted(300));
    browser.push("form[action='/authorisations/helper'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-helper-slip");
    browser.push(".alert a");
    browser.wait("document.activeElement.id === 'account'");
    // What was typed stands there still: it is selected, and typed over.
    browser.press_with("\u{e009}", "a");
    browser.press(id.as_str().unwrap());
    browser.push("form[action='/authorisations/helper'] button");
    title(browser, "Qui peut lire mon dossier");
    assert!(browser.text().contains("Aidant : Paul Durand"));
    assert!(browser.text().contains("C’est enregistré"));
}

fn letters(browser: &Browser, site: &str) {
    browser.open(&format!("{site}/authorisations/letters"));
    title(browser, "Être prévenu par courriel");
    browser.fill("#address", "camille@example.org");
    browser.reach("[name=letters]:checked");
    browser.press("\u{e015}");
    browser.check("fr-letters");
    browser.push("form[action='/authorisations/letters'] button");
    title(browser, "Qui peut lire mon dossier");
    assert!(
        browser
            .text()
            .contains("un courriel est envoyé à camille@example.org")
    );
    browser.check("fr-authorisations-all");
}

/// Each page in both languages, as wide as its screen.
fn looks(browser: &Browser, site: &str) {
    for language in ["fr", "en"] {
        for (path, name) in [
            ("/authorisations?x=1", "authorisations-helper"),
            ("/authorisations/helper?x=1", "helper"),
            ("/authorisations/letters?x=1", "letters-empty"),
            ("/authorisations/document?x=1", "documents"),
            ("/authorisations/new?way=app", "app"),
            ("/see-as?x=1", "see-as-named"),
            ("/account?x=1", "account-zone"),
            ("/trail?only=all", "trail-zone"),
        ] {
            browser.open(&format!("{site}{path}&lang={language}"));
            browser.wait("document.readyState === 'complete'");
            browser.check(&format!("{language}-{name}"));
        }
    }
}

#[test]
fn an_emergency_that_the_operator_does_not_find() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let doctor = home.token(&["--professional", DOCTOR, "--name", "Dr Martin"]);
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let path = format!("Patient/{person}/$break-glass");
    assert_eq!(serving.post(&path, &doctor, &reason).status, 200);
    let account = said(&home, "agnes", &["--operator"]);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, &site, &account, "/alarms");
    title(&browser, "Alertes et accès en urgence");
    let text = browser.text();
    assert!(text.contains("la personne était inconsciente") && text.contains("Europe/Paris"));
    browser.check("fr-alarms");
    browser.open(&format!("{site}/alarms?lang=en"));
    title(&browser, "Alarms and emergency access");
    browser.check("en-alarms");
    browser.reach("[name=outcome]");
    browser.press(" ");
    browser.push("form[action='/alarms/review'] button");
    browser.wait("document.body.innerText.includes('L’examen est enregistré')");
    browser.check("fr-alarms-reviewed");
    serving.stop();
}
