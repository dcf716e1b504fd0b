//! The telephone way, from an agent's chair, in a real browser, by keyboard alone, on a narrow screen, without any script,
//! in both languages: a caller is looked up, called back, says no, and a second agent looks at it; the operator sees what
//! came of it.
//!
//! Dangers: a page that the browser's own rules break, that the keyboard does not get through, or that is wider than its
//! screen; an opposition by telephone after which an import makes the space all the same; an agent who checks himself; a
//! restart that loses what waits for a second look.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use std::fs;

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::sign_in::{code, site, title};

const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.11";
const REGISTER: &str = "ins_system,ins,family,given,birth_date,language,address,postcode,email,phone\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,Camille,1963-12-05,fr,12 RUE DES LILAS|35000 VILLE,35000,camille@mail.example,+33199001234\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en,3 RUE HAUTE|44000 VILLE,44000,,+33199005678\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Petit,Lou,1990-01-01,fr,9 RUE BASSE|69001 VILLE,69001,,\n";

/// What an agent sees in his language.
struct Words {
    language: &'static str,
    sign_in: &'static str,
    home: &'static str,
    help: &'static str,
    seen: &'static str,
    call: &'static str,
    done: &'static str,
    code: &'static str,
    reviews: &'static str,
    noted: &'static str,
}

const FRENCH: Words = Words {
    language: "fr",
    sign_in: "Me connecter",
    home: "Espace santé",
    help: "Aider une personne au téléphone",
    seen: "La personne qui appelle",
    call: "Rappeler la personne",
    done: "C’est enregistré",
    code: "Envoyer un code",
    reviews: "Rappels de contrôle",
    noted: "C’est noté",
};

const ENGLISH: Words = Words {
    language: "en",
    sign_in: "Sign in",
    home: "Health space",
    help: "Help somebody on the telephone",
    seen: "The caller",
    call: "Call the person back",
    done: "It is recorded",
    code: "Send a code",
    reviews: "Calls to check",
    noted: "It is noted",
};

/// A home with letters sealed to a print shop, in which everything by telephone is looked at twice.
fn home() -> Home {
    let home = Home::demo();
    let identity = home.dir.join("shop.key");
    let made = home
        .done(&["--json", "backup-identity", identity.to_str().unwrap()])
        .json();
    let mut settings = fs::read_to_string(home.dir.join("hygie.toml")).unwrap();
    settings.push_str(&format!(
        "\n[campaign]\nprint_shop = [{}]\nname = \"Espace santé\"\naddress = [\"Espace santé\", \"TSA 12345\"]\n\
         postcode = \"99999\"\ntelephone = \"3422\"\nhours = [\"le matin\", \"in the morning\"]\n\
         second_look_one_in = 1\n",
        made["recipient"]
    ));
    fs::write(home.dir.join("hygie.toml"), settings).unwrap();
    home
}

/// An agent, signed in with a browser of his own.
fn agent(home: &Home, address: &str, login: &str, words: &Words) -> Browser {
    let said = home
        .done(&[
            "--json",
            "account",
            "add",
            login,
            "--support",
            "--language",
            words.language,
            "--demo",
        ])
        .json();
    let part = |name: &str| said[name].as_str().unwrap().to_owned();
    let browser = Browser::start();
    browser.forbid_scripts(true);
    browser.open(&format!("{}/signin?lang={}", site(address), words.language));
    title(&browser, words.sign_in);
    browser.fill("#login", login);
    browser.fill("#password", &part("password"));
    browser.fill("#code", &code(&part("secret"), -1));
    browser.push("form[action^='/signin'] button");
    title(&browser, words.home);
    browser.check(&format!("{}-agent-home", words.language));
    browser.push("a[href='/agent']");
    browser
}

fn looks_up(browser: &Browser, words: &Words, ins: &str, born: &str, heading: &str) {
    title(browser, words.help);
    browser.fill("#ins", ins);
    browser.fill("#birth-date", born);
    browser.push("form[action='/agent'] button");
    title(browser, heading);
}

/// Looks a caller up, calls back, and records that he says no.
fn records(browser: &Browser, words: &Words, (ins, born): (&str, &str), end: &str) {
    let language = words.language;
    looks_up(browser, words, ins, born, words.seen);
    let text = browser.text();
    assert!(text.contains(end) && !text.contains("01 99"), "{text}");
    browser.check(&format!("{language}-agent-seen"));
    browser.push("form[action='/agent/call'] button");
    title(browser, words.call);
    assert!(browser.text().contains("01 99 00"), "{}", browser.text());
    browser.check(&format!("{language}-agent-call"));
    browser.push("form[action='/agent/record'] button");
    title(browser, words.done);
    browser.check(&format!("{language}-agent-recorded"));
    browser.push("a[href='/agent']");
}

/// Takes what waits, and says what was found: the first, second or third answer.
fn looks_again(browser: &Browser, words: &Words, answer: usize) {
    let language = words.language;
    title(browser, words.help);
    browser.push("a[href='/agent/reviews']");
    title(browser, words.reviews);
    browser.check(&format!("{language}-agent-reviews"));
    browser.push("form[action='/agent/reviews/take'] button");
    title(browser, words.call);
    browser.check(&format!("{language}-agent-review"));
    browser.reach("[name=found]");
    browser.press(&"\u{e015}".repeat(answer));
    browser.press(" ");
    browser.push("form[action='/agent/reviews/found'] button");
    title(browser, words.reviews);
    assert!(browser.text().contains(words.noted), "{}", browser.text());
    browser.push("a[href='/agent']");
}

#[test]
fn the_telephone_way_that_an_agent_does_not_get_through() {
    let home = home();
    let address = free_address();
    let serve = || home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(serve(), &address);
    let register = home.file("register.csv", REGISTER);
    home.done(&["register", "import", &register]);
    let lea = agent(&home, &address, "lea", &FRENCH);
    lea.check("fr-agent");
    records(&lea, &FRENCH, ("163127847704294", "05/12/1963"), "34");
    let max = agent(&home, &address, "max", &ENGLISH);
    max.check("en-agent");
    // Nobody is found by another day; a slip is told.
    looks_up(
        &max,
        &ENGLISH,
        "262087503203977",
        "18/08/1962",
        "Nobody was found",
    );
    max.check("en-agent-nobody");
    max.push("a[href='/agent']");
    records(&max, &ENGLISH, ("2620875032039", "17/8/1962"), "78");
    // Whoever has no telephone on record gets a code.
    looks_up(&lea, &FRENCH, "189127512501282", "01/01/1990", FRENCH.seen);
    assert!(lea.text().contains("on ne peut pas rappeler"));
    lea.check("fr-agent-no-phone");
    lea.push("form[action='/agent/code'] button");
    title(&lea, FRENCH.code);
    lea.check("fr-agent-code");
    lea.push("a[href='/agent']");
    // The one looks at the other's, and not at his own.
    looks_again(&max, &ENGLISH, 1);
    looks_again(&lea, &FRENCH, 0);
    let agents = home.done(&["--json", "campaign", "agents"]).json();
    let of = |name: &str| -> Value {
        let agents = agents["agents"].as_array().unwrap();
        agents
            .iter()
            .find(|one| one["agent"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&of("lea")["not_confirmed"], &of("max")["confirmed"]),
        (&json!(1), &json!(1))
    );
    let rung = home.done(&["--json", "alarms"]).json();
    let rung = rung["alarms"].as_array().unwrap();
    assert_eq!(rung.len(), 1, "{rung:?}");
    assert_eq!(rung[0]["alarm"]["alarm"], "unconfirmed");
    assert!(home.done(&["alarms"]).stdout.contains("support lea"));
    drop(serving);
    let _serving = home.serve_by(serve(), &address);
    let patient = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "resource": { "resourceType": "Patient",
            "identifier": [{ "system": SYSTEM, "value": "163127847704294" }] } }] });
    let patient = home.file("patient.json", &patient.to_string());
    let refused = home.run(&["--json", "import", &patient]);
    assert_eq!((refused.code, &refused.json()["rejected"]), (1, &json!(1)));
    let again = home.done(&["--json", "campaign", "agents"]).json();
    assert_eq!(again, agents);
    let letters = fs::read_dir(home.dir.join("letters/print")).unwrap();
    let names = letters.map(|one| one.unwrap().file_name().into_string().unwrap());
    let confirmations = names.filter(|name| name.starts_with("confirmation-"));
    assert_eq!(confirmations.count(), 4, "two letters with their indices");
}
