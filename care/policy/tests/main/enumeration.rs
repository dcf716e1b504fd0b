use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use hygie_notice::{Act, ActorKind, ActorRef};
use hygie_policy::{Request, Rights, Target, decide, rule_names};

use crate::reference::permitted;
use crate::world::{
    ACTS, FORBIDDEN_SECTORS, HOLDER, NOW, PURPOSES, TARGETS, actors, in_sector, rights, rights_for,
};

/// What one part of the enumeration found.
#[derive(Default)]
struct Found {
    cells: u64,
    permitted: u64,
    /// How often each rule was given as a reason.
    rules: BTreeMap<String, u64>,
    differences: Vec<String>,
}

impl Found {
    fn cell(&mut self, request: &Request<'_>) {
        let decision = decide(request);
        self.cells += 1;
        self.permitted += u64::from(decision.permits());
        if decision.permits() != permitted(request) || !decision.errors.is_empty() {
            self.differences.push(format!("{request:?} {decision:?}"));
        }
        if decision.permits() && decision.rules.is_empty() {
            self.differences
                .push(format!("permitted without a reason: {request:?}"));
        }
        for rule in decision.rules {
            *self.rules.entry(rule).or_default() += 1;
        }
    }

    fn add(&mut self, other: Self) {
        self.cells += other.cells;
        self.permitted += other.permitted;
        for (rule, count) in other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
        self.differences.extend(other.differences);
    }
}

/// All cells of one actor.
fn enumerate(actor: &ActorRef, all: &[Rights]) -> Found {
    let mut found = Found::default();
    for act in ACTS {
        for purpose in PURPOSES {
            for target in TARGETS {
                for person in [Some(*HOLDER), None] {
                    for rights in rights_for(target, all) {
                        found.cell(&Request {
                            actor,
                            act,
                            purpose,
                            target,
                            person,
                            rights,
                            now: NOW,
                        });
                    }
                }
            }
        }
    }
    found
}

#[test]
fn cedar_and_the_reference_agree_in_every_cell() {
    // Forbidden sectors have a test of their own, over all actors; here a few, for the reference's sake.
    let mut all: Vec<ActorRef> = actors()
        .iter()
        .flat_map(|actor| [None, Some("SA01")].map(|sector| in_sector(actor, sector)))
        .collect();
    let forbidden = actors().into_iter().step_by(4);
    all.extend(forbidden.map(|actor| in_sector(&actor, Some(FORBIDDEN_SECTORS[0]))));
    let actors = all;
    let rights = rights();
    // One rule looks at sectors, and at nothing beside: with a sector every seventh state is enough, and the
    // states of those in between are covered without one.
    let few: Vec<Rights> = rights.iter().step_by(7).cloned().collect();
    let found = thread::scope(|scope| {
        let workers: Vec<_> = actors
            .chunks(actors.len().div_ceil(2))
            .map(|part| {
                let (rights, few) = (&rights, &few);
                scope.spawn(move || {
                    let mut found = Found::default();
                    for actor in part {
                        let states = if actor.sector.is_some() { few } else { rights };
                        found.add(enumerate(actor, states));
                    }
                    found
                })
            })
            .collect();
        let mut all = Found::default();
        for worker in workers {
            all.add(worker.join().unwrap());
        }
        all
    });
    println!(
        "policy: {} cells compared, {} permitted",
        found.cells, found.permitted
    );
    for (rule, count) in &found.rules {
        println!("policy: {count:>7} {rule}");
    }
    let few: Vec<_> = found.differences.iter().take(5).collect();
    assert!(
        few.is_empty(),
        "{} differences, the first: {few:#?}",
        found.differences.len()
    );
    let reached: BTreeSet<String> = found.rules.into_keys().collect();
    let written: BTreeSet<String> = rule_names().into_iter().collect();
    assert_eq!(reached, written, "every rule is a reason somewhere");
}

#[test]
fn an_opposed_or_closed_space_opens_for_nobody_but_the_holder_s_trail() {
    // INVARIANT (opposition wins), said without the reference.
    let mut cells = 0;
    for actor in actors() {
        for rights in rights()
            .iter()
            .filter(|rights| rights.opposed || rights.closed)
        {
            for act in ACTS {
                for purpose in PURPOSES {
                    for target in [Target::Record, Target::Trail] {
                        let person = Some(*HOLDER);
                        let request = Request {
                            actor: &actor,
                            act,
                            purpose,
                            target,
                            person,
                            rights,
                            now: NOW,
                        };
                        let own_trail = target == Target::Trail
                            && act == Act::Account
                            && actor.kind == ActorKind::Holder
                            && actor.person == person;
                        // To oppose once more opens nothing.
                        let opposes = target == Target::Record
                            && act == Act::Oppose
                            && actor.kind == ActorKind::Enrolment;
                        // Nor does erasing; and what is closed comes back by its custodians.
                        let ends = target == Target::Record
                            && actor.kind == ActorKind::Operator
                            && (act == Act::Erase
                                || act == Act::Reopen && rights.closed && !rights.opposed);
                        assert!(
                            own_trail || opposes || ends || !decide(&request).permits(),
                            "{request:?}"
                        );
                        cells += 1;
                    }
                }
            }
        }
    }
    println!("policy: {cells} cells of opposed and closed spaces");
}
