//! Covered: rows that a portrait loses or counts twice, whatever their days and concepts; counts that depend on buckets or
//! threads; persons who oppose and are counted; JSON that does not say what the report says.

use hygie_quality::{Error, Report};
use hygie_snapshot::Opposed;
use proptest::prelude::*;

use super::sample::{DRUG, PERSONS, Sample, day, pseudonym};

fn adds_up(report: &Report) {
    let portrait = &report.portrait;
    let living: u64 = portrait
        .pyramid
        .iter()
        .map(|band| band.male + band.female + band.unknown)
        .sum();
    assert_eq!(living + portrait.ageless + portrait.dead, portrait.persons);
    let placed: u64 = portrait.places.iter().map(|place| place.persons).sum();
    assert_eq!(placed + portrait.placeless, portrait.persons);
    for table in &portrait.tables {
        let months: u64 = table.months.iter().map(|month| month.rows).sum();
        if !matches!(table.table.as_str(), "person" | "cost") {
            assert_eq!(
                months + table.elsewhen,
                table.rows,
                "months of {}",
                table.table
            );
        }
        for fill in &table.columns {
            assert_eq!(fill.rows, table.rows, "{} of {}", fill.column, table.table);
            assert!(fill.empty <= fill.rows);
        }
        if let Some(quantiles) = &table.per_person {
            assert_eq!(quantiles.count, portrait.persons);
            let top: u64 = table.top.iter().map(|code| code.rows).sum();
            assert_eq!(top, table.rows, "codes of {}", table.table);
        }
    }
    for checked in &report.checks {
        assert!(
            checked.failed <= checked.looked,
            "{} of {}",
            checked.check,
            checked.table
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn counts_add_up_however_a_snapshot_is_cut(
        rows in proptest::collection::vec(
            (1..=PERSONS + 5, 0i64..12, prop_oneof![18_990i64..19_800, -40_000i64..90_000], prop_oneof![Just(None), (-100i64..5_000).prop_map(Some)]),
            0..300,
        ),
        buckets in 1u32..5,
        threads in 1usize..4,
    ) {
        let mut sample = Sample::clean();
        let drugs = sample.sheet("drug_exposure");
        drugs.rows.clear();
        for (at, (person, concept, date, cents)) in rows.iter().enumerate() {
            drugs.push(&[*person, at as i64, DRUG + concept, *date, 32_810, 1, 0, 0, 1]);
            drugs.set(at, "total_charge", cents.map(|cents| cents as f64 / 100.0));
        }
        let report = sample.report(buckets, threads, &Opposed::default());
        adds_up(&report);
        prop_assert_eq!(&report, &sample.report(1, 1, &Opposed::default()));
        let table = report.portrait.tables.iter().find(|table| table.table == "drug_exposure").expect("it is there");
        let charged: f64 = table.spending.iter().map(|month| month.charged).sum();
        let of_centuries = |date: &i64| (-25_567..47_482).contains(date);
        let cents: i64 = rows.iter().filter(|row| of_centuries(&row.2)).filter_map(|row| row.3).sum();
        prop_assert!((charged * 100.0 - cents as f64).abs() < 0.5);
        prop_assert_eq!(&Report::parse(&report.json()).expect("it is a report"), &report);
    }
}

#[test]
fn who_opposes_is_not_counted() {
    let opposed = Opposed::new(1, [pseudonym(120), pseudonym(3)]);
    let hidden = Sample::clean().report(2, 2, &opposed);
    let mut without = Sample::clean();
    for sheet in without.sheets.values_mut() {
        sheet
            .rows
            .retain(|row| row[0] != Some(120.0) && row[0] != Some(3.0));
    }
    let mut gone = without.report(2, 2, &Opposed::default());
    assert_eq!((hidden.hidden, hidden.portrait.persons), (2, 118));
    gone.hidden = 2;
    assert_eq!(hidden, gone);
}

#[test]
fn ages_are_those_of_the_last_day() {
    let mut sample = Sample::clean();
    sample.sheet("person").rows.clear();
    // Born in December 2003, and in 1923; a woman of unknown birth.
    sample.sheet("person").push(&[1, 8507, 2003, 12, 1]);
    sample.sheet("person").push(&[2, 8532, 1923, 1, 1]);
    sample.sheet("person").push(&[4, 8532, 1923, 1, 1]);
    sample.sheet("person").set(2, "year_of_birth", None);
    sample.sheet("death").rows.clear();
    sample.sheet("death").push(&[99, day(24, 20), 32_815, 0]);
    let portrait = sample.report(2, 1, &Opposed::default()).portrait;
    let bands: Vec<_> = portrait
        .pyramid
        .iter()
        .filter(|band| band.male + band.female > 0)
        .map(|band| (band.from, band.to, band.male, band.female))
        .collect();
    assert_eq!(bands, [(20, Some(24), 1, 0), (95, None, 0, 1)]);
    assert_eq!((portrait.ageless, portrait.persons), (1, 3));
}

#[test]
fn a_report_of_another_form_is_refused() {
    let json = Sample::clean().report(1, 1, &Opposed::default()).json();
    let newer = json.replacen("\"format\": 1", "\"format\": 2", 1);
    assert!(matches!(Report::parse(&newer), Err(Error::Form { .. })));
    assert!(matches!(Report::parse("{}"), Err(Error::Form { .. })));
}
