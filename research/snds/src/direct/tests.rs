//! Covered: somebody who opposes, told and written; amounts that stand at several items, or at none; parts of a stay that
//! outlast it; persons out of order, taken.
//! Not a failure: what is told twice, where it is no claim and no diagnosis.

use hygie_snapshot::{Order, Scan, Snapshot, Snapshots};

use super::*;
use crate::vocabulary::Sources;

const KEY: &str = "nobody's";

/// Two persons of one bucket, of whom the first may oppose.
struct Two {
    labs: [Code; 2],
    illness: Code,
}

fn name(first: u8) -> Pseudonym {
    let mut name = [0; 16];
    name[15] = first;
    name
}

impl Tell for Two {
    fn tell(&self, _: u32, to: &mut Told<'_>) {
        for person in [1, 2] {
            let about = About {
                birth_year: 1950,
                birth_month: 5,
                sex: 2,
                department: *b"075",
                death: None,
            };
            if !to.person(&name(person), &about) {
                continue;
            }
            let claim = Claim {
                start: 19_000,
                end: 19_000,
                provider: 7,
                speciality: 12,
                charged: 1_200,
                paid: 700,
            };
            let item = |code| Item {
                code,
                activity: 0,
                quantity: 1,
            };
            to.claim(&claim, &self.labs.map(item));
            to.stay(&Stay {
                start: 19_010,
                end: 19_012,
                site: 9,
                group: "05M092",
                diagnoses: &[Diagnosis::Principal(self.illness)],
                acts: &[],
                units: &[1, 40],
            });
        }
    }
}

fn made(opposed: &Opposed) -> (tempfile::TempDir, Made, Snapshot) {
    let folder = tempfile::tempdir().expect("made");
    let signer = Signer::from_seed("test", &[1; 32]).expect("a key");
    let mut vocabulary = Vocabulary::load(Sources::default(), &[]).expect("empty");
    // Without zeros in front 126 would stand after 1104.
    let mut lab = |text| code(&mut vocabulary, System::Nabm, text).expect("a code");
    let labs = [lab("1104"), lab("126")];
    let illness = code(&mut vocabulary, System::Icd10, "I50.0").expect("a code");
    let made = Direct {
        into: folder.path(),
        buckets: 1,
        threads: 1,
        departments: &BTreeSet::from([*b"075"]),
        last_flow: 19_100,
        opposed,
        vocabulary,
        made_of: "a test",
        signer: &signer,
        now_s: 1_700_000_000,
        progress: &|_, _| {},
    }
    .run(&Two { labs, illness })
    .expect("made");
    let snapshots = Snapshots::new(folder.path(), signer.verifier().clone());
    let snapshot = snapshots.latest().expect("there");
    (folder, made, snapshot)
}

/// The columns of a table, in order of persons.
fn read(
    snapshot: &Snapshot,
    opposed: &Opposed,
    table: &str,
    columns: &[&str],
) -> hygie_snapshot::Table {
    let scan = Scan::new(snapshot, opposed).expect("of this key");
    let files = scan.files(table, Order::ByPerson).expect("a table");
    // All that is told is of one year; a file of none stands beside it.
    let file = files.iter().max_by_key(|file| file.rows).expect("a file");
    scan.read(file, columns).expect("read").table
}

#[test]
fn who_opposes_is_told_and_written() {
    let opposed = Opposed::new(3, [name(1)]).under(KEY);
    let (_folder, made, snapshot) = made(&opposed);
    assert_eq!((made.persons, made.lines), (1, 1));
    assert_eq!(snapshot.manifest().opposed_list, 3);
    let persons = read(&snapshot, &opposed, "person", &["person_id", "pseudonym"]);
    let expected = hygie_snapshot::Values::Pseudonym(vec![name(2)]);
    assert_eq!(persons.column("pseudonym"), Some(&expected));
    // The bytes do not hold him either.
    let path = snapshot.path(
        &snapshot
            .manifest()
            .table("person", Order::ByPerson)
            .expect("there")
            .files[0],
    );
    let bytes = std::fs::read(path).expect("read");
    assert!(!bytes.windows(16).any(|window| window == name(1)));
}

#[test]
fn amounts_stand_at_several_items_or_parts_outlast_their_stay() {
    let nobody = Opposed::new(1, []).under(KEY);
    let (_folder, made, snapshot) = made(&nobody);
    assert_eq!((made.persons, made.lines), (2, 2));
    let labs = read(
        &snapshot,
        &nobody,
        "measurement",
        &["measurement_concept_id", "paid_by_payer"],
    );
    let Some(hygie_snapshot::Values::Number(paid)) = labs.column("paid_by_payer") else {
        panic!("amounts are numbers")
    };
    let with: Vec<i32> = labs
        .column("measurement_concept_id")
        .and_then(hygie_snapshot::Values::ints)
        .expect("concepts")
        .iter()
        .zip(paid)
        .filter(|(_, paid)| !paid.is_nan())
        .map(|(concept, _)| *concept)
        .collect();
    assert_eq!(paid.iter().filter(|paid| **paid == 7.0).count(), 2);
    // Of each person's line it is the same act, the one of the least code: 0126.
    assert_eq!((with.len(), with[0]), (2, with[1]));
    let parts = read(
        &snapshot,
        &nobody,
        "visit_detail",
        &["visit_detail_start_date", "visit_detail_end_date"],
    );
    let ends = parts
        .column("visit_detail_end_date")
        .and_then(hygie_snapshot::Values::ints);
    assert_eq!(ends, Some(&[19_011, 19_012, 19_011, 19_012][..]));
}

#[test]
#[should_panic(expected = "order of their pseudonyms")]
fn persons_out_of_order_are_taken() {
    let nobody = Opposed::new(1, []);
    let mut told = Told::new(0, 1, &nobody);
    let about = About {
        birth_year: 1950,
        birth_month: 5,
        sex: 2,
        department: *b"075",
        death: None,
    };
    told.person(&name(2), &about);
    told.person(&name(1), &about);
}
