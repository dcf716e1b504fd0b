//! Budgets and threads: a snapshot that depends on either; an import that takes more than it was given in silence; what a
//! try that was cut off left. In files of which many rows are faulty also: a row of somebody who opposes that is kept.

use std::collections::HashSet;
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
    let mut making = Making {
        world: World::empty(),
        draw: Draw(seed),
        persons,
    };
    making.people();
    making.visits();
    making.facts();
    making.world
}

struct Making {
    world: World,
    draw: Draw,
    persons: u64,
}

impl Making {
    fn table(
        &mut self,
        file: &str,
        header: &str,
        rows: u64,
        mut row: impl FnMut(&mut Making, u64) -> String,
    ) {
        let mut text = format!("{header}\n");
        for at in 0..rows {
            let row = row(self, at);
            writeln!(text, "{row}").unwrap();
        }
        self.world.write(file, &text);
    }

    fn below(&mut self, end: u64) -> u64 {
        self.draw.below(end)
    }

    /// A row, or what is left of it where it was cut, or one field more.
    fn faulty(&mut self, mut row: String) -> String {
        match self.below(24) {
            0 => row.push(','),
            1 => {
                let length = row.len() as u64;
                row.truncate(1 + self.below(length) as usize);
            }
            _ => {}
        }
        row
    }

    /// A day, or what is none.
    fn day(&mut self) -> String {
        let (year, month, day) = (10 + self.below(13), 1 + self.below(12), 1 + self.below(31));
        format!("20{year:02}-{month:02}-{day:02}")
    }

    /// The number of somebody, or of nobody.
    fn person(&mut self) -> u64 {
        let persons = self.persons;
        self.below(persons) * 5 + self.below(2)
    }

    /// The number of a visit, or of none.
    fn visit(&mut self) -> u64 {
        let persons = self.persons;
        self.below(persons * 12)
    }

    fn people(&mut self) {
        let header = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,location_id,person_source_value";
        self.table("person.csv", header, self.persons, |making, at| {
            let names = [
                "B".to_owned(),
                String::new(),
                format!("p{at}"),
                format!("p{}", at * 7),
            ];
            let name = &names[making.below(4) as usize];
            let (number, year) = (at * 5 + making.below(2), 1930 + making.below(90));
            let sex = [
                "8507", "8532", "8507", "8532", "8507", "8532", "8507", "sex",
            ][making.below(8) as usize];
            let row = format!("{number},{sex},{year},0,0,{},{name}", making.below(9));
            making.faulty(row)
        });
        let header = "location_id,city,address_1";
        self.table("location.csv", header, 7, |_, at| {
            format!("{at},city,street {at}")
        });
    }

    fn visits(&mut self) {
        let header = "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,preceding_visit_occurrence_id";
        let rows = self.persons * 6;
        self.table("visit_occurrence.csv", header, rows, |making, _| {
            let (visit, person, before) = (making.visit(), making.person(), making.visit());
            let day = making.day();
            making.faulty(format!("{visit},{person},9201,{day},{day},32810,{before}"))
        });
        let header = "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,visit_detail_type_concept_id,visit_occurrence_id";
        let rows = self.persons * 4;
        self.table("visit_detail.csv", header, rows, |making, at| {
            let (day, person, visit) = (making.day(), making.person(), making.visit());
            format!("{},{person},9201,{day},{day},32810,{visit}", at << 33)
        });
    }

    fn facts(&mut self) {
        let header = "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_type_concept_id,value_as_number,visit_occurrence_id,measurement_source_value";
        let (persons, rows) = (self.persons, self.persons * 20);
        self.table("measurement.csv", header, rows, |making, at| {
            let (day, hour) = (making.day(), making.below(24));
            let (person, visit) = (making.person(), making.visit());
            let (concept, value) = (making.below(40), making.below(900));
            making.faulty(format!(
                "{at},{person},{concept},{day},{day} {hour:02}:00,32810,{value}.5,{visit},code {concept}"
            ))
        });
        let header = "cost_id,cost_event_id,cost_domain_id,cost_type_concept_id,currency_concept_id,total_charge,paid_by_payer,paid_by_patient";
        self.table("cost.csv", header, persons * 15, |making, at| {
            let domain = ["Measurement", "visit", "Nothing"][making.below(3) as usize];
            let more = ["", "", "3"][making.below(3) as usize];
            let (event, charge) = (making.below(persons * 18), making.below(90));
            format!("{at},{event},{domain},32810,44818568,{charge},1.5,{more}")
        });
        let header =
            "domain_concept_id_1,fact_id_1,domain_concept_id_2,fact_id_2,relationship_concept_id";
        self.table("fact_relationship.csv", header, persons * 3, |making, _| {
            let (fact, visit) = (making.below(persons * 20), making.visit());
            format!("21,{fact},8,{visit},1")
        });
    }
}

/// How many columns a table's file has.
fn columns(world: &World, table: &str) -> usize {
    let text = fs::read_to_string(world.path(&format!("cdm/{table}.csv"))).unwrap();
    text.lines().next().unwrap().split(',').count()
}

/// A field of a row, unless it may be cut.
fn believed(row: &str, columns: usize, place: usize) -> Option<&str> {
    let fields: Vec<&str> = row.split(',').collect();
    let whole = fields.len() == columns;
    fields
        .get(place)
        .copied()
        .filter(|_| whole || place + 1 < fields.len())
}

/// The numbers of B, by whatever row of `person` gives one.
fn of_who_opposes(world: &World) -> HashSet<String> {
    let text = fs::read_to_string(world.path("cdm/person.csv")).unwrap();
    let rows = text.lines().filter(|row| believed(row, 7, 6) == Some("B"));
    rows.filter_map(|row| believed(row, 7, 0).map(str::to_owned))
        .collect()
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
        let his = of_who_opposes(&world);
        for (table, tag, raw, _) in &expected.kept {
            prop_assert!(*tag != Some(name("B")));
            let place = usize::from(table != "person");
            let number = believed(raw, columns(&world, table), place);
            let about_nobody = ["location", "cost", "fact_relationship"].contains(&table.as_str());
            prop_assert!(about_nobody || number.is_none_or(|number| !his.contains(number)), "{raw}");
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
    let world = cdm(3, 400);
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
