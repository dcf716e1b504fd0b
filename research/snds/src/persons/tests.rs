//! Covered: a claim that finds somebody else; two numbers of one person that make two; twins that are one; a number of
//! two that hides that one of them opposes; a reference that takes all memory before anybody looks; buckets that a core cannot hold,
//! or so small that questions go to opening their files.
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
        let mut gathering = Gathering::new(buckets, 1 << 20);
        let mut first = std::collections::HashMap::new();
        for (person, number, rank) in &rows {
            let name = [(person % 251) as u8 + 1; 16];
            let print = fingerprint(number.as_bytes(), &[b'0', b'0' + rank]);
            first.entry(print).or_insert(name);
            let traits = Traits { birth_year: 1900 + person, ..Traits::none() };
            gathering.add(Row { person: name, print, traits, number: 0 }).expect("within its budget");
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
        let mut again = Gathering::new(buckets, 1 << 20);
        for row in persons.rows() {
            let mut bytes = Vec::new();
            row.put(&mut bytes);
            again.add(Row::get(bytes.as_slice().try_into().expect("its size"))).expect("within its budget");
        }
        let again = again.table(&mut Next::new(buckets), |_| false);
        prop_assert_eq!(again.names, persons.names);
        prop_assert_eq!(again.numbers, persons.numbers);
        prop_assert_eq!(again.traits, persons.traits);
    }
}

proptest! {
    #[test]
    fn buckets_are_neither_greater_than_memory_nor_smaller_than_need_be(
        lines in 0u64..20_000_000_000,
        most in prop_oneof![1u64..20_000_000, Just(u64::MAX)],
    ) {
        let buckets = u64::from(buckets(lines, most));
        let held = most.clamp(FEWEST_LINES, LINES);
        prop_assert!(buckets.is_power_of_two() && buckets <= 4096);
        prop_assert!(lines.div_ceil(buckets) <= held || buckets == 4096);
        prop_assert!(buckets <= FEW || lines > (held / 2) * buckets, "half as many would do");
        prop_assert!(buckets == 1 || lines / buckets >= FEWEST_LINES / 2);
    }
}

#[test]
fn a_number_of_two_is_his_who_opposes_and_stays_so() {
    let (one, two) = ([1; 16], [2; 16]);
    let print = fingerprint(b"X", b"1");
    let row = |person, number| Row {
        person,
        print,
        traits: Traits::none(),
        number,
    };
    for opposed in [one, two] {
        let opposes = |name: &Pseudonym| *name == opposed;
        let mut gathering = Gathering::new(1, 1 << 20);
        for person in [two, one, two] {
            gathering.add(row(person, 0)).expect("within its budget");
        }
        let mut persons = gathering.table(&mut Next::new(1), opposes);
        assert_eq!(persons.ambiguous(), 1);
        // What is kept says so, and the next table too, whether he opposes still or not: he was erased.
        for still in [true, false] {
            assert_eq!(persons.number(persons.find(print).expect("it is there")), 0);
            let mut again = Gathering::new(1, 1 << 20);
            persons
                .rows()
                .for_each(|row| again.add(row).expect("within its budget"));
            persons = again.table(&mut Next::new(1), |name| still && opposes(name));
        }
    }
    let mut gathering = Gathering::new(1, 1 << 20);
    for person in [one, two] {
        gathering.add(row(person, 0)).expect("within its budget");
    }
    let persons = gathering.table(&mut Next::new(1), |_| false);
    let mut again = Gathering::new(1, 1 << 20);
    persons
        .rows()
        .for_each(|row| again.add(row).expect("within its budget"));
    let again = again.table(&mut Next::new(1), |name| *name == two);
    let place = again.find(print).expect("it is there");
    assert_eq!(
        *again.name(place),
        two,
        "of whom opposes since it is known that the number is his too"
    );
    assert_eq!(again.numbers, [persons.numbers[0], 0]);
}

#[test]
fn no_more_is_gathered_than_there_is_memory_for() {
    let row = |person| Row {
        person: [person; 16],
        print: fingerprint(&[person], b"1"),
        traits: Traits::none(),
        number: 0,
    };
    let budget = 20 * size_of::<Row>() as u64;
    let mut gathering = Gathering::new(2, budget);
    let refused = (1..=20).find_map(|person| gathering.add(row(person)).err());
    let why = refused.expect("twenty rows leave nothing").to_string();
    assert!(why.contains("beneficiaries take"), "{why}");
    let held = gathering.buckets.iter().map(Vec::capacity).sum::<usize>();
    assert!((10..20).contains(&held), "{held}");
}

#[test]
fn what_an_earlier_row_lacks_a_later_one_of_the_same_person_gives() {
    let born = |birth_year, birth_month| Traits {
        birth_year,
        birth_month,
        ..Traits::none()
    };
    // A month alone is given where the years agree: else it would be another birthday's.
    for (earlier, later, told) in [
        (born(0, 0), born(1957, 6), born(1957, 6)),
        (born(1957, 0), born(1957, 6), born(1957, 6)),
        (born(1957, 0), born(1958, 6), born(1957, 0)),
        (born(1957, 5), born(1957, 6), born(1957, 5)),
    ] {
        let mut traits = earlier;
        traits.fill(&later);
        assert_eq!(traits, told);
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
