//! Failures covered: an outbox that is read as another than was written; one that a reader of the disk understands, or
//! that opens under another key; damage that is taken for an empty one; a crash that leaves half of it.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::SystemEntropy;
use proptest::prelude::*;

use super::*;

fn outbox(path: &Path, key: u8) -> Outbox {
    let key = DataKey::from_bytes(&[key; 32]);
    Outbox::new(path.to_owned(), key, Arc::new(SystemEntropy))
}

fn kept() -> impl Strategy<Value = Kept> {
    let address = prop_oneof![
        "[a-z]{1,9}@[a-z]{1,9}\\.example",
        Just("\"a b\"@c.example".to_owned())
    ];
    (address, any::<(Millis, u32, bool)>()).prop_map(|(to, (due, tries, english))| Kept {
        person: PersonId::random(&SystemEntropy),
        letter: Letter {
            to: to.parse().unwrap(),
            language: if english {
                Language::English
            } else {
                Language::French
            },
        },
        due,
        tries,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn another_outbox_is_read_than_was_written(
        waiting in proptest::collection::vec(kept(), 0..80),
        sent in proptest::collection::vec(any::<Millis>(), 0..80),
        flip in any::<prop::sample::Index>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("letters");
        let sent = sent.into_iter().map(|at| (PersonId::random(&SystemEntropy), at)).collect();
        let holding = Holding { waiting, sent };
        let outbox = outbox(&path, 1);
        prop_assert_eq!(outbox.read().unwrap(), Holding::default());
        outbox.write(&holding).unwrap();
        prop_assert_eq!(outbox.read().unwrap(), holding.clone());
        let mut bytes = fs::read(&path).unwrap();
        for kept in &holding.waiting {
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(!text.contains(&kept.person.to_string()) && !text.contains("example"));
        }
        prop_assert!(self::outbox(&path, 2).read().is_err());
        let at = flip.index(bytes.len());
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        prop_assert_eq!(outbox.read(), Err(Error::Outbox(ErrorKind::InvalidData)));
    }
}

#[test]
fn a_crash_while_it_is_written_leaves_half_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("letters");
    let outbox = outbox(&path, 1);
    let sent = vec![(PersonId::random(&SystemEntropy), 7)];
    let holding = Holding {
        sent,
        ..Holding::default()
    };
    outbox.write(&holding).unwrap();
    fs::write(path.with_extension("new"), b"half").unwrap();
    assert_eq!(outbox.read().unwrap(), holding);
    outbox.write(&Holding::default()).unwrap();
    assert_eq!(outbox.read().unwrap(), Holding::default());
}
