use std::collections::HashSet;
use std::fs;

use hygie_bronze::{Bronze, Counts, Error, Person};
use proptest::prelude::*;

use crate::{Kept, file, key, made, many, person, read, write};

#[test]
fn a_purged_person_is_gone_and_nobody_else() {
    let (folder, bronze) = made();
    let rows = many();
    write(&bronze, "A", "p", &rows);
    write(&bronze, "A", "q", &rows[..50]);
    write(&bronze, "B", "p", &[(None, b"nobody's".to_vec(), None)]);
    let untouched = fs::read(file(folder.path(), "A", "q")).unwrap();
    let gone = HashSet::from([person(5_000), person(9_999), person(77_777)]);
    let counts = bronze.purge(&gone).unwrap();
    let kept: Vec<Kept> = rows
        .into_iter()
        .filter(|(of, ..)| of.is_none_or(|of| !gone.contains(&of)))
        .collect();
    let expected = Counts {
        parts: 3,
        rewritten: 1,
        bytes: fs::metadata(file(folder.path(), "A", "p")).unwrap().len(),
        kept: kept.len() as u64,
        purged: 3,
    };
    assert_eq!(counts, expected, "of 9999 one row is nobody's");
    assert_eq!(read(&bronze, "A", "p").unwrap(), kept);
    assert_eq!(fs::read(file(folder.path(), "A", "q")).unwrap(), untouched);
    let again = bronze.purge(&gone).unwrap();
    assert_eq!((again.rewritten, again.purged), (0, 0));
}

#[test]
fn a_broken_part_stops_a_purge_with_its_place_and_stays_as_it_was() {
    let (folder, bronze) = made();
    write(&bronze, "A", "p", &many());
    let path = file(folder.path(), "A", "p");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let refused = bronze.purge(&HashSet::from([person(1)]));
    assert!(matches!(refused, Err(Error::Broken { frame: 3, .. })));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert!(!path.with_extension("new").exists());
}

#[test]
fn a_purge_by_pseudonyms_of_another_epoch_is_refused_before_anything_is_written() {
    let (folder, bronze) = made();
    write(&bronze, "A", "p", &many());
    drop(bronze);
    let next = Bronze::open(folder.path(), key(), 2).unwrap();
    write(&next, "A", "q", &many());
    let refused = next.purge(&HashSet::from([person(1)]));
    assert!(matches!(
        refused,
        Err(Error::Epoch {
            found: 1,
            wanted: 2,
            ..
        })
    ));
    assert_eq!(read(&next, "A", "q").unwrap().len(), 20_000);
}

/// A rotation's list for tests.
fn new(old: Person) -> Person {
    let mut new = old;
    new[0] = b'N';
    new
}

#[test]
fn a_rotation_renames_everybody_once_and_a_second_run_goes_on() {
    let (folder, bronze) = made();
    let rows = many();
    write(&bronze, "A", "p", &rows[..10]);
    write(&bronze, "A", "q", &rows);
    drop(bronze);
    let bronze = Bronze::open(folder.path(), key(), 2).unwrap();
    let mut asked = 0;
    let cut = bronze.retag(|old| {
        asked += 1;
        Ok::<_, Error>((asked < 10_000).then(|| new(old)))
    });
    assert!(matches!(cut, Err(Error::Unmapped { .. })));
    let counts = bronze.retag(|old| Ok::<_, Error>(Some(new(old)))).unwrap();
    assert_eq!(
        (counts.parts, counts.rewritten),
        (2, 1),
        "the first was done before"
    );
    let renamed: Vec<Kept> = rows
        .into_iter()
        .map(|(of, raw, reason)| (of.map(new), raw, reason))
        .collect();
    assert_eq!(read(&bronze, "A", "p").unwrap(), renamed[..10]);
    assert_eq!(read(&bronze, "A", "q").unwrap(), renamed);
    let again = bronze.retag(|_| Ok::<_, Error>(None)).unwrap();
    assert_eq!((again.rewritten, again.kept), (0, 0));
    assert_eq!(
        bronze
            .purge(&HashSet::from([new(person(3))]))
            .unwrap()
            .purged,
        4
    );
}

#[test]
fn a_list_that_lacks_somebody_drops_nobody() {
    let (folder, bronze) = made();
    write(&bronze, "A", "p", &many());
    drop(bronze);
    let bronze = Bronze::open(folder.path(), key(), 2).unwrap();
    let refused = bronze.retag(|old| Ok::<_, Error>((old != person(9_000)).then(|| new(old))));
    assert!(matches!(refused, Err(Error::Unmapped { frame: 2, .. })));
    assert_eq!(read(&bronze, "A", "p").unwrap(), many());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_left_is_what_a_filter_leaves(
        rows in prop::collection::vec((prop::option::of(0_u32..6), prop::collection::vec(any::<u8>(), 0..40)), 0..60),
        gone in prop::collection::hash_set(0_u32..8, 0..5),
    ) {
        let (_folder, bronze) = made();
        let rows: Vec<Kept> = rows.into_iter().map(|(of, raw)| (of.map(person), raw, None)).collect();
        write(&bronze, "T", "p", &rows);
        let gone: HashSet<Person> = gone.into_iter().map(person).collect();
        let counts = bronze.purge(&gone).unwrap();
        let left: Vec<Kept> =
            rows.iter().filter(|(of, ..)| of.is_none_or(|of| !gone.contains(&of))).cloned().collect();
        prop_assert_eq!(counts.purged, (rows.len() - left.len()) as u64);
        prop_assert_eq!(read(&bronze, "T", "p").unwrap(), left);
    }
}
