//! Somebody without an account says no, in a real browser, by keyboard alone, on a narrow screen.
//!
//! Dangers: a page that a browser's rules (CSP, form handling) break; a field that the keyboard does not
//! reach, or a focus that cannot be seen; a page wider than its screen; a receipt that only its own server
//! believes; an opposition after which an import makes the space all the same.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::harness::browser::{Browser, ENTER, TAB};
use crate::harness::{Home, free_address};

/// One of the languages, French that is easy to read among them, and the person who reads it.
struct Reader {
    language: &'static str,
    ins: &'static str,
    born: &'static str,
    slip: &'static str,
    done: &'static str,
}

const READERS: [Reader; 3] = [
    Reader {
        language: "fr",
        ins: "163127847704294",
        born: "05/12/1963",
        slip: "faute de frappe",
        done: "Votre opposition est enregistrée",
    },
    Reader {
        language: "en",
        ins: "2620875032039",
        born: "17/8/1962",
        slip: "typing mistake",
        done: "Your opposition is recorded",
    },
    Reader {
        language: "fr-simple",
        ins: "189127512501282",
        born: "1/1/1990",
        slip: "Il y a sans doute une erreur",
        done: "Vous avez dit non",
    },
];

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,\"Camille, Lou\",1963-12-05,fr\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Petit,Dominique,1990-01-01,fr-simple\n";

#[test]
fn a_person_without_an_account_cannot_say_no_by_keyboard() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let register = home.file("register.csv", REGISTER);
    let codes = home.dir.join("codes.csv").to_str().unwrap().to_owned();
    let said = home
        .done(&["--json", "register", "import", &register, "--codes", &codes])
        .json();
    assert_eq!((&said["added"], &said["rejected"]), (&json!(3), &json!(0)));
    let codes = std::fs::read_to_string(said["codes"].as_str().unwrap()).unwrap();
    let browser = Browser::start();
    for (reader, line) in READERS.iter().zip(codes.lines()) {
        let code = line.split(',').nth(1).unwrap();
        opposes(&browser, &address, reader, code);
        let script = "new TextDecoder().decode(Uint8Array.from(atob(\
            document.querySelector('a[download$=\".txt\"]').href.split(',')[1]), c => c.charCodeAt(0)))";
        let receipt = browser.look(script).as_str().unwrap().to_owned();
        let file = home.file(&format!("receipt-{}.txt", reader.language), &receipt);
        printed(&home, &browser, reader, code);
        // Offline: with the public key alone.
        let key = home.dir.join("keeper/ledger.vkey");
        let key = key.to_str().unwrap();
        home.done(&["ledger", "verify", "--proof", &file, "--key", key]);
        let forged = home.file("forged.txt", &receipt.replacen("\nindex ", "\nindex 1", 1));
        let forged = home.run(&["ledger", "verify", "--proof", &forged, "--key", key]);
        assert_eq!(forged.code, 4, "{forged:?}");
    }
    let system = "urn:oid:1.2.250.1.213.1.4.11";
    let patient = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{ "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": {
            "resourceType": "Patient",
            "identifier": [{ "system": system, "value": READERS[0].ins }],
        } }],
    });
    let patient = home.file("patient.json", &patient.to_string());
    let refused = home.run(&["--json", "import", &patient]);
    assert_eq!((refused.code, &refused.json()["rejected"]), (1, &json!(1)));
    assert!(home.persons().is_empty());
    serving.stop();
}

/// The receipt as PDF: it says what the page says, and nothing of the person.
fn printed(home: &Home, browser: &Browser, reader: &Reader, code: &str) {
    let script = "document.querySelector('a[download$=\".pdf\"]').href.split(',')[1]";
    let encoded = browser.look(script).as_str().unwrap().to_owned();
    let path = home
        .outside
        .join(format!("receipt-{}.pdf", reader.language));
    std::fs::write(&path, STANDARD.decode(encoded).unwrap()).unwrap();
    let Some(text) = crate::campaign::text(&path) else {
        return;
    };
    let number = browser.look("document.querySelector('dd.number').innerText");
    assert!(text.contains(number.as_str().unwrap()), "{text}");
    assert!(text.contains("tlog-proof"), "{text}");
    for own in [reader.ins, reader.born, code, "Durand", "Martin", "Petit"] {
        assert!(!text.contains(own), "{own}: {text}");
    }
}

/// Fills the form in, with a slip first, by keyboard alone.
fn opposes(browser: &Browser, address: &str, reader: &Reader, code: &str) {
    let Reader {
        language,
        ins,
        born,
        slip,
        done,
    } = reader;
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    assert_eq!(
        browser.look("document.documentElement.lang"),
        json!(language)
    );
    browser.check(&format!("{language}-form"));
    // Past the link to the content and the other languages, to the first field.
    browser.press(&format!("{TAB}{TAB}{TAB}{TAB}"));
    assert_eq!(browser.look("document.activeElement.id"), json!("ins"));
    let outline =
        browser.look("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2");
    assert_eq!(outline, json!(true), "the focus can be seen");
    let wrong = &code[..code.len() - 3];
    browser.press(&format!("{ins}{TAB}{born}{TAB}{wrong}{TAB}{ENTER}"));
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    let fault = browser.look("document.getElementById('code-fault').innerText");
    assert!(fault.as_str().unwrap().contains(slip), "{fault}");
    browser.check(&format!("{language}-slip"));
    // Skip link, languages, the link to the faulty field: Enter there goes to it; what is there is typed over.
    browser.press(&format!("{TAB}{TAB}{TAB}{TAB}{ENTER}"));
    browser.wait("document.activeElement.id === 'code'");
    let rest = &code[code.len() - 3..];
    browser.press(&format!("\u{e010}{}{TAB}{ENTER}", rest.to_lowercase()));
    browser.wait(&format!(
        "document.querySelector('h1').innerText === '{done}'"
    ));
    browser.check(&format!("{language}-receipt"));
}
