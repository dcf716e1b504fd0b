//! Checks of persons, and what is counted of them.

use hygie_snapshot::Table;

use crate::calendar;
use crate::cells::Cells;
use crate::people::{Parts, People};
use crate::sexes::Sex;
use crate::tally::{Count, PersonTally, Tally};
use crate::thresholds::{Check, FIRST_BIRTH};
use crate::world::World;

/// The oldest age that is counted by itself.
const OLDEST: i32 = 120;

/// Persons of a bucket, once all their rows were counted.
pub(crate) fn check(
    people: &People,
    parts: &Parts,
    events: &[u64],
    world: &World,
    tally: &mut Tally,
) {
    if parts.person.is_empty() {
        return;
    }
    let [mut sex, mut place, mut observed, mut event] = [Count::default(); 4];
    for (at, rows) in events.iter().enumerate() {
        sex.look(people.sex[at].is_some());
        place.look(people.place[at].is_some());
        let number = u32::try_from(at).expect("a bucket has fewer than 2^32 persons");
        observed.look(!people.periods_of(number).is_empty());
        event.look(*rows > 0);
        count(people, number, *rows, world, &mut tally.persons);
    }
    let has = |column: &str| {
        parts
            .person
            .iter()
            .any(|table| table.column(column).is_some())
    };
    if has("gender_concept_id") {
        tally.add(Check::SexKnown, "person", Some("gender_concept_id"), sex);
    }
    if has("location_id") {
        tally.add(Check::PlaceKnown, "person", Some("location_id"), place);
    }
    if people.observed {
        tally.add(Check::PersonObserved, "observation_period", None, observed);
        tally.add(
            Check::PeriodsApart,
            "observation_period",
            None,
            apart(people),
        );
    }
    tally.add(Check::PersonWithEvent, "person", None, event);
    let last = calendar::date(world.made_on).0;
    for table in &parts.person {
        births(table, last, tally);
    }
}

fn births(table: &Table, last: i32, tally: &mut Tally) {
    let Some(cells) = Cells::of(table, "year_of_birth") else {
        return;
    };
    let mut count = Count::default();
    for year in (0..table.rows()).filter_map(|row| cells.whole(row)) {
        count.look((i64::from(FIRST_BIRTH)..=i64::from(last)).contains(&year));
    }
    tally.add(Check::BirthYear, "person", Some("year_of_birth"), count);
}

/// Periods that begin before another of the same person has ended.
fn apart(people: &People) -> Count {
    let mut count = Count::default();
    let (mut person, mut until) = (None, i32::MIN);
    for (place, start, end) in &people.periods {
        if person != Some(*place) {
            (person, until) = (Some(*place), i32::MIN);
        }
        count.look(*start > until);
        until = until.max(*end);
    }
    count
}

fn count(people: &People, number: u32, events: u64, world: &World, tally: &mut PersonTally) {
    let at = number as usize;
    tally.persons += 1;
    tally.events.add(events);
    let days = |period: &(u32, i32, i32)| (i64::from(period.2) - i64::from(period.1) + 1).max(0);
    let observed: i64 = people.periods_of(number).iter().map(days).sum();
    tally.observed.add(observed.unsigned_abs());
    *tally.places.entry(people.place[at]).or_default() += 1;
    let on = world.last_day.unwrap_or(world.made_on);
    if people.died[at].is_some_and(|death| death <= on) {
        tally.dead += 1;
        return;
    }
    let sex = match people.sex[at] {
        None => 0,
        Some(Sex::Male) => 1,
        Some(Sex::Female) => 2,
    };
    let age = people.born[at]
        .map(|born| calendar::age(born, on))
        .filter(|age| *age >= 0);
    match age.and_then(|age| u32::try_from(age.min(OLDEST)).ok()) {
        Some(age) => tally.ages.entry(age).or_default()[sex] += 1,
        None => tally.ageless += 1,
    }
}
