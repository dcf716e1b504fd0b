//! Counts as outcomes: every check that could be made, and why one could not.

use hygie_snapshot::{Manifest, Order};

use crate::calendar;
use crate::model::{self, Model};
use crate::months;
use crate::report::{Checked, Outcome, Words};
use crate::rows::is_diagnosis;
use crate::tally::{At, Count, Tally};
use crate::thresholds::{Check, Thresholds};
use crate::words;
use crate::world::{LINKED, World};

/// What a check needs, a table or one of its columns.
type Need = (&'static str, Option<&'static str>);

/// A check that can be made where what it needs is there.
struct Planned {
    at: At,
    needs: Vec<Need>,
}

const CONCEPT: Need = ("concept", None);
const PERSON: Need = ("person", None);

/// The checks of a table.
struct Plan {
    model: &'static Model,
    list: Vec<Planned>,
}

impl Plan {
    /// Every check of a table.
    fn of(model: &'static Model) -> Vec<Planned> {
        let list = Vec::new();
        let mut plan = Plan { model, list };
        plan.columns();
        plan.links();
        plan.days();
        if model.is_event() {
            plan.events();
        }
        plan.amounts();
        plan.own();
        plan.list
    }

    fn add(&mut self, check: Check, column: Option<&'static str>, more: &[Need]) {
        let table = self.model.table;
        let mut needs = vec![(table, None)];
        needs.extend(column.map(|column| (table, Some(column))));
        needs.extend(more);
        let at = At {
            check,
            table,
            column,
        };
        self.list.push(Planned { at, needs });
    }

    fn columns(&mut self) {
        for column in self.model.required {
            self.add(Check::Required, Some(column), &[]);
        }
        self.add(Check::UniqueKey, Some(self.model.key), &[]);
        for column in self.model.concepts() {
            self.add(Check::ConceptKnown, Some(column), &[CONCEPT]);
        }
    }

    fn links(&mut self) {
        if self.model.table != "person" {
            self.add(Check::PersonFound, Some("person_id"), &[PERSON]);
        }
        for column in self.model.links {
            let check = match *column {
                "visit_occurrence_id" => Check::VisitFound,
                "provider_id" => Check::ProviderFound,
                "care_site_id" => Check::SiteFound,
                _ => Check::LocationFound,
            };
            let to = LINKED.iter().find(|(link, _)| link == column);
            let to = to.map_or(model::VISIT.table, |(_, table)| table);
            self.add(check, Some(column), &[(to, None)]);
        }
    }

    fn days(&mut self) {
        let model = self.model;
        if model.start.is_some() {
            self.add(Check::DateNotFuture, model.start, &[]);
            let birth = ("person", Some("year_of_birth"));
            self.add(Check::DateAfterBirth, model.start, &[PERSON, birth]);
        }
        if model.end.is_some() {
            self.add(Check::EndAfterStart, model.end, &[]);
        }
        if model.links.contains(&"visit_occurrence_id") {
            let of = (model.table, Some("visit_occurrence_id"));
            let visit = (model::VISIT.table, None);
            self.add(Check::DateInVisit, model.start, &[of, visit]);
        }
    }

    fn events(&mut self) {
        let model = self.model;
        self.add(Check::ConceptDomain, model.concept, &[CONCEPT]);
        self.add(Check::ConceptMapped, model.concept, &[]);
        self.add(Check::ConceptListed, model.concept, &[CONCEPT]);
        self.add(Check::OrdersAgree, None, &[]);
        let (period, death) = ((model::PERIOD.table, None), (model::DEATH.table, None));
        self.add(Check::DateObserved, model.start, &[period]);
        self.add(Check::DateBeforeDeath, model.start, &[death]);
    }

    fn amounts(&mut self) {
        if let Some((column, _)) = self.model.quantity {
            self.add(Check::Quantity, Some(column), &[]);
        }
        if let Some((charged, paid)) = self.model.amounts {
            self.add(Check::AmountPositive, Some(charged), &[]);
            self.add(Check::AmountPositive, Some(paid), &[]);
            let charged = (self.model.table, Some(charged));
            self.add(Check::PaidWithinCharged, Some(paid), &[charged]);
        }
    }

    /// What only some tables are asked.
    fn own(&mut self) {
        let sex = Some("gender_concept_id");
        if is_diagnosis(self.model.table) {
            self.add(
                Check::SexSpecific,
                None,
                &[CONCEPT, PERSON, ("person", sex)],
            );
        }
        match self.model.table {
            "person" => {
                self.add(Check::TablePresent, None, &[]);
                self.add(Check::PersonWithEvent, None, &[]);
                self.add(Check::SexKnown, sex, &[]);
                self.add(Check::PlaceKnown, Some("location_id"), &[]);
                self.add(Check::BirthYear, Some("year_of_birth"), &[]);
            }
            "observation_period" => {
                self.add(Check::TablePresent, None, &[]);
                self.add(Check::PersonObserved, None, &[PERSON]);
                self.add(Check::PeriodsApart, None, &[PERSON]);
            }
            "visit_occurrence" => {
                self.add(Check::StaysApart, None, &[PERSON]);
                self.add(Check::StayLength, self.model.end, &[PERSON]);
            }
            _ => {}
        }
    }
}

/// What the snapshot has.
pub(crate) struct There<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) tally: &'a Tally,
    pub(crate) thresholds: &'a Thresholds,
}

impl There<'_> {
    /// Whether a table is there, by person or about nobody.
    pub(crate) fn table(&self, table: &str) -> bool {
        [Order::ByPerson, Order::Plain]
            .into_iter()
            .any(|order| self.manifest.has(table, order))
    }

    fn lacks(&self, need: &Need) -> bool {
        let (table, column) = *need;
        match column {
            None => !self.table(table),
            Some(column) => self.tally.missing.contains(&(table, column)),
        }
    }

    /// The outcome of a check: it fails when more rows fail than the threshold allows that counts for the table.
    fn checked(&self, at: At, count: Count, why: Option<Words>) -> Checked {
        let entry = at.check.entry();
        let (threshold, set_by) = self.thresholds.of(at);
        let exact = count.failed as f64 * 100.0 > threshold * count.looked as f64;
        let outcome = match (&why, exact) {
            (Some(_), _) => Outcome::NotApplicable,
            (None, true) => Outcome::Fail,
            (None, false) => Outcome::Pass,
        };
        Checked {
            check: entry.name.to_owned(),
            category: entry.category,
            table: at.table.to_owned(),
            column: at.column.map(str::to_owned),
            threshold,
            set_by,
            default_threshold: Some(entry.percent),
            source: entry.source.to_owned(),
            looked: count.looked,
            failed: count.failed,
            percent: percent(count),
            outcome,
            meaning: words::meaning(at),
            why,
            odd: Vec::new(),
            late: Vec::new(),
        }
    }
}

/// The tables of which checks are made, in the order of the report.
pub(crate) fn tables() -> Vec<&'static str> {
    let tables = model::all().map(|model| model.table);
    tables.chain(["concept"]).collect()
}

/// The checks that are made of a table, each once.
pub(crate) fn made(table: &str) -> Vec<Check> {
    let Some(model) = model::all().find(|model| model.table == table) else {
        return vec![Check::TablePresent];
    };
    let steady = model.is_event().then_some(Check::MonthSteady);
    let planned = Plan::of(model).into_iter().map(|planned| planned.at.check);
    let mut checks: Vec<Check> = planned.chain(steady).collect();
    checks.sort();
    checks.dedup();
    checks
}

/// Every check's outcome, by category, check and table.
pub(crate) fn all(there: &There<'_>, world: &World) -> Vec<Checked> {
    let mut list = Vec::new();
    for (place, model) in model::all().enumerate() {
        for planned in Plan::of(model) {
            list.push((planned.at.check, place, outcome(&planned, there)));
        }
        if model.is_event() {
            list.push((Check::MonthSteady, place, steady(model, there, world)));
        }
    }
    let concept = Planned {
        at: At {
            check: Check::TablePresent,
            table: "concept",
            column: None,
        },
        needs: Vec::new(),
    };
    list.push((Check::TablePresent, usize::MAX, outcome(&concept, there)));
    list.sort_by_key(|(check, place, checked)| (checked.category, *check, *place));
    list.into_iter().map(|(_, _, checked)| checked).collect()
}

fn outcome(planned: &Planned, there: &There<'_>) -> Checked {
    let at = planned.at;
    if at.check == Check::TablePresent {
        let failed = u64::from(!there.table(at.table));
        return there.checked(at, Count { looked: 1, failed }, None);
    }
    let count = there.tally.checks.get(&at).copied().unwrap_or_default();
    let lack = planned.needs.iter().find(|need| there.lacks(need));
    // A column that only some files have was looked at where it is.
    let why = match lack {
        Some((table, None)) => Some(words::no_table(table)),
        Some((table, Some(column))) if count.looked == 0 => Some(words::no_column(table, column)),
        _ if count.looked > 0 => None,
        _ if at.check == Check::OrdersAgree && !there.manifest.has(at.table, Order::ByConcept) => {
            Some(words::no_order(at.table))
        }
        _ => (count.failed == 0).then(words::no_rows),
    };
    there.checked(at, count, why)
}

/// Percent, two decimals, never 0 when something failed nor 100 when something passed.
fn percent(count: Count) -> f64 {
    if count.looked == 0 {
        return if count.failed == 0 { 0.0 } else { 100.0 };
    }
    let share = (count.failed as f64 / count.looked as f64 * 10_000.0).round() / 100.0;
    match count.failed {
        0 => 0.0,
        failed if failed < count.looked => share.clamp(0.01, 99.99),
        _ => share,
    }
}

fn steady(model: &'static Model, there: &There<'_>, world: &World) -> Checked {
    let at = At {
        check: Check::MonthSteady,
        table: model.table,
        column: model.start,
    };
    let months = there
        .tally
        .tables
        .get(model.table)
        .map_or(&[][..], |table| &table.months);
    let last = world.last_day.and_then(calendar::month);
    let Some(steady) = last.and_then(|last| months::judge(months, last)) else {
        let why = if there.table(model.table) {
            words::few_rows()
        } else {
            words::no_table(model.table)
        };
        return there.checked(at, Count::default(), Some(why));
    };
    let count = Count {
        looked: steady.looked,
        failed: steady.odd.len() as u64,
    };
    Checked {
        odd: steady.odd,
        late: steady.late,
        ..there.checked(at, count, None)
    }
}
