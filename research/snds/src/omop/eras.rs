//! Drug eras: deliveries of one ingredient that a persistence window of thirty days joins.
//!
//! A delivery is taken to last thirty days, as packs of chronic treatments do in France: claims do not say how long it
//! lasts. The next one goes on with the era if it begins at most thirty days after its last day, and the era ends with its last
//! delivery's thirty days (OHDSI's script of drug eras: <https://ohdsi.github.io/CommonDataModel/sqlScripts.html#Drug_Eras>).

use hygie_snapshot::{Building, Table, Values};

use super::Numbering;
use crate::Error;

/// Days that a delivery lasts.
const DAYS: i32 = 30;
/// Days from the last day of an era to the first of a delivery that still belongs to it.
const WINDOW: i32 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Era {
    person: i32,
    drug: i32,
    start: i32,
    end: i32,
    count: i32,
    gaps: i32,
}

/// Writes the eras of a bucket, out of the deliveries of all years: person, substance, day.
pub(super) fn write(
    building: &Building,
    bucket: u32,
    deliveries: Vec<(i32, i32, i32)>,
) -> Result<(), Error> {
    let eras = eras(deliveries);
    let mut numbers = Numbering::new(building, bucket.into());
    let column = |of: fn(&Era) -> i32| eras.iter().map(of).collect::<Vec<i32>>();
    let table = Table::new()
        .with(
            "drug_era_id",
            Values::Long(eras.iter().map(|_| numbers.next()).collect()),
        )
        .with("person_id", Values::Int(column(|era| era.person)))
        .with("drug_concept_id", Values::Int(column(|era| era.drug)))
        .with("drug_era_start_date", Values::Date(column(|era| era.start)))
        .with("drug_era_end_date", Values::Date(column(|era| era.end)))
        .with("drug_exposure_count", Values::Int(column(|era| era.count)))
        .with("gap_days", Values::Int(column(|era| era.gaps)));
    building.events("drug_era", bucket, &table)?;
    Ok(())
}

/// The eras, by person and day.
fn eras(mut deliveries: Vec<(i32, i32, i32)>) -> Vec<Era> {
    deliveries.sort_unstable();
    let mut eras: Vec<Era> = Vec::new();
    for (person, drug, start) in deliveries {
        let end = start.saturating_add(DAYS - 1);
        match eras.last_mut() {
            Some(era)
                if (era.person, era.drug) == (person, drug)
                    && start <= era.end.saturating_add(WINDOW) =>
            {
                era.gaps += (start - era.end - 1).max(0);
                era.end = era.end.max(end);
                era.count += 1;
            }
            _ => eras.push(Era {
                person,
                drug,
                start,
                end,
                count: 1,
                gaps: 0,
            }),
        }
    }
    eras.sort_by_key(|era| (era.person, era.start, era.drug));
    eras
}

#[cfg(test)]
mod tests;
