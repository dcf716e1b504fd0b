//! Covered: a dictionary of postings that is not what it was after it was printed; rows of another concept read.
//! Not a failure: a concept that no row has, which has no rows.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn what_is_printed_is_read_back(mut concepts in proptest::collection::vec(0i32..i32::MAX, 0..300)) {
        concepts.sort_unstable();
        let postings = Postings::of(&concepts);
        prop_assert_eq!(Postings::parse(&postings.print()), Some(postings));
    }

    #[test]
    fn the_rows_of_a_set_of_concepts_are_theirs_and_no_others(
        mut concepts in proptest::collection::vec(0i32..20, 0..300),
        wanted in proptest::collection::btree_set(0i32..20, 0..8),
    ) {
        concepts.sort_unstable();
        let rows = Postings::of(&concepts).rows(|concept| wanted.contains(&concept));
        let read: Vec<usize> = rows.iter().cloned().flatten().collect();
        let theirs: Vec<usize> = (0..concepts.len()).filter(|row| wanted.contains(&concepts[*row])).collect();
        prop_assert_eq!(read, theirs);
        prop_assert!(rows.windows(2).all(|pair| pair[0].end < pair[1].start), "ranges that meet are one");
    }
}

#[test]
fn text_that_is_none_of_ours_is_refused() {
    for text in [
        "1",
        "x!",
        "1 2 3",
        "zzzzzzzzzzzzzzz 1",
        "1 zzzzzzzzzzzzz 1 zzzzzzzzzzzzz",
    ] {
        assert_eq!(Postings::parse(text), None, "{text}");
    }
}
