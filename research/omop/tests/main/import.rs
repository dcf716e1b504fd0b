//! What an import makes of each row.

use std::collections::BTreeMap;

use hygie_snapshot::{Opposed, Order, Scan, Values};

use super::world::{World, name};

/// A column of the whole table, as whole numbers.
fn longs(world: &World, table: &str, order: Order, column: &str) -> Vec<i64> {
    let snapshot = world.snapshot();
    let scan = Scan::new(&snapshot, &Opposed::new(9, [])).unwrap();
    let mut all = Vec::new();
    for file in scan.files(table, order).unwrap() {
        let batch = scan.read(file, &[column]).unwrap();
        match batch.table.column(column).unwrap() {
            Values::Int(values) | Values::Date(values) => {
                all.extend(values.iter().map(|value| i64::from(*value)));
            }
            Values::Long(values) => all.extend(values),
            other => panic!("{other:?}"),
        }
    }
    all
}

#[test]
fn every_row_is_accounted_for() {
    let world = World::new();
    let report = world.import(&["B"]).unwrap();
    let mut rows = BTreeMap::new();
    for file in &report.files {
        assert_eq!(file.accounted(), file.rows, "{}", file.table);
        let rejected: u64 = file.rejected.values().sum();
        let fates = [
            file.rows,
            file.taken,
            file.opposed,
            file.folded,
            file.withheld,
            rejected,
        ];
        rows.insert(file.table.as_str(), fates);
    }
    let expected = [
        ("person", [4, 2, 1, 0, 0, 1]),
        ("visit_occurrence", [5, 2, 1, 0, 0, 2]),
        ("visit_detail", [2, 1, 0, 0, 0, 1]),
        ("condition_occurrence", [3, 2, 0, 0, 0, 1]),
        ("drug_exposure", [3, 3, 0, 0, 0, 0]),
        ("cost", [6, 3, 1, 1, 0, 1]),
        ("fact_relationship", [3, 1, 1, 0, 0, 1]),
        ("episode_event", [2, 1, 0, 0, 0, 1]),
        ("note", [1, 0, 0, 0, 1, 0]),
        ("cohort", [2, 1, 1, 0, 0, 0]),
    ];
    for (table, fates) in expected {
        assert_eq!(rows[table], fates, "{table}");
    }
    assert_eq!((report.persons, report.opposed), (2, 1));
    let file = |table: &str| {
        report
            .files
            .iter()
            .find(|file| file.table == table)
            .unwrap()
    };
    assert_eq!(file("condition_occurrence").unknown_columns, ["colour"]);
    assert_eq!(file("condition_occurrence").loose["visit_occurrence_id"], 1);
    assert_eq!(file("visit_occurrence").loose["provider_id"], 1);
    assert_eq!(file("measurement").loose["measurement_event_id"], 1);
    assert_eq!(file("provider").names["provider_name"], 1);
    assert!(report.missing.contains(&"drug_strength".to_owned()));
}

#[test]
fn what_is_refused_is_kept_with_its_reason_and_nothing_of_who_opposes() {
    let world = World::new();
    world.import(&["B"]).unwrap();
    let rows = world.kept.rows();
    let refused: Vec<_> = rows.iter().filter(|row| row.3.is_some()).collect();
    assert!(refused.iter().any(|row| row.0 == "condition_occurrence"
        && row.1 == Some(name("omop:here:13"))
        && row.3.as_deref() == Some("line 3: `condition_start_date` is no day")));
    assert!(
        refused
            .iter()
            .any(|row| row.0 == "person" && row.2.starts_with("14,"))
    );
    // Whole, for the snapshot does not hold the name.
    assert!(
        rows.iter()
            .any(|row| row.0 == "provider" && row.2.contains("CANARY doctor"))
    );
    assert!(
        rows.iter()
            .any(|row| row.0 == "note" && row.1 == Some(name("A")))
    );
    let of_b = |row: &&super::world::Raw| row.1 == Some(name("B")) || row.2.contains(",12,");
    assert_eq!(rows.iter().find(of_b), None);
    assert!(!rows.iter().any(|row| row.2.contains("5000000003")));
}

#[test]
fn numbers_are_given_anew_and_lead_where_they_led() {
    let world = World::new();
    world.import(&[]).unwrap();
    let visits = longs(
        &world,
        "visit_occurrence",
        Order::ByPerson,
        "visit_occurrence_id",
    );
    assert!(visits.iter().all(|number| *number < 100), "{visits:?}");
    let preceding = longs(
        &world,
        "visit_occurrence",
        Order::ByPerson,
        "preceding_visit_occurrence_id",
    );
    let led: Vec<&i64> = preceding
        .iter()
        .filter(|number| **number != i64::MIN)
        .collect();
    assert_eq!(led.len(), 1);
    assert!(visits.contains(led[0]));
    let details = longs(
        &world,
        "visit_detail",
        Order::ByPerson,
        "visit_occurrence_id",
    );
    assert!(details.iter().all(|number| visits.contains(number)));
    let persons = longs(&world, "person", Order::ByPerson, "person_id");
    for person in longs(&world, "fact_relationship", Order::ByPerson, "person_id") {
        assert!(persons.contains(&person));
    }
    let conditions = longs(
        &world,
        "condition_occurrence",
        Order::ByPerson,
        "condition_occurrence_id",
    );
    for event in longs(&world, "episode_event", Order::ByPerson, "event_id") {
        assert!(conditions.contains(&event));
    }
    assert_eq!(
        longs(&world, "concept", Order::Plain, "concept_id").len(),
        2
    );
}

#[test]
fn no_name_and_nobody_who_opposes_is_in_the_bytes_of_a_snapshot() {
    let world = World::new();
    world.import(&["B"]).unwrap();
    let snapshot = world.snapshot();
    let scan = Scan::new(&snapshot, &Opposed::new(9, [])).unwrap();
    for table in &snapshot.manifest().tables {
        for file in scan.files(&table.table, table.order).unwrap() {
            let columns = scan.columns(file).unwrap();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let batch = scan.read(file, &columns).unwrap();
            let text = format!("{:?}", batch.table);
            assert!(!text.contains("CANARY"), "{}", table.table);
            assert!(!text.contains(&format!("{:?}", name("B"))));
        }
    }
    // An opposition that comes later hides whatever is about the person, also what names nobody.
    let scan = Scan::new(&snapshot, &Opposed::new(2, [name("A")])).unwrap();
    for table in ["cost", "fact_relationship", "episode_event", "cohort"] {
        for file in scan.files(table, Order::ByPerson).unwrap() {
            let rows = scan.read(file, &["person_id"]).unwrap().table.rows();
            let expected = usize::from(table == "cost" && rows > 0);
            assert_eq!(rows, expected, "{table}");
        }
    }
}

/// A row of each table that names somebody: CANARY in each field that is withheld, and elsewhere what names nobody.
const NAMING: &[(&str, &str)] = &[
    (
        "person.csv",
        "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,race_concept_id,ethnicity_concept_id,location_id,person_source_value\n\
         11,8507,1970,5,17,1970-05-17 03:00,0,0,5,CANARY\n",
    ),
    (
        "location.csv",
        "location_id,address_1,address_2,city,state,zip,county,location_source_value,country_source_value,latitude,longitude\n\
         5,CANARY,CANARY,CANARY,Bretagne,CANARY,Finistère,CANARY 12,FR,CANARY,CANARY\n",
    ),
    (
        "care_site.csv",
        "care_site_id,care_site_name,care_site_source_value,place_of_service_source_value\n900,CANARY,CANARY,ward\n",
    ),
    (
        "provider.csv",
        "provider_id,provider_name,npi,dea,year_of_birth,provider_source_value,specialty_source_value\n70,CANARY,CANARY,CANARY,CANARY,CANARY,surgery\n",
    ),
    (
        "visit_occurrence.csv",
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,visit_source_value,admitted_from_source_value\n\
         1,11,9201,2021-02-01,2021-02-03,32810,CANARY,home\n",
    ),
    (
        "visit_detail.csv",
        "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,visit_detail_type_concept_id,visit_occurrence_id,visit_detail_source_value\n\
         1,11,9201,2021-02-01,2021-02-02,32810,1,CANARY\n",
    ),
    (
        "drug_exposure.csv",
        "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,drug_type_concept_id,sig,lot_number\n\
         1,11,1503297,2021-02-01,2021-02-28,32810,CANARY's mother gives it,L1\n",
    ),
    (
        "device_exposure.csv",
        "device_exposure_id,person_id,device_concept_id,device_exposure_start_date,device_type_concept_id,unique_device_id,production_id,device_source_value\n\
         1,11,4120000,2021-02-01,32810,CANARY,CANARY,pacemaker\n",
    ),
    (
        "specimen.csv",
        "specimen_id,person_id,specimen_concept_id,specimen_type_concept_id,specimen_date,specimen_source_id,specimen_source_value\n\
         1,11,4000000,32810,2021-02-01,CANARY,blood\n",
    ),
    (
        "payer_plan_period.csv",
        "payer_plan_period_id,person_id,payer_plan_period_start_date,payer_plan_period_end_date,payer_source_value,sponsor_source_value,family_source_value\n\
         1,11,2020-01-01,2022-12-31,CNAM,CANARY,CANARY\n",
    ),
];

#[test]
fn what_names_a_person_a_professional_or_a_small_place_is_in_no_column() {
    let world = World::empty();
    for (file, text) in NAMING {
        world.write(file, text);
    }
    let report = world.import(&[]).unwrap();
    assert_eq!((report.taken(), report.rejected()), (10, 0));
    let named: u64 = report
        .files
        .iter()
        .flat_map(|file| file.names.values())
        .sum();
    assert_eq!(named, 25, "each is counted");
    let kept = world.kept.rows();
    let whole = kept.iter().filter(|row| row.2.contains("CANARY"));
    assert_eq!(whole.count(), 10, "each row is kept sealed");
    let snapshot = world.snapshot();
    let scan = Scan::new(&snapshot, &Opposed::new(9, [])).unwrap();
    let mut text = String::new();
    for table in &snapshot.manifest().tables {
        for file in scan.files(&table.table, table.order).unwrap() {
            let columns = scan.columns(file).unwrap();
            assert!(
                !columns
                    .iter()
                    .any(|name| name == "day_of_birth" || name == "birth_datetime")
            );
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            text.push_str(&format!("{:?}", scan.read(file, &columns).unwrap().table));
        }
    }
    assert!(!text.contains("CANARY"));
    // What names nobody is there: reports name places by it.
    for word in [
        "Bretagne",
        "Finistère",
        "FR",
        "ward",
        "surgery",
        "home",
        "L1",
        "pacemaker",
        "blood",
        "CNAM",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn a_manifest_does_not_tell_what_those_who_oppose_consumed() {
    let world = World::new();
    let report = world.import(&["B"]).unwrap();
    let opposed: u64 = report.files.iter().map(|file| file.opposed).sum();
    assert_eq!(opposed, 6, "the crossing's report does");
    let manifest = world.snapshot().manifest().clone();
    assert!(manifest.rules.is_empty(), "{:?}", manifest.rules);
    for file in &report.files {
        let source = manifest
            .sources
            .iter()
            .find(|source| source.name == file.name)
            .unwrap();
        assert_eq!(source.rows, file.rows - file.opposed, "{}", file.name);
    }
}

#[test]
fn amounts_of_an_events_only_row_stand_at_the_event() {
    let world = World::new();
    world.import(&[]).unwrap();
    let snapshot = world.snapshot();
    let scan = Scan::new(&snapshot, &Opposed::new(9, [])).unwrap();
    let mut amounts = Vec::new();
    for file in scan.files("drug_exposure", Order::ByPerson).unwrap() {
        let batch = scan.read(file, &["total_charge", "paid_by_payer"]).unwrap();
        let column = |name| match batch.table.column(name) {
            Some(Values::Number(values)) => values.clone(),
            other => panic!("{other:?}"),
        };
        amounts.extend(
            column("total_charge")
                .into_iter()
                .zip(column("paid_by_payer")),
        );
    }
    amounts.retain(|pair| !pair.0.is_nan());
    assert_eq!(amounts, [(20.5, 13.25)]);
}

#[test]
fn half_a_cdm_is_refused_and_no_snapshot_is_there() {
    let world = World::empty();
    let error = world.import(&[]).unwrap_err().to_string();
    assert!(error.contains("`person`"), "{error}");
    world.write("person.csv", "person_id,gender_concept_id\n1,8507\n");
    let error = world.import(&[]).unwrap_err().to_string();
    assert!(error.contains("`year_of_birth`"), "{error}");
    let world = World::new();
    world.write("drug_exposure.csv", "drug_exposure_id,person_id\n1,11");
    let error = world.import(&[]).unwrap_err().to_string();
    assert!(
        error.contains("another file of table drug_exposure"),
        "{error}"
    );
    std::fs::remove_file(world.path("cdm").join("DRUG_EXPOSURE.csv")).unwrap();
    let error = world.import(&[]).unwrap_err().to_string();
    assert!(error.contains("cut off"), "{error}");
    let there = std::fs::read_dir(world.path("snapshots"));
    let published = there.map_or(0, |there| {
        there
            .filter(|entry| entry.as_ref().unwrap().file_name() == "1")
            .count()
    });
    assert_eq!(published, 0);
}
