//! Persons of a bucket: who they are, when they were observed, how they died.

use hygie_snapshot::{Building, Table, Values};

use super::life::{Causes, Seen};
use super::{CERTIFICATE, CLAIM, Numbering, Person};
use crate::Error;
use crate::bucket::Lists;
use crate::event::role;
use crate::persons::Traits;

/// Writes `person`, `observation_period` and `death`.
pub(super) fn write(
    building: &Building,
    bucket: u32,
    persons: &[Person],
    (seen, causes): (&Seen, &Causes),
    lists: &Lists,
) -> Result<(), Error> {
    building.persons("person", bucket, &table(persons, lists))?;
    periods(building, bucket, persons, seen, lists)?;
    deaths(building, bucket, persons, causes)
}

fn table(persons: &[Person], lists: &Lists) -> Table {
    let known = |value: i32| if value == 0 { Values::NO_INT } else { value };
    let gender = |person: &Person| match person.traits.sex {
        1 => 8507,
        2 => 8532,
        _ => 0,
    };
    let sex = |person: &Person| match person.traits.sex {
        1 => Some("1"),
        2 => Some("2"),
        _ => None,
    };
    let location = |person: &Person| lists.locations.get(&person.traits.department).copied();
    Table::new()
        .with(
            "person_id",
            Values::Int(persons.iter().map(|person| person.number).collect()),
        )
        .with(
            "pseudonym",
            Values::Pseudonym(persons.iter().map(|person| person.name).collect()),
        )
        .with(
            "gender_concept_id",
            Values::Int(persons.iter().map(gender).collect()),
        )
        .with(
            "year_of_birth",
            Values::Int(
                persons
                    .iter()
                    .map(|person| known(i32::from(person.traits.birth_year)))
                    .collect(),
            ),
        )
        .with(
            "month_of_birth",
            Values::Int(
                persons
                    .iter()
                    .map(|person| known(i32::from(person.traits.birth_month)))
                    .collect(),
            ),
        )
        .with(
            "location_id",
            Values::Int(
                persons
                    .iter()
                    .map(|person| location(person).unwrap_or(Values::NO_INT))
                    .collect(),
            ),
        )
        .with("gender_source_value", Values::text(persons.iter().map(sex)))
}

/// From a person's first event to his last or, where he lives, to the end of the flows.
fn periods(
    building: &Building,
    bucket: u32,
    persons: &[Person],
    seen: &Seen,
    lists: &Lists,
) -> Result<(), Error> {
    let mut rows = Vec::new();
    for person in persons {
        let Some((start, last)) = seen.of(person.number) else {
            continue;
        };
        let death = person.traits.death;
        let end = if death == Traits::ALIVE {
            lists.last_flow.max(last)
        } else {
            death.max(start)
        };
        rows.push((person.number, start, end));
    }
    let mut numbers = Numbering::new(building, bucket.into());
    let table = Table::new()
        .with(
            "observation_period_id",
            Values::Long(rows.iter().map(|_| numbers.next()).collect()),
        )
        .with(
            "person_id",
            Values::Int(rows.iter().map(|row| row.0).collect()),
        )
        .with(
            "observation_period_start_date",
            Values::Date(rows.iter().map(|row| row.1).collect()),
        )
        .with(
            "observation_period_end_date",
            Values::Date(rows.iter().map(|row| row.2).collect()),
        )
        .with(
            "period_type_concept_id",
            Values::Int(vec![CLAIM; rows.len()]),
        );
    building.persons("observation_period", bucket, &table)?;
    Ok(())
}

fn deaths(
    building: &Building,
    bucket: u32,
    persons: &[Person],
    causes: &Causes,
) -> Result<(), Error> {
    let mut rows = Vec::new();
    for person in persons {
        let cause = causes.get(&person.number).copied();
        let date = match (person.traits.death, cause) {
            (Traits::ALIVE, Some((date, _, _))) => date,
            (Traits::ALIVE, None) => continue,
            (date, _) => date,
        };
        let concept = cause
            .filter(|cause| cause.1 == role::PRINCIPAL)
            .map_or(Values::NO_INT, |cause| cause.2);
        rows.push((
            person.number,
            date,
            if cause.is_some() { CERTIFICATE } else { CLAIM },
            concept,
        ));
    }
    let table = Table::new()
        .with(
            "person_id",
            Values::Int(rows.iter().map(|row| row.0).collect()),
        )
        .with(
            "death_date",
            Values::Date(rows.iter().map(|row| row.1).collect()),
        )
        .with(
            "death_type_concept_id",
            Values::Int(rows.iter().map(|row| row.2).collect()),
        )
        .with(
            "cause_concept_id",
            Values::Int(rows.iter().map(|row| row.3).collect()),
        );
    building.persons("death", bucket, &table)?;
    Ok(())
}
