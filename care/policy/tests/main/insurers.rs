use hygie_notice::ActorRef;
use hygie_policy::{Request, Rights, Target, decide};

use crate::world::{
    ACTS, FORBIDDEN_SECTORS, HOLDER, NOW, PURPOSES, TARGETS, actors, authorisations, in_sector,
};

/// Professions of value set J01, and none.
const PROFESSIONS: [Option<&str>; 7] = [
    None,
    Some("G15_10"),
    Some("G15_21"),
    Some("G15_40"),
    Some("G15_50"),
    Some("G15_60"),
    Some("G15_70"),
];

#[test]
fn an_insurer_an_employer_or_its_doctor_gets_nothing_whatever_he_holds() {
    // INVARIANT (insurers never).
    let mut cells = 0;
    for sector in FORBIDDEN_SECTORS {
        for profession in PROFESSIONS {
            for actor in actors() {
                let actor = ActorRef {
                    profession: profession.map(str::to_owned),
                    ..in_sector(&actor, Some(sector))
                };
                cells += refused_everywhere(&actor);
            }
        }
    }
    println!("policy: {cells} cells of forbidden sectors");
}

/// Counts the cells in which the actor is refused by name; panics where he is not.
fn refused_everywhere(actor: &ActorRef) -> u64 {
    let mut cells = 0;
    for authorisations in authorisations() {
        let rights = Rights {
            authorisations,
            ..Rights::default()
        };
        for act in ACTS {
            // The purpose that the role may claim: the others are refused anyway.
            for purpose in PURPOSES
                .into_iter()
                .filter(|purpose| actor.kind.may_claim(*purpose))
            {
                // Only a record's answer can depend on authorisations.
                let targets = TARGETS
                    .into_iter()
                    .filter(|target| *target == Target::Record || rights.authorisations.is_empty());
                for target in targets {
                    let person = Some(*HOLDER);
                    let rights = &rights;
                    let request = Request {
                        actor,
                        act,
                        purpose,
                        target,
                        person,
                        rights,
                        now: NOW,
                    };
                    let decision = decide(&request);
                    assert!(!decision.permits(), "{request:?}");
                    assert!(
                        decision.rules.contains(&"sector-never".to_owned()),
                        "{request:?}"
                    );
                    cells += 1;
                }
            }
        }
    }
    cells
}
