//! Covered: a claim that finds somebody else; two numbers of one person that make two; twins that are one.
//! Not a failure: a number that the reference does not have.

use proptest::prelude::*;

use super::*;
use crate::rank::rank;

fn fingerprint(number: &[u8], text: &[u8]) -> Print {
    Print::of(number, rank(text))
}

proptest! {
    #[test]
    fn each_number_finds_its_person_whatever_the_order_of_rows(
        rows in proptest::collection::vec((0u16..40, "[A-Z]{3}", 1u8..3), 1..80),
        buckets in 1u32..5,
    ) {
        let mut gathering = Gathering::new(buckets);
        let mut first = std::collections::HashMap::new();
        for (person, number, rank) in &rows {
            let name = [(person % 251) as u8 + 1; 16];
            let print = fingerprint(number.as_bytes(), &[b'0', b'0' + rank]);
            first.entry(print).or_insert(name);
            let traits = Traits { birth_year: 1900 + person, ..Traits::none() };
            gathering.add(Row { person: name, print, traits, number: 0 });
        }
        let persons = gathering.table(&mut Next::new(buckets), |_| false);
        let names: std::collections::BTreeSet<_> = rows.iter().map(|(person, _, _)| [(person % 251) as u8 + 1; 16]).collect();
        prop_assert_eq!(persons.len(), names.len());
        for (_, number, rank) in &rows {
            let place = persons.find(fingerprint(number.as_bytes(), &[b'0' + rank])).expect("it is there");
            prop_assert_eq!(persons.number(place).unsigned_abs() % buckets, bucket(persons.name(place), buckets));
            prop_assert_eq!(persons.place(persons.name(place)), Some(place));
            prop_assert!(persons.of_bucket(bucket(persons.name(place), buckets)).contains(&place));
        }
        prop_assert_eq!(persons.find(fingerprint(b"nobody", b"1")), None);
        // What is kept of it is the same table again, with the same numbers.
        let mut again = Gathering::new(buckets);
        for row in persons.rows() {
            let mut bytes = Vec::new();
            row.put(&mut bytes);
            again.add(Row::get(bytes.as_slice().try_into().expect("its size")));
        }
        let again = again.table(&mut Next::new(buckets), |_| false);
        prop_assert_eq!(again.names, persons.names);
        prop_assert_eq!(again.numbers, persons.numbers);
        prop_assert_eq!(again.traits, persons.traits);
    }
}

#[test]
fn twins_are_two_and_an_empty_rank_is_the_only_child() {
    assert_ne!(fingerprint(b"X", b"1"), fingerprint(b"X", b"2"));
    assert_eq!(fingerprint(b"X", b"02"), fingerprint(b"X", b"2"));
    assert_eq!(fingerprint(b"X", b""), fingerprint(b"X", b"1"));
    assert_ne!(fingerprint(b"X1", b"1"), fingerprint(b"X", b"11"));
    assert_eq!(
        fingerprint(&[b'x'; 80], b"1"),
        fingerprint(&[b'x'; 80], b"01")
    );
}
