//! Failures covered: random bytes flipped in the store of a larger home, a hundred at a time: an entry that was not
//! written comes out; an entry that no flip touched, in a record that opens, is another. In the keeper's files, one at
//! a time: as in `tamper`.
//!
//! Looked at is each stream of each person, under its own key and head, by the vault itself: a million flips through
//! the whole door would take days and add nothing, since the door reads by nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use hygie_notice::{Opened, Stream, Subject, SystemEntropy};
use hygie_vault::{Log, Sqlite, Vault};

use crate::disk::Dice;
use crate::house::House;
use crate::tamper::{Change, Files, Homes, Tally, homes, runtime, scratch, try_each};

const TOGETHER: usize = 100;

/// What the keeper handed over for a stream, and what the honest store holds.
struct Held {
    subject: Subject,
    stream: Stream,
    opened: Opened,
    log: Log,
}

/// Opens every stream of a home.
async fn hold(files: &Files, home: &Path) -> Vec<Held> {
    files.lay(home);
    let house = House::open(home).await.unwrap();
    let vault = vault(&home.join("store")).unwrap();
    let mut held = Vec::new();
    for person in house.record.persons().await.unwrap() {
        for stream in [Stream::Rights, Stream::Content] {
            let subject = Subject::person(person);
            let opened = house.opened(subject, stream).await.unwrap();
            let log = vault.read(subject, stream, &opened.key, opened.head);
            let log = log.await.unwrap();
            held.push(Held {
                subject,
                stream,
                opened,
                log,
            });
        }
    }
    house.close().await.unwrap();
    held
}

fn vault(store: &Path) -> Result<Vault<Sqlite>, hygie_vault::Error> {
    Ok(Vault::new(Sqlite::open(store)?, Arc::new(SystemEntropy)))
}

/// Counts of what came of the streams: right, refused; and of the stores: not opened.
#[derive(Default)]
struct Counts {
    right: AtomicUsize,
    refused: AtomicUsize,
    closed: AtomicUsize,
}

/// Flips bytes in a store, and reads all of it.
async fn flip(honest: &[u8], held: &[Held], store: &Path, dice: &mut Dice, counts: &Counts) {
    let mut bytes = honest.to_vec();
    for _ in 0..TOGETHER {
        let place = dice.below(bytes.len());
        bytes[place] ^= u8::try_from(1 + dice.below(255)).unwrap();
    }
    let _none = fs::remove_dir_all(store);
    fs::create_dir(store).unwrap();
    fs::write(store.join("vault.db"), bytes).unwrap();
    let Ok(vault) = vault(store) else {
        counts.closed.fetch_add(1, Ordering::Relaxed);
        return;
    };
    for Held {
        subject,
        stream,
        opened,
        log,
    } in held
    {
        let read = vault
            .read(*subject, *stream, &opened.key, opened.head)
            .await;
        let count = match read {
            Ok(read) => {
                assert_eq!(read, *log, "{subject:?} {stream:?}");
                &counts.right
            }
            Err(_) => &counts.refused,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn flips(persons: usize, enough: usize, in_keeper: usize) {
    let begun = Instant::now();
    let Homes { rested, .. } = homes(persons, 8);
    let place = scratch();
    let held = runtime().block_on(hold(&rested.0, &place.path().join("home")));
    let honest = rested.0.0.get(Path::new("store/vault.db")).unwrap();
    let counts = Counts::default();
    const THREADS: usize = 2;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (held, counts) = (&held, &counts);
            scope.spawn(move || {
                let (runtime, place) = (runtime(), scratch());
                let mut dice = Dice::new(u64::try_from(thread).unwrap());
                for _ in 0..enough.div_ceil(TOGETHER * THREADS) {
                    let store = place.path().join("store");
                    runtime.block_on(flip(honest, held, &store, &mut dice, counts));
                }
            });
        }
    });
    println!(
        "{enough} bytes flipped, {TOGETHER} at a time, in a store of {} bytes, {} streams: {} stores did not open, \
         {} streams refused, {} right, in {:.0} s",
        honest.len(),
        held.len(),
        counts.closed.into_inner(),
        counts.refused.into_inner(),
        counts.right.into_inner(),
        begun.elapsed().as_secs_f64()
    );
    let dice = Mutex::new(Dice::new(7));
    let keeper: BTreeMap<_, _> = rested
        .0
        .0
        .iter()
        .filter(|(path, _)| path.starts_with("keeper"))
        .collect();
    let all: usize = keeper.values().map(|bytes| bytes.len()).sum();
    let changes = (0..in_keeper).map(|_| {
        let mut dice = dice.lock().unwrap();
        let mut place = dice.below(all);
        let mut files = keeper.iter();
        let (path, bytes) = loop {
            let (path, bytes) = files.next().unwrap();
            match place.checked_sub(bytes.len()) {
                Some(rest) => place = rest,
                None => break (*path, *bytes),
            }
        };
        let mut bytes = bytes.clone();
        bytes[place] ^= u8::try_from(1 + dice.below(255)).unwrap();
        Change {
            path,
            what: format!("byte {place}"),
            bytes,
        }
    });
    let tally = Tally::default();
    // A look at everybody would take seconds; what is wrong with keys or ledger shows at the first few.
    let few = (rested.0.clone(), rested.1.first(3));
    try_each(&few, changes, &tally);
    tally.print();
}

#[test]
fn bytes_flipped_at_random_give_an_entry_that_was_never_written() {
    flips(60, 20_000, 40);
}

#[test]
#[ignore = "a million bytes"]
fn a_million_bytes_flipped_at_random_give_an_entry_that_was_never_written() {
    flips(150, 1_000_000, 2_000);
}
