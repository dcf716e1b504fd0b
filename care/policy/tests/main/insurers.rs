use hygie_notice::ActorRef;
use hygie_policy::{Request, Rights, Target, decide};

use crate::states::rights;
use crate::world::{
    ACTS, FORBIDDEN_SECTORS, HOLDER, NOW, PLAIN, PURPOSES, actors, few_classes, in_sector, marks,
    terms,
};

#[test]
fn an_insurer_an_employer_or_its_doctor_gets_nothing_whatever_he_holds() {
    // INVARIANT (insurers never). Professions are among the actors.
    let states = rights();
    let mut cells = 0;
    for sector in FORBIDDEN_SECTORS {
        for actor in actors() {
            cells += refused_everywhere(&in_sector(&actor, Some(sector)), &states);
        }
    }
    println!("policy: {cells} cells of forbidden sectors");
}

/// Counts the cells in which the actor is refused by name; panics where he is not.
fn refused_everywhere(actor: &ActorRef, states: &[Rights]) -> u64 {
    let terms = terms(true);
    let mut cells = 0;
    let items = few_classes().into_iter().step_by(9).map(Target::Entry);
    for target in PLAIN
        .into_iter()
        .chain(marks().into_iter().step_by(4))
        .chain(items)
    {
        // What each may claim: other purposes are refused anyway.
        for purpose in PURPOSES
            .into_iter()
            .filter(|purpose| actor.kind.may_claim(*purpose))
        {
            for rights in states
                .iter()
                .step_by(if target == Target::Record { 2 } else { 11 })
            {
                for act in ACTS {
                    let request = Request {
                        actor,
                        act,
                        purpose,
                        target,
                        person: Some(*HOLDER),
                        rights,
                        terms: &terms,
                        now: NOW,
                    };
                    let decision = decide(&request);
                    assert!(!decision.permits(), "{request:?}");
                    assert!(
                        decision.rules.iter().any(|rule| rule == "sector-never"),
                        "{request:?}"
                    );
                    cells += 1;
                }
            }
        }
    }
    cells
}
