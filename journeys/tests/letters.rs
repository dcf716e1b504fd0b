//! The settings of letters, as served programs take them. What letters say and when is tested where they are made
//! (`care/letters`); here one goes the whole way.
//!
//! Failures covered: a mistyped setting that stops nobody and sends nothing; letters in the clear over a network; a mail
//! server's password on a command line or in a log; a home that says nothing of its letters; a letter that does not come,
//! comes when nothing happened, or tells more than that something is new.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::Home;
use crate::rights::person;

fn set(home: &Home, lines: &str) {
    let path = home.dir.join("hygie.toml");
    let text = fs::read_to_string(&path).unwrap();
    let mine = format!("\n[letters]\n{lines}");
    fs::write(&path, text.replacen("\n[letters]\n", &mine, 1)).unwrap();
}

#[test]
fn a_mistyped_setting_of_letters_says_nothing() {
    for (lines, said) in [
        ("smtp = \"smtp://mail.example\"\n", "use `smtps://`"),
        (
            "smtp = \"mail.example\"\n",
            "a mail server is an address like",
        ),
        ("from = \"camille\"\n", "no e-mail address"),
        (
            "site = \"records.example\"\n",
            "the site is an address like",
        ),
        (
            "smtp = \"smtps://mail.example\"\nfolder = \"x\"\n",
            "leave out `smtp` or `folder`",
        ),
    ] {
        let home = Home::demo();
        set(&home, lines);
        let refused = home.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(refused.code, 3, "{lines} {refused:?}");
        assert!(refused.stderr.contains(said), "{lines} {refused:?}");
        let all = format!("{refused:?} {}", home.logs());
        assert!(!all.contains("canary-password"), "{all}");
    }
}

#[test]
fn a_mail_servers_password_that_others_read() {
    let home = Home::demo();
    set(
        &home,
        "smtp = \"smtps://user:canary-password@mail.example\"\nminutes = 5\n",
    );
    let serving = home.serve_with(&[]);
    let mut seen = 0;
    for entry in fs::read_dir("/proc").unwrap() {
        let words = fs::read(entry.unwrap().path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        if words.contains(home.dir.to_str().unwrap()) {
            seen += 1;
            assert!(!words.contains("canary-password"), "{words}");
        }
    }
    assert!(seen >= 3, "launcher, keeper and care run");
    let (_, figures) = serving.health("/metrics").unwrap();
    assert!(figures.contains("hygie_letters_waiting 0\n"), "{figures}");
    assert!(figures.contains("hygie_letters_total{kind=\"lost\"} 0\n"));
    assert!(!home.logs().contains("canary-password"));
}

/// What stands in the mailbox of a demonstration.
fn letters(home: &Home) -> Vec<String> {
    let Ok(entries) = fs::read_dir(home.dir.join("mailbox")) else {
        return Vec::new();
    };
    let read = |entry: std::io::Result<fs::DirEntry>| fs::read_to_string(entry.unwrap().path());
    entries.map(|entry| read(entry).unwrap()).collect()
}

#[test]
fn a_letter_that_tells_what_is_new_or_does_not_come() {
    let home = Home::demo();
    let serving = home.serve();
    let person = person(&home);
    let (holder, doctor) = (
        home.token(&["--holder", &person, "--name", "Camille Durand"]),
        home.token(&["--professional", "10101010101", "--name", "Dr Martin"]),
    );
    let wish = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "letters", "valueString": "camille@example.org" },
        { "name": "language", "valueCode": "en" },
    ] });
    let path = format!("Patient/{person}/$wishes");
    assert_eq!(serving.post(&path, &holder, &wish).status, 200);
    let search = format!("Observation?patient={person}");
    // What he does himself is no news.
    assert_eq!(serving.get(&search, &holder).resources().len(), 1);
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!(letters(&home).len(), 0);
    let declared = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let path = format!("Patient/{person}/$break-glass");
    let begun = Instant::now();
    assert_eq!(serving.post(&path, &doctor, &declared).status, 200);
    assert_eq!(
        serving.get(&format!("Patient/{person}"), &doctor).status,
        200
    );
    while letters(&home).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no letter came");
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("a letter after {} ms", begun.elapsed().as_millis());
    let came = letters(&home);
    let letter = came[0].replace("=\r\n", "");
    for words in [
        "To: camille@example.org",
        "Something is new in your health space. Sign in to read it:",
        &format!("http://{}", serving.address()),
    ] {
        assert!(letter.contains(words), "{words}\n{letter}");
    }
    for secret in [
        person.as_str(),
        "Tension",
        "Lettre",
        "Durand",
        "Martin",
        "10101010101",
        "unconscious",
        "emergency",
    ] {
        assert!(!letter.contains(secret), "{secret}\n{letter}");
    }
    assert_eq!(came.len(), 1, "one letter for both");
}

#[test]
fn an_outbox_that_cannot_be_read_keeps_care_from_serving() {
    let home = Home::demo();
    home.serve_with(&[]).stop();
    let outbox = home.dir.join("store/letters");
    fs::write(&outbox, b"letters of another key").unwrap();
    let serving = home.serve_with(&[]);
    let (_, figures) = serving.health("/metrics").unwrap();
    assert!(figures.contains("hygie_letters_waiting 0\n"), "{figures}");
    assert!(home.logs().contains("letters that waited are lost"));
    let aside = fs::read(outbox.with_extension("unreadable")).unwrap();
    assert_eq!(aside, b"letters of another key");
}

#[test]
fn a_home_of_before_people_signed_in_is_not_served() {
    let home = Home::demo();
    let (key, list) = (
        home.dir.join("sign-in.key"),
        home.dir.join("keeper/issuers.json"),
    );
    fs::remove_file(&key).unwrap();
    let mut issuers: serde_json::Value = serde_json::from_slice(&fs::read(&list).unwrap()).unwrap();
    let known = issuers.as_array_mut().unwrap();
    known.retain(|issuer| issuer["name"] != "sign-in");
    fs::write(&list, issuers.to_string()).unwrap();
    let serving = home.serve_with(&[]);
    assert_eq!(serving.health("/ready").unwrap().0, 200);
    assert!(key.exists());
    assert!(
        home.logs().contains("sign-in.key was made"),
        "{}",
        home.logs()
    );
}
