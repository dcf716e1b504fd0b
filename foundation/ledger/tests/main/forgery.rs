//! Failures covered: a file forged, truncated, lengthened, removed, added or swapped that the verifier does not name;
//! a log that opens for writing over a right edge that its checkpoint does not sign.
//! Not a failure: an older state put back as a whole verifies, since nothing in the folder can tell; whoever kept a
//! later checkpoint can.

use hygie_ledger::{Checkpoint, Error, Log, Memory, Signer, Store, note, verify};

use crate::{ORIGIN, Shared, entries, log_of, signer};

const SIZE: u64 = 700;

fn verdict(store: &Memory) -> Result<verify::Verified, Error> {
    verify::folder(store, signer().verifier())
}

fn set(store: &mut Memory, path: &str, bytes: &[u8]) {
    store.put(&[(path.to_owned(), bytes.to_vec())]).unwrap();
}

#[test]
fn a_checkpoint_of_another_key_is_refused() {
    let log = log_of(SIZE);
    let text = log
        .get("checkpoint")
        .unwrap()
        .map(|note| String::from_utf8(note).unwrap())
        .unwrap();
    let body = note::open(&text, signer().verifier()).unwrap();
    for (name, seed) in [(ORIGIN, [8; 32]), ("other.example", [7; 32])] {
        let forger = Signer::from_seed(name, &seed).unwrap();
        let mut forged = log.clone();
        set(
            &mut forged,
            "checkpoint",
            note::sign(body, &forger).unwrap().as_bytes(),
        );
        assert!(matches!(
            verdict(&forged),
            Err(Error::UnverifiedNote { .. })
        ));
        assert!(Log::open(forged, signer()).is_err());
    }
}

#[test]
fn a_signed_checkpoint_of_another_tree_is_refused() {
    // Same key, same size, other entries: a fork. And the right root under a wrong size.
    let mut other = Log::create(Memory::default(), signer()).unwrap();
    other.append(&entries(1..SIZE + 1)).unwrap();
    let fork = other.checkpoint().to_owned();
    let mut log = log_of(SIZE);
    let honest = Log::open(log.clone(), signer())
        .unwrap()
        .checkpoint()
        .to_owned();
    let longer = note::open(&honest, signer().verifier())
        .unwrap()
        .replacen("700", "701", 1);
    for forged in [fork, note::sign(&longer, &signer()).unwrap()] {
        Checkpoint::open(&forged, signer().verifier()).unwrap();
        set(&mut log, "checkpoint", forged.as_bytes());
        assert!(verdict(&log).is_err());
        assert!(Log::open(log.clone(), signer()).is_err());
    }
}

#[test]
fn a_file_removed_truncated_or_lengthened_is_refused() {
    let log = log_of(SIZE);
    for path in log.list().unwrap() {
        let bytes = log.get(&path).unwrap().unwrap();
        let mut removed = log.clone();
        removed.remove(&path).unwrap();
        assert!(matches!(verdict(&removed), Err(Error::Missing { path: named }) if named == path));
        assert!(
            matches!(Log::open(removed, signer()), Err(Error::Missing { path: named }) if named == path)
        );
        let longer = [&bytes[..], &[0]].concat();
        for forged in [
            &bytes[..bytes.len() - 1],
            &bytes[..bytes.len() / 2],
            &[],
            &longer,
        ] {
            let mut changed = log.clone();
            set(&mut changed, &path, forged);
            assert!(verdict(&changed).is_err(), "{path}");
        }
    }
}

#[test]
fn an_added_file_is_refused_by_name() {
    let log = log_of(SIZE);
    for path in [
        "notes.txt",
        "checkpoint.tmp",
        "tile/0/002.p/1",
        "tile/0/003",
        "tile/7/000",
        "tile/entries/2",
        "x/y",
    ] {
        let mut changed = log.clone();
        set(&mut changed, path, b"more");
        assert!(
            matches!(verdict(&changed), Err(Error::Unexpected { path: named }) if named == path)
        );
    }
    // What a crash cannot leave behind is not removed by opening the log, but refused there too.
    let mut changed = log.clone();
    set(&mut changed, "notes.txt", b"more");
    assert!(
        matches!(Log::open(changed, signer()), Err(Error::Unexpected { path }) if path == "notes.txt")
    );
}

#[test]
fn swapped_files_are_refused() {
    let log = log_of(SIZE);
    let paths = log.list().unwrap();
    for first in &paths {
        for second in paths.iter().filter(|second| *second > first) {
            let mut swapped = log.clone();
            set(&mut swapped, first, &log.get(second).unwrap().unwrap());
            set(&mut swapped, second, &log.get(first).unwrap().unwrap());
            assert!(verdict(&swapped).is_err(), "{first} and {second}");
        }
    }
}

#[test]
fn a_log_does_not_open_over_a_damaged_right_edge() {
    let log = log_of(SIZE);
    for path in log
        .list()
        .unwrap()
        .into_iter()
        .filter(|path| path.contains(".p/") || path == "checkpoint")
    {
        let mut damaged = log.clone();
        let mut bytes = log.get(&path).unwrap().unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        set(&mut damaged, &path, &bytes);
        assert!(Log::open(damaged, signer()).is_err(), "{path}");
    }
}

#[test]
fn an_entry_changed_on_disk_is_not_handed_out() {
    let mut store = log_of(SIZE);
    let mut bytes = store.get("tile/entries/001").unwrap().unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    set(&mut store, "tile/entries/001", &bytes);
    // Opening reads the right edge only; the entry is proved when it is asked for.
    let log = Log::open(store, signer()).unwrap();
    assert!(
        matches!(log.entry(511), Err(Error::Damaged { path, .. }) if path == "tile/entries/001")
    );
    assert_eq!(log.entry(0).unwrap(), crate::entry(0));
}

#[test]
fn an_older_checkpoint_put_back_does_not_open() {
    let old = log_of(600).get("checkpoint").unwrap().unwrap();
    let mut store = log_of(SIZE);
    set(&mut store, "checkpoint", &old);
    assert!(matches!(verdict(&store), Err(Error::Missing { .. })));
    assert!(matches!(
        Log::open(store, signer()),
        Err(Error::Missing { .. })
    ));
}

#[test]
fn an_earlier_or_another_log_passes_for_the_one_that_was_signed() {
    let noted = |store: &Memory| {
        let note = String::from_utf8(store.get("checkpoint").unwrap().unwrap()).unwrap();
        Checkpoint::open(&note, signer().verifier()).unwrap()
    };
    let other = {
        let mut store = Memory::default();
        let mut log = Log::create(Shared(&mut store), signer()).unwrap();
        let mut changed = entries(0..300);
        changed[17] = b"another".to_vec();
        log.append(&changed).unwrap();
        drop(log);
        store
    };
    for size in [0, 1, 2, 255, 256, 257, 300] {
        let (earlier, later) = (log_of(size), log_of(300));
        let (key, known) = (signer(), noted(&earlier));
        let since = |store: &Memory, known: &Checkpoint| {
            let seen = verify::folder_since(store, key.verifier(), Some(known));
            let opened = Log::open(store.clone(), signer()).unwrap();
            let gone_on = opened.goes_on_from(known);
            assert_eq!(seen.is_ok(), gone_on.is_ok(), "{seen:?} {gone_on:?}");
            gone_on
        };
        since(&later, &known).unwrap();
        if size < 300 {
            let behind = since(&earlier, &noted(&later)).unwrap_err();
            assert!(
                matches!(behind, Error::Behind { known: 300, size: held } if held == size),
                "{behind}"
            );
        }
        let forked = since(&other, &known);
        if size > 17 {
            let forked = forked.unwrap_err();
            assert!(
                matches!(forked, Error::Forked { known } if known == size),
                "{forked}"
            );
        } else {
            forked.unwrap();
        }
    }
}
