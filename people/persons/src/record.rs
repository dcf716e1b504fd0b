//! One person's record while it is written: what was done on which day, by whom.

mod acts;
mod documents;
mod findings;
mod laboratory;
mod medicines;
mod plans;
mod vaccinations;
mod visits;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bundle::{Bundle, refer};
use crate::day::Day;
use crate::json::Fields;
use crate::person::Person;
use crate::providers::{self, Who};
use crate::random::{Purpose, Random};
use crate::tables::trades::Trade;

pub use documents::Author;
pub use visits::{Setting, Visit};

/// A record that is being written.
pub struct Record<'p> {
    pub person: &'p Person,
    /// The randomness of the life that is lived just now.
    pub random: Random,
    /// The URL of the Patient.
    pub patient: String,
    /// The URLs of the RelatedPersons, as the household has them.
    pub relatives: Vec<String>,
    bundle: Bundle,
    team: BTreeMap<Trade, Rc<Who>>,
    structures: Vec<u64>,
}

impl<'p> Record<'p> {
    /// The Patient with his general practitioner and the people he lives with.
    pub fn new(person: &'p Person) -> Self {
        let mut record = Self {
            person,
            random: Random::new(person.seed, Purpose::Person, person.index),
            patient: String::new(),
            relatives: Vec::new(),
            bundle: Bundle::new(person.index.is_multiple_of(2)),
            team: BTreeMap::new(),
            structures: Vec::new(),
        };
        let doctor = record.who(Trade::Doctor);
        let (id, fields) = person.patient(&doctor.person);
        // The Patient's own stream has given his UUID and his telephone: go on behind them.
        record.random.uuid();
        record.random.uuid();
        record.patient = record.bundle.add(id, "Patient", fields);
        for (member, relation) in person.relatives() {
            let mut fields = member.traits();
            fields.insert(1, ("patient", refer(&record.patient)));
            fields.insert(2, ("relationship", vec![relation].into()));
            let url = record.add("RelatedPerson", fields);
            record.relatives.push(url);
        }
        record
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.bundle.len()
    }

    pub fn print(self) -> String {
        self.bundle.print()
    }

    /// Adds a resource; gives its URL.
    pub fn add(&mut self, kind: &'static str, fields: Fields) -> String {
        let id = self.random.uuid();
        self.bundle.add(id, kind, fields)
    }

    /// The professional of this trade whom the household goes to.
    pub fn who(&mut self, trade: Trade) -> Rc<Who> {
        if let Some(who) = self.team.get(&trade) {
            return Rc::clone(who);
        }
        let household = &self.person.household;
        let who = Rc::new(providers::add(
            &mut self.bundle,
            &mut self.structures,
            (self.person.seed, household.first),
            household.department,
            trade,
        ));
        self.team.insert(trade, Rc::clone(&who));
        who
    }

    /// Those who have cared for the person, by their trades.
    pub fn team_so_far(&self) -> impl Iterator<Item = (Trade, &Who)> {
        self.team.iter().map(|(trade, who)| (*trade, &**who))
    }

    /// A working day about this one.
    pub fn near(&mut self, day: Day, spread: i32) -> Day {
        day.plus(self.random.within(-spread, spread)).working()
    }
}
