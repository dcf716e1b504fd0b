//! The end of a life: its certificate (CépiDc).

use crate::care::illnesses::tumour;
use crate::hazards::Event;
use crate::life::{Death, Life};
use crate::plan::Plan;
use crate::random::{Purpose, Random};

/// A state that may be the initial cause, its code, and how often it is one (chosen).
const CAUSES: &[(Event, &str, f64)] = &[
    (Event::Infarction, "I219", 0.35),
    (Event::HeartFailure, "I500", 0.3),
    (Event::Stroke, "I639", 0.35),
    (Event::Dementia, "G309", 0.5),
    (Event::Airways, "J449", 0.2),
    (Event::Diabetes, "E119", 0.1),
    (Event::Kidney, "N185", 0.1),
];

/// The certificate of who died within the time observed.
pub fn die(plan: &Plan, life: &mut Life) {
    let Some(on) = life.course.day(Event::Death) else {
        return;
    };
    let mut random = Random::new(plan.seed ^ 0x6463_6400, Purpose::Care, life.person.number);
    let states = life.course.states(on);
    let mut initial = None;
    let cancer = states.hold(Event::Cancer);
    if cancer && random.chance(0.6) {
        initial = Some(tumour(life.person.woman, life.person.number));
    }
    for &(event, code, share) in CAUSES {
        if initial.is_none() && states.hold(event) && random.chance(share) {
            initial = Some(code);
        }
    }
    let else_ = ["R99", "J189", "R54", "A419", "I251", "W19", "X599"];
    let initial = initial.unwrap_or_else(|| else_[random.below(7) as usize]);
    let mut causes = vec![initial];
    for &(event, code, _) in CAUSES {
        if states.hold(event) && code != initial && random.chance(0.4) {
            causes.push(code);
        }
    }
    // 3 % of certificates are not matched with the insured (the order of what CépiDc says of its linkage).
    let matched = !random.chance(0.03);
    life.death = Some(Death {
        on,
        cause: matched.then_some(initial),
        causes: if matched { causes } else { Vec::new() },
    });
}
