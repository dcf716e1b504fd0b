//! The settings of letters, as served programs take them. What letters say and when is tested where they are made
//! (`care/letters`).
//!
//! Failures covered: a mistyped setting that stops nobody and sends nothing; letters in the clear over a network; a mail
//! server's password on a command line or in a log; a home that says nothing of its letters.

use std::fs;

use crate::harness::Home;

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
