//! The snapshot that is made directly is the one that an import makes of the same nation's files, which have all that real
//! files have in the way: regularisations, duplicates, twins, persons who changed their number.
//! Failures covered: a row more, less or otherwise than the importer's, in either order; bytes that depend on threads; a
//! folder that is taken although it holds something; what a try that was cut off left, taken for a snapshot.
//! Not a failure: numbers of professionals and establishments, which an import gives itself; they stand in the same order.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use hygie_people_claims::{Form, Making, NO_KEY, Plan, Signer, snapshot, substitute};
use hygie_snapshot::{Opposed, Order, Scan, Snapshot, Snapshots, Values};
use hygie_snds::vocabulary::{Sources, Vocabulary};
use hygie_snds::{Forgotten, Head, Import, Keep, KeepRows, Pseudonyms, Rules, Seal, Seals};

use crate::main::reading::nation;

const PLAN: Plan = Plan {
    persons: 1_600,
    years: 2,
    first_year: 2022,
    seed: 36,
};
const BUCKETS: u32 = 4;
const NOW: i64 = 1_800_000_000;

fn signer() -> Signer {
    Signer::from_seed("test", &[36; 32]).unwrap()
}

/// The pseudonyms of the invented, as a crossing would have them.
struct Substitute;

impl Pseudonyms for Substitute {
    fn person(&self, first_step: &str) -> [u8; 16] {
        substitute(first_step.as_bytes())
    }

    fn insured(&self, number: &str, rank: u8) -> [u8; 16] {
        substitute(format!("{number}#{rank}").as_bytes())
    }
}

/// Raw rows are no matter here.
struct Nowhere;

impl Keep for Nowhere {
    fn file(&self, _: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(Nowhere))
    }

    fn forget(&self, _: &HashSet<[u8; 16]>) -> Result<Forgotten, String> {
        Ok(Forgotten::default())
    }
}

impl KeepRows for Nowhere {
    fn row(&mut self, _: Option<[u8; 16]>, _: &[u8], _: Option<&str>) -> Result<(), String> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Ok(())
    }
}

/// What is kept for the next month is no matter here either.
struct Unsealed;

impl Seals for Unsealed {
    fn begin(&self, _: &str) -> (Box<dyn Seal>, Head) {
        (Box::new(Unsealed), [0; 64])
    }

    fn open(&self, _: &str, _: &Head) -> Option<Box<dyn Seal>> {
        Some(Box::new(Unsealed))
    }
}

impl Seal for Unsealed {
    fn seal(&self, _: u64, plain: &[u8]) -> Vec<u8> {
        plain.to_vec()
    }

    fn open(&self, _: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        Some(sealed.to_vec())
    }
}

fn imported(files: &Path, into: &Path) -> Snapshot {
    let sources = Sources {
        nomenclatures: Some(files.join("nomenclatures")),
        ..Sources::default()
    };
    let signer = signer();
    let units = into.with_extension("units");
    let opposed = Opposed::new(1, []).under(NO_KEY);
    let report = Import {
        from: files,
        into,
        units: &units,
        seals: &Unsealed,
        rules: Rules::default(),
        budget: 256 << 20,
        threads: 2,
        buckets: Some(BUCKETS),
        pseudonyms: &Substitute,
        keep: &Nowhere,
        opposed: &opposed,
        vocabulary: Vocabulary::load(sources, &[]).unwrap(),
        signer: &signer,
        now_s: NOW,
        progress: &|_| {},
    }
    .run()
    .unwrap();
    assert!(report.netted > 1_000, "{}", report.netted);
    assert_eq!((report.unlisted, report.persons), (0, PLAN.persons));
    open(into)
}

fn direct(out: &Path, threads: usize) -> Snapshot {
    let making = Making {
        threads,
        buckets: Some(BUCKETS),
        signer: &signer(),
        now_s: NOW,
        progress: &|_, _| {},
    };
    let made = snapshot(&PLAN, &making, out).unwrap();
    assert_eq!((made.snapshot, made.persons), (1, PLAN.persons));
    open(out)
}

fn open(folder: &Path) -> Snapshot {
    let snapshots = Snapshots::new(folder, signer().verifier().clone());
    let snapshot = snapshots.latest().unwrap();
    snapshot.verify().unwrap();
    snapshot
}

/// The hash of each file.
fn files(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let tables = snapshot.manifest().tables.iter();
    let files = tables.flat_map(|table| &table.files);
    files
        .map(|file| (file.path.clone(), file.sha256.clone()))
        .collect()
}

/// Numbers of professionals and establishments as each snapshot has them; nobody is nobody in both.
type Numbers = BTreeMap<i32, i32>;

/// Nothing is as good as nothing: it is no number that equals itself.
fn equal(one: &Values, other: &Values) -> bool {
    match (one, other) {
        (Values::Number(one), Values::Number(other)) => {
            let bits = |list: &[f64]| list.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            bits(one) == bits(other)
        }
        _ => one == other,
    }
}

/// Compares a file column by column.
fn same(path: &str, scans: [&Scan<'_>; 2], numbers: &mut [Numbers; 2]) {
    let (table, rest) = path.split_once('/').unwrap();
    let order = if rest.starts_with("by_person") {
        Order::ByPerson
    } else {
        Order::Plain
    };
    let read = |scan: &Scan<'_>| {
        let file = scan.files(table, order).unwrap();
        let file = file.iter().find(|file| file.path == path).unwrap();
        let columns = scan.columns(file).unwrap();
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        scan.read(file, &names).unwrap().table
    };
    let [theirs, ours] = scans.map(read);
    assert_eq!(theirs.rows(), ours.rows(), "{path}");
    for column in theirs.columns() {
        let own = ours.column(&column.name).unwrap();
        let place = match column.name.as_str() {
            "provider_id" => 0,
            "care_site_id" => 1,
            name => {
                assert!(equal(own, &column.values), "{name} of {path}");
                continue;
            }
        };
        for (theirs, own) in column
            .values
            .ints()
            .unwrap()
            .iter()
            .zip(own.ints().unwrap())
        {
            assert_eq!(*theirs == Values::NO_INT, *own == Values::NO_INT, "{path}");
            let known = *numbers[place].entry(*theirs).or_insert(*own);
            assert_eq!(known, *own, "two numbers for one, in {path}");
        }
    }
}

#[test]
fn the_direct_snapshot_is_not_the_one_of_the_files() {
    let files_of = nation(&PLAN, &Form::default());
    let root = tempfile::tempdir().unwrap();
    let imported = imported(files_of.path(), &root.path().join("imported"));
    let direct = direct(&root.path().join("direct"), 2);
    let (theirs, ours) = (files(&imported), files(&direct));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&theirs), names(&ours));

    let nobody = Opposed::new(1, []).under(NO_KEY);
    let scans = [
        Scan::new(&imported, &nobody).unwrap(),
        Scan::new(&direct, &nobody).unwrap(),
    ];
    let mut numbers = [Numbers::new(), Numbers::new()];
    let mut alike = 0;
    for (path, hash) in &theirs {
        if ours[path] == *hash {
            alike += 1;
            continue;
        }
        // Where it comes from is told otherwise; professionals of whom nothing is left are known to the import alone.
        if ["cdm_source/", "provider/"]
            .iter()
            .any(|other| path.starts_with(other))
        {
            continue;
        }
        assert!(!path.contains("by_concept"), "{path} differs");
        same(path, [&scans[0], &scans[1]], &mut numbers);
    }
    // All of the postings, persons and illnesses are alike to the byte.
    assert!(alike > theirs.len() / 2, "{alike} of {}", theirs.len());
    for list in &numbers {
        assert!(list.len() > 20, "{}", list.len());
        assert!(list.values().is_sorted(), "the order differs");
        let different: HashSet<_> = list.values().collect();
        assert_eq!(different.len(), list.len(), "two are one");
    }
    let rows = |snapshot: &Snapshot, table: &str| {
        let order = Order::ByConcept;
        snapshot.manifest().table(table, order).unwrap().rows()
    };
    assert!(rows(&direct, "drug_exposure") > 20_000);
    assert!(rows(&direct, "visit_detail") > 500);
}

#[test]
fn threads_change_the_bytes_of_a_snapshot() {
    let root = tempfile::tempdir().unwrap();
    let one = direct(&root.path().join("one"), 1);
    let three = direct(&root.path().join("three"), 3);
    assert_eq!(one.manifest(), three.manifest());
    let source = &one.manifest().sources[0];
    assert_eq!(
        source.name,
        "invented by hygie-people claims: 1600 persons, 2 years from 2022, seed 36"
    );
    assert!(source.rows > 50_000, "{}", source.rows);
    assert_eq!(one.manifest().pseudonyms, NO_KEY);
}

#[test]
fn a_folder_that_holds_something_is_taken_or_a_half_snapshot_is_seen() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("nation");
    // What a try that was cut off left.
    let left = root.path().join(".nation-making");
    fs::create_dir_all(left.join("1")).unwrap();
    fs::write(left.join("1/manifest"), "half").unwrap();
    direct(&out, 2);
    assert!(!left.exists());
    let names = |folder: &Path| {
        let list = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = list.map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let there = ["1", "manifests", "opposed", "opposed-1", "snapshots.vkey"];
    assert_eq!(names(&out), there);
    let making = Making {
        threads: 1,
        buckets: None,
        signer: &signer(),
        now_s: NOW,
        progress: &|_, _| {},
    };
    let why = snapshot(&PLAN, &making, &out).unwrap_err().to_string();
    assert!(why.contains("holds something"), "{why}");
    assert_eq!(names(&out), there);
    // The list of nobody is one that readers believe.
    let opposed = Opposed::read(&out, signer().verifier()).unwrap();
    assert!(opposed.is_empty());
    assert_eq!(opposed.key(), NO_KEY);
}
