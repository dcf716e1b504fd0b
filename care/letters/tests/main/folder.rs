//! Letters in a folder: what they say, how many come, and when.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hygie_letters::{Error, Language, Letter, Mailbox, Notifier, Pace};
use hygie_notice::SystemEntropy;

use crate::world::{Hands, NOW, address, person, quick, site, until};

fn folder(path: &Path) -> Mailbox {
    let from = address("no-reply@records.example");
    Mailbox::folder(path, from, Arc::new(SystemEntropy))
}

fn letters(path: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            assert_eq!(file.extension().unwrap(), "eml");
            assert_eq!(
                fs::metadata(file).unwrap().permissions().mode() & 0o777,
                0o600
            );
            fs::read_to_string(file).unwrap()
        })
        .collect()
}

#[tokio::test]
async fn a_letter_that_tells_more_than_that_something_is_new() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mailbox");
    let mailbox = folder(&path);
    for (to, language) in [
        ("camille@home.example", Language::French),
        ("morgan@home.example", Language::English),
    ] {
        let to = address(to);
        let letter = Letter { to, language };
        mailbox.send(&letter, &site(), NOW).await.unwrap();
    }
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let mut found = letters(&path);
    found.sort_by_key(|letter| letter.contains("morgan"));
    for (letter, to, language) in [
        (&found[0], "camille@home.example", "fr"),
        (&found[1], "morgan@home.example", "en"),
    ] {
        let (head, text) = letter.split_once("\r\n\r\n").unwrap();
        let mut names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(": ").unwrap().0)
            .collect();
        names.sort_unstable();
        // These headers and no others: nothing in them is of the person but the address.
        assert_eq!(
            names,
            [
                "Auto-Submitted",
                "Content-Language",
                "Content-Transfer-Encoding",
                "Content-Type",
                "Date",
                "From",
                "MIME-Version",
                "Message-ID",
                "Subject",
                "To",
            ]
        );
        assert!(head.contains(&format!("To: {to}")), "{head}");
        assert!(head.contains(&format!("Content-Language: {language}")));
        assert!(head.contains("Auto-Submitted: auto-generated"));
        assert!(
            head.contains("Date: Mon, 21 Sep 2026 14:13:20 +0000"),
            "{head}"
        );
        assert!(head.contains("@records.example>"), "{head}");
        assert!(text.contains("https://records.example\r\n"), "{text}");
        let local = to.split('@').next().unwrap();
        assert!(!text.contains(local) && !text.contains('@'), "{text}");
    }
    // Two letters of one language differ in nothing but address and name.
    let to = address("sacha@home.example");
    let language = Language::French;
    let again = Letter { to, language };
    mailbox.send(&again, &site(), NOW).await.unwrap();
    let text = |letter: &str| letter.split_once("\r\n\r\n").unwrap().1.to_owned();
    let third = letters(&path)
        .into_iter()
        .find(|letter| letter.contains("sacha"))
        .unwrap();
    assert_eq!(text(&third), text(&found[0]));
}

#[tokio::test]
async fn a_letter_for_each_piece_of_news_or_none_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Hands::new();
    let pace = Pace {
        first: Duration::from_secs(5),
        ..quick()
    };
    let notifier = Notifier::new(folder(dir.path()), clock.clone(), site(), pace);
    let (mine, other) = (person(), person());
    let (to, french) = (address("a@home.example"), Language::French);
    for _ in 0..50 {
        notifier.new_for(mine, to.clone(), french);
    }
    notifier.new_for(other, address("b@home.example"), french);
    // Nothing goes before its time, and within a minute all does.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(letters(dir.path()).len(), 0);
    clock.on(Duration::from_secs(6));
    let figures = until(&notifier, |figures| figures.sent == 2).await;
    assert_eq!((figures.joined, figures.waiting), (49, 0));
    // More news within the hour wait for its end.
    notifier.new_for(mine, to.clone(), french);
    clock.on(Duration::from_secs(3_500));
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(letters(dir.path()).len(), 2);
    clock.on(Duration::from_secs(101));
    until(&notifier, |figures| figures.sent == 3).await;
    // The end sends what waits for its first try.
    notifier.new_for(person(), address("c@home.example"), french);
    notifier.close(Duration::from_secs(5)).await;
    assert_eq!(letters(dir.path()).len(), 4);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_stops_somebody() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let mailbox = folder(&file);
    let letter = Letter {
        to: address("a@home.example"),
        language: Language::English,
    };
    let failed = mailbox.send(&letter, &site(), NOW).await;
    assert!(matches!(failed, Err(Error::Folder(_))), "{failed:?}");
    let clock = Hands::new();
    let notifier = Notifier::new(mailbox, clock.clone(), site(), quick());
    let begun = Instant::now();
    for _ in 0..2_000 {
        notifier.new_for(person(), letter.to.clone(), letter.language);
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "nobody waits");
    // More than fit are not kept.
    let figures = until(&notifier, |figures| figures.retried > 0).await;
    assert!(
        figures.waiting <= 1_000 && figures.dropped >= 1_000,
        "{figures:?}"
    );
    // The folder is there again: the letters come.
    fs::remove_file(&file).unwrap();
    until(&notifier, |figures| {
        clock.on(Duration::from_secs(60));
        figures.sent == 1_000
    })
    .await;
}
