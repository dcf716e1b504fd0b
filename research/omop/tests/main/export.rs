//! A CDM imported and exported is the same rows, up to their numbers; and OHDSI's own definition holds it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hygie_omop::{Export, Exported, Form};
use hygie_snapshot::{Opposed, Pseudonym};

use super::world::{World, name};

/// What a project calls a person, readable.
fn called(person: &Pseudonym) -> String {
    String::from_utf8_lossy(person).into_owned()
}

fn export(world: &World, form: Form, out: &str, opposed: &[&str]) -> Exported {
    let opposed = Opposed::new(9, opposed.iter().map(|text| name(text)));
    Export {
        snapshot: &world.snapshot(),
        opposed: &|| Ok(opposed.clone()),
        out: &world.path(out),
        form,
        name: Some(&called),
    }
    .run()
    .unwrap()
}

/// A table: its header and its rows.
type Rows = Vec<HashMap<String, String>>;

fn table(folder: &Path, name: &str) -> Option<Rows> {
    let path = [
        format!("{name}.csv"),
        format!("{}.csv", name.to_uppercase()),
    ]
    .map(|name| folder.join(name))
    .into_iter()
    .find(|path| path.exists())?;
    let mut start = std::fs::read_to_string(&path).unwrap();
    start.truncate(start.find('\n').unwrap());
    let separator = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|separator| start.bytes().filter(|byte| byte == separator).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap())
        .from_path(path)
        .unwrap();
    let rows = reader.deserialize().map(Result::unwrap);
    Some(rows.collect())
}

/// Numbers that lead to rows, each with its table; and what is not there again.
const LEADS: &[(&str, &str)] = &[
    ("visit_occurrence_id", "visit_occurrence"),
    ("preceding_visit_occurrence_id", "visit_occurrence"),
    ("visit_detail_id", "visit_detail"),
    ("preceding_visit_detail_id", "visit_detail"),
    ("parent_visit_detail_id", "visit_detail"),
    ("provider_id", "provider"),
    ("care_site_id", "care_site"),
    ("location_id", "location"),
];
const WITHHELD: &[(&str, &str)] = &[
    ("person", "day_of_birth"),
    ("person", "birth_datetime"),
    ("visit_occurrence", "visit_source_value"),
    ("visit_detail", "visit_detail_source_value"),
    ("drug_exposure", "sig"),
    ("device_exposure", "unique_device_id"),
    ("device_exposure", "production_id"),
    ("specimen", "specimen_source_id"),
    ("payer_plan_period", "family_source_value"),
    ("payer_plan_period", "sponsor_source_value"),
    ("care_site", "care_site_name"),
    ("care_site", "care_site_source_value"),
    ("provider", "provider_name"),
    ("provider", "npi"),
    ("provider", "dea"),
    ("provider", "provider_source_value"),
    ("provider", "year_of_birth"),
    ("location", "address_1"),
    ("location", "address_2"),
    ("location", "city"),
    ("location", "zip"),
    ("location", "location_source_value"),
    ("location", "latitude"),
    ("location", "longitude"),
];

/// A folder's rows as texts that do not depend on numbers: whatever leads to a row is that row's own text.
struct Canon {
    folder: PathBuf,
    persons: HashMap<String, String>,
    rows: HashMap<&'static str, HashMap<String, String>>,
}

impl Canon {
    fn new(folder: &Path) -> Canon {
        let mut canon = Canon {
            folder: folder.to_owned(),
            persons: HashMap::new(),
            rows: HashMap::new(),
        };
        for person in table(folder, "person").unwrap() {
            let source: String = person["person_source_value"].chars().take(16).collect();
            canon.persons.insert(person["person_id"].clone(), source);
        }
        for (_, to) in LEADS {
            let own = format!("{to}_id");
            let rows = table(folder, to).unwrap_or_default();
            let texts = rows
                .iter()
                .map(|row| (row[&own].clone(), canon.text(to, row)));
            let texts = texts.collect();
            canon.rows.insert(to, texts);
        }
        canon
    }

    fn text(&self, table: &str, row: &HashMap<String, String>) -> String {
        let mut fields = BTreeMap::new();
        for (field, value) in row {
            let own = *field == format!("{table}_id") && table != "concept";
            if own || value.is_empty() || WITHHELD.contains(&(table, field.as_str())) {
                continue;
            }
            let led = LEADS.iter().find(|(lead, _)| lead == field);
            let value = if let Some((_, to)) = led {
                let rows = self.rows.get(to);
                rows.map_or(String::new(), |rows| rows[value].clone())
            } else if field == "person_id" {
                self.persons[value].clone()
            } else if field == "person_source_value" {
                value.chars().take(16).collect()
            } else {
                plain(value)
            };
            fields.insert(field.as_str(), value);
        }
        format!("{fields:?}")
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let rows = table(&self.folder, name).unwrap_or_default();
        let mut texts: Vec<String> = rows.iter().map(|row| self.text(name, row)).collect();
        texts.sort();
        texts
    }
}

/// A value, however it is spelt.
fn plain(value: &str) -> String {
    let value = value.strip_suffix(" 00:00:00").unwrap_or(value);
    value
        .parse::<f64>()
        .map_or_else(|_| value.to_owned(), |number| number.to_string())
}

/// Synthea27Nj, unpacked; none, with a line that says so, where it is not there.
fn synthea(test: &str, into: &Path) -> bool {
    let zip = shared("Synthea27Nj_5.4.zip");
    let unpacked = zip.exists()
        && Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .args([zip.as_path(), into])
            .status()
            .is_ok_and(|status| status.success());
    if !unpacked {
        println!("skipped: {test} (needs ../shared/data/omop and python3)");
    }
    unpacked
}

fn shared(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/omop")
        .join(name)
}

#[test]
fn a_cdm_comes_out_as_it_went_in() {
    let world = World::empty();
    let cdm = world.path("cdm");
    if !synthea("a_cdm_comes_out_as_it_went_in", &cdm) {
        return;
    }
    let report = world.import(&[]).unwrap();
    for file in &report.files {
        assert_eq!(file.accounted(), file.rows, "{}", file.name);
        assert_eq!(file.taken, file.rows, "{}: {:?}", file.name, file.rejected);
        assert!(file.loose.is_empty(), "{}: {:?}", file.name, file.loose);
    }
    assert_eq!(report.files.len(), 39);
    let exported = export(&world, Form::Csv, "out", &[]);
    let (before, after) = (Canon::new(&cdm), Canon::new(&world.path("out")));
    for (table, rows) in &exported.tables {
        let (before, after) = (before.texts(table), after.texts(table));
        assert_eq!(after.len() as u64, *rows, "{table}");
        assert!(before == after, "{table} comes out otherwise");
    }
    assert_eq!(exported.tables["measurement"], 10_040);
}

#[test]
fn an_export_can_be_imported_and_is_the_same_again_in_either_form() {
    let world = World::new();
    world.import(&[]).unwrap();
    let first = export(&world, Form::Csv, "csv", &[]);
    let parquet = export(&world, Form::Parquet, "parquet", &[]);
    assert_eq!(first, parquet);
    let before = Canon::new(&world.path("csv"));
    for form in ["csv", "parquet"] {
        let again = World::empty();
        let opposed = Opposed::default();
        let report = again.import_from(&world.path(form), &opposed).unwrap();
        assert_eq!(report.rejected(), 0, "{report:?}");
        let second = export(&again, Form::Csv, "out", &[]);
        assert_eq!(second.tables["cost"], first.tables["cost"]);
        let after = Canon::new(&again.path("out"));
        for table in first.tables.keys().filter(|table| !numbered(table)) {
            assert_eq!(before.texts(table), after.texts(table), "{form}: {table}");
        }
    }
}

/// Tables whose rows hold numbers that only their own fields can tell.
fn numbered(table: &str) -> bool {
    let tables = [
        "cohort",
        "cost",
        "fact_relationship",
        "episode_event",
        "measurement",
    ];
    tables.contains(&table)
}

#[test]
fn who_opposes_is_in_no_file_and_who_is_named_is_named_by_the_project_alone() {
    let world = World::new();
    world.import(&[]).unwrap();
    let exported = export(&world, Form::Csv, "out", &["A"]);
    assert_eq!(exported.hidden, 1);
    let persons = table(&world.path("out"), "person").unwrap();
    let names: Vec<&str> = persons
        .iter()
        .map(|person| person["person_source_value"].as_str())
        .collect();
    assert!(!names.contains(&called(&name("A")).as_str()), "{names:?}");
    assert_eq!(
        exported.tables["cost"], 2,
        "a visit of B and a drug of the third"
    );
    let snapshot = world.snapshot();
    let nameless = Export {
        snapshot: &snapshot,
        opposed: &|| Ok(Opposed::new(9, [])),
        out: &world.path("nameless"),
        form: Form::Csv,
        name: None,
    };
    nameless.run().unwrap();
    let persons = table(&world.path("nameless"), "person").unwrap();
    assert!(
        persons
            .iter()
            .all(|person| person["person_source_value"].is_empty())
    );
    for entry in std::fs::read_dir(world.path("nameless")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("CANARY"));
    }
}

#[test]
fn who_opposes_while_it_is_written_is_in_no_file() {
    let world = World::new();
    world.import(&[]).unwrap();
    // Nobody when it begins; A when it is written; then somebody who takes it back, which needs no third time.
    let lists: [&[&str]; 4] = [&[], &["A"], &["A"], &[]];
    let asked = std::cell::Cell::new(0);
    let exported = Export {
        snapshot: &world.snapshot(),
        opposed: &|| {
            let at = asked.replace(asked.get() + 1);
            let names = lists[at].iter().map(|text| name(text));
            Ok(Opposed::new(9 + at as u64, names))
        },
        out: &world.path("out"),
        form: Form::Csv,
        name: Some(&called),
    }
    .run()
    .unwrap();
    assert_eq!((exported.hidden, asked.get()), (1, 3));
    assert_eq!(exported, export(&world, Form::Csv, "again", &["A"]));
    let theirs = std::fs::read_to_string(world.path("out").join("person.csv")).unwrap();
    assert!(!theirs.contains(&called(&name("A"))));
}

#[test]
fn an_export_overwrites_nothing_and_is_there_whole_or_not_at_all() {
    let world = World::new();
    world.import(&[]).unwrap();
    std::fs::create_dir(world.path("out")).unwrap();
    export(&world, Form::Csv, "out", &[]);
    let snapshot = world.snapshot();
    let again = Export {
        snapshot: &snapshot,
        opposed: &|| Ok(Opposed::new(9, [])),
        out: &world.path("out"),
        form: Form::Csv,
        name: None,
    };
    let error = again.run().unwrap_err().to_string();
    assert!(error.contains("not empty"), "{error}");
    assert_eq!(std::fs::read_dir(world.path("out")).unwrap().count(), 39);
}

#[test]
fn ohdsis_own_definition_holds_an_export() {
    let test = "ohdsis_own_definition_holds_an_export";
    let python =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/python/bin/python");
    let duckdb = Command::new(&python)
        .args(["-c", "import duckdb"])
        .stderr(Stdio::null())
        .status();
    let fields = shared("OMOP_CDMv5.4_Field_Level.csv");
    if !duckdb.is_ok_and(|status| status.success()) || !fields.exists() {
        println!("skipped: {test} (needs ../shared/data/omop, and duckdb, which ./test installs)");
        return;
    }
    for world in [World::new(), World::empty()] {
        let cdm = world.path("cdm");
        if std::fs::read_dir(&cdm).unwrap().next().is_none() && !synthea(test, &cdm) {
            return;
        }
        world.import(&[]).unwrap();
        let exported = export(&world, Form::Csv, "csv", &[]);
        export(&world, Form::Parquet, "parquet", &[]);
        let output = Command::new(&python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/load.py"))
            .args([fields.clone(), world.path("csv"), world.path("parquet")])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        let counts: BTreeMap<String, u64> = serde_json::from_slice(&output.stdout).unwrap();
        for (table, rows) in exported.tables {
            assert_eq!(counts[table], rows, "{table}");
        }
    }
}
