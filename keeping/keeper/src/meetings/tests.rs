//! Failures covered: one person too many, or one too few, for any order of actors, persons, budgets, days, clocks set
//! back, restarts and groups that are taken back; a second alarm on one day; rows of old days that stay; an actor who
//! can be read in the table.
//! Not a failure: a new budget when the clock went back by more than two days.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, HashSet};

use hygie_notice::{ActorKind, Millis, PersonId, Purpose, Subject};
use proptest::prelude::*;
use rusqlite::Connection;

use super::{ActorKey, BACK, DAY, Draw, Meetings, Standing};
use crate::budgets::{Allowance, Budgets, Work};
use crate::database;

const SECRET: [u8; 32] = [7; 32];

fn person(number: u8) -> Subject {
    let entropy = Fixed(number);
    Subject::person(PersonId::random(&entropy))
}

struct Fixed(u8);

impl hygie_notice::Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn budgets(care: u64, deposit: u64) -> Budgets {
    Budgets {
        care: Allowance::of(care).unwrap(),
        deposit: Allowance::of(deposit).unwrap(),
        ..Budgets::default()
    }
}

fn small(budgets: Budgets) -> Meetings {
    Meetings {
        // Every few meetings the memory is full.
        most: 3,
        ..Meetings::new(budgets, &SECRET)
    }
}

/// Opens once, as the writer does: whether it was within the budget, and whether the alarm rang.
fn open(
    meetings: &mut Meetings,
    db: &Connection,
    (id, work): (&str, Work),
    person: &Subject,
    now: Millis,
) -> (bool, bool) {
    let draw = Draw {
        kind: ActorKind::Professional,
        id,
        work,
        purpose: Purpose::Treatment,
        person,
    };
    match meetings.standing(db, &draw, now).unwrap() {
        Standing::Met => (true, false),
        Standing::New(name) => {
            meetings.meet(db, name, person).unwrap();
            (true, false)
        }
        Standing::Beyond { .. } => {
            let kind = ActorKind::Professional;
            (false, meetings.first_alarm(db, kind, id).unwrap())
        }
    }
}

/// What the words say, without a memory, a table or a thought for speed.
#[derive(Clone, Default)]
struct Naive {
    day: Option<u64>,
    met: HashMap<(u8, bool), HashSet<u8>>,
    alarmed: HashSet<u8>,
}

impl Naive {
    fn open(&mut self, actor: u8, writes: bool, person: u8, now: Millis) -> (bool, bool) {
        let today = now / DAY;
        let same = self
            .day
            .is_some_and(|day| day >= today && day <= today + BACK);
        if !same {
            *self = Self {
                day: Some(today),
                ..Self::default()
            };
        }
        let limit = if writes { 4 } else { 3 };
        let met = self.met.entry((actor, writes)).or_default();
        if met.contains(&person) {
            return (true, false);
        }
        if met.len() < limit {
            met.insert(person);
            return (true, false);
        }
        (false, self.alarmed.insert(actor))
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// One group of openings: actor, whether it writes, person; and whether it is taken back.
    Group(Vec<(u8, bool, u8)>, bool),
    /// The clock moves, by hours.
    Clock(i8),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let opening = (0..3_u8, any::<bool>(), 0..9_u8);
    prop_oneof![
        6 => (proptest::collection::vec(opening, 1..24), proptest::bool::weighted(0.2))
            .prop_map(|(openings, back)| Step::Group(openings, back)),
        2 => (-70..40_i8).prop_map(Step::Clock),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_person_too_many_or_too_few(steps in proptest::collection::vec(step(), 1..24)) {
        let db = database::in_memory();
        let mut meetings = small(budgets(3, 4));
        let mut naive = Naive::default();
        let mut now = 20_000 * DAY;
        for step in steps {
            match step {
                Step::Clock(hours) => now = now.saturating_add_signed(i64::from(hours) * 3_600_000),
                Step::Restart => meetings = small(budgets(3, 4)),
                Step::Group(openings, back) => {
                    let before = naive.clone();
                    db.execute_batch("BEGIN").unwrap();
                    for (actor, writes, who) in openings {
                        let work = if writes { Work::Deposit } else { Work::Care };
                        let said = open(&mut meetings, &db, (&actor.to_string(), work), &person(who), now);
                        prop_assert_eq!(said, naive.open(actor, writes, who, now));
                    }
                    meetings.prune(&db).unwrap();
                    if back {
                        db.execute_batch("ROLLBACK").unwrap();
                        meetings.forget();
                        naive = before;
                    } else {
                        db.execute_batch("COMMIT").unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn rows_of_earlier_days_that_stay() {
    let db = database::in_memory();
    let mut meetings = small(budgets(200, 200));
    let day = 20_000 * DAY;
    for number in 0..200 {
        let who = person(number);
        assert!(open(&mut meetings, &db, ("a", Work::Care), &who, day).0);
        assert!(open(&mut meetings, &db, ("b", Work::Care), &who, day).0);
        assert!(open(&mut meetings, &db, ("c", Work::Care), &who, day).0);
    }
    let rows = || -> u32 {
        db.query_row("SELECT count(*) FROM met", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(rows(), 600);
    assert!(open(&mut meetings, &db, ("a", Work::Care), &person(1), day + DAY).0);
    meetings.prune(&db).unwrap();
    assert_eq!(rows(), 101);
    meetings.prune(&db).unwrap();
    assert_eq!(rows(), 1);
    // By much the clock goes back: what is counted as of tomorrow is gone too.
    assert!(
        open(
            &mut meetings,
            &db,
            ("a", Work::Care),
            &person(1),
            day - 5 * DAY
        )
        .0
    );
    meetings.prune(&db).unwrap();
    assert_eq!(rows(), 1);
}

#[test]
fn an_actor_who_can_be_read_in_the_table() {
    let db = database::in_memory();
    let mut meetings = small(budgets(3, 3));
    let id = "10101010101";
    assert!(open(&mut meetings, &db, (id, Work::Care), &person(1), DAY).0);
    let name: ActorKey = db
        .query_row("SELECT actor FROM met", [], |row| row.get(0))
        .unwrap();
    let mut other = Meetings::new(budgets(3, 3), &[8; 32]);
    assert_ne!(name, other.actor(ActorKind::Professional, id));
    // Under another secret nobody was met: the name is no plain hash.
    assert!(open(&mut other, &db, (id, Work::Care), &person(1), DAY).0);
    let rows: u32 = db
        .query_row("SELECT count(*) FROM met", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 2);
}
