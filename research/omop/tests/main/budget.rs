//! Budgets and threads: a snapshot that depends on either; an import that takes more than it was given in silence; what a
//! try that was cut off left.

use std::fmt::Write as _;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use hygie_omop::{Error, Import, Progress, Pseudonyms, Report, Step};
use hygie_snapshot::{Manifest, Opposed, Pseudonym};
use proptest::prelude::*;

use super::world::{Kept, Raw, World, signer};

/// Pseudonyms that fall into all buckets alike.
struct Names;

impl Pseudonyms for Names {
    fn person(&self, text: &str) -> Pseudonym {
        name(text)
    }
}

fn name(text: &str) -> Pseudonym {
    let mix =
        |hash: u128, byte| (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_01b3 << 64 | 0x013b);
    let hash = text.bytes().fold(7, mix);
    (hash ^ hash >> 64).to_le_bytes()
}

/// What an import is told to use.
#[derive(Clone, Copy, Debug)]
struct Given {
    budget: u64,
    threads: usize,
    buckets: u32,
}

const PLENTY: Given = Given {
    budget: 1 << 30,
    threads: 1,
    buckets: 8,
};

/// What came of an import.
#[derive(Debug, PartialEq)]
struct Made {
    report: Report,
    manifest: Manifest,
    kept: Vec<Raw>,
}

/// Imports a CDM into a folder of its own; says whether rows waited on disk, too.
fn import(world: &World, into: &str, given: Given) -> Result<(Made, bool), Error> {
    let (spill, kept) = (world.path(&format!("{into}.spill")), Kept::default());
    let spilt = AtomicBool::new(false);
    let report = Import {
        from: &world.path("cdm"),
        into: &world.path(into),
        source: Some("here"),
        buckets: Some(given.buckets),
        pseudonyms: &Names,
        keep: &kept,
        opposed: &Opposed::new(1, [name("B")]),
        signer: &signer(),
        now_s: 1_700_000_000,
        budget: given.budget,
        threads: given.threads,
        spill: &spill,
        spill_key: [9; 32],
        progress: &|_| {
            spilt.fetch_or(spill.exists(), Ordering::Relaxed);
        },
    }
    .run();
    assert!(!spill.exists(), "nothing is left, whatever came of it");
    let report = report?;
    let snapshots = hygie_snapshot::Snapshots::new(&world.path(into), signer().verifier().clone());
    let manifest = snapshots.latest().unwrap().manifest().clone();
    let kept = kept.rows();
    let made = Made {
        report,
        manifest,
        kept,
    };
    Ok((made, spilt.into_inner()))
}

/// Numbers that look drawn, and are the same for the same seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A CDM with rows that share numbers, lead nowhere or to others, can't be read, or are about who opposes.
fn cdm(seed: u64, persons: u64) -> World {
    let (world, mut draw) = (World::empty(), Draw(seed));
    let table = |file: &str, header: &str, rows: u64, row: &mut dyn FnMut(u64) -> String| {
        let mut text = format!("{header}\n");
        for at in 0..rows {
            writeln!(text, "{}", row(at)).unwrap();
        }
        world.write(file, &text);
    };
    let mut day = {
        let mut draw = Draw(seed ^ 1);
        move || {
            format!(
                "20{:02}-{:02}-{:02}",
                10 + draw.below(13),
                1 + draw.below(12),
                1 + draw.below(31)
            )
        }
    };
    table(
        "person.csv",
        "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,location_id,person_source_value",
        persons,
        &mut |at| {
            let who = [
                "B".to_owned(),
                String::new(),
                format!("p{at}"),
                format!("p{}", at * 7),
            ];
            let who = &who[draw.below(4) as usize];
            format!(
                "{},8507,{},0,0,{},{who}",
                at * 5 + draw.below(2),
                1930 + draw.below(90),
                draw.below(9)
            )
        },
    );
    let mut draw = Draw(seed ^ 2);
    table("location.csv", "location_id,city,address_1", 7, &mut |at| {
        format!("{at},city,street {at}")
    });
    table(
        "visit_occurrence.csv",
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,preceding_visit_occurrence_id",
        persons * 6,
        &mut |_| {
            let (start, number) = (day(), draw.below(persons * 12));
            let person = draw.below(persons) * 5 + draw.below(2);
            format!(
                "{number},{person},9201,{start},{start},32810,{}",
                draw.below(persons * 12)
            )
        },
    );
    table(
        "visit_detail.csv",
        "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,visit_detail_type_concept_id,visit_occurrence_id",
        persons * 4,
        &mut |at| {
            let start = day();
            let person = draw.below(persons) * 5 + draw.below(2);
            let visit = draw.below(persons * 12);
            format!("{},{person},9201,{start},{start},32810,{visit}", at << 33)
        },
    );
    table(
        "measurement.csv",
        "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_type_concept_id,value_as_number,visit_occurrence_id,measurement_source_value",
        persons * 20,
        &mut |at| {
            let (day, hour) = (day(), draw.below(24));
            let person = draw.below(persons) * 5 + draw.below(2);
            let concept = draw.below(40);
            let (value, visit) = (draw.below(900), draw.below(persons * 12));
            format!(
                "{at},{person},{concept},{day},{day} {hour:02}:00,32810,{value}.5,{visit},code {concept}"
            )
        },
    );
    table(
        "cost.csv",
        "cost_id,cost_event_id,cost_domain_id,cost_type_concept_id,currency_concept_id,total_charge,paid_by_payer,paid_by_patient",
        persons * 15,
        &mut |at| {
            let domain = ["Measurement", "visit", "Nothing"][draw.below(3) as usize];
            let more = ["", "", "3"][draw.below(3) as usize];
            format!(
                "{at},{},{domain},32810,44818568,{},1.5,{more}",
                draw.below(persons * 18),
                draw.below(90)
            )
        },
    );
    table(
        "fact_relationship.csv",
        "domain_concept_id_1,fact_id_1,domain_concept_id_2,fact_id_2,relationship_concept_id",
        persons * 3,
        &mut |_| {
            format!(
                "21,{},8,{},1",
                draw.below(persons * 20),
                draw.below(persons * 12)
            )
        },
    );
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_budget_and_any_number_of_threads_make_the_same_snapshot(
        seed in any::<u64>(),
        persons in 1u64..40,
        buckets in 1u32..9,
        given in prop::collection::vec((16u32..23, 1usize..6), 3),
    ) {
        let world = cdm(seed, persons);
        let plenty = Given { buckets, ..PLENTY };
        let (expected, spilt) = import(&world, "plenty", plenty).unwrap();
        prop_assert!(!spilt);
        for file in &expected.report.files {
            prop_assert_eq!(file.accounted(), file.rows, "{}", file.name);
        }
        for (at, (bits, threads)) in given.into_iter().enumerate() {
            let given = Given { budget: 1 << bits, threads, buckets };
            match import(&world, &format!("given-{at}"), given) {
                Ok((made, _)) => prop_assert_eq!(&made, &expected),
                Err(Error::Large { .. } | Error::Budget { .. }) => {
                    let half = world.path(&format!("given-{at}/1"));
                    prop_assert!(!half.exists());
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[test]
fn rows_that_memory_does_not_hold_wait_on_disk() {
    let world = cdm(3, 300);
    let (expected, spilt) = import(&world, "plenty", PLENTY).unwrap();
    assert!(!spilt);
    for threads in [1, 3] {
        let into = format!("little-{threads}");
        let little = Given {
            budget: 600 << 10,
            threads,
            ..PLENTY
        };
        let (made, spilt) = import(&world, &into, little).unwrap();
        assert!(spilt, "rows of a table are more than a quarter of that");
        assert_eq!(made, expected);
    }
}

#[test]
fn what_fits_in_no_budget_is_refused_with_what_to_do() {
    let world = cdm(4, 300);
    let refused = |given: Given| import(&world, "refused", given).unwrap_err().to_string();
    let numbers = refused(Given {
        budget: 64 << 10,
        ..PLENTY
    });
    assert!(
        numbers.contains("numbers of") && numbers.contains("twice as much"),
        "{numbers}"
    );
    let bucket = refused(Given {
        budget: 600 << 10,
        buckets: 1,
        ..PLENTY
    });
    assert!(
        bucket.contains("bucket 0 of table `") && bucket.contains("more buckets"),
        "{bucket}"
    );
    let mut text = "concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,concept_code,valid_start_date,valid_end_date\n".to_owned();
    for concept in 0..9000 {
        writeln!(
            text,
            "{concept},a name of {concept},Drug,V,C,{concept},1970-01-01,2099-12-31"
        )
        .unwrap();
    }
    world.write("concept.csv", &text);
    let whole = refused(Given {
        budget: 600 << 10,
        ..PLENTY
    });
    assert!(whole.contains("table `concept`"), "{whole}");
    assert!(!world.path("refused/1").exists());
    import(&world, "refused", PLENTY).unwrap();
    assert!(world.path("refused/1").exists());
}

#[test]
fn what_a_try_that_was_cut_off_left_is_gone_after_the_next() {
    let world = cdm(5, 20);
    for left in ["again/.building-1/person", "again.spill"] {
        fs::create_dir_all(world.path(left)).unwrap();
    }
    fs::write(world.path("again/.building-1/person/left"), "half").unwrap();
    fs::write(world.path("again.spill/rows"), "half").unwrap();
    let (made, _) = import(&world, "again", PLENTY).unwrap();
    assert_eq!(made, import(&world, "once", PLENTY).unwrap().0);
    let listed: Vec<_> = fs::read_dir(world.path("again")).unwrap().collect();
    assert_eq!(
        listed.len(),
        2,
        "the snapshot and the manifests: {listed:?}"
    );
    assert!(!world.path("again/1/person/left").exists());
}

#[test]
fn rows_that_can_wait_nowhere_are_an_error_that_names_the_place() {
    let world = cdm(3, 300);
    fs::write(world.path("little.spill"), "a file, no folder").unwrap();
    let error = Import {
        from: &world.path("cdm"),
        into: &world.path("little"),
        source: Some("here"),
        buckets: Some(8),
        pseudonyms: &Names,
        keep: &Kept::default(),
        opposed: &Opposed::new(1, []),
        signer: &signer(),
        now_s: 0,
        budget: 600 << 10,
        threads: 2,
        spill: &world.path("little.spill"),
        spill_key: [9; 32],
        progress: &|_| (),
    }
    .run()
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("little.spill") && error.contains("free space"),
        "{error}"
    );
    assert!(!world.path("little/1").exists());
}

#[test]
fn what_is_told_of_files_comes_to_all_their_bytes_and_rows() {
    let world = cdm(6, 40);
    let (told, kept) = (Mutex::new([(0, 0, 0); 4]), Kept::default());
    let report = Import {
        from: &world.path("cdm"),
        into: &world.path("told"),
        source: Some("here"),
        buckets: Some(3),
        pseudonyms: &Names,
        keep: &kept,
        opposed: &Opposed::new(1, []),
        signer: &signer(),
        now_s: 0,
        budget: 1 << 26,
        threads: 2,
        spill: &world.path("spill"),
        spill_key: [9; 32],
        progress: &|progress| {
            let mut told = told.lock().unwrap();
            let at = |step| usize::from(step == Step::Reading);
            match progress {
                Progress::Files { step, count, bytes } => told[at(step)] = (count, 0, bytes),
                Progress::Table {
                    step, rows, bytes, ..
                } => {
                    let done = &mut told[2 + at(step)];
                    *done = (done.0 + 1, done.1 + rows, done.2 + bytes);
                }
                Progress::Rows { .. } | Progress::Bucket { .. } => {}
            }
        },
    }
    .run()
    .unwrap();
    let [numbering, reading, numbered, read] = told.into_inner().unwrap();
    assert_eq!((numbering.0, numbering.2), (numbered.0, numbered.2));
    assert_eq!((reading.0, reading.2), (read.0, read.2));
    assert_eq!(read.1, report.rows());
}
