//! A CDM of a few rows, a place for snapshots, and a bronze in memory.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use hygie_omop::{Error, Forgotten, Import, Keep, KeepRows, Pseudonyms, Report};
use hygie_snapshot::{Opposed, Pseudonym, Signer, Snapshot, Snapshots};

/// A pseudonym that tests can read: the first 16 characters.
pub fn name(text: &str) -> Pseudonym {
    let mut name = [b'.'; 16];
    for (to, from) in name.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    name
}

pub struct Names;

impl Pseudonyms for Names {
    fn person(&self, text: &str) -> Pseudonym {
        name(text)
    }
}

/// Table, whose, the row, why it was refused.
pub type Raw = (String, Option<Pseudonym>, String, Option<String>);

/// A bronze in memory.
#[derive(Default)]
pub struct Kept(Mutex<Vec<Raw>>);

impl Kept {
    pub fn rows(&self) -> Vec<Raw> {
        self.0.lock().unwrap().clone()
    }
}

impl Keep for Kept {
    fn file(&self, table: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(Part(self, table.to_owned())))
    }

    fn forget(&self, persons: &HashSet<Pseudonym>) -> Result<Forgotten, String> {
        let mut rows = self.0.lock().unwrap();
        rows.retain(|row| !row.1.is_some_and(|person| persons.contains(&person)));
        Ok(Forgotten::default())
    }
}

struct Part<'a>(&'a Kept, String);

impl KeepRows for Part<'_> {
    fn row(
        &mut self,
        person: Option<Pseudonym>,
        raw: &[u8],
        reason: Option<&str>,
    ) -> Result<(), String> {
        let raw = String::from_utf8_lossy(raw).into_owned();
        let row = (self.1.clone(), person, raw, reason.map(str::to_owned));
        self.0.0.lock().unwrap().push(row);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Ok(())
    }
}

pub struct World {
    dir: tempfile::TempDir,
    pub kept: Kept,
    pub budget: u64,
    pub threads: usize,
}

impl World {
    /// The CDM of [`TABLES`].
    pub fn new() -> World {
        let world = World::empty();
        for (table, text) in TABLES {
            world.write(&format!("{}.csv", table.to_uppercase()), text);
        }
        world
    }

    pub fn empty() -> World {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("cdm")).unwrap();
        World {
            dir,
            kept: Kept::default(),
            budget: 64 << 20,
            threads: 2,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path("cdm").join(file), text).unwrap();
    }

    pub fn import_from(&self, from: &Path, opposed: &Opposed) -> Result<Report, Error> {
        Import {
            from,
            into: &self.path("snapshots"),
            source: Some("here"),
            buckets: Some(3),
            pseudonyms: &Names,
            keep: &self.kept,
            opposed,
            signer: &signer(),
            now_s: 1_700_000_000,
            budget: self.budget,
            threads: self.threads,
            spill: &self.path("spill"),
            spill_key: [9; 32],
            progress: &|_| (),
        }
        .run()
    }

    pub fn import(&self, opposed: &[&str]) -> Result<Report, Error> {
        let opposed = Opposed::new(1, opposed.iter().map(|text| name(text)));
        self.import_from(&self.path("cdm"), &opposed)
    }

    pub fn snapshot(&self) -> Snapshot {
        let verifier = signer().verifier().clone();
        Snapshots::new(&self.path("snapshots"), verifier)
            .latest()
            .unwrap()
    }
}

pub fn signer() -> Signer {
    Signer::from_seed("hygie/snapshots", &[7; 32]).unwrap()
}

/// Persons 11 (A), 12 (opposed in some tests: B) and 13 (without a name of his own).
pub const TABLES: &[(&str, &str)] = &[
    (
        "person",
        "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,location_id,provider_id,person_source_value\n\
         11,8507,1970,0,0,5,70,A\n12,8532,1980,0,0,5,,B\n13,8532,1990,0,0,6,,\n14,8532,1990,0,0,6,,A\n",
    ),
    (
        "location",
        "location_id,address_1,city\n5,CANARY street,Lyon\n6,,\"a \"\"city\"\", far\"\n",
    ),
    (
        "care_site",
        "care_site_id,care_site_name,location_id\n900,Here,5\n",
    ),
    (
        "provider",
        "provider_id,provider_name,specialty_concept_id,care_site_id\n70,CANARY doctor,38004446,900\n",
    ),
    (
        "observation_period",
        "observation_period_id,person_id,observation_period_start_date,observation_period_end_date,period_type_concept_id\n\
         1,11,2020-01-01,2022-12-31,32810\n2,12,2020-01-01,2022-12-31,32810\n",
    ),
    (
        "visit_occurrence",
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,provider_id,preceding_visit_occurrence_id\n\
         5000000001,11,9201,2021-02-01,2021-02-03,32810,70,5000000002\n\
         5000000002,11,9202,2021-01-01,2021-01-01,32810,71,\n\
         5000000003,12,9202,2021-01-01,2021-01-01,32810,,\n\
         5000000002,13,9202,2021-01-01,2021-01-01,32810,,\n\
         5000000004,99,9202,2021-01-01,2021-01-01,32810,,\n",
    ),
    (
        "visit_detail",
        "visit_detail_id;person_id;visit_detail_concept_id;visit_detail_start_date;visit_detail_end_date;visit_detail_type_concept_id;visit_occurrence_id\n\
         1;11;9201;2021-02-01;2021-02-02;32810;5000000001\n2;13;9201;2021-02-01;2021-02-02;32810;5000000001\n",
    ),
    (
        "condition_occurrence",
        "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_start_datetime,condition_end_date,condition_type_concept_id,visit_occurrence_id,condition_source_value,colour\n\
         1,11,201826,2021-02-01,2021-02-01T10:30,,32810,5000000001,E11,red\n\
         2,13,201826,31/02/2021,,,32810,,E11,red\n\
         3,13,201826,2021-03-01,,2021-03-02,32810,5000000001,E11,\n",
    ),
    (
        "drug_exposure",
        "drug_exposure_id\tperson_id\tdrug_concept_id\tdrug_exposure_start_date\tdrug_exposure_end_date\tdrug_type_concept_id\tquantity\n\
         1\t11\t1503297\t20210201\t20210228\t32810\t1.5\n2\t13\t1503297\t20210201\t20210228\t32810\t\n3\t11\t1503297\t20210301\t20210328\t32810\t1\n",
    ),
    (
        "measurement",
        "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_type_concept_id,value_as_number,measurement_event_id,meas_event_field_concept_id\n\
         1,11,3004410,2021-02-01,32810,6.5,1,1147127\n2,11,3004410,2021-02-02,32810,,1,999\n",
    ),
    (
        "cost",
        "cost_id,cost_event_id,cost_domain_id,cost_type_concept_id,currency_concept_id,total_charge,paid_by_payer,paid_by_patient\n\
         1,1,Drug,32810,44818568,20.5,13.25,\n2,2,Drug,32810,44818568,7,5,2\n3,3,Drug,32810,44818568,7,5,\n4,3,Drug,32810,44818568,1,,\n\
         5,5000000003,Visit,32810,44818568,1,,\n6,77,Drug,32810,44818568,1,,\n",
    ),
    (
        "fact_relationship",
        "domain_concept_id_1,fact_id_1,domain_concept_id_2,fact_id_2,relationship_concept_id\n\
         19,1,13,1,44818762\n56,11,56,13,4248584\n56,11,56,12,4248584\n",
    ),
    (
        "episode",
        "episode_id,person_id,episode_concept_id,episode_start_date,episode_object_concept_id,episode_type_concept_id\n4,11,32533,2021-02-01,0,32810\n",
    ),
    (
        "episode_event",
        "episode_id,event_id,episode_event_field_concept_id\n4,1,1147127\n4,1,999\n",
    ),
    (
        "note",
        "note_id,person_id,note_date,note_type_concept_id,note_class_concept_id,note_text,encoding_concept_id,language_concept_id\n\
         1,11,2021-02-01,32810,0,CANARY was seen,0,0\n",
    ),
    (
        "death",
        "person_id,death_date,death_type_concept_id\n13,2022-01-01,32815\n",
    ),
    (
        "cohort",
        "cohort_definition_id,subject_id,cohort_start_date,cohort_end_date\n3,11,2021-01-01,2021-12-31\n3,12,2021-01-01,2021-12-31\n",
    ),
    (
        "concept",
        "concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,valid_start_date,valid_end_date,invalid_reason\n\
         201826,Type 2 diabetes mellitus,Condition,SNOMED,Disorder,S,44054006,1970-01-01,2099-12-31,\n\
         1147127,condition_occurrence.condition_occurrence_id,Metadata,CDM,Field,S,condition_occurrence.condition_occurrence_id,1970-01-01,2099-12-31,\n",
    ),
];
