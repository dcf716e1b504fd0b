//! When a person meets which events: the table of hazards, lived through exactly.

use crate::calendar::Day;
use crate::hazards::{Event, States, hazards};
use crate::person::Person;
use crate::plan::Plan;
use crate::random::{Purpose, Random};

const DECADE: f64 = 3652.5;

/// The events of a life in their order, as far as the end of the time observed.
#[derive(Debug, Default, Clone)]
pub struct Course {
    events: Vec<(Event, Day)>,
}

impl Course {
    /// The events with their days; those before the time observed too. Death is the last.
    pub fn events(&self) -> &[(Event, Day)] {
        &self.events
    }

    /// The day of an event.
    pub fn day(&self, event: Event) -> Option<Day> {
        let mut events = self.events.iter();
        events.find(|one| one.0 == event).map(|one| one.1)
    }

    /// The states held on a day.
    pub fn states(&self, on: Day) -> States {
        let before = self.events.iter().filter(|one| one.1 <= on);
        before.fold(States::default(), |states, one| states.with(one.0))
    }
}

/// The course of a person's life; it replaces what `course` held.
pub fn course(plan: &Plan, person: &Person, course: &mut Course) {
    course.events.clear();
    let table = hazards();
    let mut random = Random::new(plan.seed, Purpose::Course, person.number);
    let mut left: [f64; 13] = std::array::from_fn(|_| random.exponential());
    let observed = f64::from((plan.from() - person.born).max(0));
    let end = f64::from(plan.until() - person.born);
    let mut states = States::default();
    let mut now = 0.0;
    while now < end {
        let decade = (now / DECADE) as usize;
        let mut stop = ((decade + 1) as f64 * DECADE).min(end);
        if now < observed {
            stop = stop.min(observed);
        }
        let mortal = now >= observed;
        let mut first = None;
        let mut rates = [0.0; 13];
        for (at, hazard) in table.iter().enumerate() {
            if states.hold(hazard.event) || (hazard.event == Event::Death && !mortal) {
                continue;
            }
            rates[at] = hazard.daily(decade, person.woman, states);
            if now + left[at] / rates[at] < stop {
                stop = now + left[at] / rates[at];
                first = Some(at);
            }
        }
        for at in 0..rates.len() {
            left[at] -= rates[at] * (stop - now);
        }
        now = stop;
        if let Some(at) = first {
            let event = table[at].event;
            course.events.push((event, person.born + now as Day));
            if event == Event::Death {
                return;
            }
            states = states.with(event);
        }
    }
}
