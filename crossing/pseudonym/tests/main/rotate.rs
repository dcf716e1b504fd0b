use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use hygie_pseudonym::{Error, Keys, ProjectKey, Pseudonym, Source, project_pseudonym};
use proptest::prelude::*;

use crate::{Counting, of};

fn rotate(
    keys: &mut Keys,
    seed: u64,
    persons: &[String],
    carried: &[Pseudonym],
) -> hygie_pseudonym::Rotation {
    keys.rotate(&Counting::new(seed), |list| {
        for person in persons {
            list.person(&Source::beneficiary(person)?);
        }
        for pseudonym in carried {
            list.carry(pseudonym);
        }
        Ok::<(), Error>(())
    })
    .unwrap()
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("P{number:016}")).collect()
}

#[test]
fn histories_stay_whole_across_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let persons = ids(100_000);
    let before: Vec<_> = persons.iter().map(|id| of(&keys, id)).collect();
    let mut rotation = rotate(&mut keys, 2, &persons, &[]);
    assert_eq!(rotation.counts(), (100_000, 0));
    assert_eq!(rotation.epochs(), (1, 2));
    let mut after = HashSet::new();
    let mut order: Vec<usize> = (0..persons.len()).collect();
    order.sort_unstable_by_key(|&at| before[at]);
    for at in order {
        let new = rotation.map(&before[at]).unwrap().unwrap();
        assert_eq!(
            new,
            of(&keys, &persons[at]),
            "claims to come belong to the same history"
        );
        after.insert(new);
    }
    assert_eq!(after.len(), persons.len(), "no two histories became one");
    assert!(before.iter().all(|old| !after.contains(old)));
}

#[test]
fn who_is_in_no_table_any_more_keeps_his_history() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let (gone, here) = (of(&keys, "GONE"), of(&keys, "HERE"));
    let mut rotation = rotate(&mut keys, 2, &["HERE".to_owned()], &[gone, here]);
    assert_eq!(rotation.counts(), (2, 1));
    assert_eq!(rotation.map(&here).unwrap(), Some(of(&keys, "HERE")));
    let carried = rotation.map(&gone).unwrap().unwrap();
    assert_ne!(carried, gone);
    assert_ne!(carried, of(&keys, "GONE"));
    assert_eq!(rotation.map(&Pseudonym::from_bytes([9; 16])).unwrap(), None);
}

#[test]
fn who_is_carried_and_named_again_and_again_is_in_the_list_once_by_his_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let persons = ids(50_000);
    let before: Vec<_> = persons.iter().map(|id| of(&keys, id)).collect();
    // More than there is room for at first, so that the list is settled on the way.
    let named = [&persons[..], &persons[..], &persons[..]].concat();
    let mut rotation = keys
        .rotate(&Counting::new(2), |list| {
            for pseudonym in &before {
                list.carry(pseudonym);
            }
            for person in &named {
                list.person(&Source::beneficiary(person)?);
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    assert_eq!(rotation.counts(), (50_000, 0));
    for at in [0, 25_000, 49_999] {
        let new = rotation.map(&before[at]).unwrap();
        assert_eq!(new, Some(of(&keys, &persons[at])));
    }
}

#[test]
fn a_project_gets_its_own_table() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let project = ProjectKey::from_bytes(&[3; 32]);
    let before = project_pseudonym(&project, &of(&keys, "A"));
    let mut rotation = rotate(&mut keys, 2, &["A".to_owned(), "B".to_owned()], &[]);
    let mut table = HashMap::new();
    let add = |old, new| {
        table.insert(
            project_pseudonym(&project, &old),
            project_pseudonym(&project, &new),
        );
    };
    rotation.each(add).unwrap();
    assert_eq!(table[&before], project_pseudonym(&project, &of(&keys, "A")));
    assert_eq!(table.len(), 2);
}

#[test]
fn a_list_of_nobody_is_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let mut rotation = rotate(&mut keys, 2, &[], &[]);
    assert_eq!(
        rotation.map(&Pseudonym::from_bytes([0xff; 16])).unwrap(),
        None
    );
    assert_eq!(rotation.map(&Pseudonym::from_bytes([0; 16])).unwrap(), None);
}

#[test]
fn a_finished_rotation_leaves_no_old_key_and_no_list() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let old_key = key_of_epoch(folder.path(), 1);
    rotate(&mut keys, 2, &ids(10), &[]);
    assert_eq!(keys.retiring().map(|(epoch, _)| epoch), Some(1));
    let said = of(&keys, "P");
    keys.finish_rotation().unwrap();
    assert_eq!(of(&keys, "P"), said);
    assert_eq!(keys.retiring(), None);
    assert!(matches!(keys.rotation(), Err(Error::NotRotating)));
    assert!(matches!(keys.finish_rotation(), Err(Error::NotRotating)));
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["pseudonym.keys", "pseudonym.lock"]);
    let text = fs::read_to_string(folder.path().join("pseudonym.keys")).unwrap();
    assert!(!text.contains(&old_key));
    assert!(!text.contains("list"));
    drop(keys);
    assert_eq!(of(&Keys::open(folder.path()).unwrap(), "P"), said);
}

#[test]
fn two_rotations_on_each_other_keep_histories_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let mut standing: Vec<_> = ids(50).iter().map(|id| of(&keys, id)).collect();
    for seed in 2..4 {
        let mut rotation = rotate(&mut keys, seed, &ids(50), &[]);
        for person in &mut standing {
            *person = rotation.map(person).unwrap().unwrap();
        }
        keys.finish_rotation().unwrap();
    }
    assert_eq!(keys.epoch().0, 3);
    assert!(
        standing
            .iter()
            .zip(ids(50))
            .all(|(person, id)| *person == of(&keys, &id))
    );
}

#[test]
fn a_rotation_on_an_unfinished_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    rotate(&mut keys, 2, &ids(3), &[]);
    let again = keys.rotate(&Counting::new(3), |_| Ok::<(), Error>(()));
    assert!(matches!(
        again,
        Err(Error::Unfinished { old: 1, current: 2 })
    ));
}

#[test]
fn a_crash_while_the_list_is_made_leaves_the_old_epoch_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let said = of(&keys, "A");
    let cut = keys.rotate(&Counting::new(2), |list| {
        list.person(&Source::beneficiary("A")?);
        Err(Error::NoIdentifier)
    });
    assert!(matches!(cut, Err(Error::NoIdentifier)));
    let coming = key_of_epoch(folder.path(), 2);
    fs::write(folder.path().join("rotation-2.new"), "half a list").unwrap();
    drop(keys);
    let mut keys = Keys::open(folder.path()).unwrap();
    assert_eq!((of(&keys, "A"), keys.epoch().0), (said, 1));
    assert!(matches!(keys.rotation(), Err(Error::NotRotating)));
    let mut rotation = rotate(&mut keys, 77, &["A".to_owned()], &[]);
    assert_eq!(
        key_of_epoch(folder.path(), 2),
        coming,
        "it goes on with the epoch it began"
    );
    assert_eq!(rotation.map(&said).unwrap(), Some(of(&keys, "A")));
}

#[test]
fn a_crash_between_list_and_key_file_leaves_the_old_epoch_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let path = folder.path().join("pseudonym.keys");
    let said = of(&keys, "A");
    let mut begun = Vec::new();
    keys.rotate(&Counting::new(2), |list| {
        begun = fs::read(&path).unwrap();
        list.person(&Source::beneficiary("A")?);
        Ok::<(), Error>(())
    })
    .unwrap();
    let new = of(&keys, "A");
    drop(keys);
    fs::write(&path, &begun).unwrap();
    let mut keys = Keys::open(folder.path()).unwrap();
    assert_eq!((of(&keys, "A"), keys.retiring()), (said, None));
    let mut rotation = rotate(&mut keys, 3, &["A".to_owned()], &[]);
    assert_eq!(rotation.map(&said).unwrap(), Some(new));
}

#[test]
fn a_crash_at_the_end_leaves_a_list_that_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    rotate(&mut keys, 2, &["A".to_owned()], &[]);
    let path = folder.path().join("rotation-2.sealed");
    let list = fs::read(&path).unwrap();
    keys.finish_rotation().unwrap();
    fs::write(&path, list).unwrap();
    drop(keys);
    let mut keys = Keys::open(folder.path()).unwrap();
    assert!(matches!(keys.rotation(), Err(Error::NotRotating)));
    rotate(&mut keys, 3, &["A".to_owned()], &[]);
    assert!(!path.exists());
}

#[test]
fn a_rotation_waits_for_nobody_who_imports() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    keys.rotate(&Counting::new(2), |_| Ok::<(), Error>(()))
        .unwrap();
    keys.finish_rotation().unwrap();
    assert!(matches!(Keys::open(folder.path()), Err(Error::Busy(_))));
    drop(keys);
    let importing = Keys::open(folder.path()).unwrap();
    let mut other = Keys::open(folder.path()).unwrap();
    let refused = other.rotate(&Counting::new(3), |_| Ok::<(), Error>(()));
    assert!(matches!(refused, Err(Error::Busy(_))));
    assert_eq!(importing.epoch().0, 2);
}

fn key_of_epoch(folder: &Path, epoch: u32) -> String {
    let text = fs::read_to_string(folder.join("pseudonym.keys")).unwrap();
    let start = format!("epoch {epoch} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_stands_is_mapped_and_no_two_alike(
        known in prop::collection::hash_set("[a-z]{1,4}", 0..60),
        carried in prop::collection::hash_set(any::<[u8; 16]>(), 0..60),
        seed in any::<u64>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = Keys::create(folder.path(), &Counting::new(seed)).unwrap();
        let known: Vec<String> = known.into_iter().collect();
        let mut standing: Vec<_> = known.iter().map(|id| of(&keys, id)).collect();
        standing.extend(carried.iter().map(|bytes| Pseudonym::from_bytes(*bytes)));
        let mut rotation = rotate(&mut keys, seed ^ 1, &known, &standing);
        let mut new = HashSet::new();
        for old in &standing {
            new.insert(rotation.map(old).unwrap().unwrap());
        }
        prop_assert_eq!(new.len(), standing.len());
        prop_assert_eq!(rotation.counts(), (standing.len() as u64, carried.len() as u64));
    }
}
