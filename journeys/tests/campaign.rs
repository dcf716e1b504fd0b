//! The campaign from the operator's chair, and what it comes to for people, over real processes.
//!
//! Dangers: a register that is read half, or again; letters in the clear outside a demonstration, or that others than the
//! print shop open; a code on paper that does not oppose on the page; a person without a code who gets nowhere; a slip that
//! is lost; an opposition that its letter does not take back; letters or spaces that a restart loses.
//! Not failures: that a demonstration's letters lie in the clear; that spaces are made in weeks, which other tests wait for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::browser::{Browser, ENTER, TAB};
use crate::harness::{Home, free_address};

const COLUMNS: &str = "ins_system,ins,family,given,birth_date,language,address,postcode";
/// Number, birth date as people write it, language, postcode.
const PEOPLE: [(&str, &str, &str, &str); 3] = [
    ("163127847704294", "05/12/1963", "fr", "35000"),
    ("262087503203977", "17/08/1962", "en", "44000"),
    ("189127512501282", "01/01/1990", "fr", "69001"),
];

fn register(home: &Home) -> String {
    let mut text = format!("{COLUMNS}\n");
    for (ins, born, language, postcode) in PEOPLE {
        let (day, month, year) = (&born[..2], &born[3..5], &born[6..]);
        text.push_str(&format!(
            "urn:oid:1.2.250.1.213.1.4.11,{ins},Durand,Camille,{year}-{month}-{day},{language},12 RUE DES LILAS|{postcode} VILLE,{postcode}\n"
        ));
    }
    home.file("register.csv", &text)
}

/// The letters whose files begin so, as text; none, with a word about it, where nothing reads them.
fn letters(home: &Home, begin: &str) -> Option<Vec<String>> {
    let folder = home.dir.join("letters/print");
    let names = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = names.map(|one| one.unwrap().path()).collect();
    files.sort();
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(begin) && name.ends_with(".pdf")
    };
    let texts = files.into_iter().filter(named).map(|path| text(&path));
    texts.collect()
}

/// A document as text; none, with a word about it, where nothing reads it.
pub fn text(path: &Path) -> Option<String> {
    match Command::new("pdftotext")
        .arg("-layout")
        .arg(path)
        .arg("-")
        .output()
    {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(_) => {
            println!(
                "skipped: letters of a campaign (pdftotext is not installed; ./test installs it)"
            );
            None
        }
    }
}

/// The first code of a letter.
fn code(letter: &str) -> &str {
    let shaped = |word: &&str| word.split('-').map(str::len).eq([4, 4, 4, 1]);
    letter
        .split_whitespace()
        .find(shaped)
        .unwrap_or_else(|| panic!("no code: {letter}"))
}

/// Types into the fields, sends, and waits for the page with this heading.
fn fill(browser: &Browser, fields: &[(&str, &str)], heading: &str) {
    let first = fields[0].0;
    browser.look(&format!("document.getElementById('{first}').focus()"));
    let typed: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
    browser.press(&format!("{}{ENTER}", typed.join(TAB)));
    browser.title(heading);
}

#[test]
fn a_person_without_a_code_gets_nowhere() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let _serving = home.serve_by(command, &address);
    let file = register(&home);
    let said = home.done(&["--json", "register", "import", &file]).json();
    assert_eq!((&said["added"], &said["total"]), (&json!(3), &json!(3)));
    let again = home.done(&["--json", "register", "import", &file]).json();
    assert_eq!(again["already"], 3);
    let wave = [
        "--json",
        "campaign",
        "announce",
        "--wave",
        "1",
        "--departments",
        "35,44",
    ];
    assert_eq!(home.done(&wave).json()["letters"], 2);
    assert_eq!(home.done(&wave).json()["letters"], 0);
    let Some(printed) = letters(&home, "") else {
        return;
    };
    assert!(printed[0].contains("35000 VILLE") && printed[0].contains("44000 VILLE"));
    assert!(!printed[0].contains("69001"));
    let browser = Browser::start();
    for (ins, born, language, _) in PEOPLE {
        asks_opposes_and_takes_back(&home, &browser, &address, (ins, born, language));
    }
    by_post(&home);
    let counts = home.done(&["--json", "campaign", "status"]).json();
    let total = |name: &str| -> u64 {
        let counts = counts["counts"].as_array().unwrap().iter();
        counts.filter_map(|count| count[name].as_u64()).sum()
    };
    assert_eq!(
        (total("persons"), total("opposed"), total("announced")),
        (3, 1, 2)
    );
}

/// Asks for a code on the page, opposes with it, and takes that back with the code of the letter that confirms it.
fn asks_opposes_and_takes_back(
    home: &Home,
    browser: &Browser,
    address: &str,
    (ins, born, language): (&str, &str, &str),
) {
    let before = letters(home, "code-").map_or(0, |letters| letters.len());
    browser.open(&format!("http://{address}/opposition/code?lang={language}"));
    browser.check(&format!("{language}-new-code"));
    let heading = |french: &'static str, english| if language == "fr" { french } else { english };
    let asked = heading("Votre demande est enregistrée", "Your request is recorded");
    fill(browser, &[("ins", ins), ("birth-date", born)], asked);
    browser.check(&format!("{language}-new-code-asked"));
    let since = Instant::now();
    let new = loop {
        let all = letters(home, "code-").unwrap();
        if all.len() > before {
            break newest(home, "code-");
        }
        assert!(since.elapsed() < Duration::from_secs(60), "no letter came");
        std::thread::sleep(Duration::from_millis(200));
    };
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    browser.check(&format!("{language}-opposition"));
    let done = heading(
        "Votre opposition est enregistrée",
        "Your opposition is recorded",
    );
    fill(
        browser,
        &[("ins", ins), ("birth-date", born), ("code", code(&new))],
        done,
    );
    browser.check(&format!("{language}-opposed"));
    let confirmed = newest(home, "confirmation-");
    browser.open(&format!("http://{address}/opposition/back?lang={language}"));
    browser.check(&format!("{language}-back"));
    let back = heading("L’opposition est annulée", "The opposition is taken back");
    fill(
        browser,
        &[
            ("ins", ins),
            ("birth-date", born),
            ("code", code(&confirmed)),
        ],
        back,
    );
    browser.check(&format!("{language}-taken-back"));
}

/// The newest of the letters whose files begin so.
fn newest(home: &Home, begin: &str) -> String {
    let folder = home.dir.join("letters/print");
    let files = fs::read_dir(folder).unwrap().map(|one| one.unwrap().path());
    let named = files.filter(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(begin) && name.ends_with(".pdf")
    });
    let newest = named.max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    text(&newest.unwrap()).unwrap()
}

/// Slips: one that opposes, one of nobody, one with a slip of the pen.
fn by_post(home: &Home) {
    let file = home.file(
        "slips.csv",
        "ins,birth_date,reference\n\
         189127512501282,1990-01-01,box-1/0001\n\
         189127512501282,1990-01-02,box-1/0002\n\
         12,1990-01-02,box-1/0003\n",
    );
    let receipts = home.dir.join("receipts.csv");
    let out = receipts.to_str().unwrap();
    let said = home.run(&["--json", "campaign", "slips", &file, "--receipts", out]);
    assert_eq!(said.code, 1, "{said:?}");
    let said: Value = said.json();
    assert_eq!((&said["opposed"], &said["others"]), (&json!(1), &json!(2)));
    let lines = fs::read_to_string(receipts).unwrap();
    assert!(lines.contains("box-1/0001,opposed,") && lines.contains("box-1/0002,not-matched,"));
    assert!(lines.contains("box-1/0003,typo,") && !lines.contains("189127512501282"));
}

#[test]
fn letters_lie_in_the_clear_outside_a_demonstration() {
    let home = Home::none();
    home.done(&["init", "--name", "test.example"]);
    let template = fs::read_to_string(home.dir.join("hygie.toml")).unwrap();
    // The people are invented all the same.
    let any = template.replace("#national_numbers = \"real\"", "national_numbers = \"any\"");
    fs::write(home.dir.join("hygie.toml"), any).unwrap();
    let file = register(&home);
    let served = home.serve();
    home.done(&["register", "import", &file]);
    let refused = home.run(&["campaign", "announce", "--wave", "1"]);
    assert!(
        refused.code != 0 && refused.stderr.contains("print shop"),
        "{refused:?}"
    );
    drop(served);
    let identity = home.dir.join("shop.key");
    let made = home
        .done(&["--json", "backup-identity", identity.to_str().unwrap()])
        .json();
    let mut settings = fs::read_to_string(home.dir.join("hygie.toml")).unwrap();
    settings.push_str(&format!(
        "\n[campaign]\nprint_shop = [{}]\nname = \"Espace santé\"\naddress = [\"Espace santé\", \"TSA 12345\"]\n\
         postcode = \"99999\"\ntelephone = \"3422\"\nhours = [\"le matin\", \"in the morning\"]\n",
        made["recipient"]
    ));
    fs::write(home.dir.join("hygie.toml"), settings).unwrap();
    let _served = home.serve();
    let said = home
        .done(&["--json", "campaign", "announce", "--wave", "1"])
        .json();
    assert_eq!(said["letters"], 3);
    for file in fs::read_dir(home.dir.join("letters/print")).unwrap() {
        let path = file.unwrap().path();
        assert!(
            path.extension().is_some_and(|kind| kind == "age"),
            "{}",
            path.display()
        );
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        assert!(
            !bytes
                .windows(6)
                .any(|part| part == b"LILAS " || part == b"Durand")
        );
    }
}
