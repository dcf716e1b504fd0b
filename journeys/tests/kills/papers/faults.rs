//! The verifier of documents is verified: it must object to each fault that is planted in what it sees, and to nothing
//! else.
//!
//! Not a fault: an upload or a deletion without an answer that happened, or did not.

use std::collections::BTreeSet;

use super::{Paper, Papers, There};
use crate::harness::chance::Chance;

/// One document that is kept, one whose upload and one whose deletion was not answered, and one that is gone.
fn world() -> (Papers, Vec<There>) {
    let tokens = ["holder", "software"].map(str::to_owned);
    let mut papers = Papers::new("person", tokens, Chance::of(1, 0));
    papers.papers = [(1, true, false), (2, false, false), (3, true, true)]
        .map(|(mark, known, deleting)| Paper {
            mark,
            length: 500 + usize::try_from(mark).unwrap(),
            id: known.then(|| format!("id{mark}")),
            deleting,
        })
        .into();
    papers.gone = BTreeSet::from(["id9".to_owned()]);
    papers.ever = 3;
    let there = papers.papers.iter().map(|paper| There {
        kind: paper.kind(),
        id: format!("id{}", paper.mark),
        text: paper.text(),
    });
    let there = there.collect();
    (papers, there)
}

#[test]
fn a_verifier_of_documents_that_objects_to_what_is_right() {
    for (uploaded, deleted) in [(true, true), (true, false), (false, true), (false, false)] {
        let (mut papers, mut there) = world();
        there.retain(|one| uploaded || one.id != "id2");
        there.retain(|one| !deleted || one.id != "id3");
        // What was open is settled, and holds from now on.
        for _ in 0..2 {
            assert_eq!(papers.objections(there.clone()), Vec::<String>::new());
        }
        assert_eq!(papers.ever, 3 + usize::from(uploaded));
        assert_eq!(papers.gone.contains("id3"), deleted);
        assert_eq!(papers.papers.len(), there.len());
    }
}

#[test]
fn a_verifier_of_documents_that_passes_over_a_fault() {
    type Fault = (&'static str, fn(&mut Vec<There>));
    let faults: &[Fault] = &[
        ("an acknowledged one that is gone", |there| {
            there.remove(0);
        }),
        ("one with another id", |there| there[0].id = "x".to_owned()),
        ("one with another byte", |there| {
            there[0].text.replace_range(300..301, "#");
        }),
        ("half of one", |there| there[0].text.truncate(250)),
        ("half of one that was not answered", |there| {
            there[1].text.truncate(250);
        }),
        ("one that is there twice", |there| {
            let mut twice = there[1].clone();
            twice.id = "id4".to_owned();
            there.push(twice);
        }),
        ("one that was deleted", |there| {
            there[1].id = "id9".to_owned()
        }),
        ("one that nobody sent", |there| {
            there[1].kind = "application/x-paper-7".to_owned();
        }),
    ];
    for (name, plant) in faults {
        let (mut papers, mut there) = world();
        plant(&mut there);
        assert!(!papers.objections(there).is_empty(), "not seen: {name}");
    }
    println!("{} planted faults, each objected to", faults.len());
}
