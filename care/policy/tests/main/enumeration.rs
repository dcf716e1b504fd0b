use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use hygie_notice::{Act, ActorKind, ActorRef, Purpose};
use hygie_policy::{Request, Rights, Target, Terms, decide, rule_names};

use crate::relation::truths;
use crate::states::{rights, rights_for};
use crate::table::Table;
use crate::world::{
    ACTS, FORBIDDEN_SECTORS, HOLDER, NOW, PLAIN, PURPOSES, actors, classes, few_classes, in_sector,
    marks, terms,
};

/// What one part of the enumeration found.
struct Found {
    table: Table,
    cells: u64,
    permitted: u64,
    /// How often each rule was given as a reason.
    rules: BTreeMap<String, u64>,
    differences: Vec<String>,
}

impl Found {
    fn new() -> Self {
        Self {
            table: Table::read(),
            cells: 0,
            permitted: 0,
            rules: BTreeMap::new(),
            differences: Vec::new(),
        }
    }

    fn cell(&mut self, request: &Request<'_>) {
        let decision = decide(request);
        let (permits, rules) = self.table.decide(truths(request));
        self.cells += 1;
        self.permitted += u64::from(decision.permits());
        if decision.permits() != permits || decision.rules != rules || !decision.errors.is_empty() {
            self.differences.push(format!(
                "{request:?} {decision:?} but by the table {permits} {rules:?}"
            ));
        }
        for rule in decision.rules {
            match self.rules.get_mut(&rule) {
                Some(count) => *count += 1,
                None => {
                    self.rules.insert(rule, 1);
                }
            }
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

/// The purposes that can make a difference for a role, and one that is not its own.
fn purposes(kind: ActorKind) -> impl Iterator<Item = Purpose> {
    let mut strange = PURPOSES
        .into_iter()
        .filter(move |purpose| !kind.may_claim(*purpose));
    PURPOSES
        .into_iter()
        .filter(move |purpose| kind.may_claim(*purpose))
        .chain(strange.next())
}

/// All cells of one actor.
fn enumerate(found: &mut Found, actor: &ActorRef, terms: &Terms, all: &[Rights]) {
    let request = |act, purpose, target, person, rights| Request {
        actor,
        act,
        purpose,
        target,
        person,
        rights,
        terms,
        now: NOW,
    };
    for target in PLAIN {
        for act in ACTS {
            for purpose in PURPOSES {
                for person in [Some(*HOLDER), None] {
                    for rights in rights_for(target, all) {
                        found.cell(&request(act, purpose, target, person, rights));
                    }
                }
            }
        }
    }
    for target in marks() {
        for act in [Act::Mask, Act::Read, Act::Amend] {
            for purpose in purposes(actor.kind) {
                for rights in all {
                    found.cell(&request(act, purpose, target, Some(*HOLDER), rights));
                }
            }
        }
    }
    // Items: every class for reading, a few for the other acts, which look at few of its sides.
    for class in classes(actor.kind) {
        for purpose in PURPOSES
            .into_iter()
            .filter(|purpose| actor.kind.may_claim(*purpose))
        {
            for rights in all {
                found.cell(&request(
                    Act::Read,
                    purpose,
                    Target::Entry(class),
                    Some(*HOLDER),
                    rights,
                ));
            }
        }
    }
    for class in few_classes() {
        for act in ACTS {
            for purpose in purposes(actor.kind) {
                let last = &all[all.len() - 1];
                for (person, rights) in [
                    (Some(*HOLDER), &all[0]),
                    (Some(*HOLDER), last),
                    (None, &all[0]),
                ] {
                    found.cell(&request(act, purpose, Target::Entry(class), person, rights));
                }
            }
        }
    }
}

#[test]
fn cedar_and_the_table_agree_in_every_cell() {
    let all = rights();
    let few: Vec<Rights> = all.iter().step_by(9).cloned().collect();
    // Sectors stand in one rule that looks at nothing beside: with one, every ninth state is enough.
    let mut work: Vec<(ActorRef, &[Rights])> = Vec::new();
    for (place, actor) in actors().into_iter().enumerate() {
        if place % 6 == 0 {
            work.push((in_sector(&actor, Some(FORBIDDEN_SECTORS[place % 5])), &few));
            work.push((in_sector(&actor, Some("SA01")), &few));
        }
        work.push((actor, &all));
    }
    let found = thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|worker| {
                let work = &work;
                scope.spawn(move || {
                    let mut found = Found::new();
                    for (place, (actor, states)) in work.iter().enumerate() {
                        if place % 2 == worker {
                            enumerate(&mut found, actor, &terms(place % 4 < 2), states);
                        }
                    }
                    found
                })
            })
            .collect();
        let mut all = Found::new();
        for worker in workers {
            let part = worker.join().unwrap();
            println!("policy: {} different questions", part.table.questions());
            all.add(part);
        }
        all
    });
    println!(
        "policy: {} cells compared, {} permitted",
        found.cells, found.permitted
    );
    for (rule, count) in &found.rules {
        println!("policy: {count:>9} {rule}");
    }
    let few: Vec<_> = found.differences.iter().take(5).collect();
    assert!(
        few.is_empty(),
        "{} differences, the first: {few:#?}",
        found.differences.len()
    );
    assert!(found.cells >= 1_000_000);
    let reached: BTreeSet<String> = found.rules.into_keys().collect();
    let written: BTreeSet<String> = rule_names().into_iter().collect();
    assert_eq!(reached, written, "every rule is a reason somewhere");
}

#[test]
fn the_table_names_each_rule_once_and_no_other() {
    let table = Table::read();
    let mut rows: Vec<&str> = table.rows.iter().map(|row| row.rule.as_str()).collect();
    rows.sort_unstable();
    assert_eq!(rows, rule_names());
    for row in &table.rows {
        let law = ["CSP", "GDPR", "EHDS", "C. civ.", "CSS", "arrêté"];
        assert!(
            law.iter().any(|law| row.article.contains(law)),
            "{} cites no law",
            row.rule
        );
    }
}

#[test]
fn an_opposed_or_closed_space_opens_for_nobody_but_the_holder_s_trail() {
    // INVARIANT (opposition wins), said without the table.
    let terms = terms(true);
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
                            terms: &terms,
                            now: NOW,
                        };
                        let trail = target == Target::Trail
                            && act == Act::Account
                            && matches!(actor.kind, ActorKind::Holder | ActorKind::Representative)
                            && actor.person == person;
                        // To oppose once more opens nothing, whether the roll writes it, an agent, or who represents him.
                        let opposes = target == Target::Record
                            && act == Act::Oppose
                            && (actor.kind == ActorKind::Enrolment
                                || actor.kind == ActorKind::Representative
                                    && actor.person == person
                                || actor.kind == ActorKind::Support
                                    && purpose == Purpose::Enrolment);
                        // Nor does erasing; and what is closed comes back by its custodians.
                        let ends = target == Target::Record
                            && match actor.kind {
                                ActorKind::Operator => {
                                    act == Act::Erase
                                        || act == Act::Reopen && rights.closed && !rights.opposed
                                }
                                ActorKind::Enrolment => act == Act::Erase,
                                _ => false,
                            };
                        // Cases about his rights go on while he opposes; no content opens for them.
                        let cases = target == Target::Record
                            && act == Act::Case
                            && !rights.closed
                            && (actor.kind == ActorKind::Enrolment
                                || matches!(
                                    actor.kind,
                                    ActorKind::Holder | ActorKind::Representative
                                ) && actor.person == person);
                        assert!(
                            trail || opposes || ends || cases || !decide(&request).permits(),
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
