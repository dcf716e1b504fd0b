use std::collections::HashSet;

use hygie_pseudonym::{
    Error, Keys, ProjectKey, Pseudonym, Source, SystemEntropy, project_pseudonym, substitute,
};
use proptest::prelude::*;

use crate::{Counting, of};

fn keys() -> (tempfile::TempDir, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    (folder, keys)
}

#[test]
fn no_two_of_a_million_share_a_pseudonym() {
    let (_folder, keys) = keys();
    let mut seen = HashSet::with_capacity(1_000_000);
    for number in 0..500_000_u32 {
        seen.insert(of(&keys, &format!("{number:017}")));
        let source = format!("{number:017}");
        let source = Source::insured(&source, 1).unwrap();
        seen.insert(keys.pseudonym(&source));
    }
    assert_eq!(seen.len(), 1_000_000);
}

#[test]
fn twins_under_one_insured_person_are_two() {
    let (_folder, keys) = keys();
    let first = keys.pseudonym(&Source::insured("17CHARACTERSOFNIR", 1).unwrap());
    let second = keys.pseudonym(&Source::insured("17CHARACTERSOFNIR", 2).unwrap());
    assert_ne!(first, second);
}

#[test]
fn an_identifier_is_not_taken_for_a_number_and_a_rank() {
    let (_folder, keys) = keys();
    let insured = keys.pseudonym(&Source::insured("A", 1).unwrap());
    for id in ["A1", "A\u{1}", "A", "A\0\0\0\u{1}\u{1}"] {
        assert_ne!(of(&keys, id), insured);
    }
}

#[test]
fn persons_without_an_identifier_do_not_become_one_person() {
    for blank in ["", " ", "  \t "] {
        assert!(matches!(
            Source::beneficiary(blank),
            Err(Error::NoIdentifier)
        ));
        assert!(matches!(
            Source::insured(blank, 1),
            Err(Error::NoIdentifier)
        ));
    }
}

#[test]
fn leading_zeros_count() {
    let (_folder, keys) = keys();
    assert_ne!(of(&keys, "0012"), of(&keys, "12"));
}

#[test]
fn a_second_run_calls_people_the_same() {
    let (folder, first) = keys();
    let said = of(&first, "ABCDEFGHIJKLMNOPQ");
    let epoch = first.epoch();
    drop(first);
    let again = Keys::open(folder.path()).unwrap();
    assert_eq!(of(&again, "ABCDEFGHIJKLMNOPQ"), said);
    assert_eq!(again.epoch(), epoch);
}

#[test]
fn another_installation_calls_them_otherwise() {
    let (_one, first) = keys();
    let folder = tempfile::tempdir().unwrap();
    let second = Keys::create(folder.path(), &SystemEntropy).unwrap();
    assert_ne!(of(&first, "A"), of(&second, "A"));
    assert_ne!(first.epoch().1, second.epoch().1);
}

#[test]
fn a_project_does_not_find_another_projects_persons() {
    let (_folder, keys) = keys();
    let projects = [
        ProjectKey::random(&SystemEntropy),
        ProjectKey::random(&SystemEntropy),
    ];
    let mut seen = HashSet::new();
    for number in 0..1_000 {
        let person = of(&keys, &number.to_string());
        seen.insert(person.bytes());
        for project in &projects {
            seen.insert(project_pseudonym(project, &person).bytes());
        }
    }
    assert_eq!(seen.len(), 3_000);
}

/// Who serves reads computes the same elsewhere: figures from another implementation (Python's `hmac`).
#[test]
fn another_implementation_gives_the_same_figures() {
    let key = ProjectKey::from_bytes(&[7; 32]);
    let said = project_pseudonym(&key, &Pseudonym::from_bytes([1; 16])).bytes();
    assert_eq!(hex(&said), PROJECT_FIGURE);
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::create(folder.path(), &Ones).unwrap();
    assert_eq!(
        hex(&of(&keys, "ABCDEFGHIJKLMNOPQ").bytes()),
        BENEFICIARY_FIGURE
    );
    let insured = keys.pseudonym(&Source::insured("ABCDEFGHIJKLMNOPQ", 2).unwrap());
    assert_eq!(hex(&insured.bytes()), INSURED_FIGURE);
}

struct Ones;

impl hygie_pseudonym::Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const PROJECT_FIGURE: &str = "556659aaa3cb07ec78c53836068fa43c";
const BENEFICIARY_FIGURE: &str = "bde97faa3807cc3b48fe64c8f67ca851";
const INSURED_FIGURE: &str = "a38bfcacb43b7afbe08fce3f79a80874";

#[test]
fn nothing_secret_is_printed() {
    let (_folder, keys) = keys();
    let person = of(&keys, "SECRETSECRETSECRE");
    let project = ProjectKey::from_bytes(&[0xab; 32]);
    let source = Source::beneficiary("SECRETSECRETSECRE").unwrap();
    let shown = format!(
        "{keys:?} {person:?} {project:?} {source:?} {:?}",
        project_pseudonym(&project, &person)
    );
    assert_eq!(
        shown,
        "Keys { epoch: 1, .. } Pseudonym(…) ProjectKey(…) Source(…) ProjectPseudonym(…)"
    );
}

#[test]
fn the_substitute_is_marked_and_keeps_twins_apart() {
    let first = substitute::first_step("255069999912345", 1);
    assert_eq!(first.len(), 17);
    assert!(first.starts_with('S'));
    assert_ne!(first, substitute::first_step("255069999912345", 2));
    assert_eq!(first, substitute::first_step("255069999912345", 1));
}

proptest! {
    #[test]
    fn different_people_differ(
        one in ("[A-Za-z0-9]{1,17}", 0_u8..9, any::<bool>()),
        other in ("[A-Za-z0-9]{1,17}", 0_u8..9, any::<bool>()),
    ) {
        let (_folder, keys) = keys();
        let say = |(id, rank, known): &(String, u8, bool)| {
            let source = if *known { Source::beneficiary(id) } else { Source::insured(id, *rank) };
            keys.pseudonym(&source.unwrap())
        };
        let same = one.0 == other.0 && one.2 == other.2 && (one.2 || one.1 == other.1);
        prop_assert_eq!(say(&one) == say(&other), same);
    }
}
