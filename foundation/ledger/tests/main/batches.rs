//! Failures covered: a result that depends on how entries were grouped, or on when the log was opened anew; an entry
//! that comes back changed; a group that is half appended.
//! Not a failure: an append of nothing, which writes nothing.

use hygie_ledger::{Checkpoint, Error, Log, Memory, Store, verify};
use proptest::prelude::*;

use crate::{Shared, check_world, entries, log_of, signer};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_grouping_of_entries_does_not_change_the_log(
        batches in prop::collection::vec((prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..300), any::<bool>()), 1..8),
    ) {
        let mut store = Memory::default();
        drop(Log::create(Shared(&mut store), signer()).unwrap());
        let mut all: Vec<Vec<u8>> = Vec::new();
        let mut earlier: Vec<Checkpoint> = Vec::new();
        let mut log = Log::open(Shared(&mut store), signer()).unwrap();
        for (batch, reopen) in &batches {
            let receipt = log.append(batch).unwrap();
            prop_assert_eq!((receipt.first, receipt.count), (all.len() as u64, batch.len() as u64));
            all.extend(batch.iter().cloned());
            let signed = Checkpoint::open(&receipt.checkpoint, signer().verifier()).unwrap();
            prop_assert_eq!((signed.size, signed.root), (log.size(), log.root()));
            for old in &earlier {
                let proof = log.prove_consistency(old.size).unwrap();
                verify::consistency(old.size, &old.root, signed.size, &signed.root, &proof).unwrap();
            }
            earlier.push(signed);
            if *reopen {
                drop(log);
                log = Log::open(Shared(&mut store), signer()).unwrap();
            }
        }
        for (index, expected) in all.iter().enumerate() {
            if index % 7 == 0 || index + 1 == all.len() {
                prop_assert_eq!(&log.entry(index as u64).unwrap(), expected);
            }
        }
        drop(log);
        check_world(&store, &all);
        let mut at_once = Memory::default();
        Log::create(Shared(&mut at_once), signer()).unwrap().append(&all).unwrap();
        for path in at_once.list().unwrap() {
            prop_assert_eq!(store.get(&path).unwrap(), at_once.get(&path).unwrap());
        }
    }
}

#[test]
fn an_entry_too_long_leaves_no_half_group_behind() {
    let mut log = Log::open(log_of(300), signer()).unwrap();
    let before = log.checkpoint().to_owned();
    let too_long = [vec![1; 65_535], vec![2; 65_536]];
    assert!(matches!(
        log.append(&too_long),
        Err(Error::EntryTooLong {
            position: 1,
            length: 65_536
        })
    ));
    assert_eq!((log.size(), log.checkpoint()), (300, before.as_str()));
    log.append(&too_long[..1]).unwrap();
    assert_eq!(log.entry(300).unwrap(), too_long[0]);
}

#[test]
fn an_append_of_nothing_writes_nothing() {
    let mut log = Log::open(log_of(300), signer()).unwrap();
    let before = log.checkpoint().to_owned();
    let receipt = log.append(&[]).unwrap();
    assert_eq!(
        (receipt.first, receipt.count, receipt.checkpoint.as_str()),
        (300, 0, before.as_str())
    );
}

#[test]
fn a_log_is_not_begun_over_another() {
    assert!(matches!(
        Log::create(log_of(3), signer()),
        Err(Error::NotEmpty { .. })
    ));
    assert!(matches!(
        Log::open(Memory::default(), signer()),
        Err(Error::Missing { .. })
    ));
    let mut store = Memory::default();
    store.put(&[("notes.txt".to_owned(), Vec::new())]).unwrap();
    assert!(matches!(
        Log::create(store, signer()),
        Err(Error::NotEmpty { .. })
    ));
}

#[test]
fn a_large_group_is_one_append() {
    let batch = entries(0..100_000);
    let mut log = Log::create(Memory::default(), signer()).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(log.append(&batch).unwrap().count, 100_000);
    let rate = batch.len() as f64 / start.elapsed().as_secs_f64();
    println!("one group of 100,000 entries: {rate:.0} leaves/s in this build");
    assert_eq!(log.entry(99_999).unwrap(), batch[99_999]);
}
