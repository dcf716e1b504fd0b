//! Failures covered: a snapshot that opens elsewhere, of an earlier day, of another person, or that the
//! keeper's head does not count; entries gone from behind it; entries gone from before where no snapshot
//! holds them; parts that lose their borders.
//! Not a failure: what stands before the newest snapshot, whatever a host makes of it.

use super::*;

impl Opened {
    async fn snapshot(&self, head: Head, parts: &[&str]) -> Result<Head, Error> {
        let parts = parts.iter().map(|part| part.as_bytes().to_vec()).collect();
        let (subject, stream) = (self.subject, Stream::Content);
        self.vault
            .append_snapshot(&self.key, 1, head, subject, stream, 9, parts)
            .await
    }

    /// Five entries: three, a snapshot, and one behind it. Nothing is dropped yet.
    async fn compacted() -> Self {
        let mut opened = Self::three().await;
        opened.head = opened
            .snapshot(opened.head, &["un trois", "deux"])
            .await
            .unwrap();
        opened.head = opened.append(opened.head, "quatre").await.unwrap();
        opened
    }

    async fn drop_before(&self, sequence: u64) {
        self.vault
            .forget_before(self.subject, Stream::Content, sequence)
            .await
            .unwrap();
    }
}

fn texts(log: &Log) -> Vec<(u64, u8, &[u8])> {
    log.entries
        .iter()
        .map(|plain| (plain.sequence, plain.kind, plain.bytes.as_slice()))
        .collect()
}

#[tokio::test]
async fn what_a_snapshot_holds_is_needed_or_missed() {
    let opened = Opened::compacted().await;
    let expected: [(u64, u8, &[u8]); 3] = [(3, 9, b"un trois"), (3, 9, b"deux"), (4, 2, b"quatre")];
    let log = opened.read().await.unwrap();
    assert_eq!(texts(&log), expected);
    assert_eq!((log.begin, log.leftovers, log.ahead), (3, true, false));
    // Some of what it holds is gone, or all, or it was spoilt: nobody reads it.
    opened.tamper(|entries| entries[1].bytes[20] ^= 1);
    assert_eq!(texts(&opened.read().await.unwrap()), expected);
    opened.drop_before(2).await;
    assert_eq!(texts(&opened.read().await.unwrap()), expected);
    opened.drop_before(3).await;
    let log = opened.read().await.unwrap();
    assert_eq!(texts(&log), expected);
    assert_eq!((log.begin, log.leftovers), (3, false));
    opened.drop_before(3).await;
    // And writing goes on.
    let next = opened.append(opened.head, "cinq").await.unwrap();
    assert_eq!(next.count, 6);
}

#[tokio::test]
async fn a_snapshot_whose_writer_was_stopped_is_refused() {
    let opened = Opened::three().await;
    let next = opened.snapshot(opened.head, &["tout"]).await.unwrap();
    let log = opened.read().await.unwrap();
    assert_eq!((log.head, log.ahead, log.begin), (next, true, 3));
    // What it holds may be gone by then, if the head was advanced by somebody else in between.
    opened.drop_before(3).await;
    let log = opened.read().await.unwrap();
    assert_eq!((log.head, log.ahead, log.leftovers), (next, true, false));
}

#[tokio::test]
async fn an_old_snapshot_stands_for_the_present() {
    let mut opened = Opened::compacted().await;
    let all = opened.vault.store.logs().entries[&(opened.subject, Stream::Content)].clone();
    let newer = opened.snapshot(opened.head, &["tout"]).await.unwrap();
    opened.head = opened.append(newer, "six").await.unwrap();
    opened.drop_before(5).await;
    let log = opened.read().await.unwrap();
    // Yesterday's store as it was.
    opened.tamper(|entries| *entries = all.clone());
    assert_eq!(
        opened.read().await,
        Err(Error::RolledBack {
            held: 5,
            counted: 7
        })
    );
    // The old snapshot in the new one's place, in its own, and before what follows the new one.
    opened.tamper(|entries| {
        *entries = vec![
            Stored {
                sequence: 5,
                ..all[3].clone()
            },
            all[4].clone(),
        ];
    });
    assert!(matches!(
        opened.read().await,
        Err(Error::Altered { sequence: 5 })
    ));
    assert_eq!(log.begin, 5);
}

#[tokio::test]
async fn a_snapshot_brought_back_behind_a_newer_one_is_read() {
    let mut opened = Opened::compacted().await;
    let old = opened.vault.store.logs().entries[&(opened.subject, Stream::Content)].clone();
    opened.head = opened.snapshot(opened.head, &["tout"]).await.unwrap();
    opened.drop_before(5).await;
    let log = opened.read().await.unwrap();
    // In its own place it is one of the leftovers.
    opened.tamper(|entries| entries.splice(0..0, old).for_each(drop));
    let again = opened.read().await.unwrap();
    assert_eq!(texts(&again), texts(&log));
    assert!(again.leftovers);
}

#[tokio::test]
async fn entries_go_from_around_a_snapshot() {
    let opened = Opened::compacted().await;
    opened.drop_before(3).await;
    let whole = opened.vault.store.logs().entries[&(opened.subject, Stream::Content)].clone();
    // The one behind it.
    opened.tamper(|entries| entries.truncate(1));
    assert_eq!(
        opened.read().await,
        Err(Error::RolledBack {
            held: 4,
            counted: 5
        })
    );
    // The snapshot itself.
    opened.tamper(|entries| *entries = whole[1..].to_vec());
    assert_eq!(opened.read().await, Err(Error::Altered { sequence: 0 }));
    // Another previous hash, or another form.
    for place in [0, 8, 20, 39] {
        opened.tamper(|entries| {
            *entries = whole.clone();
            entries[0].bytes[place] ^= 3;
        });
        assert!(opened.read().await.is_err(), "byte {place}");
    }
}

#[tokio::test]
async fn an_entry_without_a_snapshot_begins_a_stream() {
    let opened = Opened::three().await;
    opened.tamper(|entries| {
        entries.remove(0);
    });
    assert_eq!(opened.read().await, Err(Error::Altered { sequence: 0 }));
    // And none is appended where nothing stands.
    opened.tamper(Vec::clear);
    assert_eq!(opened.append(opened.head, "x").await, Err(Error::Conflict));
}

#[tokio::test]
async fn anothers_snapshot_opens_here() {
    let (one, other) = (Opened::compacted().await, Opened::compacted().await);
    one.drop_before(3).await;
    let theirs = other.vault.store.logs().entries[&(other.subject, Stream::Content)][3].clone();
    one.tamper(|entries| entries[0].bytes = theirs.bytes);
    assert!(one.read().await.is_err());
}
