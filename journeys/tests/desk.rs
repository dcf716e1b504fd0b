//! A person asks for his rights over his data and follows his cases; the officer answers; the operator carries out what he
//! grants: over real processes, in a browser, by keyboard alone, on a narrow screen, without any script.
//!
//! Dangers: a page that a browser's rules break, that the keyboard does not get through, or that is wider than its screen;
//! a case that gets lost between its person, the officer and the operator; a restriction that the officer cannot end; an
//! erasure without its proof.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`); that weeks pass, which
//! other tests wait for.

use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::{Home, Serving, free_address};
use crate::rights::{enters, person, said};
use crate::sign_in::{site, title};

const DOCTOR: &str = "10101010101";
const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";

/// Asks by the page of one right, and gives the case's number.
fn asks(browser: &Browser, site: &str, right: &str, words: &str) -> String {
    browser.open(&format!("{site}/rights/new?kind={right}"));
    title(browser, "Faire une demande");
    browser.check(&format!("fr-rights-new-{right}"));
    if !words.is_empty() {
        browser.fill("#text", words);
    }
    if right == "rectification" {
        // From "something else", which is chosen at first, to the one item that somebody who gives care wrote.
        browser.reach("[name=item]:checked");
        browser.press(UP);
    }
    browser.push("form[action='/rights/new'] button");
    title(browser, "Demande");
    let number = browser.look("new URL(location.href).searchParams.get('number')");
    number.as_str().unwrap().to_owned()
}

/// Moves so many choices down, says something, and confirms.
fn does(browser: &Browser, site: &str, number: &str, (downs, words): (usize, &str)) {
    browser.open(&format!("{site}/desk/case?number={number}"));
    title(browser, "Demande");
    browser.fill("#text", words);
    browser.reach("[name=move]");
    browser.press(&if downs == 0 {
        " ".to_owned()
    } else {
        DOWN.repeat(downs)
    });
    browser.push("form[action='/desk/case'] button");
}

/// A doctor brings a measure.
fn measured(home: &Home, serving: &Serving<'_>, person: &str) {
    let doctor = home.token(&["--professional", DOCTOR]);
    let pulse = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "Pouls" },
        "subject": { "reference": format!("Patient/{person}") },
    });
    assert_eq!(serving.post("Observation", &doctor, &pulse).status, 201);
}

#[test]
fn a_right_that_is_asked_for_and_gets_lost() {
    let home = Home::demo();
    home.custody(1, 1);
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    measured(&home, &serving, &person);
    let camille = said(
        &home,
        "camille",
        &["--holder", &person, "--name", "Camille"],
    );
    let officer = said(&home, "dpo", &["--officer"]);
    let (browser, desk) = (Browser::start(), Browser::start());
    browser.forbid_scripts(true);
    desk.forbid_scripts(true);
    enters(&browser, &site, &camille, "/rights");
    title(&browser, "Mes droits sur mes données");
    browser.check("fr-rights");
    // A slip first: what needs words has none.
    browser.open(&format!("{site}/rights/new?kind=rectification"));
    browser.push("form[action='/rights/new'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-rights-slip");
    let wrong = asks(
        &browser,
        &site,
        "rectification",
        "Ce pouls n'est pas pris à mon bras gauche",
    );
    browser.check("fr-case");
    let gone = asks(&browser, &site, "erasure", "");
    browser.open(&format!("{site}/rights/information?lang=fr"));
    title(
        &browser,
        "Pourquoi ces données sont gardées, et qui les a lues",
    );
    browser.check("fr-information");
    let martin = ["--professional", DOCTOR, "--name", "Dr Martin"];
    corrects(&site, &said(&home, "martin", &martin));
    answers(&desk, &site, &officer, (&wrong, &gone));
    browser.open(&format!("{site}/rights/case?number={wrong}&lang=en"));
    title(&browser, "Request");
    let text = browser.text();
    assert!(
        text.contains("Two months more") && text.contains("Dr Martin"),
        "{text}"
    );
    browser.check("en-case");
    restricts(&browser, &desk, &site);
    carries_out(&home, &gone);
    browser.open(&format!("{site}/rights/case?number={gone}"));
    let text = browser.text();
    assert!(text.contains("Preuve que le dossier est effacé"), "{text}");
    assert!(text.contains("a été effacé avec le dossier"), "{text}");
    browser.check("fr-case-erased");
    browser.open(&format!("{site}/rights?lang=en"));
    title(&browser, "My rights over my data");
    assert!(browser.text().contains("answered on"));
    browser.check("en-rights");
    serving.stop();
}

/// The author of what is wrong finds it, and answers.
fn corrects(site: &str, martin: &crate::rights::Account) {
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, site, martin, "/corrections");
    title(&browser, "Corrections demandées et faites");
    let text = browser.text();
    assert!(
        text.contains("Pouls") && text.contains("bras gauche"),
        "{text}"
    );
    browser.check("fr-corrections");
    browser.fill(
        "#text-0",
        "La mesure est celle d'un autre : elle est corrigée.",
    );
    browser.reach("[name=reply]");
    browser.press(" ");
    browser.push("form[action='/corrections'] button");
    browser.wait("document.body.innerText.includes('Votre réponse est enregistrée')");
    browser.open(&format!("{site}/corrections?lang=en"));
    title(&browser, "Corrections asked for and made");
    browser.check("en-corrections");
}

fn answers(
    desk: &Browser,
    site: &str,
    officer: &crate::rights::Account,
    (wrong, gone): (&str, &str),
) {
    enters(desk, site, officer, "/desk");
    title(desk, "Dossiers sur les droits des personnes");
    let text = desk.text();
    assert!(
        text.contains("Rectification") && text.contains("Effacement"),
        "{text}"
    );
    desk.check("fr-desk");
    does(desk, site, wrong, (0, ""));
    title(desk, "Demande");
    assert!(desk.text().contains("pas pris à mon bras gauche"));
    desk.check("fr-desk-case");
    assert!(desk.text().contains("elle est corrigée"));
    does(desk, site, wrong, (0, "Nous vérifions avec le service."));
    desk.wait("document.body.innerText.includes('C’est fait')");
    does(desk, site, wrong, (0, "C'est corrigé par son auteur."));
    desk.wait("document.body.innerText.includes('C’est fait')");
    does(desk, site, gone, (2, "Votre dossier sera effacé."));
    desk.wait("document.body.innerText.includes('C’est fait')");
    desk.open(&format!("{site}/desk?lang=en"));
    title(desk, "Cases about people’s rights");
    assert!(desk.text().contains("granted, to be carried out"));
    desk.check("en-desk");
    desk.open(&format!("{site}/desk/case?number={wrong}&lang=en"));
    desk.check("en-desk-case");
}

/// A restriction that is answered, and that the officer ends: its person reads why and from when on, and need not wait.
fn restricts(browser: &Browser, desk: &Browser, site: &str) {
    let number = asks(browser, site, "restriction", "Une mesure est à vérifier.");
    does(desk, site, &number, (2, "C'est limité."));
    desk.wait("document.body.innerText.includes('C’est fait')");
    let there = format!("{site}/desk/case?number={number}");
    desk.open(&format!("{there}&lang=en"));
    desk.check("en-desk-lift");
    desk.open(&there);
    desk.check("fr-desk-lift");
    desk.push("form[action='/desk/case'] button");
    desk.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    desk.check("fr-desk-lift-slip");
    desk.fill("#text", "La mesure est corrigée.");
    desk.push("form[action='/desk/case'] button");
    desk.wait("document.body.innerText.includes('C’est fait')");
    desk.open(&there);
    assert!(desk.text().contains("La limitation va cesser"));
    desk.check("fr-desk-lifting");
    let there = format!("{site}/rights/case?number={number}");
    browser.open(&format!("{there}&lang=en"));
    assert!(browser.text().contains("The restriction will end"));
    browser.check("en-case-lifting");
    browser.open(&there);
    let text = browser.text();
    assert!(
        text.contains("qui cesse le") && text.contains("La mesure est corrigée."),
        "{text}"
    );
    browser.check("fr-case-lifting");
    browser.push("form[action='/rights/lift'] button");
    browser.wait("document.body.innerText.includes('Fin de la limitation')");
}

fn carries_out(home: &Home, gone: &str) {
    let listed = home.done(&["--json", "desk", "list"]).json();
    let cases = listed["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1, "the other is answered");
    assert_eq!(cases[0]["state"], "granted");
    let proof = home.dir.join("erased.txt");
    let proof = proof.to_str().unwrap();
    home.done(&["desk", "carry-out", gone, "--out", proof]);
    let key = home.dir.join("keeper/ledger.vkey");
    let key = key.to_str().unwrap();
    home.done(&["ledger", "verify", "--proof", proof, "--key", key]);
    let shown = home.done(&["--json", "desk", "show", gone]).json();
    assert_eq!(
        (&shown["state"], &shown["late"]),
        (&json!("answered"), &json!(false))
    );
    // Of somebody who came in person.
    let text = home.file("said.txt", "Qui a lu mon dossier ?");
    let filed = home.done(&[
        "--json",
        "desk",
        "file",
        "--right",
        "accesses",
        "--contact",
        "Zoé Martin, 69001 Lyon",
        "--checked",
        "passeport vu",
        "--received",
        "2026-01-31T10:00:00+01:00",
        "--text",
        &text,
    ]);
    // That month ended on a Saturday: Monday counts to its end.
    assert_eq!(filed.json()["due"], "2026-03-02T23:00:00.000Z");
}
