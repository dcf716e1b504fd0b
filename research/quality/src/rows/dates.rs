//! Days of rows against each other, against life, and against what is observed.

use super::{Part, Visits};
use crate::people::{NOBODY, People};
use crate::tally::{Count, Tally};
use crate::thresholds::{AFTER_DEATH, AROUND_VISIT, Check};
use crate::world::World;

/// OMOP's type of what stands in a register of the insured: Claim enrolment record.
const ENROLMENT: i32 = 32_813;

/// The first day of each row.
pub(super) fn check(part: &Part<'_>, people: &People, world: &World, tally: &mut Tally) {
    let model = part.model;
    let Some(start) = part.named(model.start) else {
        return;
    };
    let [mut observed, mut born, mut alive, mut past, mut ends] = [Count::default(); 5];
    let end = part.named(model.end);
    let kind = part.cells("condition_type_concept_id");
    for (row, place) in part.who.iter().enumerate() {
        let Some(day) = start.int(row) else { continue };
        past.look(day <= world.made_on);
        if let Some(end) = end.and_then(|end| end.int(row)) {
            ends.look(end >= day);
        }
        if *place == NOBODY {
            continue;
        }
        // What an insurer recognised before anything was observed is told with its own day.
        if kind.as_ref().and_then(|kind| kind.int(row)) != Some(ENROLMENT) {
            let periods = people.periods_of(*place);
            let within = |(_, first, last): &(_, i32, i32)| (*first..=*last).contains(&day);
            observed.look(periods.iter().any(within));
        }
        if let Some(birth) = people.born[*place as usize] {
            born.look(day >= birth);
        }
        if let Some(death) = people.died[*place as usize] {
            alive.look(i64::from(day) <= i64::from(death) + i64::from(AFTER_DEATH));
        }
    }
    tally.add(Check::DateNotFuture, model.table, model.start, past);
    tally.add(Check::DateAfterBirth, model.table, model.start, born);
    if end.is_some() {
        tally.add(Check::EndAfterStart, model.table, model.end, ends);
    }
    if people.observed && model.is_event() {
        tally.add(Check::DateObserved, model.table, model.start, observed);
    }
    if people.mortal && model.is_event() {
        tally.add(Check::DateBeforeDeath, model.table, model.start, alive);
    }
}

/// The first day of each row that is of a visit.
pub(super) fn in_visit(part: &Part<'_>, visits: &Visits, tally: &mut Tally) {
    let model = part.model;
    if !model.links.contains(&"visit_occurrence_id") || !visits.present {
        return;
    }
    let (Some(start), Some(of)) = (part.named(model.start), part.cells("visit_occurrence_id"))
    else {
        return;
    };
    let mut count = Count::default();
    for row in 0..part.table.rows() {
        let visit = of.whole(row).and_then(|id| visits.find(id));
        if let (Some(day), Some(visit)) = (start.int(row), visit) {
            let within =
                visit.start.saturating_sub(AROUND_VISIT)..=visit.end.saturating_add(AROUND_VISIT);
            count.look(within.contains(&day));
        }
    }
    tally.add(Check::DateInVisit, model.table, model.start, count);
}
