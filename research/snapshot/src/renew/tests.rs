//! Covered: an opposed person who is in a byte of the next snapshot; somebody else who is lost with him; a history that
//! loses its person in a rotation.
//! Not a failure: files of untouched buckets that are the same bytes as before.

use std::collections::BTreeMap;

use super::*;
use crate::Order;
use crate::building::tests::{drugs, head, lines_of, persons, pseudonym, signer};

/// Ten persons in three buckets, each with three deliveries.
fn snapshots() -> (tempfile::TempDir, Snapshots) {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 3).expect("it begins");
    persons(&building, 10);
    for bucket in 0..3i32 {
        let theirs = (1..=10).filter(|person| person % 3 == bucket);
        let lines: Vec<_> = theirs
            .flat_map(|person| (0..3).map(move |day| (person, 18_000 + day, 5 + day, 1.0)))
            .collect();
        building
            .events("drug_exposure", bucket.unsigned_abs(), &drugs(&lines))
            .expect("written");
    }
    building.publish(head(0), &signer()).expect("published");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    (dir, snapshots)
}

const COLUMNS: [&str; 4] = [
    "person_id",
    "drug_exposure_start_date",
    "drug_concept_id",
    "quantity",
];

/// Each person's pseudonym with his deliveries.
fn histories(snapshots: &Snapshots) -> BTreeMap<Pseudonym, Vec<String>> {
    let snapshot = snapshots.latest().expect("read");
    snapshot.verify().expect("as it was signed");
    let scan = Scan::new(&snapshot, &Opposed::new(99, [])).expect("made");
    let mut names = BTreeMap::new();
    for file in scan.files("person", Order::ByPerson).expect("there") {
        let table = scan
            .read(file, &["person_id", "pseudonym"])
            .expect("read")
            .table;
        let Some(Values::Pseudonym(list)) = table.column("pseudonym") else {
            panic!("pseudonyms")
        };
        names.extend(
            table
                .ints("person", "person_id")
                .expect("numbers")
                .iter()
                .copied()
                .zip(list.clone()),
        );
    }
    let mut histories: BTreeMap<Pseudonym, Vec<String>> =
        names.values().map(|name| (*name, Vec::new())).collect();
    for order in [Order::ByPerson, Order::ByConcept] {
        for file in scan.files("drug_exposure", order).expect("there") {
            let part = match order {
                Order::ByConcept => scan.postings(file, &COLUMNS, &|_| true),
                _ => scan.read(file, &COLUMNS),
            };
            for line in lines_of(&part.expect("read").table) {
                let history = histories
                    .get_mut(&names[&line.0])
                    .expect("an event of somebody");
                history.push(format!("{order:?} {} {}", line.1, line.2));
            }
        }
    }
    histories
}

/// Renews the newest, and publishes it.
fn renew(
    snapshots: &Snapshots,
    opposed: &Opposed,
    map: Option<&mut Rename<'_>>,
) -> Result<Renewed, Error> {
    snapshots.renew(opposed, map, 9)?.publish(&signer())
}

#[test]
fn a_snapshot_that_is_not_published_is_found_by_nobody() {
    let (_dir, snapshots) = snapshots();
    let opposed = Opposed::new(2, [pseudonym(4)]);
    let unpublished = snapshots.renew(&opposed, None, 9).expect("renewed");
    assert_eq!(unpublished.head().number, 2);
    assert_eq!(snapshots.numbers().expect("listed"), [1]);
    drop(unpublished);
    assert_eq!(renew(&snapshots, &opposed, None).expect("again").number, 2);
}

#[test]
fn the_opposed_are_gone_from_the_next_snapshot_and_nobody_else_is() {
    let (dir, snapshots) = snapshots();
    let before = histories(&snapshots);
    let gone = [pseudonym(4), pseudonym(7)];
    let opposed = Opposed::new(2, gone);
    let renewed = renew(&snapshots, &opposed, None).expect("renewed");
    // Both are of bucket 1: its three files are new, the others are not.
    assert_eq!(
        (renewed.persons, renewed.rows, renewed.written, renewed.kept),
        (2, 2 + 2 * 2 * 3, 3, 6)
    );
    let mut expected = before;
    expected.retain(|name, _| !gone.contains(name));
    assert_eq!(histories(&snapshots), expected);
    let snapshot = snapshots.latest().expect("read");
    assert_eq!(
        (
            snapshot.manifest().continues,
            snapshot.manifest().opposed_list
        ),
        (Some(1), 2)
    );
    for file in snapshot
        .manifest()
        .tables
        .iter()
        .flat_map(|table| &table.files)
    {
        let bytes = std::fs::read(snapshot.path(file)).expect("read");
        assert!(
            !bytes
                .windows(16)
                .any(|part| gone.iter().any(|name| name == part)),
            "{}",
            file.path
        );
    }
    drop(dir);
}

#[test]
fn a_rotation_keeps_histories_whole() {
    let (_dir, snapshots) = snapshots();
    let before = histories(&snapshots);
    let mut map = |old: &Pseudonym| Some(old.map(|byte| byte ^ 0x5a));
    renew(&snapshots, &Opposed::default(), Some(&mut map)).expect("renewed");
    let after = histories(&snapshots);
    let mapped: BTreeMap<_, _> = before
        .into_iter()
        .map(|(name, history)| (name.map(|byte| byte ^ 0x5a), history))
        .collect();
    assert_eq!(after, mapped);
}

#[test]
fn a_rotation_that_forgets_somebody_makes_no_snapshot() {
    let (_dir, snapshots) = snapshots();
    let mut map = |old: &Pseudonym| (*old != pseudonym(3)).then_some(*old);
    let refused = renew(&snapshots, &Opposed::default(), Some(&mut map));
    assert!(matches!(refused, Err(Error::Form { .. })));
    assert_eq!(snapshots.numbers().expect("listed"), [1]);
}

#[test]
fn a_list_of_another_key_hides_nobody_and_is_refused() {
    let (_dir, snapshots) = snapshots();
    let snapshot = snapshots.latest().expect("read");
    let other = Opposed::new(2, [pseudonym(4)]).under("other");
    assert!(matches!(
        Scan::new(&snapshot, &other),
        Err(Error::Form { .. })
    ));
    assert!(matches!(
        renew(&snapshots, &other, None),
        Err(Error::Form { .. })
    ));
    // In a rotation the list is of the new key: whom it names goes all the same.
    let mut map = |old: &Pseudonym| Some(old.map(|byte| byte ^ 0x5a));
    let new = Opposed::new(3, [pseudonym(4).map(|byte| byte ^ 0x5a)]).under("new");
    let renewed = renew(&snapshots, &new, Some(&mut map)).expect("renewed");
    assert_eq!(renewed.persons, 1);
    let snapshot = snapshots.latest().expect("read");
    assert_eq!(snapshot.manifest().pseudonyms, "new");
    assert_eq!(Scan::new(&snapshot, &new).expect("of one key").hidden(), 0);
}

#[test]
fn a_list_that_is_older_than_the_snapshot_is_refused() {
    let (_dir, snapshots) = snapshots();
    let opposed = Opposed::new(2, [pseudonym(4)]);
    renew(&snapshots, &opposed, None).expect("renewed");
    let snapshot = snapshots.latest().expect("read");
    let older = Scan::new(&snapshot, &Opposed::new(1, []));
    assert!(matches!(older, Err(Error::Form { .. })));
    Scan::new(&snapshot, &Opposed::new(2, [])).expect("of the same list");
}
