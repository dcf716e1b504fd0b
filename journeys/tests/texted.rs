//! Codes by text message, over real processes, in a browser, in both languages and in easy French: one that is asked for on
//! the page comes to the telephone on record and opposes; a letter's code and one by text open a space.
//!
//! Dangers: a choice that the page does not offer or that the keyboard does not reach; a text that does not come, comes
//! twice, or in two parts; a code by text that the page does not take; a landline that is rung.
//! Not a failure: a demonstration's gateway is a folder.

use std::fs;
use std::time::{Duration, Instant};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::mailed::{await_mails, code, mails};
use crate::oidc::site;
use crate::sign_in::title;

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language,address,postcode,email,phone\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,Camille,1963-12-05,fr,12 RUE DES LILAS|35000 VILLE,35000,,+33639980001\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en,3 RUE HAUTE|44000 VILLE,44000,zoe@mail.example,+33639980002\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Petit,Lou,1990-01-01,fr-simple,9 RUE BASSE|69001 VILLE,69001,,+33639980003\n";

struct Reader {
    language: &'static str,
    ins: &'static str,
    born: &'static str,
    phone: &'static str,
    ask: &'static str,
    asked: &'static str,
    opposed: &'static str,
}

const READERS: [Reader; 3] = [
    Reader {
        language: "fr",
        ins: "163127847704294",
        born: "05/12/1963",
        phone: "+33639980001",
        ask: "Recevoir un nouveau code",
        asked: "Votre demande est enregistrée",
        opposed: "Votre opposition est enregistrée",
    },
    Reader {
        language: "en",
        ins: "262087503203977",
        born: "17/08/1962",
        phone: "+33639980002",
        ask: "Get a new code",
        asked: "Your request is recorded",
        opposed: "Your opposition is recorded",
    },
    Reader {
        language: "fr-simple",
        ins: "189127512501282",
        born: "01/01/1990",
        phone: "+33639980003",
        ask: "Demander un nouveau code",
        asked: "Nous avons votre demande",
        opposed: "Vous avez dit non",
    },
];

fn gateway(phone: &str) -> String {
    format!("{phone}@sms.localhost")
}

/// What a telephone shows, as it left.
fn text(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("Subject:"), "{head}");
    let body = body.replace("=C3=A9", "é").replace("=C3=A0", "à");
    body.trim_end().to_owned()
}

#[test]
fn the_way_by_text_that_nobody_gets_through() {
    let home = Home::demo();
    let address = free_address();
    let serve = || home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(serve(), &address);
    let register = home.file("register.csv", REGISTER);
    home.done(&["register", "import", &register]);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    for reader in &READERS {
        asks_and_opposes(&home, &browser, &address, reader);
    }
    drop(serving);
    let _serving = home.serve_by(serve(), &address);
    std::thread::sleep(Duration::from_secs(5));
    for reader in &READERS {
        // What confirms an opposition goes by post, and a restart sends nothing again.
        assert_eq!(mails(&home, &gateway(reader.phone)).len(), 1);
    }
    assert!(mails(&home, "zoe@mail.example").is_empty());
    let print = fs::read_dir(home.dir.join("letters/print")).unwrap();
    let names = print.map(|one| one.unwrap().file_name().into_string().unwrap());
    let confirmed =
        names.filter(|name| name.starts_with("confirmation-") && name.ends_with(".pdf"));
    assert_eq!(confirmed.count(), READERS.len());
}

/// Asks for a code by text on the page, by keyboard, and opposes with what came.
fn asks_and_opposes(home: &Home, browser: &Browser, address: &str, reader: &Reader) {
    let language = reader.language;
    browser.open(&format!("http://{address}/opposition/code?lang={language}"));
    title(browser, reader.ask);
    browser.check(&format!("{language}-code-by-text"));
    browser.fill("#ins", reader.ins);
    browser.fill("#birth-date", reader.born);
    browser.reach("[name=by]");
    // Two on: by text message.
    browser.press("\u{e015}\u{e015}");
    browser.push("form[action^='/opposition/code'] button");
    title(browser, reader.asked);
    browser.check(&format!("{language}-code-by-text-asked"));
    let came = await_mails(home, &gateway(reader.phone), 1);
    let text = text(&came[0]);
    assert!(text.chars().count() <= 160, "{text}");
    for hidden in ["Durand", "Camille", "Martin", "Zo", "Petit", reader.ins] {
        assert!(!text.contains(hidden), "{text}");
    }
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    browser.fill("#ins", reader.ins);
    browser.fill("#birth-date", reader.born);
    browser.fill("#code", code(&text));
    browser.push("form[action^='/opposition'] button");
    title(browser, reader.opposed);
    browser.check(&format!("{language}-opposed-by-texted-code"));
}

/// Digits that came by text.
fn one_time(home: &Home, phone: &str, count: usize) -> String {
    let since = Instant::now();
    loop {
        let came = mails(home, &gateway(phone));
        if came.len() == count {
            let said = text(came.last().unwrap());
            let digits = said.split(|symbol: char| !symbol.is_ascii_digit() && symbol != ' ');
            let code = digits.map(str::trim).find(|digits| digits.len() == 9);
            return code.unwrap_or_else(|| panic!("no code: {said}")).to_owned();
        }
        assert!(since.elapsed() < Duration::from_secs(60), "no text came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_letter_and_a_text_that_open_no_space() {
    let home = Home::demo();
    let address = free_address();
    let serving = home.serve_by(
        home.command(&["--json", "serve", "--listen", &address]),
        &address,
    );
    let register = home.file("register.csv", REGISTER);
    let codes = home.dir.join("codes.csv").to_str().unwrap().to_owned();
    home.done(&["--json", "register", "import", &register, "--codes", &codes]);
    let codes = fs::read_to_string(&codes).unwrap();
    let letters: Vec<&str> = codes
        .lines()
        .map(|line| line.split(',').nth(1).unwrap())
        .collect();
    let (browser, site) = (Browser::start(), site(&address));
    for (reader, letter, words) in [
        (
            &READERS[0],
            letters[0],
            [
                "Avec le code de mon courrier et un message",
                "Le code reçu par message",
                "un message part maintenant",
                "Ces codes ne vont pas ensemble",
                "Choisir comment vous connecter",
            ],
        ),
        (
            &READERS[1],
            letters[1],
            [
                "With the code of my letter and a message",
                "The code that came by message",
                "is leaving now",
                "These codes do not belong together",
                "Choose how to sign in",
            ],
        ),
    ] {
        let [first, second, leaves, wrong, then] = words;
        let language = reader.language;
        browser.open(&format!("{site}/activation/code?lang={language}"));
        title(&browser, first);
        browser.check(&format!("{language}-by-code-ways"));
        browser.fill("#ins", reader.ins);
        browser.fill("#birth-date", reader.born);
        browser.fill("#code", letter);
        browser.reach("[name=by]");
        browser.press("\u{e015}");
        browser.push("main form button");
        title(&browser, second);
        assert!(browser.text().contains(leaves), "{}", browser.text());
        let digits = one_time(&home, reader.phone, 1);
        browser.fill("#second", "0000 0000");
        browser.push("main form button");
        browser.wait(&format!("document.body.innerText.includes('{wrong}')"));
        // No other message left, and the page does not say so.
        assert!(!browser.text().contains(leaves), "{}", browser.text());
        browser.check(&format!("{language}-second-by-text-not"));
        browser.fill("#second", &digits);
        browser.push("main form button");
        title(&browser, then);
    }
    assert_eq!(home.persons().len(), 2);
    serving.stop();
}
