//! The campaign by e-mail, over real processes, in a browser, in both languages: an announcement in the mailbox, its code
//! on the page; a code asked for by e-mail; care is killed while mails wait.
//!
//! Dangers: a mail that does not come, comes twice, or after a kill not at all; a code by e-mail that does not oppose on the
//! page; a second code that goes by e-mail; a choice on the page that the keyboard does not reach.
//! Not a failure: a demonstration's mailbox is a folder.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::sign_in::title;

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language,address,postcode,email\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,Camille,1963-12-05,fr,12 RUE DES LILAS|35000 VILLE,35000,camille@mail.example\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en,3 RUE HAUTE|44000 VILLE,44000,zoe@mail.example\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Petit,Lou,1990-01-01,fr,9 RUE BASSE|69001 VILLE,69001,\n";

struct Reader {
    language: &'static str,
    ins: &'static str,
    born: &'static str,
    email: &'static str,
    opposed: &'static str,
    ask: &'static str,
    asked: &'static str,
}

const READERS: [Reader; 2] = [
    Reader {
        language: "fr",
        ins: "163127847704294",
        born: "05/12/1963",
        email: "camille@mail.example",
        opposed: "Votre opposition est enregistrée",
        ask: "Recevoir un nouveau code",
        asked: "Votre demande est enregistrée",
    },
    Reader {
        language: "en",
        ins: "262087503203977",
        born: "17/08/1962",
        email: "zoe@mail.example",
        opposed: "Your opposition is recorded",
        ask: "Get a new code",
        asked: "Your request is recorded",
    },
];

/// The mails to an address, oldest first, with their soft line breaks undone.
pub fn mails(home: &Home, to: &str) -> Vec<String> {
    let entries = fs::read_dir(home.dir.join("mailbox")).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|one| one.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
    paths.sort();
    let read = paths.iter().map(|path| fs::read_to_string(path).unwrap());
    let plain = read.map(|raw| raw.replace("=\r\n", "").replace("=3D", "="));
    plain
        .filter(|mail| mail.contains(&format!("To: {to}")))
        .collect()
}

pub fn await_mails(home: &Home, to: &str, count: usize) -> Vec<String> {
    let since = Instant::now();
    loop {
        let came = mails(home, to);
        if came.len() >= count {
            assert_eq!(came.len(), count);
            return came;
        }
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "no mail came to {to}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

pub fn code(mail: &str) -> &str {
    let shaped = |word: &&str| word.split('-').map(str::len).eq([4, 4, 4, 1]);
    let word = mail.split_whitespace().find(shaped);
    word.unwrap_or_else(|| panic!("no code: {mail}"))
}

#[test]
fn the_way_by_mail_that_nobody_gets_through() {
    let home = Home::demo();
    let address = free_address();
    let serve = || home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(serve(), &address);
    let register = home.file("register.csv", REGISTER);
    home.done(&["register", "import", &register]);
    let announce = [
        "--json", "campaign", "announce", "--wave", "1", "--by", "email",
    ];
    let said = home.done(&announce).json();
    assert_eq!(
        (&said["letters"], &said["unreachable"]),
        (&json!(2), &json!(1))
    );
    for reader in &READERS {
        await_mails(&home, reader.email, 1);
    }
    assert_eq!(home.done(&announce).json()["letters"], 0);
    let post = home
        .done(&["--json", "campaign", "announce", "--wave", "1"])
        .json();
    assert_eq!(post["letters"], 1);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    for reader in &READERS {
        asks_and_opposes(&home, &browser, &address, reader);
    }
    drop(serving);
    let _serving = home.serve_by(serve(), &address);
    std::thread::sleep(Duration::from_secs(5));
    for reader in &READERS {
        // The announcement and the code that was asked for; what confirms goes by post, a restart sends nothing again.
        assert_eq!(mails(&home, reader.email).len(), 2);
    }
    let print = fs::read_dir(home.dir.join("letters/print")).unwrap();
    let names = print.map(|one| one.unwrap().file_name().into_string().unwrap());
    let confirmed =
        names.filter(|name| name.starts_with("confirmation-") && name.ends_with(".pdf"));
    assert_eq!(confirmed.count(), 2);
    let counts = home.done(&["--json", "campaign", "status"]).json();
    let total = |name: &str| -> u64 {
        let counts = counts["counts"].as_array().unwrap().iter();
        counts.filter_map(|count| count[name].as_u64()).sum()
    };
    assert_eq!(
        (total("sent"), total("emails"), total("opposed")),
        (3, 2, 2)
    );
}

/// Asks for a code by e-mail on the page, and opposes: the one with the code that came first, the other with the new one.
fn asks_and_opposes(home: &Home, browser: &Browser, address: &str, reader: &Reader) {
    let language = reader.language;
    browser.open(&format!("http://{address}/opposition/code?lang={language}"));
    title(browser, reader.ask);
    browser.check(&format!("{language}-code-by"));
    browser.fill("#ins", reader.ins);
    browser.fill("#birth-date", reader.born);
    browser.reach("[name=by]");
    // One on: by e-mail.
    browser.press("\u{e015}");
    browser.push("form[action^='/opposition/code'] button");
    title(browser, reader.asked);
    browser.check(&format!("{language}-code-by-mail-asked"));
    let came = await_mails(home, reader.email, 2);
    let mail = &came[usize::from(language == "en")];
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    browser.fill("#ins", reader.ins);
    browser.fill("#birth-date", reader.born);
    browser.fill("#code", code(mail));
    browser.push("form[action^='/opposition'] button");
    title(browser, reader.opposed);
    browser.check(&format!("{language}-opposed-by-mailed-code"));
}
