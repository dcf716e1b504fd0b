//! Covered: a row of an opposed person that a query sees, by any way of reading; a row of somebody else that goes with it.
//! Not a failure: that counts fall by exactly the rows of the opposed.

use proptest::prelude::*;

use super::*;
use crate::building::Building;
use crate::building::tests::{drugs, head, lines_of, persons, pseudonym, signer};
use crate::folder::Snapshots;

proptest! {
    #[test]
    fn rows_are_hidden_that_are_somebody_elses(
        persons in proptest::collection::vec(0i32..30, 0..120),
        hidden in proptest::collection::btree_set(0i32..30, 1..8),
        sorted in any::<bool>(),
    ) {
        let mut persons = persons;
        if sorted {
            persons.sort_unstable();
        }
        let hidden: Vec<i32> = hidden.into_iter().collect();
        let theirs = among::of(&persons, &hidden);
        prop_assert!(theirs.windows(2).all(|two| two[0].end < two[1].start), "ranges that meet are one");
        let seen = among::between(&theirs, persons.len());
        let kept: Vec<usize> = seen.iter().cloned().flatten().collect();
        let expected: Vec<usize> = (0..persons.len()).filter(|row| !hidden.contains(&persons[*row])).collect();
        prop_assert_eq!(kept, expected);
    }
}

/// Ten persons in two buckets, with three deliveries each.
fn ten() -> (tempfile::TempDir, Snapshot) {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 2).expect("it begins");
    persons(&building, 10);
    for bucket in 0..2i32 {
        let lines: Vec<_> = (1..=10)
            .filter(|person| person % 2 == bucket)
            .flat_map(|person| (0..3).map(move |day| (person, 18_000 + day, 5 + day, 1.0)))
            .collect();
        building
            .events("drug_exposure", bucket.unsigned_abs(), &drugs(&lines))
            .expect("written");
    }
    building.publish(head(0), &signer()).expect("published");
    let snapshot = Snapshots::new(dir.path(), signer().verifier().clone())
        .latest()
        .expect("read");
    (dir, snapshot)
}

#[test]
fn a_newer_list_is_obeyed_by_a_scan_that_shows_whom_it_names() {
    let (_dir, snapshot) = ten();
    let list =
        |number, names: &[i32]| Opposed::new(number, names.iter().map(|person| pseudonym(*person)));
    let scan = Scan::new(&snapshot, &list(1, &[3, 4])).expect("made");
    let obeys = |names: &[i32]| scan.obeys(&list(2, names)).expect("read");
    assert!(obeys(&[]) && obeys(&[3]) && obeys(&[3, 4, 99]));
    assert!(!obeys(&[3, 4, 5]) && !obeys(&[6]));
}

#[test]
fn who_opposes_is_seen_by_no_query_from_then_on() {
    let (_dir, snapshot) = ten();
    let opposed = Opposed::new(1, [pseudonym(3), pseudonym(4), pseudonym(99)]);
    let (before, after) = (
        Scan::new(&snapshot, &Opposed::default()),
        Scan::new(&snapshot, &opposed),
    );
    let (before, after) = (before.expect("made"), after.expect("made"));
    assert_eq!((before.hidden(), after.hidden()), (0, 2));
    let all = [
        "person_id",
        "drug_exposure_start_date",
        "drug_concept_id",
        "quantity",
    ];
    for order in [Order::ByPerson, Order::ByConcept] {
        for file in after.files("drug_exposure", order).expect("there") {
            let with = lines_of(&before.read(file, &all).expect("read").table);
            let without = lines_of(&after.read(file, &all).expect("read").table);
            let mut expected = with.clone();
            expected.retain(|line| line.0 != 3 && line.0 != 4);
            assert_eq!(without, expected);
            assert_eq!(with.len() - without.len(), 3);
            // Also where nobody asks whose rows they are.
            let dates = after
                .read(file, &["drug_exposure_start_date"])
                .expect("read");
            assert_eq!(dates.table.rows(), without.len());
            assert_eq!(dates.table.columns().len(), 1);
        }
    }
    for file in after
        .files("drug_exposure", Order::ByConcept)
        .expect("there")
    {
        let part = after
            .postings(file, &all, &|concept| concept == 6)
            .expect("read");
        assert!(
            lines_of(&part.table)
                .iter()
                .all(|line| line.2 == 6 && line.0 != 3 && line.0 != 4)
        );
        assert_eq!(part.table.rows(), 4);
    }
    for file in after.files("person", Order::ByPerson).expect("there") {
        assert_eq!(
            after.read(file, &["pseudonym"]).expect("read").table.rows(),
            4
        );
    }
}

#[test]
fn rows_handed_over_in_turns_are_those_that_are_read_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 400);
    // More than a row group, which has 2^20 rows; persons go on from one turn to the next.
    let lines: Vec<_> = (1..=400)
        .flat_map(|person| (0..2_700).map(move |day| (person, day, 5 + day % 3, 1.0)))
        .collect();
    building
        .events("drug_exposure", 0, &drugs(&lines))
        .expect("written");
    building.publish(head(0), &signer()).expect("published");
    let snapshot = Snapshots::new(dir.path(), signer().verifier().clone())
        .latest()
        .expect("read");
    let opposed = Opposed::new(1, (13..40).map(pseudonym));
    let scan = Scan::new(&snapshot, &opposed).expect("made");
    let columns = [
        "person_id",
        "drug_exposure_start_date",
        "drug_concept_id",
        "quantity",
    ];
    for order in [Order::ByPerson, Order::ByConcept] {
        let file = &scan.files("drug_exposure", order).expect("there")[0];
        let (mut rows, mut turns, mut days) = (Vec::new(), 0, 0);
        let took = scan.each(file, &columns, |table| {
            rows.extend(lines_of(table));
            turns += 1;
            Ok(())
        });
        took.expect("read");
        assert!(turns > 30, "{turns}");
        assert_eq!(
            rows,
            lines_of(&scan.read(file, &columns).expect("read").table)
        );
        assert_eq!(rows.len(), (400 - 27) * 2_700);
        let took = scan.each(file, &columns[1..2], |table| {
            days += table.rows();
            assert!(table.column("person_id").is_some());
            Ok(())
        });
        took.expect("read");
        assert_eq!(days, rows.len());
    }
}

#[test]
fn a_cohort_meets_its_own_rows_and_never_those_of_whoever_opposes() {
    let (_dir, snapshot) = ten();
    let opposed = Opposed::new(1, [pseudonym(3), pseudonym(4)]);
    let scan = Scan::new(&snapshot, &opposed).expect("made");
    let all = [
        "person_id",
        "drug_exposure_start_date",
        "drug_concept_id",
        "quantity",
    ];
    // 3 and 4 oppose, 12 is nobody.
    let cohort = [3, 4, 5, 8, 12];
    for order in [Order::ByPerson, Order::ByConcept] {
        for file in scan.files("drug_exposure", order).expect("there") {
            let mut expected = lines_of(&scan.read(file, &all).expect("read").table);
            expected.retain(|line| cohort.contains(&line.0));
            let theirs = scan.of(file, &all, &cohort).expect("read");
            assert_eq!(lines_of(&theirs.table), expected);
            assert_eq!(theirs.table.rows(), 3);
            let days = scan.of(file, &["drug_exposure_start_date"], &cohort);
            assert_eq!(days.expect("read").table.rows(), 3);
        }
    }
    let refused = scan.of(
        &scan.files("person", Order::ByPerson).expect("there")[0],
        &["name"],
        &cohort,
    );
    assert!(refused.is_err(), "no column is made up");
}

#[test]
fn buckets_where_nothing_happened_have_no_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 4).expect("it begins");
    persons(&building, 8);
    for bucket in 0..4u32 {
        let lines: Vec<_> = (bucket == 2)
            .then_some((2, 18_000, 5, 1.0))
            .into_iter()
            .collect();
        building
            .events("drug_exposure", bucket, &drugs(&lines))
            .expect("written");
    }
    building.publish(head(0), &signer()).expect("published");
    let snapshot = Snapshots::new(dir.path(), signer().verifier().clone())
        .latest()
        .expect("read");
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    let files = scan.files("drug_exposure", Order::ByPerson).expect("there");
    let rows: Vec<_> = files.iter().map(|file| (file.bucket, file.rows)).collect();
    // The first says which columns there are.
    assert_eq!(rows, [(Some(0), 0), (Some(2), 1)]);
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 1);
    building.publish(head(0), &signer()).expect("published");
    let snapshot = Snapshots::new(dir.path(), signer().verifier().clone())
        .latest()
        .expect("read");
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    let file = &scan.files("person", Order::ByPerson).expect("there")[0];
    let refused = scan
        .read(file, &["name"])
        .expect_err("research knows no names");
    assert!(
        refused.to_string().contains("`name`")
            && refused.to_string().contains("person_id, pseudonym"),
        "{refused}"
    );
    assert!(scan.files("drug_exposure", Order::ByPerson).is_err());
}
