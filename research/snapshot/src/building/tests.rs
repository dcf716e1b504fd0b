//! Covered: rows that a snapshot loses, changes or gives to another person; a snapshot that can be read before it is
//! whole; a number that is taken twice; files that are not the signed ones; two programs that write into one folder; files that
//! anybody on the machine reads.
//! Not a failure: that rows of one person and day come back in another order than they came.

use hygie_ledger::Signer;
use proptest::prelude::*;

use super::*;
use crate::folder::Snapshots;
use crate::manifest::FORMAT;
use crate::opposed::Opposed;
use crate::scan::Scan;

pub(crate) fn signer() -> Signer {
    Signer::from_seed("hygie/snapshots", &[7; 32]).expect("a name and a seed make a key")
}

pub(crate) fn head(made_at: i64) -> Manifest {
    Manifest {
        format: FORMAT,
        number: 0,
        continues: None,
        made_at,
        schema: "OMOP CDM 5.4".to_owned(),
        buckets: 0,
        pseudonyms: String::new(),
        opposed_list: 0,
        opposed_hash: Opposed::default().hash(),
        sources: Vec::new(),
        rules: Vec::new(),
        tables: Vec::new(),
    }
}

/// Person, day, concept, quantity.
pub(crate) type Line = (i32, i32, i32, f64);

pub(crate) fn drugs(lines: &[Line]) -> Table {
    Table::new()
        .with(
            "person_id",
            Values::Int(lines.iter().map(|line| line.0).collect()),
        )
        .with(
            "drug_exposure_start_date",
            Values::Date(lines.iter().map(|line| line.1).collect()),
        )
        .with(
            "drug_concept_id",
            Values::Int(lines.iter().map(|line| line.2).collect()),
        )
        .with(
            "quantity",
            Values::Number(lines.iter().map(|line| line.3).collect()),
        )
        .with(
            "sig",
            Values::text(lines.iter().map(|line| (line.1 % 2 == 0).then_some("two"))),
        )
}

/// The persons `1..=count` over buckets, with their number as pseudonym.
pub(crate) fn persons(building: &Building, count: i32) {
    let buckets = i32::try_from(building.buckets()).expect("few");
    for bucket in 0..buckets {
        let list: Vec<i32> = (1..=count)
            .filter(|person| person % buckets == bucket)
            .collect();
        let names = list.iter().map(|person| pseudonym(*person)).collect();
        let table = Table::new()
            .with("person_id", Values::Int(list))
            .with("pseudonym", Values::Pseudonym(names));
        building
            .persons("person", bucket.unsigned_abs(), &table)
            .expect("it is written");
    }
}

pub(crate) fn pseudonym(person: i32) -> [u8; 16] {
    let mut name = [0; 16];
    name[..4].copy_from_slice(&person.to_be_bytes());
    name
}

pub(crate) fn lines_of(table: &Table) -> Vec<(i32, i32, i32, String)> {
    let ints = |name: &str| {
        table
            .column(name)
            .and_then(Values::ints)
            .expect("a column")
            .to_vec()
    };
    let (person, date) = (ints("person_id"), ints("drug_exposure_start_date"));
    let concept = ints("drug_concept_id");
    let Some(Values::Number(quantity)) = table.column("quantity") else {
        panic!("quantities are numbers");
    };
    let line = |row: usize| {
        (
            person[row],
            date[row],
            concept[row],
            format!("{:?}", quantity[row]),
        )
    };
    (0..table.rows()).map(line).collect()
}

fn sorted(
    lines: impl IntoIterator<Item = (i32, i32, i32, String)>,
) -> Vec<(i32, i32, i32, String)> {
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn both_orders_hold_each_row_once(
        lines in proptest::collection::vec((1i32..40, 18_000i32..18_400, 0i32..12, prop_oneof![Just(f64::NAN), 0.0..9.0f64]), 0..400),
    ) {
        let dir = tempfile::tempdir().expect("a folder");
        let building = Building::begin(dir.path(), 1, 4).expect("it begins");
        persons(&building, 40);
        for bucket in 0..4 {
            let part: Vec<Line> = lines.iter().copied().filter(|line| line.0 % 4 == bucket).collect();
            building.events("drug_exposure", bucket.unsigned_abs(), &drugs(&part)).expect("it is written");
        }
        building.publish(head(0), &signer()).expect("it is published");

        let snapshot = Snapshots::new(dir.path(), signer().verifier().clone()).latest().expect("it is there");
        snapshot.verify().expect("its files are the signed ones");
        let scan = Scan::new(&snapshot, &Opposed::default()).expect("persons are there");
        let all = sorted(lines.iter().map(|line| (line.0, line.1, line.2, format!("{:?}", line.3))));
        let columns = ["person_id", "drug_exposure_start_date", "drug_concept_id", "quantity"];
        for order in [Order::ByPerson, Order::ByConcept] {
            let mut read = Vec::new();
            for file in scan.files("drug_exposure", order).expect("the table is there") {
                let batch = scan.read(file, &columns).expect("it is read");
                let keys: Vec<_> = lines_of(&batch.table).iter().map(|line| match order {
                    Order::ByPerson => (line.0, line.1, line.2),
                    _ => (line.2, line.0, line.1),
                }).collect();
                prop_assert!(keys.is_sorted());
                read.extend(lines_of(&batch.table));
            }
            prop_assert_eq!(sorted(read), all.clone());
        }
        for wanted in [3, 7] {
            let mut read = Vec::new();
            for file in scan.files("drug_exposure", Order::ByConcept).expect("the table is there") {
                let batch = scan.postings(file, &columns, &|concept| concept % 8 == wanted).expect("it is read");
                read.extend(lines_of(&batch.table));
            }
            prop_assert_eq!(sorted(read), sorted(all.iter().filter(|line| line.2 % 8 == wanted).cloned()));
        }
    }
}

#[test]
fn nothing_can_be_read_before_it_is_whole() {
    let dir = tempfile::tempdir().expect("a folder");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 3);
    assert!(matches!(snapshots.latest(), Err(Error::Absent { .. })));
    drop(building);
    // Killed here: the next try begins anew, and holds nothing of this one.
    let building = Building::begin(dir.path(), 1, 1).expect("it begins again");
    persons(&building, 2);
    building
        .publish(head(0), &signer())
        .expect("it is published");
    assert_eq!(snapshots.numbers().expect("listed"), [1]);
    assert_eq!(
        snapshots.latest().expect("read").manifest().tables[0].rows(),
        2
    );
    assert!(
        matches!(Building::begin(dir.path(), 1, 1), Err(Error::Form { .. })),
        "a number is used once"
    );
}

#[test]
fn two_programs_write_into_one_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    for number in 1..3 {
        let other = Building::begin(dir.path(), number, 1);
        assert!(matches!(other, Err(Error::Busy { .. })));
    }
    persons(&building, 2);
    building.publish(head(0), &signer()).expect("published");
    assert!(Building::begin(dir.path(), 2, 1).is_ok());
}

#[test]
fn anybody_on_the_machine_reads_the_rows_of_a_nation() {
    use std::os::unix::fs::PermissionsExt as _;
    fn open(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("listed") {
            let path = entry.expect("there").path();
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            if mode & 0o007 != 0 {
                found.push(path.clone());
            }
            if path.is_dir() {
                found.extend(open(&path));
            }
        }
        found
    }
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("snapshots");
    let building = Building::begin(&home, 1, 1).expect("it begins");
    persons(&building, 2);
    building.publish(head(0), &signer()).expect("published");
    let opposed = Opposed::new(1, [[1; 16]]);
    opposed.publish(&home, &signer()).expect("published");
    assert_eq!(open(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_file_that_was_exchanged_is_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 3);
    building
        .publish(head(0), &signer())
        .expect("it is published");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    let snapshot = snapshots.latest().expect("read");
    let path = snapshot.path(&snapshot.manifest().tables[0].files[0]);
    let mut bytes = std::fs::read(&path).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    assert!(matches!(snapshot.verify(), Err(Error::Altered { .. })));
}

#[test]
fn a_manifest_that_was_changed_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 3);
    building
        .publish(head(0), &signer())
        .expect("it is published");
    let at = dir.path().join("1/manifest");
    let note = std::fs::read_to_string(&at).expect("read");
    std::fs::write(&at, note.replace("\"made_at\": 0", "\"made_at\": 1")).expect("written");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    assert!(matches!(snapshots.open(1), Err(Error::Unverified { .. })));
}

#[test]
fn a_manifest_of_the_first_form_is_read_and_one_of_a_later_form_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 3);
    let made = building.publish(head(0), &signer()).expect("published");
    let at = dir.path().join("1/manifest");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    let sign = |format: u32| {
        let manifest = Manifest {
            format,
            ..made.clone()
        };
        let note = manifest.sign(&at, &signer()).expect("signed");
        assert!(
            !note.contains("\"year\""),
            "files that are not parted say nothing of it"
        );
        std::fs::write(&at, note).expect("written");
    };
    sign(1);
    let read = snapshots.open(1).expect("read");
    assert_eq!(
        (read.manifest().format, &read.manifest().tables),
        (1, &made.tables)
    );
    sign(FORMAT + 1);
    let error = snapshots
        .open(1)
        .map(|_| ())
        .expect_err("later")
        .to_string();
    assert!(error.contains("newer program"), "{error}");
}

#[test]
fn a_person_in_a_bucket_that_is_not_his_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 4).expect("it begins");
    let refused = building.events("drug_exposure", 1, &drugs(&[(2, 18_000, 1, 1.0)]));
    assert!(matches!(refused, Err(Error::Form { .. })));
}
