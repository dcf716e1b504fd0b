//! Dangers: the insurer's table of a nation lies in memory because some oppose; somebody under the number that another system gave
//! to another; a name of his that is passed over.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;

#[test]
fn of_the_insurers_table_no_more_is_kept_than_who_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first");
    let mut text = "system;ins;BEN_IDT_ANO;BEN_NIR_PSA;BEN_RNG_GEM\n".to_owned();
    for number in 0..1000 {
        text.push_str(&format!("S;{number};A{number};N{number};1\n"));
        text.push_str(&format!("T;{number};B{number};;\n"));
    }
    text.push_str("S;7;;LATER;2\n");
    fs::write(&path, text).unwrap();
    let asked = [("S", "7"), ("T", "8"), ("T", "gone")];
    let asked: BTreeSet<(String, String)> = asked
        .map(|(system, ins)| (system.into(), ins.into()))
        .into();
    let steps = first_steps(&path, &asked).unwrap();
    let kept = steps.0.values().flat_map(HashMap::values);
    assert_eq!(kept.map(Vec::len).sum::<usize>(), 3);
    let names = |system, ins| {
        let steps = steps.of(system, ins).iter();
        steps
            .map(|step| (step.id.as_str(), step.insured.clone()))
            .collect::<Vec<_>>()
    };
    let named = |nir: &str, rank| Some((nir.to_owned(), rank));
    assert_eq!(
        names("S", "7"),
        [("A7", named("N7", 1)), ("", named("LATER", 2))]
    );
    assert_eq!(names("T", "8"), [("B8", None)]);
    for (system, ins) in [("S", "8"), ("T", "7"), ("T", "gone"), ("U", "7")] {
        assert!(steps.of(system, ins).is_empty(), "{system} {ins}");
    }
}
