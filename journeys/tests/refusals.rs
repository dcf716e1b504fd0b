//! A person opposes less than his whole space, on the pages of real processes, by keyboard alone, on a narrow screen,
//! without any script, in both languages.
//!
//! Dangers: a page that a browser's rules break, or that is wider than its screen; somebody who adds after he was
//! refused; an opposition that cannot be taken back; a receipt that only its own server believes.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::{Home, Serving, free_address};
use crate::rights::{enters, person, said};
use crate::sign_in::{site, title};

const DOCTOR: &str = "10101010101";

/// How the doctor's deposit is answered.
fn adds(serving: &Serving<'_>, doctor: &str, person: &str) -> (u16, String) {
    let measure = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "Poids" },
        "subject": { "reference": format!("Patient/{person}") },
    });
    let answer = serving.post("Observation", doctor, &measure);
    (answer.status, answer.text)
}

#[test]
fn somebody_whom_a_person_refused_adds_to_his_record() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let holder = ["--holder", &person, "--name", "Camille Durand"];
    let account = said(&home, "camille", &holder);
    let doctor = home.token(&["--professional", DOCTOR, "--name", "Dr Martin"]);
    assert_eq!(adds(&serving, &doctor, &person).0, 201);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, &site, &account, "/oppositions");
    title(&browser, "Mes oppositions");
    browser.check("fr-oppositions-none");
    refuses_a_doctor(&browser);
    let (status, text) = adds(&serving, &doctor, &person);
    assert_eq!(status, 403);
    assert!(text.contains("feeding-refused"), "{text}");
    refuses_research(&browser, &site, &home);
    takes_back(&browser, &site);
    assert_eq!(adds(&serving, &doctor, &person).0, 201);
    serving.stop();
}

/// With a slip first; who is meant is shown before anything holds.
fn refuses_a_doctor(browser: &Browser) {
    browser.push("main a[href*='about=professional']");
    title(browser, "Refuser qu’un professionnel ajoute au dossier");
    browser.fill("#whom", "1010");
    browser.push("form[action='/oppositions/new'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-refuse-slip");
    browser.fill("#whom", DOCTOR);
    browser.push("form[action='/oppositions/new'] button");
    browser.wait("document.body.innerText.includes('Rien n’est encore enregistré')");
    assert!(browser.text().contains(DOCTOR));
    browser.check("fr-refuse-confirm");
    browser.push("form[action='/oppositions/new'] button");
    title(browser, "L’opposition est enregistrée");
    browser.check("fr-refuse-receipt");
}

/// In English; the receipt is believed with the public key alone.
fn refuses_research(browser: &Browser, site: &str, home: &Home) {
    browser.open(&format!("{site}/oppositions/new?about=research&lang=en"));
    title(browser, "Refuse all research");
    assert!(browser.text().contains("overall figures"));
    browser.check("en-refuse-research");
    browser.open(&format!("{site}/oppositions/new?about=research"));
    browser.push("form[action='/oppositions/new'] button");
    title(browser, "L’opposition est enregistrée");
    browser.check("fr-research-receipt");
    let proof = browser.look("document.querySelector('pre').textContent");
    let number = browser.look("document.querySelector('dd.number').textContent");
    let receipt = format!("receipt {}\n\n{}", number, proof.as_str().unwrap());
    let file = home.file("receipt.txt", &receipt);
    let key = home.dir.join("keeper/ledger.vkey");
    let key = key.to_str().unwrap();
    home.done(&["ledger", "verify", "--proof", &file, "--key", key]);
}

fn takes_back(browser: &Browser, site: &str) {
    browser.open(&format!("{site}/oppositions?lang=en"));
    title(browser, "My oppositions");
    let text = browser.text();
    assert!(
        text.contains("No research at all") && text.contains(DOCTOR),
        "{text}"
    );
    browser.check("en-oppositions");
    browser.open(&format!("{site}/oppositions"));
    browser.push("form[action='/oppositions/take-back'] button");
    title(browser, "L’opposition est annulée");
    browser.check("fr-allowed");
    browser.open(&format!("{site}/oppositions"));
    let text = browser.text();
    assert!(
        !text.contains(DOCTOR) && text.contains("Aucune recherche"),
        "{text}"
    );
    browser.open(&format!("{site}/trail?only=all"));
    browser.check("fr-trail-refusals");
}
