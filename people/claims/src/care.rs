//! What a life makes others do: visits, drugs, laboratories, hospitals. Rates by age are chosen so that a person-year has
//! about 22 claim lines (1.5 billion lines of 67 million insured), with the shape of the DREES's accounts of health: a
//! third visits and procedures, half pharmacy.

mod death;
mod hospital;
mod illnesses;
mod laboratory;
mod procedures;
pub(crate) mod professionals;
mod scribe;
mod stays;
mod treatments;
mod visits;

use crate::hazards::Event;
use crate::life::Life;
use crate::plan::Plan;
use scribe::Scribe;

/// Fills in what happened to the person, whose course is known.
pub fn live(plan: &Plan, life: &mut Life) {
    let from = plan.from().max(life.person.born);
    let died = life.course.day(Event::Death);
    let until = died.map_or(plan.until(), |day| (day + 1).min(plan.until()));
    illnesses::recognise(plan, life, until);
    let mut scribe = Scribe::new(plan, life, from, until);
    visits::visit(&mut scribe);
    treatments::treat(&mut scribe);
    laboratory::analyse(&mut scribe);
    procedures::perform(&mut scribe);
    hospital::admit(&mut scribe);
    death::die(plan, life);
}
