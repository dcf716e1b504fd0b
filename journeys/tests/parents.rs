//! A child's space through its parents, over real processes, in a browser on a narrow screen, in both languages: each parent
//! gains access to his own space with a letter's code and one that came by message, and from there to the child's; they are
//! told for whom they act; one says no for the child and yes again.
//!
//! Dangers: a page that the browser's rules break, or that leads nowhere; a parent who acts for another's child, or does not
//! learn for whom he acts; a no for the child that ends the parent's own space; nobody told by post.
//! Not a failure: a parent without access to his own space has to gain that first.

use std::fs;
use std::time::{Duration, Instant};

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::mailed::mails;
use crate::sign_in::{site, title};

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language,address,postcode,email,representatives\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,Camille,1963-12-05,fr,12 RUE DES LILAS|35000 VILLE,35000,camille@mail.example,\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en,3 RUE HAUTE|44000 VILLE,44000,zoe@mail.example,\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Petit,Dominique,2015-03-01,fr,9 RUE BASSE|69001 VILLE,69001,,\n\
    urn:oid:1.2.250.1.213.1.4.11,215037512301282,Durand,Lou,2015-03-01,fr,12 RUE DES LILAS|35000 VILLE,35000,,163127847704294|262087503203977\n";
const CHILD: &str = "215037512301282";
const NEIGHBOUR: &str = "189127512501282";

/// A parent, and what he reads in his language.
struct Parent {
    language: &'static str,
    ins: &'static str,
    born: &'static str,
    email: &'static str,
    choose: &'static str,
    home: &'static str,
    space: &'static str,
    activate: &'static str,
    not: &'static str,
    done: &'static str,
    acts: &'static str,
    role: &'static str,
    others: &'static str,
    opposed: &'static str,
    back: &'static str,
}

const FATHER: Parent = Parent {
    language: "fr",
    ins: "163127847704294",
    born: "05/12/1963",
    email: "camille@mail.example",
    choose: "Choisir comment vous connecter",
    home: "Espace santé",
    space: "Mon espace",
    activate: "Activer l’espace de mon enfant",
    not: "Nous ne trouvons pas d’enfant mineur",
    done: "L’espace de votre enfant est activé",
    acts: "Vous agissez pour Lou Durand",
    role: "À quel titre agissez-vous ?",
    others: "L’espace de la personne",
    opposed: "Votre opposition est enregistrée",
    back: "L’opposition est annulée",
};

const MOTHER: Parent = Parent {
    language: "en",
    ins: "262087503203977",
    born: "17/08/1962",
    email: "zoe@mail.example",
    choose: "Choose how to sign in",
    home: "Health space",
    space: "My space",
    activate: "Activate my child’s space",
    not: "We find no child under 18",
    done: "Your child’s space is activated",
    acts: "You act for Lou Durand",
    role: "In which role do you act?",
    others: "The person’s space",
    opposed: "Your opposition is recorded",
    back: "The opposition is taken back",
};

/// Letters whose names begin so.
fn letters(home: &Home, begin: &str) -> usize {
    let names = fs::read_dir(home.dir.join("letters/print"))
        .into_iter()
        .flatten();
    let names = names.map(|one| one.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with(begin) && name.ends_with(".pdf"))
        .count()
}

/// The eight digits that came to an address.
fn one_time(home: &Home, to: &str) -> String {
    let since = Instant::now();
    loop {
        for mail in mails(home, to) {
            let shaped =
                |line: &&str| line.len() == 9 && line.split(' ').all(|half| half.len() == 4);
            if let Some(code) = mail.lines().map(str::trim).find(shaped) {
                return code.to_owned();
            }
        }
        assert!(since.elapsed() < Duration::from_secs(60), "no e-mail came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Gains access to his own space, and is signed in.
fn gets_in(home: &Home, browser: &Browser, site: &str, parent: &Parent, letter: &str) {
    let language = parent.language;
    browser.open(&format!("{site}/activation/code?lang={language}"));
    browser.fill("#ins", parent.ins);
    browser.fill("#birth-date", parent.born);
    browser.fill("#code", letter);
    browser.push("main form button");
    browser.wait("!!document.querySelector('#second')");
    browser.fill("#second", &one_time(home, parent.email));
    browser.push("main form button");
    title(browser, parent.choose);
    let _device = browser.authenticator();
    browser.fill("#name", "portable");
    browser.push("form[data-passkey] button");
    title(browser, parent.home);
}

/// Says where he is told of what is new in his own space.
fn wants_mails(browser: &Browser, site: &str, address: &str) {
    browser.open(&format!("{site}/authorisations/letters"));
    browser.fill("#address", address);
    browser.reach("[name=letters]");
    // From none to the first language.
    browser.press("\u{e015}");
    browser.push("main form button");
    browser.wait("location.pathname === '/authorisations'");
}

/// Waits for the e-mail that says that something is new, and no more than that.
fn is_mailed(home: &Home, to: &str) {
    let since = Instant::now();
    while mails(home, to).is_empty() {
        assert!(since.elapsed() < Duration::from_secs(60), "no e-mail came");
        std::thread::sleep(Duration::from_millis(200));
    }
    for mail in mails(home, to) {
        assert!(!mail.contains("Lou") && !mail.contains("Durand"), "{mail}");
    }
}

/// From his own space to the child's; a neighbour's child is nobody's to him.
fn activates(browser: &Browser, site: &str, parent: &Parent) {
    let language = parent.language;
    browser.open(&format!("{site}/space?lang={language}"));
    title(browser, parent.space);
    browser.push("main a[href='/space/child']");
    title(browser, parent.activate);
    browser.check(&format!("{language}-child"));
    browser.fill("#ins", NEIGHBOUR);
    browser.fill("#birth-date", "01/03/2015");
    browser.push("main form button");
    browser.wait(&format!(
        "document.body.innerText.replaceAll('\\u00a0', ' ').includes({:?})",
        parent.not
    ));
    browser.check(&format!("{language}-child-not"));
    browser.fill("#ins", CHILD);
    browser.push("main form button");
    title(browser, parent.done);
    browser.check(&format!("{language}-child-done"));
    browser.push("main a.button");
    title(browser, parent.role);
    browser.reach("[name=role]");
    // One on: for the child.
    browser.press("\u{e015}");
    browser.push("main form button");
    title(browser, parent.others);
    assert!(browser.text().contains(parent.acts), "{}", browser.text());
    browser.check(&format!("{language}-space-of-child"));
}

/// Says no for the child, and yes again.
fn says(home: &Home, browser: &Browser, site: &str, parent: &Parent) {
    let language = parent.language;
    let before = letters(home, "confirmation-");
    browser.push("form[action='/space/oppose'] button");
    title(browser, parent.opposed);
    browser.check(&format!("{language}-child-opposed"));
    assert_eq!(letters(home, "confirmation-"), before + 1);
    // Who is signed in finds the ways on from his receipt.
    browser.push("nav a[href='/']");
    title(browser, parent.home);
    browser.open(&format!("{site}/space"));
    title(browser, parent.others);
    browser.check(&format!("{language}-space-of-child-opposed"));
    browser.push("form[action='/space/back'] button");
    title(browser, parent.back);
}

#[test]
fn a_child_whose_parents_do_not_get_in_or_whose_neighbours_do() {
    let home = Home::demo();
    let address = free_address();
    let serving = home.serve_by(
        home.command(&["--json", "serve", "--listen", &address]),
        &address,
    );
    let register = home.file("register.csv", REGISTER);
    let codes = home.dir.join("codes.csv").to_str().unwrap().to_owned();
    let said = home
        .done(&["--json", "register", "import", &register, "--codes", &codes])
        .json();
    assert_eq!(said["added"], 4, "{said}");
    let codes = fs::read_to_string(&codes).unwrap();
    let codes: Vec<&str> = codes
        .lines()
        .map(|line| line.split(',').nth(1).unwrap())
        .collect();
    let site = site(&address);
    for (number, parent) in [&FATHER, &MOTHER].into_iter().enumerate() {
        let browser = Browser::start();
        gets_in(&home, &browser, &site, parent, codes[number]);
        let before = letters(&home, "activated-");
        let told = format!("told-{}", parent.email);
        wants_mails(&browser, &site, &told);
        activates(&browser, &site, parent);
        is_mailed(&home, &told);
        // Told by post, whoever it was.
        assert_eq!(letters(&home, "activated-"), before + 1);
        says(&home, &browser, &site, parent);
    }
    // His own, hers, and one for both of them.
    assert_eq!(home.persons().len(), 3);
    serving.stop();
}
