//! Failures covered: an acknowledged entry that a crash or a reopening loses, two winners at one
//! place, a conflict that fails its neighbours in the group, one fsync per append under load,
//! a feed out of order, a store that goes on after a failed commit, plaintext in the files.
//! Not a failure: an append that was dropped by its caller and happened all the same.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use hygie_notice::{DataKey, Head, PersonId, SystemEntropy};
use tempfile::TempDir;

use super::*;
use crate::Vault;

fn person() -> Subject {
    Subject::person(PersonId::random(&SystemEntropy))
}

fn entry(subject: Subject, sequence: u64) -> Stored {
    Stored {
        subject,
        stream: Stream::Content,
        sequence,
        bytes: vec![u8::try_from(sequence % 256).unwrap(); 300],
    }
}

fn home() -> (TempDir, Sqlite) {
    let dir = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&dir.path().join("store")).unwrap();
    (dir, store)
}

async fn sequences(store: &Sqlite, subject: Subject) -> Vec<u64> {
    let entries = store.read(subject, Stream::Content, 0).await.unwrap();
    entries.iter().map(|entry| entry.sequence).collect()
}

#[tokio::test]
async fn entries_are_lost_on_reopening() {
    let (dir, store) = home();
    let subject = person();
    for sequence in 0..3 {
        store.append(vec![entry(subject, sequence)]).await.unwrap();
    }
    let before = store.read(subject, Stream::Content, 1).await.unwrap();
    assert_eq!(before, [entry(subject, 1), entry(subject, 2)]);
    drop(store);
    let store = Sqlite::open(&dir.path().join("store")).unwrap();
    assert_eq!(
        store.read(subject, Stream::Content, 1).await.unwrap(),
        before
    );
    store.append(vec![entry(subject, 3)]).await.unwrap();
    assert_eq!(sequences(&store, subject).await, [0, 1, 2, 3]);
}

#[tokio::test]
async fn entries_are_lost_in_a_crash() {
    let (dir, store) = home();
    let subject = person();
    for sequence in 0..20 {
        store.append(vec![entry(subject, sequence)]).await.unwrap();
        // What a crash leaves at this very moment: the files as they are, nothing closed.
        let after = dir.path().join(format!("after {sequence}"));
        fs::create_dir(&after).unwrap();
        for name in ["vault.db", "vault.db-wal"] {
            fs::copy(dir.path().join("store").join(name), after.join(name)).unwrap();
        }
        let recovered = Sqlite::open(&after).unwrap();
        assert_eq!(
            sequences(&recovered, subject).await,
            (0..=sequence).collect::<Vec<_>>()
        );
        recovered
            .append(vec![entry(subject, sequence + 1)])
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_win_at_one_place() {
    let (_dir, store) = home();
    let (store, subject) = (Arc::new(store), person());
    for sequence in 0..20 {
        let racers = [0, 1, 2, 3].map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.append(vec![entry(subject, sequence)]).await })
        });
        let mut won = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(()) => won += 1,
                Err(error) => assert_eq!(error, Error::Conflict),
            }
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test]
async fn half_of_an_append_is_written() {
    let (_dir, store) = home();
    let (one, two) = (person(), person());
    let mixed = vec![entry(one, 0), entry(two, 1)];
    assert_eq!(store.append(mixed).await, Err(Error::Conflict));
    assert_eq!(sequences(&store, one).await, [0; 0]);
    store
        .append(vec![entry(one, 0), entry(one, 1), entry(two, 0)])
        .await
        .unwrap();
    assert_eq!(sequences(&store, one).await, [0, 1]);
    assert_eq!(
        store.append(vec![entry(one, 3)]).await,
        Err(Error::Conflict)
    );
    assert_eq!(
        store.append(vec![entry(one, u64::MAX)]).await,
        Err(Error::Conflict)
    );
}

/// Commits in a write-ahead log: frames whose header tells the size of the database.
fn commits(wal: &[u8]) -> usize {
    let number = |at: usize| u32::from_be_bytes(wal[at..at + 4].try_into().unwrap());
    let frame = 24 + usize::try_from(number(8)).unwrap();
    let frames = (wal.len() - 32) / frame;
    (0..frames)
        .filter(|index| number(32 + index * frame + 4) != 0)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_500_appends_waits_for_its_own_fsync() {
    let (dir, store) = home();
    let store = Arc::new(store);
    let subjects: Vec<_> = (0..500).map(|_| person()).collect();
    let tasks: Vec<_> = subjects
        .iter()
        .map(|subject| {
            let (store, subject) = (Arc::clone(&store), *subject);
            tokio::spawn(async move {
                // Every tenth is wrong, and fails alone.
                let wrong = u64::from(subject.bytes()[16] % 10 == 0);
                let outcome = store.append(vec![entry(subject, wrong)]).await;
                assert_eq!(outcome.is_err(), wrong == 1);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let commits = commits(&fs::read(dir.path().join("store/vault.db-wal")).unwrap());
    assert!(commits < 100, "{commits} commits for 500 appends");
    for subject in subjects {
        let expected: &[u64] = if subject.bytes()[16] % 10 == 0 {
            &[]
        } else {
            &[0]
        };
        assert_eq!(sequences(&store, subject).await, expected);
    }
}

#[tokio::test]
async fn the_feed_loses_or_repeats_an_entry() {
    let (_dir, store) = home();
    let subjects = [person(), person(), person()];
    for sequence in 0..4 {
        for subject in subjects {
            store.append(vec![entry(subject, sequence)]).await.unwrap();
        }
    }
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let page = store.feed(after, 5).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        seen.extend(page);
    }
    assert!(seen.is_sorted_by(|a, b| a.position < b.position));
    let places: Vec<_> = seen
        .iter()
        .map(|line| (line.sequence, line.subject))
        .collect();
    let expected: Vec<_> = (0..4)
        .flat_map(|sequence| subjects.map(|subject| (sequence, subject)))
        .collect();
    assert_eq!(places, expected);

    store.forget(subjects[2], Past::All).await.unwrap();
    store.append(vec![entry(subjects[2], 0)]).await.unwrap();
    let line = store.feed(after, 5).await.unwrap();
    assert_eq!((line.len(), line[0].subject), (1, subjects[2]));
}

#[tokio::test]
async fn a_forgotten_person_stays_in_the_files() {
    let (dir, store) = home();
    let (gone, stays) = (person(), person());
    let marked = Stored {
        bytes: b"cipher text of the one who left".repeat(40),
        ..entry(gone, 0)
    };
    store.append(vec![marked, entry(stays, 0)]).await.unwrap();
    store.forget(gone, Past::All).await.unwrap();
    store.forget(gone, Past::All).await.unwrap();
    assert_eq!(sequences(&store, gone).await, [0; 0]);
    assert_eq!(sequences(&store, stays).await, [0]);
    drop(store);
    assert!(!found(dir.path(), b"the one who left"));
}

#[tokio::test]
async fn what_stands_before_a_sequence_takes_more_with_it() {
    let (_dir, store) = home();
    let (one, other) = (person(), person());
    for sequence in 0..4 {
        let rights = Stored {
            stream: Stream::Rights,
            ..entry(one, sequence)
        };
        let entries = vec![entry(one, sequence), entry(other, sequence), rights];
        store.append(entries).await.unwrap();
    }
    for _ in 0..2 {
        let past = Past::Before(Stream::Content, 3);
        store.forget(one, past).await.unwrap();
        assert_eq!(sequences(&store, one).await, [3]);
    }
    assert_eq!(sequences(&store, other).await, [0, 1, 2, 3]);
    assert_eq!(store.read(one, Stream::Rights, 0).await.unwrap().len(), 4);
    // Writing goes on behind what is left, and nowhere else.
    assert_eq!(
        store.append(vec![entry(one, 0)]).await,
        Err(Error::Conflict)
    );
    store.append(vec![entry(one, 4)]).await.unwrap();
    assert_eq!(store.feed(0, 100).await.unwrap().len(), 3 * 4 - 3 + 1);
    // Where nothing is left, only a beginning is taken.
    let past = Past::Before(Stream::Content, 9);
    store.forget(one, past).await.unwrap();
    assert_eq!(
        store.append(vec![entry(one, 5)]).await,
        Err(Error::Conflict)
    );
    store.append(vec![entry(one, 0)]).await.unwrap();
}

#[tokio::test]
async fn plaintext_reaches_the_files() {
    let (dir, store) = home();
    let vault = Vault::new(store, Arc::new(SystemEntropy));
    let (key, subject) = (DataKey::random(&SystemEntropy), person());
    let token = b"jeton-6f1d20c3b7a94e5588aa";
    let mut head = Head::default();
    for _ in 0..10 {
        head = vault
            .append(&key, 1, head, subject, Stream::Content, 1, token)
            .await
            .unwrap();
    }
    assert!(!found(dir.path(), token));
    // The scan itself finds what is there.
    assert!(found(dir.path(), &subject.bytes()));
    let log = vault
        .read(subject, Stream::Content, &key, head)
        .await
        .unwrap();
    assert!(log.entries.len() == 10 && log.entries.iter().all(|entry| entry.bytes == token));
}

fn found(dir: &Path, token: &[u8]) -> bool {
    let files = fs::read_dir(dir.join("store")).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| fs::read(path).unwrap())
        .any(|bytes| bytes.windows(token.len()).any(|window| window == token))
}

#[tokio::test]
async fn a_full_disk_loses_what_was_acknowledged() {
    let (dir, store) = home();
    drop(store);
    let connection = prepare(&dir.path().join("store/vault.db")).unwrap();
    connection
        .pragma_update(None, "max_page_count", 20)
        .unwrap();
    let writer = Writer::start(connection).unwrap();
    let (subject, mut taken) = (person(), 0);
    let error = loop {
        match writer.append(vec![entry(subject, taken)], Vec::new()).await {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Full) && taken > 10);
    // It goes on when there is space again.
    writer.forget(person(), Past::All).await.unwrap();
    drop(writer);
    let store = Sqlite::open(&dir.path().join("store")).unwrap();
    assert_eq!(
        sequences(&store, subject).await,
        (0..taken).collect::<Vec<_>>()
    );
    store.append(vec![entry(subject, taken)]).await.unwrap();
}

#[tokio::test]
async fn a_failed_commit_is_tried_again() {
    let (dir, store) = home();
    store.append(vec![entry(person(), 0)]).await.unwrap();
    // A deferred constraint that fails in the commit itself stands for a failing disk.
    let saboteur = Connection::open(dir.path().join("store/vault.db")).unwrap();
    saboteur
        .execute_batch(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER sabotage AFTER INSERT ON entry BEGIN INSERT INTO child VALUES (1); END;",
        )
        .unwrap();
    let subject = person();
    assert_eq!(
        store.append(vec![entry(subject, 0)]).await,
        Err(Error::Poisoned)
    );
    saboteur.execute_batch("DROP TRIGGER sabotage").unwrap();
    assert_eq!(
        store.append(vec![entry(subject, 0)]).await,
        Err(Error::Poisoned)
    );
    assert_eq!(store.forget(subject, Past::All).await, Err(Error::Poisoned));
    drop(store);
    let store = Sqlite::open(&dir.path().join("store")).unwrap();
    store.append(vec![entry(subject, 0)]).await.unwrap();
}

#[test]
fn files_of_another_program_or_version_are_opened() {
    let (dir, store) = home();
    drop(store);
    let path = dir.path().join("store/vault.db");
    let set = |name, value: i32| {
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, name, value)
            .unwrap()
    };
    set("user_version", TABLES + 1);
    assert!(matches!(
        Sqlite::open(&dir.path().join("store")),
        Err(Error::Unsupported(_))
    ));
    set("user_version", TABLES);
    set("application_id", 7);
    assert!(matches!(
        Sqlite::open(&dir.path().join("store")),
        Err(Error::Unsupported(_))
    ));
    fs::write(
        &path,
        b"not a database, but long enough to be read as the header of one",
    )
    .unwrap();
    assert!(matches!(
        Sqlite::open(&dir.path().join("store")),
        Err(Error::Damaged(_))
    ));
}

#[tokio::test]
async fn others_on_the_machine_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, store) = home();
    store.append(vec![entry(person(), 0)]).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = dir.path().join("store");
    assert_eq!(mode(&folder), 0o700);
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}
