//! Failures covered: a host that alters, moves, swaps, drops, replays, cuts or rolls back
//! entries, or gives another history; a writer that starts from a stale end; another key.
//! Not a failure: one entry behind the keeper's head, which a crash leaves; a host that gives
//! nothing back at all is found as a roll-back, not prevented.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use hygie_notice::{PersonId, SystemEntropy};

use super::*;
use crate::Memory;

/// A stream with its key, and where the keeper believes that it ends.
struct Opened {
    vault: Vault<Memory>,
    key: DataKey,
    subject: Subject,
    head: Head,
}

impl Opened {
    fn new() -> Self {
        Self {
            vault: Vault::new(Memory::default(), Arc::new(SystemEntropy)),
            key: DataKey::random(&SystemEntropy),
            subject: Subject::person(PersonId::random(&SystemEntropy)),
            head: Head::default(),
        }
    }

    /// With three entries that the keeper knows.
    async fn three() -> Self {
        let mut opened = Self::new();
        for text in ["un", "deux", "trois"] {
            opened.head = opened.append(opened.head, text).await.unwrap();
        }
        opened
    }

    async fn append(&self, head: Head, text: &str) -> Result<Head, Error> {
        let plain = text.as_bytes();
        self.vault
            .append(&self.key, 1, head, self.subject, Stream::Content, 2, plain)
            .await
    }

    async fn read(&self) -> Result<Log, Error> {
        self.vault
            .read(self.subject, Stream::Content, &self.key, self.head)
            .await
    }

    /// What a host may do to the stored entries.
    fn tamper(&self, deed: impl FnOnce(&mut Vec<Stored>)) {
        let mut logs = self.vault.store.logs();
        deed(
            logs.entries
                .get_mut(&(self.subject, Stream::Content))
                .unwrap(),
        );
    }
}

#[tokio::test]
async fn entries_lose_their_order_or_content() {
    let opened = Opened::three().await;
    let log = opened.read().await.unwrap();
    let texts: Vec<_> = log
        .entries
        .iter()
        .map(|entry| entry.bytes.as_slice())
        .collect();
    assert_eq!(texts, [b"un".as_slice(), b"deux", b"trois"]);
    assert_eq!(
        log.entries
            .iter()
            .map(|entry| entry.sequence)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert!(log.entries.iter().all(|entry| entry.kind == 2));
    assert_eq!((log.head, log.ahead), (opened.head, false));
    assert_eq!(format!("{:?}", log.entries[0]), "Plain(0, kind 2, …)");
}

#[tokio::test]
async fn an_empty_stream_is_an_error() {
    let log = Opened::new().read().await.unwrap();
    assert_eq!(
        (log.entries.len(), log.head, log.ahead),
        (0, Head::default(), false)
    );
}

#[tokio::test]
async fn large_content_is_lost() {
    let opened = Opened::new();
    let text = "prescription ".repeat(100_000);
    opened.append(Head::default(), &text).await.unwrap();
    assert_eq!(
        opened.read().await.unwrap().entries[0].bytes,
        text.as_bytes()
    );
}

#[tokio::test]
async fn a_stale_writer_overwrites() {
    let opened = Opened::three().await;
    let log = opened.read().await.unwrap();
    assert_eq!(
        opened.append(Head::default(), "x").await,
        Err(Error::Conflict)
    );
    let ahead = Head {
        count: 4,
        ..opened.head
    };
    assert_eq!(opened.append(ahead, "x").await, Err(Error::Conflict));
    assert_eq!(opened.read().await.unwrap(), log);
}

#[tokio::test]
async fn an_unfinished_write_is_lost() {
    let opened = Opened::three().await;
    let next = opened.append(opened.head, "quatre").await.unwrap();
    let log = opened.read().await.unwrap();
    assert_eq!((log.entries.len(), log.head, log.ahead), (4, next, true));
}

#[tokio::test]
async fn the_very_first_write_is_lost_unfinished() {
    let opened = Opened::new();
    let next = opened.append(opened.head, "un").await.unwrap();
    let log = opened.read().await.unwrap();
    assert_eq!((log.entries.len(), log.head, log.ahead), (1, next, true));
}

#[tokio::test]
async fn two_entries_behind_the_head_are_believed() {
    let opened = Opened::three().await;
    let next = opened.append(opened.head, "quatre").await.unwrap();
    opened.append(next, "cinq").await.unwrap();
    assert_eq!(opened.read().await, Err(Error::Forked { sequence: 4 }));
}

#[tokio::test]
async fn garbage_behind_the_head_is_believed() {
    let opened = Opened::three().await;
    opened.tamper(|entries| entries.push(entries[2].clone()));
    assert_eq!(opened.read().await, Err(Error::Altered { sequence: 3 }));
}

#[tokio::test]
async fn a_flipped_byte_is_believed() {
    let opened = Opened::three().await;
    let length = opened.vault.store.logs().entries.values().next().unwrap()[1]
        .bytes
        .len();
    for at in 0..length {
        for mask in [0x01, 0x80, 0xff] {
            opened.tamper(|entries| entries[1].bytes[at] ^= mask);
            assert_eq!(
                opened.read().await,
                Err(Error::Altered { sequence: 1 }),
                "byte {at}"
            );
            opened.tamper(|entries| entries[1].bytes[at] ^= mask);
        }
    }
    assert!(opened.read().await.is_ok());
}

#[tokio::test]
async fn a_cut_or_prolonged_entry_is_believed() {
    let opened = Opened::three().await;
    let whole = opened.vault.store.logs().entries.values().next().unwrap()[2]
        .bytes
        .clone();
    for length in 0..whole.len() {
        opened.tamper(|entries| entries[2].bytes = whole[..length].to_vec());
        assert_eq!(opened.read().await, Err(Error::Altered { sequence: 2 }));
    }
    opened.tamper(|entries| entries[2].bytes = [whole.as_slice(), &[0]].concat());
    assert_eq!(opened.read().await, Err(Error::Altered { sequence: 2 }));
}

#[tokio::test]
async fn swapped_dropped_replayed_entries_are_believed() {
    type Deed = fn(&mut Vec<Stored>);
    let deeds: [(&str, Deed, Error); 6] = [
        (
            "swapped",
            |entries| entries.swap(0, 1),
            Error::Altered { sequence: 0 },
        ),
        (
            "dropped first",
            |entries| drop(entries.remove(0)),
            Error::Altered { sequence: 0 },
        ),
        (
            "dropped middle",
            |entries| drop(entries.remove(1)),
            Error::Altered { sequence: 1 },
        ),
        (
            "replayed",
            |entries| entries[2] = entries[1].clone(),
            Error::Altered { sequence: 2 },
        ),
        (
            "rolled back",
            |entries| entries.truncate(2),
            Error::RolledBack {
                held: 2,
                counted: 3,
            },
        ),
        (
            "emptied",
            Vec::clear,
            Error::RolledBack {
                held: 0,
                counted: 3,
            },
        ),
    ];
    for (name, deed, expected) in deeds {
        let opened = Opened::three().await;
        opened.tamper(deed);
        assert_eq!(opened.read().await, Err(expected), "{name}");
    }
}

#[tokio::test]
async fn another_history_is_believed() {
    let mut opened = Opened::three().await;
    let kept = opened.head;
    // The host rolls back by one, and a writer who was misled seals another third entry.
    opened.tamper(|entries| entries.truncate(1));
    let one = opened.vault.store.logs().entries.values().next().unwrap()[0]
        .bytes
        .clone();
    let end = entry::follow(Head::default(), &one);
    let end = opened.append(end, "deux bis").await.unwrap();
    opened.append(end, "trois bis").await.unwrap();
    assert_eq!(opened.read().await, Err(Error::Forked { sequence: 2 }));
    opened.head = Head { count: 0, ..kept };
    opened.tamper(Vec::clear);
    assert_eq!(opened.read().await, Err(Error::Forked { sequence: 0 }));
}

#[tokio::test]
async fn an_entry_opens_for_another_person_stream_or_key() {
    let opened = Opened::three().await;
    let other = Subject::person(PersonId::random(&SystemEntropy));
    let entries = opened
        .vault
        .store
        .logs()
        .entries
        .values()
        .next()
        .unwrap()
        .clone();
    let moved = [(other, Stream::Content), (opened.subject, Stream::Rights)];
    for place in moved {
        opened
            .vault
            .store
            .logs()
            .entries
            .insert(place, entries.clone());
        let log = opened
            .vault
            .read(place.0, place.1, &opened.key, opened.head)
            .await;
        assert_eq!(log, Err(Error::Altered { sequence: 0 }));
    }
    let wrong = DataKey::random(&SystemEntropy);
    let log = opened
        .vault
        .read(opened.subject, Stream::Content, &wrong, opened.head)
        .await;
    assert_eq!(log, Err(Error::Altered { sequence: 0 }));
}

#[tokio::test]
async fn a_header_of_another_version_is_opened() {
    let opened = Opened::three().await;
    let logs = opened
        .vault
        .store
        .logs()
        .entries
        .values()
        .next()
        .unwrap()
        .clone();
    for entry in &logs {
        // version 1, kind 2, the newest dictionary, epoch 1
        assert_eq!(entry.bytes[..2], [1, 2]);
        assert_eq!(entry.bytes[2..4], NEWEST.to_be_bytes());
        assert_eq!(entry.bytes[4..8], [0, 0, 0, 1]);
        assert_eq!(entry.bytes.len(), 8 + 24 + 32 + 256 + 16);
    }
}

mod snapshots;
