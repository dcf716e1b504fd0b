//! People sign in on the pages of real processes, in a real browser, by keyboard alone, on a narrow screen, in both
//! languages: with passkeys of a virtual device, and with a password and a code, without any script.
//!
//! Dangers: a page that the browser's own rules (CSP, cookies, WebAuthn) break; a field or button that the keyboard
//! does not reach, or a focus that cannot be seen; a page wider than its screen; a passkey that another site
//! gets, or that lets somebody in once it is removed; a session that outlives its sign-out, its time or a
//! restart; a form that another site sends; an invitation that is good twice.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

mod roles;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::harness::browser::{Browser, served};
use crate::harness::{Home, free_address};

const PASSWORD: &str = "quatre mots bien choisis";

/// A home that is served, at the name that browsers know this machine by.
pub fn site(address: &str) -> String {
    address.replace("127.0.0.1", "http://localhost")
}

/// A person with nothing but a Patient.
fn person(home: &Home) -> String {
    let patient = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{ "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": {
            "resourceType": "Patient",
            "name": [{ "family": "Durand", "given": ["Camille"] }],
        } }],
    });
    home.import("patient.json", &patient);
    home.persons().pop().unwrap()
}

fn link(home: &Home, words: &[&str]) -> String {
    let mut command = vec!["--json", "account", "add"];
    command.extend(words);
    let said = home.done(&command).json();
    said["link"].as_str().unwrap().to_owned()
}

/// The code of an authenticator, `steps` of half a minute from now.
pub fn code(secret: &str, steps: i64) -> String {
    let bare: String = secret.chars().filter(|one| !one.is_whitespace()).collect();
    let secret = Secret::try_from_base32(bare).unwrap();
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut now = clock().as_secs();
    // A code of the step before is too old when the next step begins while it is typed.
    while steps < 0 && now % 30 > 20 {
        std::thread::sleep(Duration::from_millis(200));
        now = clock().as_secs();
    }
    let then = now.saturating_add_signed(steps * 30);
    Builder::new()
        .with_secret(secret)
        .build_noncompliant()
        .generate(then)
        .to_string()
}

/// Waits until the page of this title is there.
pub fn title(browser: &Browser, title: &str) {
    browser.title(title);
}

/// A citizen is invited, makes a passkey, and signs in with it; nothing is typed but its name.
#[test]
fn a_passkey_that_another_site_or_nobody_has() {
    let home = Home::demo();
    let address = free_address();
    let serving = home.serve_by(
        home.command(&["--json", "serve", "--listen", &address]),
        &address,
    );
    let site = site(&address);
    let person = person(&home);
    let link = link(
        &home,
        &[
            "camille",
            "--holder",
            &person,
            "--name",
            "Camille Durand",
            "--language",
            "fr",
        ],
    );
    assert!(link.starts_with(&site), "{link}");
    let browser = Browser::start();
    browser.open(&link);
    title(&browser, "Choisir comment vous connecter");
    browser.check("fr-invited");
    let device = browser.authenticator();
    browser.fill("#name", "mon téléphone");
    browser.push("form[data-passkey] button");
    title(&browser, "Espace santé");
    assert!(
        browser.text().contains("Pour moi-même (Camille Durand)"),
        "{}",
        browser.text()
    );
    browser.check("fr-home");
    let held = browser.credentials(&device);
    assert_eq!(held.len(), 1);
    assert_eq!(
        (&held[0]["rpId"], &held[0]["isResidentCredential"]),
        (&json!("localhost"), &json!(true))
    );
    // The invitation is used up.
    browser.open(&format!("{link}&lang=fr"));
    title(&browser, "Choisir comment vous connecter");
    assert!(browser.text().contains("Cette invitation a déjà servi"));
    // The cookie is not for scripts, and not without its prefix.
    assert_eq!(browser.look("document.cookie"), json!(""));
    out_and_in_again(&browser, &site, &device);
    // A second one, and the first is removed: it lets nobody in.
    let second = second_passkey(&browser, &site, &device);
    browser.remove(&second);
    let gone = browser.authenticator();
    browser.open(&format!("{site}/signin/passkey?lang=fr"));
    title(&browser, "Me connecter avec une clé d’accès");
    browser.push("form[data-passkey] button");
    // A device without a passkey of this site: the browser says so, and nobody is in.
    browser.wait("!document.querySelector('form[data-passkey] .fault').hidden");
    browser.check("fr-no-passkey");
    browser.remove(&gone);
    serving.stop();
}

/// Out, and in again by the passkey alone.
fn out_and_in_again(browser: &Browser, site: &str, device: &str) {
    let held = browser.credentials(device);
    browser.open(&format!("{site}/account"));
    title(browser, "Mon compte");
    assert!(browser.text().contains("mon téléphone"));
    browser.check("fr-account");
    browser.push("nav form button");
    title(browser, "Me connecter");
    assert!(browser.text().contains("Vous êtes déconnecté"));
    browser.check("fr-signed-out");
    browser.open(&format!("{site}/account"));
    // Whoever is not known yet is spoken to in his browser's language.
    title(browser, "Sign in");
    browser.push("a.language");
    title(browser, "Me connecter");
    browser.push("main a.button");
    title(browser, "Me connecter avec une clé d’accès");
    browser.check("fr-passkey");
    browser.push("form[data-passkey] button");
    title(browser, "Mon compte");
    let counted = browser.credentials(device);
    assert!(counted[0]["signCount"].as_u64() > held[0]["signCount"].as_u64());
}

/// Adds a passkey of another device, and removes the first; gives the other device.
fn second_passkey(browser: &Browser, site: &str, first: &str) -> String {
    let copied = browser.credentials(first).pop().unwrap();
    browser.remove(first);
    let second = browser.authenticator();
    browser.open(&format!("{site}/account/passkey"));
    title(browser, "Ajouter une clé d’accès");
    browser.fill("#name", "clé de secours");
    browser.push("form[data-passkey] button");
    title(browser, "Mon compte");
    assert!(browser.text().contains("La clé d’accès est ajoutée"));
    browser.push("form[action='/account/passkey/remove'] button");
    browser.wait("document.body.innerText.includes('La clé d’accès est retirée')");
    assert!(!browser.text().contains("mon téléphone"));
    browser.check("fr-two-passkeys");
    // The one that is left can't be removed: nobody could sign in.
    browser.push("form[action='/account/passkey/remove'] button");
    browser.wait("document.body.innerText.includes('seul moyen de vous connecter')");
    browser.push("nav form button");
    title(browser, "Me connecter");
    browser.remove(&second);
    // The removed one, on its device again.
    let old = browser.authenticator();
    browser.post(&format!("webauthn/authenticator/{old}/credential"), &copied);
    browser.open(&format!("{site}/signin/passkey?lang=fr"));
    title(browser, "Me connecter avec une clé d’accès");
    browser.push("form[data-passkey] button");
    browser.wait("document.querySelector('.alert') !== null");
    assert!(browser.text().contains("Cette clé d’accès ne convient pas"));
    old
}

/// A doctor is invited, chooses a password and an authenticator, and signs in; the browser runs no script.
#[test]
fn a_sign_in_that_needs_a_script_or_a_mouse() {
    let home = Home::demo();
    let address = free_address();
    let serving = home.serve_by(
        home.command(&["--json", "serve", "--listen", &address]),
        &address,
    );
    let site = site(&address);
    let link = link(
        &home,
        &[
            "dr.martin",
            "--professional",
            "10101010101",
            "--name",
            "Dr Martin",
            "--structure",
            "750100042",
            "--language",
            "en",
        ],
    );
    let browser = Browser::start();
    browser.forbid_scripts(true);
    browser.open(&link);
    title(&browser, "Choose how to sign in");
    browser.check("en-invited");
    let (secret, recovery) = chooses_a_password(&browser);
    let secret = secret.as_str();
    browser.push("nav form button");
    title(&browser, "Sign in");
    browser.open(&format!("{site}/signin?lang=en"));
    sign_in(&browser, PASSWORD, "000000");
    browser.wait("document.querySelector('.alert') !== null");
    assert!(browser.text().contains("does not fit"));
    browser.check("en-refused");
    sign_in(&browser, PASSWORD, &code(secret, 0));
    title(&browser, "Health space");
    forms_of_others(&browser, &site);
    // The authenticator is lost.
    browser.push("nav form button");
    title(&browser, "Sign in");
    browser.open(&format!("{site}/signin?lang=en"));
    sign_in(&browser, PASSWORD, &recovery);
    title(&browser, "Health space");
    nothing_is_readable(&home, secret);
    // A restart ends sessions, and says so kindly.
    serving.kill_and_wait(&["hygie-care"]);
    served(&address);
    browser.open(&format!("{site}/account?lang=en"));
    title(&browser, "Sign in");
    assert!(
        browser.text().contains("Your session ended to protect you"),
        "{}",
        browser.text()
    );
    serving.stop();
}

/// Chooses, with a slip first; gives the authenticator's secret and a recovery code.
fn chooses_a_password(browser: &Browser) -> (String, String) {
    let secret = browser.look("document.querySelector('dd.secret').innerText");
    let secret = secret.as_str().unwrap();
    let width = browser.look("document.querySelector('svg.qr').getBoundingClientRect().width");
    assert!(
        width.as_f64().unwrap() > 200.0,
        "a picture to scan: {width}"
    );
    // A slip first: the two passwords differ.
    browser.fill("#password", PASSWORD);
    browser.fill("#again", "something else");
    browser.fill("#code", &code(secret, -1));
    browser.push("form[action^='/signin/enrol/password'] button");
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    browser.check("en-slip");
    browser.push(".alert a");
    browser.wait("document.activeElement.id === 'again'");
    browser.fill("#password", PASSWORD);
    browser.fill("#again", PASSWORD);
    browser.fill("#code", &code(secret, -1));
    browser.push("form[action^='/signin/enrol/password'] button");
    title(browser, "Your account is open");
    assert_eq!(
        browser.look("document.querySelectorAll('.codes li').length"),
        json!(8)
    );
    browser.check("en-codes");
    let recovery = browser.look("document.querySelector('.codes li').innerText");
    browser.push("main a.button");
    title(browser, "Health space");
    assert!(
        browser
            .text()
            .contains("Each opening of a record is shown to the person")
    );
    browser.check("en-home");
    (secret.to_owned(), recovery.as_str().unwrap().to_owned())
}

/// INVARIANT (the host reads nothing): neither who has an account nor how he signs in.
fn nothing_is_readable(home: &Home, secret: &str) {
    let bare: String = secret.chars().filter(|one| *one != ' ').collect();
    for folder in ["store", "keeper", "log"] {
        for word in ["dr.martin", PASSWORD, bare.as_str(), "10101010101"] {
            let found = holds(&home.dir.join(folder), word.as_bytes());
            assert_eq!(found, None, "{word} can be read");
        }
    }
}

/// A file of this folder that holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let mut entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.find_map(|path| {
        if path.is_dir() {
            return holds(&path, bytes);
        }
        // The home is served: a part of the ledger makes way for a wider one.
        let content = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            read => read.unwrap(),
        };
        let found = content.windows(bytes.len()).any(|window| window == bytes);
        found.then_some(path)
    })
}

fn sign_in(browser: &Browser, password: &str, code: &str) {
    browser.fill("#login", "dr.martin");
    browser.fill("#password", password);
    browser.fill("#code", code);
    browser.push("form[action^='/signin'] button");
}

/// Forms that another site sends, and one whose token was changed, do nothing.
fn forms_of_others(browser: &Browser, site: &str) {
    let foreign = format!(
        "data:text/html,<form method=post action={site}/signout><input name=csrf value=x><button id=go>go</button></form>"
    );
    browser.open(&foreign);
    browser.look("document.forms[0].submit()");
    browser.wait("location.protocol === 'http:' && document.readyState === 'complete'");
    browser.open(&format!("{site}/account"));
    title(browser, "My account");
    browser.look("document.querySelector('nav [name=csrf]').value = 'x'");
    browser.push("nav form button");
    title(browser, "This form is no longer valid");
    browser.check("en-stale");
    browser.open(&format!("{site}/"));
    title(browser, "Health space");
}

/// Somebody leaves the screen for longer than a session may lie unused.
#[test]
fn a_screen_left_open_in_a_ward() {
    let home = Home::demo();
    let address = free_address();
    let mut command = home.command(&["--json", "serve", "--listen", &address]);
    command.env("HYGIE_SESSION_IDLE", "4");
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let added = home.done(&[
        "--json",
        "account",
        "add",
        "dr.martin",
        "--professional",
        "10101010101",
        "--language",
        "fr",
        "--demo",
    ]);
    let said: Value = added.json();
    let (password, secret) = (
        said["password"].as_str().unwrap(),
        said["secret"].as_str().unwrap(),
    );
    // What the demo prints to whoever has no authenticator at hand.
    let shown = home.done(&["demo-code", secret]).stdout;
    assert!([code(secret, -1), code(secret, 0)].contains(&shown.trim().to_owned()));
    let browser = Browser::start();
    browser.open(&format!("{site}/signin?lang=fr"));
    title(&browser, "Me connecter");
    browser.check("fr-signin");
    sign_in(&browser, password, &code(secret, -1));
    title(&browser, "Espace santé");
    browser.open(&format!("{site}/account"));
    title(&browser, "Mon compte");
    std::thread::sleep(Duration::from_millis(4_200));
    browser.push("nav a[href='/account']");
    title(&browser, "Me connecter");
    assert!(
        browser
            .text()
            .contains("Votre session s’est terminée pour vous protéger")
    );
    browser.check("fr-over");
    sign_in(&browser, password, &code(secret, 0));
    // Back where he was.
    title(&browser, "Mon compte");
    // In another home nobody is given a password by the operator.
    let other = Home::none();
    other.done(&["init", "--name", "other.test"]);
    let refused = other.run(&["account", "add", "camille", "--support", "--demo"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    serving.stop();
}
