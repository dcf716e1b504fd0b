//! Covered: each kind of fault that a check is for, planted one by one: it finds as many rows as were planted, and no other
//! check finds any; tables, columns and orders that are not there; a snapshot in which nothing is wrong.
//! Not a failure: that one fault is found by two checks, where both see it; each such pair is written down here.

use hygie_quality::{Outcome, Report, Thresholds};
use hygie_snapshot::{Building, Opposed, Order, Scan};

use super::sample::{BIRTH, DRUG, LOCAL, PRESSURE, PROSTATE, Sample, UNLISTED, day, publish};

/// Check, table, column, rows that failed.
type Found = (String, String, String, u64);

fn found(report: &Report) -> Vec<Found> {
    let failed = report.checks.iter().filter(|checked| checked.failed > 0);
    let mut list: Vec<Found> = failed
        .map(|checked| {
            let column = checked.column.clone().unwrap_or_default();
            (
                checked.check.clone(),
                checked.table.clone(),
                column,
                checked.failed,
            )
        })
        .collect();
    list.sort();
    list
}

fn planted(plant: impl FnOnce(&mut Sample), expected: &[(&str, &str, &str, u64)]) {
    let mut sample = Sample::clean();
    plant(&mut sample);
    let mut expected: Vec<Found> = expected
        .iter()
        .map(|(check, table, column, rows)| {
            ((*check).into(), (*table).into(), (*column).into(), *rows)
        })
        .collect();
    expected.sort();
    assert_eq!(found(&sample.report(2, 2, &Opposed::default())), expected);
}

fn f(value: i64) -> f64 {
    value as f64
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    planted(|_| (), &[]);
    let report = Sample::clean().report(2, 2, &Opposed::default());
    assert_eq!(report.failures().count(), 0);
    let passed = report
        .checks
        .iter()
        .filter(|checked| checked.outcome == Outcome::Pass)
        .count();
    assert!(passed > 90, "{passed} checks had rows to look at");
    assert_eq!(report.last_day.as_deref(), Some("2023-12-31"));
}

#[test]
fn a_required_cell_that_is_empty() {
    planted(
        |sample| {
            sample
                .sheet("drug_exposure")
                .set(3, "drug_type_concept_id", None)
        },
        &[("required", "drug_exposure", "drug_type_concept_id", 1)],
    );
    planted(
        |sample| {
            sample.sheet("person").set(3, "year_of_birth", None);
            sample.sheet("person").set(8, "gender_concept_id", None);
        },
        &[
            ("required", "person", "year_of_birth", 1),
            ("required", "person", "gender_concept_id", 1),
            ("sex_known", "person", "gender_concept_id", 1),
        ],
    );
}

#[test]
fn a_key_that_is_used_twice() {
    planted(
        |sample| {
            sample
                .sheet("drug_exposure")
                .set(1, "drug_exposure_id", f(101))
        },
        &[("unique_key", "drug_exposure", "drug_exposure_id", 1)],
    );
    planted(
        |sample| {
            sample
                .sheet("death")
                .push(&[1, day(24, 21), 32_815, PRESSURE])
        },
        &[("unique_key", "death", "person_id", 1)],
    );
}

#[test]
fn rows_of_nobody() {
    planted(
        |sample| {
            let row = [1000, 99_001, DRUG, day(5, 5), 32_810, 1, 10, 6, 1];
            sample.sheet("drug_exposure").push(&row);
            sample
                .sheet("observation_period")
                .push(&[1001, 999, day(1, 1), day(24, 31), 32_810]);
        },
        &[
            ("person_found", "drug_exposure", "person_id", 1),
            ("person_found", "observation_period", "person_id", 1),
        ],
    );
}

#[test]
fn links_that_lead_nowhere_or_to_somebody_else() {
    planted(
        |sample| {
            // One that does not exist, and that of another person of the same bucket.
            sample
                .sheet("procedure_occurrence")
                .set(0, "visit_occurrence_id", f(999_999));
            sample
                .sheet("procedure_occurrence")
                .set(2, "visit_occurrence_id", f(10));
            sample
                .sheet("visit_occurrence")
                .set(4, "provider_id", f(77));
            sample
                .sheet("visit_occurrence")
                .set(5, "care_site_id", f(78));
            sample.sheet("person").set(6, "location_id", f(79));
        },
        &[
            (
                "visit_found",
                "procedure_occurrence",
                "visit_occurrence_id",
                2,
            ),
            ("provider_found", "visit_occurrence", "provider_id", 1),
            ("care_site_found", "visit_occurrence", "care_site_id", 1),
            ("location_found", "person", "location_id", 1),
        ],
    );
}

#[test]
fn concepts_that_are_none_or_of_another_domain_or_on_no_list() {
    planted(
        |sample| {
            let drugs = sample.sheet("drug_exposure");
            drugs.set(0, "drug_concept_id", f(LOCAL + 99));
            drugs.set(30, "drug_concept_id", f(PRESSURE));
            drugs.set(60, "drug_concept_id", f(0));
            drugs.set(90, "drug_concept_id", None);
            drugs.set(120, "drug_concept_id", f(UNLISTED));
            drugs.set(121, "drug_concept_id", f(UNLISTED));
            sample.sheet("condition_occurrence").set(
                1,
                "condition_status_concept_id",
                f(4_203_942),
            );
        },
        &[
            ("concept_known", "drug_exposure", "drug_concept_id", 1),
            ("concept_domain", "drug_exposure", "drug_concept_id", 1),
            ("concept_mapped", "drug_exposure", "drug_concept_id", 2),
            ("required", "drug_exposure", "drug_concept_id", 1),
            ("concept_listed", "drug_exposure", "drug_concept_id", 2),
            (
                "concept_known",
                "condition_occurrence",
                "condition_status_concept_id",
                1,
            ),
        ],
    );
}

#[test]
fn persons_of_whom_too_little_is_known() {
    planted(
        |sample| {
            // Somebody without any row.
            sample.sheet("person").push(&[121, 8507, 1950, 1, 1]);
            sample.sheet("person").set(4, "gender_concept_id", f(0));
            sample.sheet("person").set(9, "location_id", None);
            sample.sheet("person").set(10, "year_of_birth", f(1850));
        },
        &[
            ("person_observed", "observation_period", "", 1),
            ("person_with_event", "person", "", 1),
            ("sex_known", "person", "gender_concept_id", 1),
            ("place_known", "person", "location_id", 1),
            ("birth_year", "person", "year_of_birth", 1),
        ],
    );
}

#[test]
fn days_out_of_life_or_observation() {
    planted(
        |sample| {
            let drugs = sample.sheet("drug_exposure");
            // Before observation; before birth; in the future. None of the first person, who dies.
            drugs.set(240, "drug_exposure_start_date", f(day(1, 1) - 1));
            drugs.set(264, "drug_exposure_start_date", f(-20_000));
            drugs.set(288, "drug_exposure_start_date", f(day(24, 31) + 40));
            // Sixty days before the last deliveries but one.
            sample
                .sheet("death")
                .set(0, "death_date", f(day(24, 10) - 61));
        },
        &[
            (
                "date_observed",
                "drug_exposure",
                "drug_exposure_start_date",
                3,
            ),
            (
                "date_after_birth",
                "drug_exposure",
                "drug_exposure_start_date",
                1,
            ),
            (
                "date_not_future",
                "drug_exposure",
                "drug_exposure_start_date",
                1,
            ),
            (
                "date_before_death",
                "drug_exposure",
                "drug_exposure_start_date",
                1,
            ),
        ],
    );
}

#[test]
fn ends_before_starts_and_events_out_of_their_visit() {
    planted(
        |sample| {
            sample
                .sheet("visit_occurrence")
                .set(7, "visit_end_date", f(day(3, 4)));
            sample
                .sheet("procedure_occurrence")
                .set(8, "procedure_date", f(day(3, 17)));
            sample
                .sheet("procedure_occurrence")
                .set(10, "procedure_date", f(day(3, 16)));
        },
        &[
            ("end_after_start", "visit_occurrence", "visit_end_date", 1),
            ("date_in_visit", "procedure_occurrence", "procedure_date", 1),
        ],
    );
}

#[test]
fn quantities_and_amounts_that_cannot_be() {
    planted(
        |sample| {
            let drugs = sample.sheet("drug_exposure");
            drugs.set(0, "quantity", f(0));
            drugs.set(1, "quantity", f(-1));
            drugs.set(2, "quantity", f(2_001));
            drugs.set(3, "quantity", f(2_000));
            drugs.set(4, "total_charge", -1.0);
            drugs.set(4, "paid_by_payer", -2.0);
            drugs.set(5, "paid_by_payer", 10.02);
            drugs.set(6, "paid_by_payer", 10.0);
        },
        &[
            ("quantity", "drug_exposure", "quantity", 3),
            ("amount_positive", "drug_exposure", "total_charge", 1),
            ("amount_positive", "drug_exposure", "paid_by_payer", 1),
            ("paid_within_charged", "drug_exposure", "paid_by_payer", 1),
        ],
    );
}

#[test]
fn diagnoses_of_the_other_sex() {
    planted(
        |sample| {
            let conditions = sample.sheet("condition_occurrence");
            conditions.set(1, "condition_concept_id", f(BIRTH));
            conditions.set(3, "condition_concept_id", f(PROSTATE));
            sample.sheet("death").set(0, "cause_concept_id", f(BIRTH));
        },
        &[
            ("sex_specific", "condition_occurrence", "", 2),
            ("sex_specific", "death", "", 1),
        ],
    );
}

#[test]
fn stays_that_overlap_or_never_end() {
    planted(
        |sample| {
            let visits = sample.sheet("visit_occurrence");
            visits.push(&[4, 9001, 9201, day(3, 8), day(3, 12), 32_810, 1, 1]);
            // Moved on the day of leaving; a meeting in town during a stay.
            visits.push(&[6, 9003, 9201, day(3, 9), day(3, 12), 32_810, 1, 1]);
            visits.push(&[8, 9005, 9202, day(3, 7), day(3, 7), 32_810, 1, 1]);
            visits.set(9, "visit_end_date", f(day(3, 5) + 366));
        },
        &[
            ("stays_apart", "visit_occurrence", "", 1),
            ("stay_length", "visit_occurrence", "visit_end_date", 1),
        ],
    );
}

#[test]
fn periods_that_overlap() {
    planted(
        |sample| {
            sample
                .sheet("observation_period")
                .push(&[2, 901, day(24, 1), day(24, 31), 32_810])
        },
        &[("periods_apart", "observation_period", "", 1)],
    );
}

#[test]
fn a_month_that_was_lost_and_one_that_was_loaded_twice() {
    planted(
        |sample| {
            let drugs = sample.sheet("drug_exposure");
            let twice: Vec<Vec<Option<f64>>> =
                drugs.rows.iter().skip(17).step_by(24).cloned().collect();
            let mut at = 0;
            drugs.rows.retain(|row| {
                at += 1;
                at % 24 != 9 || row[0] <= Some(30.0)
            });
            for mut row in twice {
                row[1] = row[1].map(|id| id + 50_000.0);
                drugs.rows.push(row);
            }
        },
        &[(
            "month_steady",
            "drug_exposure",
            "drug_exposure_start_date",
            2,
        )],
    );
}

#[test]
fn an_end_that_is_late_is_told_and_does_not_fail() {
    let mut sample = Sample::clean();
    let drugs = sample.sheet("drug_exposure");
    drugs.rows = drugs
        .rows
        .iter()
        .zip(0..)
        .filter(|(row, at)| at % 24 != 23 || row[0] < Some(20.0))
        .map(|(row, _)| row.clone())
        .collect();
    let report = sample.report(2, 2, &Opposed::default());
    assert_eq!(found(&report), []);
    let steady = report
        .checks
        .iter()
        .find(|checked| checked.check == "month_steady" && checked.table == "drug_exposure");
    let late = &steady.expect("it is judged").late;
    assert_eq!(
        late.iter()
            .map(|month| (month.month.as_str(), month.rows))
            .collect::<Vec<_>>(),
        [("2023-12", 19)]
    );
}

#[test]
fn an_order_that_holds_other_rows() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = Sample::clean().build(dir.path(), 1, 1);
    let mut other = Sample::clean();
    other.sheets.retain(|name, _| *name != "measurement");
    let mut less = Sample::clean();
    less.sheet("measurement").rows.truncate(117);
    // As many rows, of which one is of another day.
    less.sheet("measurement")
        .set(5, "measurement_date", f(day(7, 7)));
    let second = less.build(dir.path(), 2, 1);
    let building = Building::begin(dir.path(), 3, 1).expect("it begins");
    other.fill(&building);
    for (of, order) in [(&first, Order::ByPerson), (&second, Order::ByConcept)] {
        for file in &of
            .manifest()
            .table("measurement", order)
            .expect("there")
            .files
        {
            building
                .keep(of, "measurement", order, file)
                .expect("it is kept");
        }
    }
    let snapshot = publish(dir.path(), 3, building);
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("a scan");
    let report =
        hygie_quality::examine(&scan, 1, &Thresholds::default(), &|_, _| ()).expect("a report");
    assert_eq!(
        found(&report),
        [(
            "orders_agree".into(),
            "measurement".into(),
            String::new(),
            3
        )]
    );
}

#[test]
fn what_is_not_there_is_said_and_fails_nothing_else() {
    let mut sample = Sample::clean();
    sample
        .sheets
        .retain(|name, _| !matches!(*name, "observation_period" | "visit_occurrence" | "death"));
    let report = sample.report(2, 2, &Opposed::default());
    assert_eq!(
        found(&report),
        [(
            "table_present".into(),
            "observation_period".into(),
            String::new(),
            1
        )]
    );
    for table in [
        "observation_period",
        "visit_occurrence",
        "death",
        "observation",
    ] {
        assert!(
            report
                .absent
                .iter()
                .any(|absent| absent.table == table && absent.column.is_none()),
            "{table}"
        );
        let of = report
            .checks
            .iter()
            .filter(|checked| checked.table == table && checked.check != "table_present");
        for checked in of {
            assert_eq!(
                checked.outcome,
                Outcome::NotApplicable,
                "{} of {table}",
                checked.check
            );
            assert!(checked.why.is_some());
        }
    }
    let column = |absent: &&hygie_quality::Absent| {
        absent.column.as_deref() == Some("drug_source_concept_id")
    };
    assert!(report.absent.iter().any(|absent| column(&absent)));
    // The last day is then that of the last event.
    assert_eq!(report.last_day.as_deref(), Some("2023-12-10"));
}
