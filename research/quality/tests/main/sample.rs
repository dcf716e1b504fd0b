//! A snapshot of 120 persons over two years in which nothing is wrong, to plant faults into.

use std::collections::BTreeMap;
use std::path::Path;

use hygie_ledger::Signer;
use hygie_quality::{Report, Thresholds, examine};
use hygie_snapshot::{Building, Manifest, Opposed, Scan, Snapshot, Snapshots, Table, Values};

/// The first local concept.
pub const LOCAL: i64 = 2_000_000_000;
/// Local concepts: a drug, hypertension, cancer of the prostate, a birth, an act, an analysis, a device, a drug that no
/// nomenclature lists.
pub const DRUG: i64 = LOCAL + 1;
pub const PRESSURE: i64 = LOCAL + 2;
pub const PROSTATE: i64 = LOCAL + 3;
pub const BIRTH: i64 = LOCAL + 4;
const ACT: i64 = LOCAL + 5;
const ANALYSIS: i64 = LOCAL + 6;
const DEVICE: i64 = LOCAL + 7;
pub const UNLISTED: i64 = LOCAL + 8;

const CONCEPTS: &[(i64, &str, &str, &str, &str)] = &[
    (
        DRUG,
        "METFORMINE & Cie",
        "Drug",
        "SNDS CIP13",
        "3400999100007",
    ),
    (
        PRESSURE,
        "Hypertension essentielle",
        "Condition",
        "SNDS CIM-10",
        "I10",
    ),
    (
        PROSTATE,
        "Tumeur maligne de la prostate",
        "Condition",
        "SNDS CIM-10",
        "C61",
    ),
    (
        BIRTH,
        "Accouchement unique et spontané",
        "Condition",
        "SNDS CIM-10",
        "O80",
    ),
    (
        ACT,
        "Électrocardiographie",
        "Procedure",
        "SNDS CCAM",
        "DEQP003",
    ),
    (ANALYSIS, "Glycémie", "Measurement", "SNDS NABM", "0552"),
    (DEVICE, "Bandelettes", "Device", "SNDS LPP", "1136894"),
    (
        UNLISTED,
        "3400900000000",
        "Drug",
        "SNDS CIP13",
        "3400900000000",
    ),
];

/// How many persons.
pub const PERSONS: i64 = 120;

/// The kinds of columns, told by their names.
fn values(name: &str, cells: Vec<Option<f64>>) -> Values {
    let ints = || {
        cells
            .iter()
            .map(|cell| cell.map_or(Values::NO_INT, |cell| cell as i32))
            .collect()
    };
    match name {
        "total_charge" | "paid_by_payer" => {
            Values::Number(cells.iter().map(|cell| cell.unwrap_or(f64::NAN)).collect())
        }
        "person_id" => Values::Int(ints()),
        _ if name.ends_with("_date") => Values::Date(ints()),
        _ if name.ends_with("_id") && !name.contains("concept") && name != "location_id" => {
            Values::Long(
                cells
                    .iter()
                    .map(|cell| cell.map_or(Values::NO_LONG, |cell| cell as i64))
                    .collect(),
            )
        }
        _ => Values::Int(ints()),
    }
}

/// Rows of a table; `person_id` first.
#[derive(Clone, Debug)]
pub struct Sheet {
    columns: Vec<&'static str>,
    pub rows: Vec<Vec<Option<f64>>>,
}

impl Sheet {
    pub fn new(columns: &[&'static str]) -> Sheet {
        Sheet {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub fn push(&mut self, row: &[i64]) {
        self.rows
            .push(row.iter().map(|cell| Some(*cell as f64)).collect());
    }

    /// Sets a cell.
    pub fn set(&mut self, row: usize, column: &str, value: impl Into<Option<f64>>) {
        let at = self
            .columns
            .iter()
            .position(|name| *name == column)
            .expect("a column of the sheet");
        self.rows[row][at] = value.into();
    }

    fn table(&self, bucket: i64, buckets: i64) -> Table {
        let here = |row: &&Vec<Option<f64>>| {
            row[0].is_some_and(|person| person as i64 % buckets == bucket)
        };
        let rows: Vec<&Vec<Option<f64>>> = self.rows.iter().filter(here).collect();
        let mut table = Table::new();
        for (at, name) in self.columns.iter().enumerate() {
            table = table.with(name, values(name, rows.iter().map(|row| row[at]).collect()));
        }
        table
    }
}

/// Tables to be made a snapshot of.
#[derive(Clone, Debug)]
pub struct Sample {
    pub sheets: BTreeMap<&'static str, Sheet>,
}

/// Days since 1970-01-01 of a day of 2022 or 2023, by month 1 to 24.
pub fn day(month: i64, date: i64) -> i64 {
    const STARTS: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    18_993 + (month - 1) / 12 * 365 + STARTS[(month as usize - 1) % 12] + date - 1
}

impl Sample {
    /// Nothing is wrong.
    pub fn clean() -> Sample {
        let mut sample = Sample {
            sheets: BTreeMap::new(),
        };
        sample.people();
        sample.events();
        sample
    }

    pub fn sheet(&mut self, table: &'static str) -> &mut Sheet {
        self.sheets.get_mut(table).expect("a table of the sample")
    }

    fn people(&mut self) {
        let mut person = Sheet::new(&[
            "person_id",
            "gender_concept_id",
            "year_of_birth",
            "month_of_birth",
            "location_id",
        ]);
        let mut period = Sheet::new(&[
            "person_id",
            "observation_period_id",
            "observation_period_start_date",
            "observation_period_end_date",
            "period_type_concept_id",
        ]);
        let mut death = Sheet::new(&[
            "person_id",
            "death_date",
            "death_type_concept_id",
            "cause_concept_id",
        ]);
        for number in 1..=PERSONS {
            person.push(&[
                number,
                sex(number),
                1930 + number % 70,
                number % 12 + 1,
                number % 2 + 1,
            ]);
            period.push(&[number, number, day(1, 1), day(24, 31), 32_810]);
        }
        death.push(&[1, day(24, 20), 32_815, PRESSURE]);
        self.sheets.extend([
            ("person", person),
            ("observation_period", period),
            ("death", death),
        ]);
    }

    fn events(&mut self) {
        let mut drug = Sheet::new(&[
            "person_id",
            "drug_exposure_id",
            "drug_concept_id",
            "drug_exposure_start_date",
            "drug_type_concept_id",
            "quantity",
            "total_charge",
            "paid_by_payer",
            "provider_id",
        ]);
        for number in 1..=PERSONS {
            for month in 1..=24 {
                let id = number * 100 + month;
                drug.push(&[number, id, DRUG, day(month, 10), 32_810, 1, 10, 6, 1]);
            }
        }
        self.sheets.insert("drug_exposure", drug);
        self.stays();
        self.others();
    }

    fn stays(&mut self) {
        let mut visit = Sheet::new(&[
            "person_id",
            "visit_occurrence_id",
            "visit_concept_id",
            "visit_start_date",
            "visit_end_date",
            "visit_type_concept_id",
            "provider_id",
            "care_site_id",
        ]);
        let mut detail = Sheet::new(&[
            "person_id",
            "visit_detail_id",
            "visit_detail_concept_id",
            "visit_detail_start_date",
            "visit_detail_end_date",
            "visit_detail_type_concept_id",
            "visit_occurrence_id",
        ]);
        let mut condition = Sheet::new(&[
            "person_id",
            "condition_occurrence_id",
            "condition_concept_id",
            "condition_start_date",
            "condition_type_concept_id",
            "condition_status_concept_id",
            "visit_occurrence_id",
        ]);
        for number in 1..=PERSONS {
            let (from, to) = (day(3, 5), day(3, 9));
            visit.push(&[number, number * 10, 9201, from, to, 32_810, 1, 1]);
            detail.push(&[number, number, 9201, from, to, 32_810, number * 10]);
            let own = if number % 2 == 1 { PROSTATE } else { BIRTH };
            for (place, code) in [PRESSURE, own].into_iter().enumerate() {
                condition.push(&[
                    number,
                    number * 2 + place as i64,
                    code,
                    from,
                    32_810,
                    32_902,
                    number * 10,
                ]);
            }
        }
        self.sheets.extend([
            ("visit_occurrence", visit),
            ("visit_detail", detail),
            ("condition_occurrence", condition),
        ]);
    }

    fn others(&mut self) {
        let mut era = Sheet::new(&[
            "person_id",
            "drug_era_id",
            "drug_concept_id",
            "drug_era_start_date",
            "drug_era_end_date",
            "drug_exposure_count",
        ]);
        let mut procedure = Sheet::new(&[
            "person_id",
            "procedure_occurrence_id",
            "procedure_concept_id",
            "procedure_date",
            "procedure_type_concept_id",
            "quantity",
            "visit_occurrence_id",
        ]);
        let mut measurement = Sheet::new(&[
            "person_id",
            "measurement_id",
            "measurement_concept_id",
            "measurement_date",
            "measurement_type_concept_id",
            "quantity",
        ]);
        let mut device = Sheet::new(&[
            "person_id",
            "device_exposure_id",
            "device_concept_id",
            "device_exposure_start_date",
            "device_type_concept_id",
            "quantity",
        ]);
        for number in 1..=PERSONS {
            era.push(&[number, number, DRUG, day(1, 10), day(24, 31), 24]);
            procedure.push(&[number, number, ACT, day(3, 6), 32_810, 1, number * 10]);
            measurement.push(&[number, number, ANALYSIS, day(5, 2), 32_810, 1]);
            device.push(&[number, number, DEVICE, day(6, 2), 32_810, 2]);
        }
        self.sheets.extend([
            ("drug_era", era),
            ("procedure_occurrence", procedure),
            ("measurement", measurement),
            ("device_exposure", device),
        ]);
    }

    /// As a snapshot of this number.
    pub fn build(&self, home: &Path, number: u64, buckets: u32) -> Snapshot {
        let building = Building::begin(home, number, buckets).expect("it begins");
        self.fill(&building);
        publish(home, number, building)
    }

    pub fn fill(&self, building: &Building) {
        let buckets = building.buckets();
        for bucket in 0..buckets {
            for (name, sheet) in &self.sheets {
                let mut table = sheet.table(bucket.into(), buckets.into());
                if *name == "person" {
                    let ids = table
                        .column("person_id")
                        .and_then(Values::ints)
                        .expect("persons")
                        .to_vec();
                    table = table.with(
                        "pseudonym",
                        Values::Pseudonym(ids.into_iter().map(pseudonym).collect()),
                    );
                }
                let put = if matches!(*name, "person" | "observation_period" | "death" | "cost") {
                    building.persons(name, bucket, &table)
                } else {
                    building.events(name, bucket, &table)
                };
                put.expect("it is written");
            }
        }
        for (table, column) in [("provider", "provider_id"), ("care_site", "care_site_id")] {
            building
                .plain(table, &Table::new().with(column, Values::Int(vec![1, 2])))
                .expect("it is written");
        }
        let location = Table::new()
            .with("location_id", Values::Int(vec![1, 2]))
            .with(
                "location_source_value",
                Values::text([Some("059"), Some("2A <Corse>")]),
            );
        building
            .plain("location", &location)
            .expect("it is written");
        building
            .plain("concept", &concepts())
            .expect("it is written");
    }

    /// What is found in it.
    pub fn report(&self, buckets: u32, threads: usize, opposed: &Opposed) -> Report {
        self.report_by(buckets, threads, opposed, &Thresholds::default())
    }

    /// The same, by these thresholds.
    pub fn report_by(
        &self,
        buckets: u32,
        threads: usize,
        opposed: &Opposed,
        thresholds: &Thresholds,
    ) -> Report {
        let dir = tempfile::tempdir().expect("a folder");
        let snapshot = self.build(dir.path(), 1, buckets);
        let scan = Scan::new(&snapshot, opposed).expect("a scan");
        examine(&scan, threads, thresholds, &|_, _| ()).expect("a report")
    }
}

pub fn publish(home: &Path, number: u64, building: Building) -> Snapshot {
    let signer =
        Signer::from_seed("hygie/snapshots", &[7; 32]).expect("a name and a seed make a key");
    let head = Manifest {
        format: 1,
        number,
        continues: None,
        // 2024-01-15.
        made_at: 1_705_276_800,
        schema: "OMOP CDM 5.4".to_owned(),
        buckets: 0,
        pseudonyms: String::new(),
        opposed_list: 0,
        opposed_hash: String::new(),
        sources: Vec::new(),
        rules: Vec::new(),
        tables: Vec::new(),
    };
    building.publish(head, &signer).expect("it is published");
    Snapshots::new(home, signer.verifier().clone())
        .open(number)
        .expect("it is read")
}

fn sex(person: i64) -> i64 {
    if person % 2 == 1 { 8507 } else { 8532 }
}

pub fn pseudonym(person: i32) -> [u8; 16] {
    let mut name = [0; 16];
    name[..4].copy_from_slice(&person.to_be_bytes());
    name
}

fn concepts() -> Table {
    let text =
        |of: fn(&(i64, &'static str, &'static str, &'static str, &'static str)) -> &'static str| {
            Values::text(CONCEPTS.iter().map(|row| Some(of(row))))
        };
    Table::new()
        .with(
            "concept_id",
            Values::Int(CONCEPTS.iter().map(|row| row.0 as i32).collect()),
        )
        .with("concept_name", text(|row| row.1))
        .with("domain_id", text(|row| row.2))
        .with("vocabulary_id", text(|row| row.3))
        .with("concept_code", text(|row| row.4))
}
