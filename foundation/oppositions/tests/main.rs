//! The check of the list of oppositions, against whoever gives it.
//!
//! Dangers: a line altered, dropped, doubled, moved or put in, that the reader believes; a list put back to an earlier
//! day; a list signed by another key; a reader that goes on from what it kept to something else; a person whom one
//! word of his too many makes opposed, or one too few free.
//! Not a failure: a list that ends early and is signed so: that nothing follows yet is only the giver's word.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hygie_ledger::{Edge, Signer, Verifier};
use hygie_oppositions::{About, Fault, Line, Opposed, Part, Reader};
use proptest::prelude::*;

fn signer(seed: u8) -> Signer {
    Signer::from_seed("test.example/oppositions", &[seed; 32]).unwrap()
}

fn verifier() -> Verifier {
    signer(1).verifier().clone()
}

fn line(number: u64, person: u8, scope: About, opposed: bool) -> Line {
    Line {
        number,
        at: 1_790_000_000_000 + number,
        system: "urn:oid:1.2.250.1.213.1.4.11".to_owned(),
        ins: format!("16312784770{person:02}"),
        scope,
        opposed,
        receipt: format!("ABCD-EFGH-{number:04}"),
    }
}

/// The part of a list that follows `after`, as it is signed.
fn part(lines: &[Line], after: usize, until: usize, key: &Signer) -> Part {
    let mut edge = Edge::default();
    for line in &lines[..until] {
        edge.push(&line.bytes());
    }
    Part {
        lines: lines[after..until].to_vec(),
        checkpoint: edge.sign(key).unwrap(),
        more: until < lines.len(),
    }
}

fn list(length: u64) -> Vec<Line> {
    (0..length)
        .map(|number| line(number, 1, About::Research, number % 2 == 0))
        .collect()
}

#[test]
fn a_list_is_read_on_part_by_part_and_from_what_was_kept() {
    let (lines, key, verifier) = (list(20), signer(1), verifier());
    let mut reader = Reader::default();
    for (after, until) in [(0, 0), (0, 7), (7, 8), (8, 8), (8, 20)] {
        reader
            .take(&part(&lines, after, until, &key), &verifier)
            .unwrap();
        assert_eq!(reader.next(), until as u64);
        reader = Reader::resume(&reader.keep(), &verifier).unwrap();
    }
    assert!(Reader::resume("{}", &verifier).is_err());
    let other = reader.keep().replacen("\"size\":20", "\"size\":24", 1);
    assert!(Reader::resume(&other, &verifier).is_err());
}

#[test]
fn a_list_put_back_to_an_earlier_day_or_signed_by_another_is_believed() {
    let (lines, verifier) = (list(20), verifier());
    let mut reader = Reader::default();
    reader
        .take(&part(&lines, 0, 10, &signer(1)), &verifier)
        .unwrap();
    let before = reader.clone();
    // The same again, an earlier day, another's signature, and a list that began otherwise.
    let mut other = list(20);
    other[3].opposed = !other[3].opposed;
    for bad in [
        part(&lines, 0, 10, &signer(1)),
        part(&lines, 9, 9, &signer(1)),
        part(&lines, 10, 12, &signer(2)),
        part(&other, 10, 20, &signer(1)),
    ] {
        assert!(reader.take(&bad, &verifier).is_err(), "{bad:?}");
        assert_eq!(reader, before);
    }
    let skipped = reader.take(&part(&lines, 11, 20, &signer(1)), &verifier);
    assert!(matches!(
        skipped,
        Err(Fault::OutOfOrder {
            wanted: 10,
            found: 11
        })
    ));
}

proptest! {
    #[test]
    fn any_slip_in_a_part_is_believed(length in 1_u64..40, at in any::<prop::sample::Index>(), slip in 0..5_u8) {
        let (lines, verifier) = (list(length), verifier());
        let mut bad = part(&lines, 0, lines.len(), &signer(1));
        let place = at.index(bad.lines.len());
        match slip {
            0 => bad.lines[place].opposed = !bad.lines[place].opposed,
            1 => bad.lines[place].ins = "2620875032039".to_owned(),
            2 => { bad.lines.remove(place); }
            3 => { let twice = bad.lines[place].clone(); bad.lines.insert(place, twice); }
            _ => bad.lines[place].scope = About::Project("other".to_owned()),
        }
        let mut reader = Reader::default();
        prop_assert!(reader.take(&bad, &verifier).is_err());
        prop_assert_eq!(reader, Reader::default());
    }

    #[test]
    fn somebody_is_opposed_by_another_word_than_his_last(words in prop::collection::vec((0..3_u8, 0..4_u8, any::<bool>()), 0..40)) {
        let about = |scope| match scope {
            0 => About::Space,
            1 => About::Research,
            2 => About::Project("one".to_owned()),
            _ => About::Project("two".to_owned()),
        };
        let mut opposed = Opposed::default();
        for (number, (person, scope, says)) in (0..).zip(&words) {
            opposed.take(&line(number, *person, about(*scope), *says));
        }
        for person in 0..3 {
            let last = |scope| words.iter().rev().find(|word| (word.0, word.1) == (person, scope)).is_some_and(|word| word.2);
            let any = last(0) || last(1);
            let one = line(0, person, About::Space, true);
            for (project, refuses) in [(None, any), (Some("one"), any || last(2)), (Some("two"), any || last(3)), (Some("three"), any)] {
                prop_assert_eq!(opposed.refuses(&one.system, &one.ins, project), refuses);
            }
        }
    }
}
