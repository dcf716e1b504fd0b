//! Covered: a list of the opposed that somebody shortened, exchanged, or signed with another key and that is believed.
//! A reader between a note and its list who finds none; lists that stay after those that supersede them.
//! A person who is not found because persons do not stand in the order of their pseudonyms.
//! Not a failure: an empty list. A folder without a list is one: nobody may read before it is known who opposes.

use std::fs;

use proptest::prelude::*;

use super::*;

fn signer(seed: u8) -> Signer {
    Signer::from_seed("hygie/snapshots", &[seed; 32]).expect("a name and a seed make a key")
}

#[test]
fn a_list_is_read_as_it_was_published() {
    let dir = tempfile::tempdir().expect("a folder");
    for (number, persons) in [(1, vec![]), (2, vec![[9; 16], [1; 16]])] {
        let list = Opposed::new(number, persons);
        list.publish(dir.path(), &signer(1)).expect("it is written");
        let read = Opposed::read(dir.path(), signer(1).verifier()).expect("it is read");
        assert_eq!(read, list);
        assert_eq!(read.hash(), list.hash());
    }
}

fn lists(folder: &Path) -> Vec<u64> {
    let mut numbers: Vec<u64> = superseded(folder, u64::MAX).expect("listed").collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn the_list_before_stays_for_who_read_its_note_and_those_before_it_go() {
    let dir = tempfile::tempdir().expect("a folder");
    for number in 1..=4 {
        let list = Opposed::new(number, [[1; 16]]);
        list.publish(dir.path(), &signer(1)).expect("it is written");
        assert_eq!(lists(dir.path()).last(), Some(&number));
        assert!(number == 1 || lists(dir.path()) == [number - 1, number]);
    }
    let read = Opposed::read(dir.path(), signer(1).verifier()).expect("it is read");
    read.alone(dir.path()).expect("deleted");
    assert_eq!(lists(dir.path()), [4]);
}

#[test]
fn a_reader_who_is_overtaken_reads_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let publish = |number| {
        let list = Opposed::new(number, [[1; 16]]);
        list.publish(dir.path(), &signer(1)).expect("it is written");
        list.alone(dir.path()).expect("deleted");
    };
    publish(1);
    let reader = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = 0;
            while last < 60 {
                let read = Opposed::read(dir.path(), signer(1).verifier()).expect("it is read");
                assert!(read.number() >= last);
                last = read.number();
            }
            last
        });
        (2..=60).for_each(publish);
        reader.join()
    });
    assert_eq!(reader.expect("no panic"), 60);
}

#[test]
fn a_list_that_lost_somebody_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let list = Opposed::new(1, [[1; 16], [2; 16]]);
    list.publish(dir.path(), &signer(1)).expect("it is written");
    let at = dir.path().join("opposed-1");
    let bytes = fs::read(&at).expect("the list");
    for altered in [&bytes[..16], &bytes[..31], &[0; 32][..], &[][..]] {
        fs::write(&at, altered).expect("written");
        let refused = Opposed::read(dir.path(), signer(1).verifier());
        assert!(
            matches!(refused, Err(Error::Unverified { .. })),
            "{} bytes",
            altered.len()
        );
    }
}

#[test]
fn a_list_of_another_key_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    Opposed::new(1, [[1; 16]])
        .publish(dir.path(), &signer(2))
        .expect("it is written");
    let refused = Opposed::read(dir.path(), signer(1).verifier());
    assert!(matches!(refused, Err(Error::Unverified { .. })));
}

#[test]
fn without_a_list_nothing_is_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused = Opposed::read(dir.path(), signer(1).verifier());
    assert!(matches!(refused, Err(Error::File { .. })));
}

proptest! {
    #[test]
    fn whoever_opposes_is_found_wherever_he_stands(
        list in proptest::collection::vec(any::<u8>(), 0..40),
        asked in proptest::collection::vec(any::<u8>(), 0..80),
        sorted in any::<bool>(),
    ) {
        let opposed = Opposed::new(1, list.iter().map(|one| [*one; 16]));
        let mut asked = asked;
        if sorted {
            asked.sort_unstable();
        }
        let mut holds = opposed.along();
        for one in asked {
            prop_assert_eq!(holds(&[one; 16]), list.contains(&one));
        }
    }
}
