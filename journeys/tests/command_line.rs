//! Failures covered: an exit code that is not the promised one; more or less than one JSON object with `--json`;
//! a home that is served twice; services that outlive their command; a token outside a demo home; a passphrase that is not needed.
//! Not failures: a command that waits for another command on the same home.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::harness::Home;
use crate::harness::samples::record;

const NOBODY: &str = "0123456789abcdefghjkmnpqrs";

#[test]
fn exit_codes_are_those_promised() {
    let none = Home::none();
    for (arguments, code) in [
        (vec!["status"], 1),
        (vec!["demo-token", "--holder", NOBODY], 1),
        (vec!["frobnicate"], 2),
        (vec!["export", "me"], 2),
        (vec!["ledger", "verify"], 1),
    ] {
        let mut json = vec!["--json"];
        json.extend(&arguments);
        let finished = none.run(&json);
        assert_eq!(finished.code, code, "{arguments:?}: {finished:?}");
        assert_eq!(finished.json()["code"], code);
        assert!(!finished.stderr.is_empty());
    }
    none.done(&["init"]);
    assert_eq!(none.run(&["init"]).code, 1);
    // What a power cut within init leaves is no home, and is in nobody's way.
    let (made, begun) = (none.dir.join("keeper"), none.dir.join("keeper.new"));
    std::fs::rename(made, begun).unwrap();
    std::fs::remove_file(none.dir.join("hygie.toml")).unwrap();
    none.done(&["init"]);
    let refused = none.run(&["demo-token", "--holder", NOBODY]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("not a demo home"),
        "{}",
        refused.stderr
    );
    assert_eq!(none.run(&["import", "/nowhere.json"]).code, 1);
    assert_eq!(none.run(&["export", NOBODY]).code, 1);
}

#[test]
fn a_home_is_served_once_and_its_services_go_with_the_launcher() {
    let home = Home::demo();
    let serving = home.serve();
    let second = home.run(&["serve", "--listen", "127.0.0.1:1"]);
    assert_eq!(second.code, 3);
    assert!(
        second.stderr.contains("in use by hygie"),
        "{}",
        second.stderr
    );
    let status = home.done(&["--json", "status"]).json();
    assert_eq!(status["served"], true);
    serving.stop();
    let status = home.done(&["--json", "status"]).json();
    assert_eq!(
        (&status["served"], &status["persons"]),
        (&json!(false), &json!(0))
    );
    home.serve().stop();
}

#[test]
fn an_interrupted_command_leaves_no_service_behind() {
    let home = Home::demo();
    let folder = home.outside.join("in");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..800 {
        let text = record(&format!("Person{number}")).to_string();
        std::fs::write(folder.join(format!("{number}.json")), text).unwrap();
    }
    let mut import = home
        .command(&["import", folder.to_str().unwrap()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let pid = Pid::from_raw(i32::try_from(import.id()).unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(import.wait().unwrap().code(), Some(1));
    // The lock is free only when no service holds it any more: serving needs it.
    home.serve().stop();
    let again = home
        .done(&["--json", "import", folder.to_str().unwrap()])
        .json();
    assert_eq!(again["total"], 5_600);
    assert_eq!(home.persons().len(), 800);
}

#[test]
fn a_home_with_a_passphrase_opens_with_it_alone() {
    let home = Home::none();
    let with = |passphrase: Option<&str>, arguments: &[&str]| {
        let mut command = home.command(arguments);
        if let Some(passphrase) = passphrase {
            command.env("HYGIE_PASSPHRASE", passphrase);
        }
        command.output().unwrap()
    };
    let words = Some("correct horse battery staple");
    assert_eq!(with(None, &["init", "--passphrase"]).status.code(), Some(1));
    assert_eq!(
        with(Some("short"), &["init", "--passphrase"]).status.code(),
        Some(1)
    );
    assert!(with(words, &["init", "--passphrase"]).status.success());
    let file = home.file("record.json", &record("Martin").to_string());
    assert!(with(words, &["import", &file]).status.success());
    assert_eq!(with(None, &["persons"]).status.code(), Some(1));
    let wrong = with(Some("correct horse battery stable"), &["persons"]);
    assert_eq!(wrong.status.code(), Some(3));
    let listed = with(words, &["persons"]);
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), 1);
    // The public key needs no secret.
    assert!(with(None, &["ledger", "verify"]).status.success());
}
