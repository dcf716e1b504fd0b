//! Covered: months appended one by one that tell something else than all at once; a number of a person or a concept that
//! becomes another's; a year that is written although nothing new tells of it, or is not although something does; a
//! regularisation that does not find what it undoes; somebody who opposes and stays in a byte; half a month that takes the
//! place of a whole one; a try that was cut off and changes the next.
//! Not a failure: numbers of rows, professionals and places that are others in another order of imports.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use hygie_snapshot::{Pseudonym, Snapshot};

use super::months::{Chance, Files, KEY, LINE, MONTHS, deliveries, month};
use super::natural::{natural, numbers};
use super::*;
use crate::seal::Sealed;
use crate::seal::tests::Plain;

pub(super) fn write(world: &World, files: &Files) {
    for entry in std::fs::read_dir(world.from.path()).expect("listed") {
        std::fs::remove_file(entry.expect("listed").path()).expect("removed");
    }
    for (name, text) in files {
        std::fs::write(world.from.path().join(name), text).expect("written");
    }
}

pub(super) fn whole(files: &Files, opposed: &Opposed) -> World {
    let world = World::new();
    write(&world, files);
    world.run_without(opposed, |_| {}).expect("imported");
    world
}

pub(super) fn all(first: &Files, later: &[Files]) -> Files {
    let mut files = first.clone();
    files.extend(
        later
            .iter()
            .flatten()
            .map(|(name, text)| (name.clone(), text.clone())),
    );
    files
}

pub(super) fn latest(world: &World) -> Snapshot {
    let snapshot = world.snapshots().latest().expect("read");
    snapshot.verify().expect("as it was signed");
    snapshot
}

/// Both tell the same. A code or a place that is told of nobody any more keeps its number: it is compared where `all` are told.
pub(super) fn same(one: &Snapshot, other: &Snapshot, all: bool) {
    let (one, other) = (natural(one), natural(other));
    let nobodys = |table: &str| table.starts_with("concept") || table == "vocabulary";
    for table in one
        .keys()
        .chain(other.keys())
        .filter(|table| all || !nobodys(table))
    {
        let [one, other] = [&one, &other].map(|side| side.get(table).cloned().unwrap_or_default());
        let more: Vec<_> = one
            .iter()
            .filter(|row| !other.contains(row))
            .take(5)
            .collect();
        let less: Vec<_> = other
            .iter()
            .filter(|row| !one.contains(row))
            .take(5)
            .collect();
        assert!(
            one == other,
            "{table}: {} and {} rows, {more:#?} and {less:#?}",
            one.len(),
            other.len()
        );
    }
}

/// Path and inode of every file of a year of care.
fn inodes(snapshot: &Snapshot, year: i32) -> BTreeSet<(String, u64)> {
    let tables = snapshot.manifest().tables.iter();
    let files = tables
        .flat_map(|table| &table.files)
        .filter(|file| file.year == Some(year));
    let inode = |path: &Path| std::fs::metadata(path).expect("there").ino();
    files
        .map(|file| (file.path.clone(), inode(&snapshot.path(file))))
        .collect()
}

#[test]
fn months_appended_one_by_one_tell_what_all_at_once_tell() {
    for seed in 1..5 {
        let (first, later) = deliveries(seed);
        let world = whole(&first, &Opposed::default());
        for (at, files) in later.iter().enumerate() {
            let before = latest(&world);
            let numbers_before = numbers(&before);
            write(&world, files);
            let report = world.append(&Opposed::default()).expect("appended");
            let after = latest(&world);
            assert_eq!(after.manifest().continues, Some(before.manifest().number));
            for file in &report.files {
                assert_eq!(file.rows, file.accounted(), "{}", file.name);
            }
            let numbers_after = numbers(&after);
            for (name, number) in &numbers_before {
                let now = numbers_after.get(name);
                // Two who were strangers turn out to be persons of the reference.
                let known = name.contains("PSA-10#1") || name.contains("PSA-11#1");
                assert!(now == Some(number) || (known && now.is_none()), "{name}");
            }
            let distinct: BTreeSet<_> = numbers_after
                .iter()
                .map(|(name, number)| (name.split(' ').next(), number))
                .collect();
            assert_eq!(distinct.len(), numbers_after.len());
            let expected = whole(&all(&first, &later[..=at]), &Opposed::default());
            let expected = latest(&expected);
            same(&after, &expected, true);
            let sources = |snapshot: &Snapshot| {
                let list = snapshot.manifest().sources.iter();
                list.map(|source| (source.name.clone(), source.sha256.clone()))
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(sources(&after), sources(&expected));
            assert_eq!(after.manifest().rules, expected.manifest().rules);
            let appended = report.appended.expect("it was continued");
            assert!(appended.linked > 0 && appended.written > 0, "{appended:?}");
            assert!(!appended.years.contains(&2021));
            assert_eq!(inodes(&after, 2021), inodes(&before, 2021));
            assert!(!inodes(&after, 2021).is_empty());
        }
    }
}

#[test]
fn a_regularisation_finds_what_a_year_before_told_and_years_between_stay() {
    let (mut first, _) = deliveries(9);
    let day = "02/11/2022";
    let line = |sign: &str| {
        format!(
            "900;28/11/2022;1;1;1;28/11/2022;01C;900;0;PSA-1;1;1;1950;013;{day};;1199;0;0;0;{sign}1;{sign}10;{sign}7;70;01\n"
        )
    };
    first
        .get_mut("ER_PRS_F_202211.csv")
        .expect("there")
        .push_str(&line(""));
    let world = whole(&first, &Opposed::default());
    let before = latest(&world);
    assert!(
        natural(&before)["procedure_occurrence"]
            .iter()
            .any(|row| row.contains("1199"))
    );
    let mut files = Files::new();
    let back = line("-").replace("28/11/2022", "28/06/2024");
    files.insert(
        "ER_PRS_F_202406.csv".to_owned(),
        format!("{KEY};{LINE}\n{back}"),
    );
    write(&world, &files);
    let report = world.append(&Opposed::default()).expect("appended");
    let after = latest(&world);
    assert!(
        !natural(&after)["procedure_occurrence"]
            .iter()
            .any(|row| row.contains("1199"))
    );
    let appended = report.appended.expect("it was continued");
    assert_eq!(
        (appended.years, appended.units),
        (vec![2022], vec!["claims-202406".to_owned()])
    );
    assert_eq!(inodes(&after, 2023), inodes(&before, 2023));
    let expected = whole(&all(&first, &[files]), &Opposed::default());
    same(&after, &latest(&expected), true);
}

#[test]
fn who_opposes_between_two_months_is_nowhere() {
    let (first, later) = deliveries(5);
    let world = whole(&first, &Opposed::default());
    // One of the reference, one whom only claims name; the name of a stranger of tests is his number.
    let opposed = Opposed::new(3, [name("ANO-2"), name("PSA-12#1")]);
    write(&world, &later[0]);
    let report = world.append(&opposed).expect("appended");
    assert!(report.appended.expect("it was continued").forgotten > 0);
    let expected = whole(&all(&first, &later[..1]), &opposed);
    same(&latest(&world), &latest(&expected), false);
    assert_eq!(told_of(&world, 2, &[name("ANO-2"), name("PSA-12#1")]), None);
    let kept = || {
        for (_, tag, raw) in world.kept.rows() {
            let his = tag == Some(name("ANO-2")) || raw.contains("PSA-2;");
            assert!(!his, "{raw}");
        }
    };
    kept();
    // Nor by what comes later, claims, illnesses and stays, where no reference says who he is.
    let mut month = later[2].clone();
    for table in ["C", "B", "A"] {
        let stays = later[0][&format!("T_MCO23{table}.csv")].clone();
        month.insert(format!("T_MCO24{table}.csv"), stays);
    }
    assert!(month["IR_IMB_R.csv"].contains("PSA-2;") && month["T_MCO24C.csv"].contains("PSA-2;"));
    write(&world, &month);
    world.append(&opposed).expect("appended");
    kept();
    let expected = whole(&all(&first, &[later[0].clone(), month]), &opposed);
    same(&latest(&world), &latest(&expected), false);
    assert!(
        !numbers(&latest(&world))
            .keys()
            .any(|name| name.contains("PSA-2#") || name.contains("ANO-2."))
    );
}

#[test]
fn who_withdraws_is_left_out_until_a_newer_reference_names_him() {
    let (first, later) = deliveries(5);
    let world = whole(&first, &Opposed::new(3, [name("ANO-2")]));
    let nobody = Opposed::new(4, []);
    let erased = |report: &Report| report.appended.as_ref().expect("continued").erased;
    let there = || {
        let numbers = numbers(&latest(&world));
        numbers.keys().any(|name| name.contains("ANO-2."))
    };
    write(&world, &later[0]);
    let report = world.append(&nobody).expect("appended");
    // Nothing says whose the fingerprint is that was kept of him.
    assert!(report.removed(Rule::Opposed) > 0 && !there());
    assert_eq!(erased(&report), 1);
    write(&world, &later[1]);
    let report = world.append(&nobody).expect("appended");
    assert_eq!((erased(&report), there()), (0, true));
}

/// A file of a snapshot, or of what is kept, in which one of these persons stands.
pub(super) fn told_of(world: &World, snapshot: u64, persons: &[Pseudonym]) -> Option<PathBuf> {
    let mut stack = vec![
        world.into.path().join(snapshot.to_string()),
        world.units.clone(),
    ];
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("listed");
            stack.extend(entries.map(|entry| entry.expect("listed").path()));
            continue;
        }
        let mut bytes = std::fs::read(&path).expect("read");
        if path.starts_with(&world.units) {
            // As whoever has the key reads them.
            bytes = unsealed(&path);
        }
        for name in persons {
            let listed = format!("{name:?}").replace(' ', "");
            let found = bytes.windows(16).any(|part| part == name)
                || String::from_utf8_lossy(&bytes).contains(&listed);
            if found {
                return Some(path);
            }
        }
    }
    None
}

/// Whatever a sealed file of tests says, without its seal.
fn unsealed(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("read");
    let (mask, rest) = bytes.split_at(64);
    // Pieces begin anywhere: each place of the mask is tried.
    let at = |shift: usize| {
        let mask = mask.iter().cycle().skip(shift);
        rest.iter()
            .zip(mask)
            .map(|(byte, key)| byte ^ key)
            .collect::<Vec<u8>>()
    };
    (0..64).flat_map(at).collect()
}

#[test]
fn a_month_that_is_there_is_not_read_and_another_of_its_name_takes_its_place() {
    let (first, later) = deliveries(6);
    let world = whole(&first, &Opposed::default());
    write(&world, &later[0]);
    world.append(&Opposed::default()).expect("appended");
    let report = world.append(&Opposed::default()).expect("looked at");
    assert!(report.appended.is_some_and(|appended| appended.nothing));
    assert_eq!(world.snapshots().numbers().expect("listed"), [1, 2]);
    // Other words under the names of the second month.
    let mut other = Files::new();
    month(&mut Chance(77), MONTHS[1], &mut Vec::new(), &mut other);
    write(&world, &other);
    let report = world.append(&Opposed::default()).expect("replaced");
    assert_eq!(
        report.appended.expect("it was continued").units,
        ["claims-202212"]
    );
    let files = all(&all(&first, &later[..1]), &[other.clone()]);
    same(
        &latest(&world),
        &latest(&whole(&files, &Opposed::default())),
        false,
    );
    // Half of it is refused.
    other.remove("ER_PRS_F_202212.csv");
    other.insert(
        "ER_PHA_F_202212.csv".to_owned(),
        format!("{KEY};PHA_PRS_C13;PHA_ACT_QSN\n"),
    );
    write(&world, &other);
    let error = world
        .append(&Opposed::default())
        .expect_err("half a month")
        .to_string();
    assert!(error.contains("claims-202212 without ER_PRS_F"), "{error}");
}

#[test]
fn another_meaning_of_a_known_code_writes_all_years_anew_and_says_why() {
    let (first, later) = deliveries(4);
    let mut world = whole(&first, &Opposed::default());
    let folder = tempfile::tempdir().expect("a folder");
    let map = |target: u32| {
        let path = folder.path().join(format!("{target}.csv"));
        let vocabulary = crate::vocabulary::System::Nabm.vocabulary_id();
        let text = format!(
            "source_code,source_vocabulary_id,target_concept_id\n0110,{vocabulary},{target}\n"
        );
        std::fs::write(&path, text).expect("written");
        Some(path)
    };
    let all_again = |world: &World, files: &Files| {
        write(world, files);
        let report = world.append(&Opposed::default()).expect("appended");
        let appended = report.appended.expect("it was continued");
        (appended.all.unwrap_or_default(), appended.linked)
    };
    world.map = map(3_000_001);
    let (why, linked) = all_again(&world, &later[0]);
    assert!(
        why.contains("standard concepts were given") && linked == 0,
        "{why}"
    );
    // Nothing is new but what a code means.
    world.map = map(3_000_002);
    let (why, linked) = all_again(&world, &later[0]);
    assert!(
        why.contains("1 codes are other concepts") && linked == 0,
        "{why}"
    );
    let mut expected = World::new();
    expected.map = world.map.clone();
    write(&expected, &all(&first, &later[..1]));
    expected.run(|_| {}).expect("imported");
    same(&latest(&world), &latest(&expected), true);
}

#[test]
fn a_try_that_was_cut_off_changes_nothing() {
    let (first, later) = deliveries(7);
    let hashes = |world: &World| {
        let tables = latest(world).manifest().tables.clone();
        let files = tables.into_iter().flat_map(|table| table.files);
        files
            .map(|file| (file.path, file.sha256))
            .collect::<Vec<_>>()
    };
    let straight = whole(&first, &Opposed::default());
    write(&straight, &later[0]);
    straight.append(&Opposed::default()).expect("appended");
    let wanted = hashes(&straight);

    // A file is cut off.
    let world = whole(&first, &Opposed::default());
    let mut cut = later[0].clone();
    let text = cut.get_mut("T_MCO23B.csv").expect("there");
    text.truncate(text.len() - 5);
    write(&world, &cut);
    world
        .append(&Opposed::default())
        .map(|_| ())
        .expect_err("it is cut off");
    assert_eq!(world.snapshots().numbers().expect("listed"), [1]);
    // Killed between what is kept and the snapshot: the units of both are there, the snapshot is not.
    let aside = tempfile::tempdir().expect("a folder");
    copy(&world.units.join("1"), &aside.path().join("1"));
    write(&world, &later[0]);
    world.append(&Opposed::default()).expect("appended");
    assert!(!world.units.join("1").exists());
    assert_eq!(hashes(&world), wanted);
    std::fs::remove_dir_all(world.into.path().join("2")).expect("removed");
    copy(&aside.path().join("1"), &world.units.join("1"));
    world.append(&Opposed::default()).expect("appended");
    assert_eq!(hashes(&world), wanted);
    // The same, and somebody renews the snapshot meanwhile: what was kept is not of the renewed one.
    std::fs::remove_dir_all(world.into.path().join("2")).expect("removed");
    copy(&aside.path().join("1"), &world.units.join("1"));
    let opposed = Opposed::new(1, [name("ANO-4")]);
    world.renew(&opposed).expect("renewed");
    world.append(&opposed).expect("appended");
    let expected = whole(&all(&first, &later[..1]), &opposed);
    same(&latest(&world), &latest(&expected), false);
    assert_eq!(latest(&world).manifest().number, 3);
}

pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("listed") {
        let path = entry.expect("listed").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
}

#[test]
fn what_can_not_be_continued_is_said() {
    let (first, later) = deliveries(8);
    let world = World::new();
    write(&world, &later[0]);
    assert!(
        world.append(&Opposed::default()).is_err(),
        "there is no snapshot"
    );
    write(&world, &first);
    world
        .run(|import| {
            import.rules.set(Rule::FlowLag, true);
        })
        .expect("imported");
    write(&world, &later[0]);
    let error = world
        .append(&Opposed::default())
        .expect_err("flow-lag")
        .to_string();
    assert!(
        error.contains("flow-lag") && error.contains("snds import"),
        "{error}"
    );
    write(&world, &first);
    world.run(|_| {}).expect("imported");
    let mut moved = later[1].clone();
    let text = moved["IR_BEN_R.csv"].replace("PSA-1;1;ANO-1;", "PSA-1;1;ANO-99;");
    moved.insert("IR_BEN_R.csv".to_owned(), text);
    write(&world, &moved);
    let error = world
        .append(&Opposed::default())
        .expect_err("a number is another's")
        .to_string();
    assert!(error.contains("1 numbers are somebody else's"), "{error}");
    write(&world, &later[0]);
    let error = world
        .append(&Opposed::default().under("another"))
        .expect_err("a key")
        .to_string();
    assert!(error.contains("another key"), "{error}");
    std::fs::remove_dir_all(&world.units).expect("removed");
    let error = world
        .append(&Opposed::default())
        .expect_err("no units")
        .to_string();
    assert!(error.contains("no units were kept"), "{error}");
}

#[test]
fn acts_of_a_version_that_wrote_no_activity_stay_without_it() {
    let (first, later) = deliveries(5);
    let world = whole(&first, &Opposed::default());
    // As that version left it.
    let path = world.units.join("1/kept.state");
    let (_, last) = Sealed::open(&path, &Plain(5))
        .expect("read")
        .expect("there");
    let text = String::from_utf8(last).expect("JSON");
    let other = text.replace("\"activities\":true", "\"activities\":false");
    assert_ne!(other, text);
    let seal = Plain(5).begin("kept").0;
    let (old, new) = [&text, &other]
        .map(|text| seal.seal(u64::MAX, text.as_bytes()))
        .into();
    let mut bytes = std::fs::read(&path).expect("read");
    bytes.truncate(bytes.len() - 8 - old.len());
    bytes.extend_from_slice(&new);
    bytes.extend_from_slice(&(new.len() as u64).to_le_bytes());
    std::fs::write(&path, bytes).expect("written");
    write(&world, &later[0]);
    let report = world.append(&Opposed::default()).expect("appended");
    let appended = report.appended.expect("it was continued");
    let why = appended.all.unwrap_or_default();
    assert!(why.contains("no activity") && appended.linked == 0, "{why}");
}
