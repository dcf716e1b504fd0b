//! A person who has no account gains access to the space that is his, and another says no, each by an identity at a real,
//! certified provider (npm `oidc-provider`), in a real browser on a narrow screen, on the pages of real processes.
//!
//! Dangers: a page that the browser's rules break (CSP, cookies of another site's way back); a number that opens another's
//! space; an opposition that is overridden by an activation, or can't be taken back; a holder who opposes and finds no way
//! back; nobody told, by post or by e-mail; a dashboard that does not learn of it; more than three screens to say no.
//! Not a failure: a machine on which the provider is not installed (`./test` installs it): that is said.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::oidc::{Provider, say_who, serving, site, title};

const REGISTER: &str = "ins_system,ins,family,given,birth_date,birth_place,sex,language,address,postcode,email\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,\"Camille, Lou\",1990-01-02,75101,female,fr,12 RUE DES LILAS|35000 VILLE,35000,camille@mail.example\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Lefevre,Zoe,1962-08-17,35238,female,en,3 RUE DES LILAS|44000 VILLE,44000,\n";
const CAMILLE: &str = "1 63 12 78 477 042 94";
const ZOE: &str = "262087503203977";

fn types(browser: &Browser, number: &str) {
    browser.fill("#ins", number);
    browser.push("main form button");
}

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

/// Waits for the e-mail that says that something is new, and nothing else.
fn told(home: &Home, address: &str) {
    let since = Instant::now();
    loop {
        let mails = fs::read_dir(home.dir.join("mailbox")).into_iter().flatten();
        let mails = mails.map(|one| one.unwrap().path());
        let whole = mails.filter(|path| path.extension().is_some_and(|kind| kind == "eml"));
        let texts: Vec<String> = whole
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        if let Some(mail) = texts.iter().find(|text| text.contains(address)) {
            assert!(
                !mail.contains("Durand") && !mail.contains("163127847704294"),
                "{mail}"
            );
            return;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "no e-mail came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn total(home: &Home, name: &str) -> u64 {
    let counts = home.done(&["--json", "campaign", "status"]).json();
    let counts = counts["counts"].as_array().unwrap().iter();
    counts.filter_map(|count| count[name].as_u64()).sum()
}

const ALONE: &str = "ins_system,ins,family,given,birth_date,language,address,postcode,email\n\
    urn:oid:1.2.250.1.213.1.4.11,189127512501282,Martin,Claude,1990-01-01,fr,9 RUE DES LILAS|69001 VILLE,69001,claude@mail.example\n";

/// Without a provider: the letter's code opens nothing by itself, and with the one that came by e-mail he chooses how to
/// sign in.
#[test]
fn a_letter_that_opens_a_space_by_itself() {
    let home = Home::demo();
    let address = free_address();
    let serving = home.serve_by(serving(&home, &address), &address);
    let register = home.file("register.csv", ALONE);
    let codes = home.dir.join("codes.csv").to_str().unwrap().to_owned();
    home.done(&["--json", "register", "import", &register, "--codes", &codes]);
    let codes = fs::read_to_string(&codes).unwrap();
    let letter = codes
        .lines()
        .next()
        .unwrap()
        .split(',')
        .nth(1)
        .unwrap()
        .to_owned();
    let (browser, site) = (Browser::start(), site(&address));
    for language in ["fr", "en", "fr-simple"] {
        browser.open(&format!("{site}/activation?lang={language}"));
        browser.check(&format!("{language}-activation"));
        browser.push("main a[href^='/activation/code']");
        browser.wait("!!document.querySelector('#code')");
        browser.check(&format!("{language}-by-code"));
    }
    let easy = "Le code de la lettre ne suffit pas.";
    assert!(browser.text().contains(easy), "{}", browser.text());
    browser.open(&format!("{site}/activation/code?lang=fr"));
    title(&browser, "Avec le code de mon courrier et un message");
    browser.fill("#ins", "189127512501282");
    browser.fill("#birth-date", "01/01/1990");
    browser.fill("#code", &letter);
    browser.push("main form button");
    title(&browser, "Le code reçu par message");
    browser.check("fr-second");
    browser.fill("#second", "0000 0000");
    browser.push("main form button");
    browser.wait("document.body.innerText.includes('Ces codes ne vont pas ensemble')");
    browser.check("fr-second-not");
    assert!(home.persons().is_empty());
    browser.fill("#second", &one_time(&home));
    browser.push("main form button");
    title(&browser, "Choisir comment vous connecter");
    browser.check("fr-second-done");
    assert_eq!((home.persons().len(), letters(&home, "activated-")), (1, 1));
    let _device = browser.authenticator();
    browser.fill("#name", "mon téléphone");
    browser.push("form[data-passkey] button");
    title(&browser, "Espace santé");
    assert!(browser.text().contains("Pour moi-même (Claude Martin)"));
    browser.open(&format!("{site}/space"));
    title(&browser, "Mon espace");
    serving.stop();
}

/// The eight digits of the e-mail.
fn one_time(home: &Home) -> String {
    let since = Instant::now();
    loop {
        let mails = fs::read_dir(home.dir.join("mailbox")).into_iter().flatten();
        let mails = mails.map(|one| one.unwrap().path());
        let whole = mails.filter(|path| path.extension().is_some_and(|kind| kind == "eml"));
        for text in whole.map(|path| fs::read_to_string(path).unwrap()) {
            let shaped =
                |line: &&str| line.len() == 9 && line.split(' ').all(|half| half.len() == 4);
            if let Some(code) = text.lines().map(str::trim).find(shaped) {
                return code.to_owned();
            }
        }
        assert!(since.elapsed() < Duration::from_secs(60), "no e-mail came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_space_that_its_holder_does_not_get_into_or_out_of() {
    let address = free_address();
    let Some(provider) = Provider::start("activation", &address) else {
        return;
    };
    let home = Home::demo();
    fs::write(home.dir.join("hygie.toml"), provider.settings(&home)).unwrap();
    let serving = home.serve_by(serving(&home, &address), &address);
    let register = home.file("register.csv", REGISTER);
    let said = home
        .done(&["--json", "register", "import", &register])
        .json();
    assert_eq!((&said["added"], &said["rejected"]), (&json!(2), &json!(0)));
    let (browser, site) = (Browser::start(), site(&address));
    activates(&home, &browser, &site);
    holds(&home, &browser, &site);
    opposes(&home, &browser, &site);
    changes_her_mind(&browser, &site);
    assert_eq!((total(&home, "activated"), total(&home, "opposed")), (2, 0));
    serving.stop();
}

/// From the first page to the space: the number of another opens nothing.
fn activates(home: &Home, browser: &Browser, site: &str) {
    browser.open(&format!("{site}/?lang=fr"));
    title(browser, "Espace santé");
    browser.push("main a[href^='/activation']");
    title(browser, "Activer mon espace santé");
    browser.check("fr-activation-ways");
    browser.push("a[href^='/signin/oidc/citizens']");
    say_who(browser, "camille", "yes");
    title(browser, "Activer mon espace santé");
    assert!(
        browser.text().contains("vous a identifié : Camille DURAND"),
        "{}",
        browser.text()
    );
    browser.check("fr-activation-number");
    types(browser, &CAMILLE.replace("94", "95"));
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("fr-activation-slip");
    types(browser, ZOE);
    browser.wait("document.body.innerText.includes('n’est pas celui de la personne')");
    browser.check("fr-activation-not");
    assert_eq!((home.persons().len(), letters(home, "activated-")), (0, 0));
    types(browser, CAMILLE);
    title(browser, "Votre espace santé est activé");
    browser.check("fr-activated");
    assert_eq!((home.persons().len(), letters(home, "activated-")), (1, 1));
    told(home, "camille@mail.example");
    browser.push("main a.button");
    title(browser, "Espace santé");
    assert!(
        browser.text().contains("Pour moi-même (Camille Durand)"),
        "{}",
        browser.text()
    );
    // From now on her provider leads her in.
    browser.push("nav form button");
    title(browser, "Vous êtes déconnecté ici");
    browser.open(&format!("{site}/signin?lang=fr&next=/space"));
    browser.push("a[href^='/signin/oidc/citizens']");
    say_who(browser, "camille", "yes");
}

/// The holder's own page: no at once, and yes again.
fn holds(home: &Home, browser: &Browser, site: &str) {
    title(browser, "Mon espace");
    assert!(
        browser
            .text()
            .contains("Vous avez activé votre espace santé le")
    );
    browser.check("fr-space");
    browser.push("form[action='/space/oppose'] button");
    title(browser, "Votre opposition est enregistrée");
    assert_eq!(letters(home, "confirmation-"), 1);
    browser.open(&format!("{site}/space"));
    title(browser, "Mon espace");
    assert!(
        browser
            .text()
            .contains("Vous vous opposez à votre espace depuis le")
    );
    browser.check("fr-space-opposed");
    assert_eq!(total(home, "opposed"), 1);
    // He sees who wanted to open it, and that is all that he sees.
    browser.push("main a[href='/trail']");
    title(browser, "Qui a ouvert mon dossier");
    browser.open(&format!("{site}/authorisations"));
    title(browser, "Cette page ne vous est pas ouverte");
    browser.open(&format!("{site}/space"));
    title(browser, "Mon espace");
    browser.push("form[action='/space/back'] button");
    title(browser, "L’opposition est annulée");
    browser.open(&format!("{site}/space"));
    title(browser, "Mon espace");
    browser.push("nav form button");
    title(browser, "Vous êtes déconnecté ici");
}

/// Without a code or an account: two screens of ours, and the receipt.
fn opposes(home: &Home, browser: &Browser, site: &str) {
    browser.open(&format!("{site}/opposition?lang=en"));
    title(browser, "Say no to your health space");
    browser.push("main a[href^='/opposition/identity']");
    title(browser, "Oppose by proving who you are");
    browser.check("en-identity-ways");
    browser.push("a[href^='/signin/oidc/citizens']");
    say_who(browser, "zoe", "yes");
    title(browser, "Oppose by proving who you are");
    browser.check("en-identity-number");
    types(browser, CAMILLE);
    browser.wait("document.body.innerText.includes('not that of the person')");
    types(browser, ZOE);
    title(browser, "Your opposition is recorded");
    browser.check("en-identity-receipt");
    assert_eq!(
        (home.persons().len(), letters(home, "confirmation-")),
        (1, 2)
    );
}

/// Who opposes is told so, and takes it back with a button that says so.
fn changes_her_mind(browser: &Browser, site: &str) {
    browser.open(&format!("{site}/activation?lang=en"));
    title(browser, "Activate my health space");
    browser.push("a[href^='/signin/oidc/citizens']");
    say_who(browser, "zoe", "yes");
    title(browser, "Activate my health space");
    browser.check("en-activation-number");
    types(browser, ZOE);
    browser.wait("document.body.innerText.includes('You have opposed your health space since')");
    browser.check("en-activation-opposed");
    browser.push("main form button");
    title(browser, "Your health space is activated");
    browser.check("en-activated-again");
}
