//! Dangers: a mail that a kill loses, or that leaves before it may; one that left and leaves again at the next start; a
//! batch that is taken for another's; names and codes in a file that the host of the store reads.
//! Not a failure: a mail whose striking-off a kill cut short goes once more.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::sync::Arc;

use hygie_notice::{DataKey, SystemEntropy};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{Bag, parse, print};
use crate::Mail;

fn mail(number: usize, text: &str) -> Mail {
    Mail {
        to: format!("p{number}@mail.example").parse().unwrap(),
        language: ["fr", "en"][number % 2],
        subject: "Votre espace de santé".to_owned(),
        text: text.to_owned(),
        id: Some(format!("reference-{number}")),
    }
}

fn bag(dir: &TempDir, key: u8) -> Bag {
    let key = DataKey::from_bytes(&[key; 32]);
    Bag::new(dir.path().join("mails"), key, Arc::new(SystemEntropy))
}

#[test]
fn what_is_prepared_leaves_when_it_may_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let mails: Vec<Mail> = (0..3).map(|one| mail(one, "le code")).collect();
    bag(&dir, 1).prepare("a-0", &mails, 7).unwrap();
    assert!(bag(&dir, 1).leaving().unwrap().is_empty());
    assert_eq!(bag(&dir, 1).prepared().unwrap(), ["a-0"]);
    for _ in 0..2 {
        bag(&dir, 1).release("a-0").unwrap();
    }
    let load = bag(&dir, 1).open("a-0").unwrap();
    assert_eq!((load.at, load.mails.len()), (7, 3));
    assert!(
        load.mails
            .iter()
            .zip(&mails)
            .all(|((_, read), written)| read == written)
    );
    bag(&dir, 1).strike("a-0", &[0, 2]).unwrap();
    let rest = bag(&dir, 1).open("a-0").unwrap().mails;
    assert_eq!(
        rest.iter().map(|(place, _)| *place).collect::<Vec<_>>(),
        [1]
    );
    // A kill in the middle of a line: nothing more is struck off by it.
    let left = dir.path().join("mails/a-0.left");
    let mut lines = fs::read(&left).unwrap();
    lines.extend(b"\n1");
    fs::write(&left, lines).unwrap();
    assert_eq!(bag(&dir, 1).open("a-0").unwrap().mails.len(), 1);
    bag(&dir, 1).strike("a-0", &[1]).unwrap();
    assert!(bag(&dir, 1).open("a-0").unwrap().mails.is_empty());
    bag(&dir, 1).empty("a-0").unwrap();
    assert_eq!(fs::read_dir(dir.path().join("mails")).unwrap().count(), 0);
}

#[test]
fn a_batch_opens_under_its_key_and_its_name_alone() {
    let dir = tempfile::tempdir().unwrap();
    bag(&dir, 1).prepare("a-0", &[mail(0, "7F3K")], 7).unwrap();
    bag(&dir, 1).release("a-0").unwrap();
    let folder = dir.path().join("mails");
    let bytes = fs::read(folder.join("a-0.mails")).unwrap();
    for part in [b"7F3K".as_slice(), b"mail.example", b"a-0"] {
        assert!(!bytes.windows(part.len()).any(|there| there == part));
    }
    assert!(bag(&dir, 2).open("a-0").is_err());
    fs::copy(folder.join("a-0.mails"), folder.join("b-0.mails")).unwrap();
    assert!(bag(&dir, 1).open("b-0").is_err());
    fs::write(folder.join("a-0.mails"), &bytes[..bytes.len() - 1]).unwrap();
    assert!(bag(&dir, 1).open("a-0").is_err());
}

proptest! {
    #[test]
    fn any_mail_is_read_as_it_was_written(texts in prop::collection::vec("[ -~\n\u{e9}\u{4e00}]{0,40}", 0..6), at in any::<u64>()) {
        let mails: Vec<Mail> = texts.iter().enumerate().map(|(one, text)| mail(one, text)).collect();
        let text = print("a-1", &mails, at);
        prop_assert_eq!(parse("a-1", &text), Some((at, mails)));
        prop_assert!(parse("a-2", &text).is_none());
    }
}
