//! `hygie mandate`: who acts for a person, as registers and courts say, on the pages of real processes.
//!
//! Dangers: somebody who acts before he may, or after; a parent who reads on when the child is of age; an end that ends
//! another's mandate.

use serde_json::Value;

use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};
use crate::rights::{enters, person, said};
use crate::sign_in::{site, title};

const OPEN: &str = "Qui a ouvert le dossier";
const SHUT: &str = "Cette page ne vous est pas ouverte";

#[test]
fn somebody_who_acts_before_he_may_or_after() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let acts = ["--representative", &person, "--name", "Marie Durand"];
    let marie = said(&home, "marie", &acts);
    let browser = Browser::start();
    browser.forbid_scripts(true);
    enters(&browser, &site, &marie, "/trail");
    title(&browser, SHUT);
    let sees = |shown: &str| {
        browser.open(&format!("{site}/trail"));
        title(&browser, shown);
    };
    let mandate = |words: &[&str]| -> Value {
        let mut command = vec!["--json", "mandate"];
        command.extend(words);
        home.done(&command).json()
    };
    // A parent of whom nobody says that he is a minor acts for nobody.
    let name = ["--name", "Marie Durand"];
    let add = |role| mandate(&["add", &person, "marie", "--role", role, name[0], name[1]]);
    let parent = add("parent");
    sees(SHUT);
    mandate(&["of-age", &person, "2099-05-04T00:00:00+02:00"]);
    sees(OPEN);
    assert!(browser.text().contains("Europe/Paris"));
    mandate(&["of-age", &person, "2026-01-01T00:00:00+01:00"]);
    sees(SHUT);
    // A guardian acts for somebody of age.
    let guardian = add("guardian");
    sees(OPEN);
    let of = |said: &Value| said["mandate"].as_str().unwrap().to_owned();
    mandate(&["end", &person, &of(&parent)]);
    sees(OPEN);
    mandate(&["end", &person, &of(&guardian)]);
    sees(SHUT);
    let again = home.run(&["mandate", "end", &person, &of(&guardian)]);
    assert_ne!(again.code, 0, "{again:?}");
    let nobody = [
        "mandate", "add", &person, "nobody", "--role", "guardian", "--name", "x",
    ];
    assert_ne!(home.run(&nobody).code, 0);
    serving.stop();
}
