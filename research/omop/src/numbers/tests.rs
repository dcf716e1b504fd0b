//! Covered: two rows or two persons with one number; a number that lies in another bucket than its person; somebody who
//! opposes and gets a number, or whose row is read in vain because it can't be taken; a number of the source that is not found, or found where it is not.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn name(number: u32) -> Pseudonym {
    let mut name = [0; 16];
    name[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    name[4..8].copy_from_slice(&number.to_be_bytes());
    name
}

proptest! {
    #[test]
    fn every_person_has_a_number_of_his_bucket_and_his_name(
        count in 1u32..200,
        buckets in 1u32..9,
        opposed in 0u32..200,
    ) {
        let people = (0..count).map(|person| (name(person), i64::from(person) * 7));
        let people: People = people.collect();
        let persons = Persons::new(people, People::new(), buckets, |who| *who == name(opposed));
        let mut seen = HashSet::new();
        for person in 0..count {
            let number = persons.find(i64::from(person) * 7).expect("there");
            if person == opposed {
                prop_assert_eq!(number, OPPOSED);
                continue;
            }
            prop_assert!(number > 0 && seen.insert(number));
            prop_assert_eq!(persons.name(number), Some(&name(person)));
            let bucket = number.unsigned_abs() % buckets;
            prop_assert_eq!(bucket, super::bucket(&name(person), buckets));
        }
        let hidden = u64::from(opposed < count);
        prop_assert_eq!(persons.count(), (u64::from(count) - hidden, hidden));
    }

    #[test]
    fn every_row_has_a_number_of_its_own_in_its_persons_bucket(
        rows in prop::collection::vec(
            (-50i64..50, prop_oneof![1i32..40, Just(OPPOSED)], prop_oneof![0i32..9, Just(REFUSED)]),
            0..80,
        ),
        buckets in 1u32..6,
        threads in 1usize..4,
    ) {
        let numbers = Numbers::new(unnumbered(&rows), buckets, threads);
        let sources: HashSet<i64> = rows.iter().map(|row| row.0).collect();
        let mut seen = HashSet::new();
        for source in &sources {
            let of = || rows.iter().filter(|row| row.0 == *source);
            let first = of().find(|row| row.1 == OPPOSED)
                .or_else(|| of().find(|row| row.2 != REFUSED))
                .or_else(|| of().next())
                .expect("there");
            let (number, person) = numbers.find(*source).expect("it is known");
            prop_assert_eq!(person, first.1, "who opposes, or the first row of a number, holds");
            if person == OPPOSED || first.2 == REFUSED {
                prop_assert_eq!(number, 0);
                continue;
            }
            prop_assert!(seen.insert(number));
            let buckets = i64::from(buckets);
            prop_assert_eq!(number.rem_euclid(buckets), i64::from(person).rem_euclid(buckets));
        }
        prop_assert_eq!(numbers.len(), sources.len());
    }

    #[test]
    fn of_rows_with_one_number_or_one_name_the_first_is_the_person(
        people in prop::collection::vec((0u32..12, 0i64..12), 0..30),
    ) {
        let mut all: People = people.iter().map(|(who, number)| (name(*who), *number)).collect();
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        let (mut expected, mut rest) = (Vec::new(), Vec::new());
        for (who, number) in &all {
            if !numbers.contains(number) && names.insert(*who) {
                numbers.insert(*number);
                expected.push((*who, *number));
            } else {
                rest.push((*who, *number));
            }
        }
        let others = first_of_each(&mut all);
        prop_assert_eq!((all, others), (expected, rest));
    }

    #[test]
    fn whoever_can_be_told_is_known_and_a_number_that_one_who_opposes_has_holds_nobody(
        people in prop::collection::vec((0u32..12, 0i64..12), 0..20),
        others in prop::collection::vec((0u32..12, 0i64..24), 0..20),
        buckets in 1u32..5,
        opposed in prop::collection::hash_set(0u32..12, 0..4),
    ) {
        let told = |list: &[(u32, i64)]| -> People {
            list.iter().map(|(who, number)| (name(*who), *number)).collect()
        };
        let mut taken = told(&people);
        let mut rest = first_of_each(&mut taken);
        rest.extend(told(&others));
        let opposes = |who: &Pseudonym| opposed.iter().any(|other| name(*other) == *who);
        let persons = Persons::new(taken.clone(), rest, buckets, opposes);
        let mut who: HashSet<Pseudonym> = HashSet::new();
        for number in 0..24 {
            let all: Vec<Pseudonym> = people.iter().chain(&others)
                .filter(|told| told.1 == number)
                .map(|told| name(told.0))
                .collect();
            who.extend(all.iter().filter(|name| opposes(name)));
            let held = taken.iter().find(|told| told.1 == number);
            let found = persons.find(number);
            if all.iter().any(opposes) {
                prop_assert_eq!(found, Some(OPPOSED));
            } else if let Some((name, _)) = held {
                prop_assert!(found.is_some_and(|found| found > NOBODY));
                prop_assert_eq!(found.and_then(|found| persons.name(found)), Some(name));
            } else {
                prop_assert!(found.is_none_or(|found| found < OPPOSED));
                prop_assert_eq!(found.and_then(|found| persons.name(found)), all.iter().min());
            }
        }
        prop_assert_eq!(persons.count().1, who.len() as u64);
    }

    #[test]
    fn numbers_of_the_source_are_found_however_they_are_held(
        first in prop_oneof![Just(i64::MIN), Just(i64::MAX - 40), -100i64..100],
        steps in prop::collection::vec(prop_oneof![Just(1i64), 1i64..9, Just(1i64 << 33)], 0..30),
        asked in any::<i64>(),
    ) {
        let mut rising = vec![first];
        for step in steps {
            match rising[rising.len() - 1].checked_add(step) {
                Some(next) => rising.push(next),
                None => break,
            }
        }
        let sources = Sources::new(rising.clone());
        prop_assert_eq!(sources.len(), rising.len());
        for (place, number) in rising.iter().enumerate() {
            prop_assert_eq!(sources.place(*number), Some(place));
            for near in [number.wrapping_sub(1), number.wrapping_add(1), asked] {
                prop_assert_eq!(sources.place(near), rising.binary_search(&near).ok());
            }
        }
    }
}

fn unnumbered(rows: &[(i64, i32, i32)]) -> Unnumbered {
    let mut all = Unnumbered::default();
    rows.iter().for_each(|row| all.push(*row));
    all
}

#[test]
fn rows_of_nobody_are_numbered_from_one() {
    let numbers = Numbers::new(unnumbered(&[(900, NOBODY, 0), (17, NOBODY, 0)]), 8, 1);
    assert_eq!(numbers.find(17), Some((1, NOBODY)));
    assert_eq!(numbers.find(900), Some((2, NOBODY)));
    assert_eq!(numbers.find(1), None);
}
