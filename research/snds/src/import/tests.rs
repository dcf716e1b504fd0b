//! Covered: a row whose fate nobody knows; a line that counts twice or under another's name; a rule that removes what it
//! does not name; an import that begins anew what was done, or forgets it; rows of the opposed that stay anywhere.
//! Not a failure: rows that are refused with a reason and kept with it.

mod append;
mod columns;
mod months;
mod natural;
mod refused;
mod renewed;
mod spilled;
mod worked;
mod world;
mod written;

use std::collections::BTreeMap;
use std::sync::Mutex;

use hygie_snapshot::Opposed;

use super::*;
use crate::rules::Rule;
use world::{World, name};

#[test]
fn an_import_that_was_cut_off_finds_what_it_did() {
    let world = World::new();
    worked::files(&world);
    let first = world
        .run(|import| import.progress = &|_| {})
        .expect("imported");
    // Units are those of the snapshot they made: a second import makes a second snapshot, of the same rows.
    let second = world.run(|_| {}).expect("imported again");
    assert_eq!((first.snapshot, second.snapshot), (1, 2));
    assert_eq!(first.tables, second.tables);
    assert_eq!(first.files, second.files);
    let (first, second) = (world.hashes(1), world.hashes(2));
    assert_eq!(first, second, "the same files make the same bytes");
}

#[test]
fn an_error_leaves_no_snapshot_and_the_next_try_does_only_what_is_left() {
    let again = Mutex::new(Vec::new());
    let told = |progress: Progress<'_>| {
        if let Progress::Unit { name, before, .. } = progress {
            again
                .lock()
                .expect("listed")
                .push((name.to_owned(), before));
        }
    };
    let world = World::new();
    worked::files(&world);
    let good = std::fs::read(world.from.path().join("ER_PRS_F_202302.csv")).expect("read");
    std::fs::write(
        world.from.path().join("ER_PRS_F_202302.csv"),
        &good[..good.len() - 30],
    )
    .expect("cut off");
    let error = world
        .run(|_| {})
        .map(|_| ())
        .expect_err("a file is cut off")
        .to_string();
    assert!(
        error.contains("ER_PRS_F_202302.csv") && error.contains("cut off"),
        "{error}"
    );
    assert!(
        world.snapshots().numbers().expect("listed").is_empty(),
        "no half snapshot is ever visible"
    );
    std::fs::write(world.from.path().join("ER_PRS_F_202302.csv"), &good).expect("whole again");
    world
        .run(|import| import.progress = &told)
        .expect("imported");
    let again: BTreeMap<String, bool> = again.into_inner().expect("listed").into_iter().collect();
    // The thread that met the error stopped the others' next units; those that were whole are found again.
    assert!(again["causes"] && !again["claims-202302"], "{again:?}");
}

#[test]
fn a_budget_that_the_reference_fills_is_refused() {
    let world = World::new();
    worked::files(&world);
    let refused = world.run(|import| import.budget = 100);
    let why = refused.expect_err("nothing is left").to_string();
    assert!(why.contains("beneficiaries take"), "{why}");
}

#[test]
fn units_of_another_key_are_made_again() {
    let under = ["one", "two"].map(|key| Opposed::default().under(key));
    let again = Mutex::new(Vec::new());
    let told = |progress: Progress<'_>| {
        if let Progress::Unit { before, .. } = progress {
            again.lock().expect("listed").push(before);
        }
    };
    let world = World::new();
    worked::files(&world);
    let good = std::fs::read(world.from.path().join("T_MCO23D.csv")).expect("read");
    std::fs::write(world.from.path().join("T_MCO23D.csv"), &good[..9]).expect("cut off");
    let cut = world.run_without(&under[0], |import| import.threads = 1);
    cut.map(|_| ()).expect_err("a file is cut off");
    assert!(world.units.join("1/claims-202301.unit").exists());
    std::fs::write(world.from.path().join("T_MCO23D.csv"), &good).expect("whole again");
    let done = world.run_without(&under[1], |import| import.progress = &told);
    done.expect("imported");
    assert!(again.lock().expect("listed").iter().all(|before| !before));
}

#[test]
fn a_file_that_is_there_twice_is_named() {
    let world = World::new();
    worked::files(&world);
    let name = "ER_PRS_F_202301";
    let from = world.from.path();
    std::fs::copy(
        from.join(format!("{name}.csv")),
        from.join(format!("{name}.txt")),
    )
    .expect("copied");
    let error = world
        .run(|_| {})
        .map(|_| ())
        .expect_err("which one is meant")
        .to_string();
    assert!(error.contains("ER_PRS_F 202301 twice"), "{error}");
}

#[test]
fn who_opposes_is_nowhere() {
    let opposed = Opposed::new(3, [name("ANO-1")]);
    let world = World::new();
    worked::files(&world);
    let before = world.run(|_| {}).expect("imported");
    world.kept.clear();
    let after = world.run_without(&opposed, |_| {}).expect("imported");
    assert_eq!(after.opposed, 1);
    assert!(after.removed(Rule::Opposed) > 0);
    assert!(after.tables["drug_exposure"] < before.tables["drug_exposure"]);
    let snapshot = world.snapshots().latest().expect("read");
    assert_eq!(snapshot.manifest().opposed_hash, opposed.hash());
    // How much was told of him is in the crossing's report alone.
    let mut rules = snapshot.manifest().rules.iter();
    assert!(rules.all(|rule| rule.name != Rule::Opposed.name()));
    for file in &after.files {
        let mut sources = snapshot.manifest().sources.iter();
        let source = sources.find(|source| source.name == file.name);
        let his = file.removed.get(&Rule::Opposed).unwrap_or(&0);
        assert_eq!(
            source.expect("named").rows,
            file.rows - his,
            "{}",
            file.name
        );
    }
    for file in snapshot
        .manifest()
        .tables
        .iter()
        .flat_map(|table| &table.files)
    {
        let bytes = std::fs::read(snapshot.path(file)).expect("read");
        assert!(
            !bytes.windows(16).any(|part| part == name("ANO-1")),
            "{}",
            file.path
        );
    }
    for (_, tag, raw) in world.kept.rows() {
        assert_ne!(tag, Some(name("ANO-1")));
        assert!(!raw.contains("PSA-1;"), "{raw}");
    }
    let drugs = world
        .kept
        .rows()
        .iter()
        .filter(|(table, _, _)| table == "ER_PHA_F")
        .count();
    assert!(drugs > 0, "those of the others are kept");
}

#[test]
fn a_folder_without_claims_is_named() {
    let world = World::new();
    let error = world.run(|_| {}).expect_err("nothing is there").to_string();
    assert!(error.contains("IR_BEN_R"), "{error}");
}

#[test]
fn the_published_sample_rows_are_all_accounted_for() {
    let Some(schemas) = world::published() else {
        println!("skipped: ../shared is absent");
        return;
    };
    let world = World::new();
    for (folder, file) in world::SAMPLES {
        let to = file.replace("T_MCOaa", "T_MCO23");
        let from = schemas.join(folder).join(file);
        std::fs::copy(&from, world.from.path().join(to)).expect("copied");
    }
    let report = world.run(|_| {}).expect("imported");
    for file in &report.files {
        assert_eq!(file.rows, file.accounted(), "{}: {file:?}", file.name);
        assert!(file.rows > 0, "{}", file.name);
    }
    let kept: BTreeMap<String, usize> =
        world
            .kept
            .rows()
            .into_iter()
            .fold(BTreeMap::new(), |mut counts, (table, _, _)| {
                *counts.entry(table).or_default() += 1;
                counts
            });
    for file in &report.files {
        assert_eq!(
            kept[&file.table] as u64, file.rows,
            "each row of {} is kept as it came",
            file.name
        );
    }
}
