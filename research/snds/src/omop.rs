//! Lines of a bucket as tables of the CDM 5.4.
//!
//! A snapshot holds what claims say, once. What the CDM repeats is derived at export: `…_source_value` and, where the
//! operator gave no standard concepts, `…_source_concept_id` are the concept's own; a last day that is absent is the first;
//! the professional of an act is its visit's; the activity of an act that has none is the first; a row of `cost` is made of an event's `total_charge` and `paid_by_payer`, in
//! euros, which stand beside the CDM's columns. Concepts of OMOP used here (<https://athena.ohdsi.org>): 32810 Claim, 32813
//! Claim enrolment record (long-term illnesses), 32815 Death certificate, 9201 Inpatient visit, 9202 Outpatient visit, 8507
//! male, 8532 female, 32902 primary diagnosis, 32908 secondary diagnosis.

use hygie_snapshot::{Building, Place, Pseudonym, Table, Values};

use crate::Error;
use crate::bucket::Lists;
use crate::event::{Kind, place_of, role};
use crate::persons::Traits;
use crate::vocabulary::Domain;

mod eras;
mod life;
mod order;
mod persons;
mod visits;

pub(crate) use order::order;
use visits::Visits;

pub(crate) use life::Life;

const CLAIM: i32 = 32_810;
const CERTIFICATE: i32 = 32_815;
const ENROLMENT: i32 = 32_813;
const INPATIENT: i32 = 9201;
const OUTPATIENT: i32 = 9202;
const PRIMARY: i32 = 32_902;
const SECONDARY: i32 = 32_908;

/// A person of a bucket.
pub(crate) struct Person {
    pub(crate) number: i32,
    pub(crate) name: Pseudonym,
    pub(crate) traits: Traits,
}

/// An event, with numbers that hold in the whole snapshot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) person: i32,
    pub(crate) kind: Kind,
    pub(crate) role: u8,
    pub(crate) source: i32,
    pub(crate) start: i32,
    pub(crate) end: i32,
    pub(crate) provider: i32,
    pub(crate) unit: u32,
    pub(crate) stay: u32,
    pub(crate) concept: i32,
    pub(crate) domain: Option<Domain>,
    pub(crate) group: u32,
    pub(crate) quantity: i64,
    pub(crate) charged: i64,
    pub(crate) paid: i64,
}

/// What makes two lines the same: the person; day, kind, code, activity and last day; the professional; the stay.
type Identity = (i32, u128, i32, (u32, u32));

impl Line {
    /// Claims: person, kind, code, activity, days, professional. Stays: the stay as well. Lines stand in this order.
    pub(crate) fn identity(&self) -> Identity {
        let of = if self.stay == 0 {
            (0, 0)
        } else {
            (self.unit + 1, self.stay)
        };
        // Numbers with their sign turned rise as numbers without one do.
        let rising = |value: i32| u128::from(value.cast_unsigned() ^ (1 << 31));
        let what = rising(self.start) << 80
            | u128::from(self.kind as u8) << 72
            | rising(self.source) << 40
            | u128::from(self.role) << 32
            | rising(self.end);
        (self.person, what, self.provider, of)
    }
}

impl Kind {
    /// Whether it is one of those that regularisations repeat.
    pub(crate) fn is_claim(self) -> bool {
        matches!(
            self,
            Kind::Drug | Kind::Procedure | Kind::Measurement | Kind::Device
        )
    }
}

/// The tables of events that are no visits.
const TABLES: [&str; 6] = [
    "condition_occurrence",
    "drug_exposure",
    "procedure_occurrence",
    "measurement",
    "observation",
    "device_exposure",
];

/// The table of a line, by its place in [`TABLES`]: by its concept's domain, and where it has none by its kind. Visits have
/// tables of their own.
fn table(line: &Line) -> Option<usize> {
    Some(match (line.kind, line.domain) {
        (Kind::Stay | Kind::Detail, _) => return None,
        (_, Some(Domain::Condition)) => 0,
        (_, Some(Domain::Drug)) => 1,
        (_, Some(Domain::Procedure)) => 2,
        (_, Some(Domain::Measurement)) => 3,
        (_, Some(Domain::Observation) | None) => 4,
        (_, Some(Domain::Device)) => 5,
    })
}

/// Columns while they grow.
#[derive(Default)]
struct Rows {
    id: Vec<i64>,
    person: Vec<i32>,
    concept: Vec<i32>,
    source: Vec<i32>,
    start: Vec<i32>,
    end: Vec<i32>,
    kind: Vec<i32>,
    status: Vec<i32>,
    provider: Vec<i32>,
    site: Vec<i32>,
    quantity: Vec<i32>,
    /// Of an act its activity, as a letter; 0 for none.
    activity: Vec<u8>,
    charged: Vec<f64>,
    paid: Vec<f64>,
    visit: Vec<i64>,
}

/// The last day, where it is not the first.
fn later(line: &Line) -> i32 {
    if line.end > line.start {
        line.end
    } else {
        Values::NO_INT
    }
}

/// Null for nothing.
fn euros(cents: i64) -> f64 {
    if cents == 0 {
        f64::NAN
    } else {
        cents as f64 / 100.0
    }
}

/// The activity of an act where it is not the first, which does what the code says: 4 is the anaesthetist's (CCAM, book III). Else
/// one code by several would be several acts.
fn activity(line: &Line) -> u8 {
    if line.kind == Kind::Procedure && line.role != b'1' && line.role.is_ascii_alphanumeric() {
        line.role
    } else {
        0
    }
}

/// Activities as `modifier_source_value`.
fn modifiers(activities: &[u8]) -> Values {
    let mut words = Vec::new();
    let mut place = |activity: u8| {
        let known = words.iter().position(|word| *word == activity);
        known.unwrap_or_else(|| {
            words.push(activity);
            words.len() - 1
        })
    };
    let at = activities.iter().map(|activity| match activity {
        0 => Values::NO_WORD,
        _ => u32::try_from(place(*activity)).expect("fewer than 256 activities"),
    });
    let at = at.collect();
    let words = words.iter().map(|word| char::from(*word).to_string());
    Values::Text {
        at,
        words: words.collect(),
    }
}

/// Numbers that no other bucket and no other year of care gives, so that a file which is written anew can't give those of
/// one that is kept. Of a year they follow each other: they take no more room than if they began with 1.
struct Numbering {
    next: i64,
    step: i64,
}

impl Numbering {
    fn new(building: &Building, at: Place) -> Numbering {
        let step = i64::from(building.buckets());
        // A bucket has fewer than 2^32 rows.
        let first = (i64::from(place_of(at.year)) << 32) + 1;
        Numbering {
            next: first * step + i64::from(at.bucket),
            step,
        }
    }

    fn next(&mut self) -> i64 {
        self.next += self.step;
        self.next - self.step
    }
}

/// Writes a year of care of a bucket, or what is given whole. The lines come in the [`order`] of their identities; `groups`
/// are those of stays, by their places.
pub(crate) fn write(
    building: &Building,
    bucket: Place,
    lines: &[Line],
    (groups, lists): (&[String], &Lists),
) -> Result<(), Error> {
    let visits = Visits::of(building, bucket, lines);
    visits.write(building, bucket, lines, groups)?;
    let mut places: [Vec<u32>; TABLES.len()] = Default::default();
    for (at, line) in (0u32..).zip(lines) {
        if let Some(table) = table(line) {
            places[table].push(at);
        }
    }
    for (name, places) in TABLES.iter().zip(places) {
        let mut rows = Rows::of(places.len());
        let mut numbers = Numbering::new(building, bucket);
        for at in places {
            rows.add(&lines[at as usize], numbers.next(), visits.find(at));
        }
        lay(building, name, bucket, &rows.table(name, lists.mapped))?;
    }
    Ok(())
}

/// Lays down a table's part. A year of which it has nothing gets no file.
fn lay(building: &Building, name: &str, at: Place, table: &Table) -> Result<(), Error> {
    if table.rows() > 0 || at.year.is_none() {
        building.events(name, at, table)?;
    }
    Ok(())
}

impl Rows {
    /// Room for so many.
    fn of(rows: usize) -> Rows {
        fn room<T>(rows: usize) -> Vec<T> {
            Vec::with_capacity(rows)
        }
        Rows {
            id: room(rows),
            person: room(rows),
            concept: room(rows),
            source: room(rows),
            start: room(rows),
            end: room(rows),
            kind: room(rows),
            status: room(rows),
            provider: room(rows),
            quantity: room(rows),
            activity: room(rows),
            charged: room(rows),
            paid: room(rows),
            visit: room(rows),
            site: Vec::new(),
        }
    }

    fn add(&mut self, line: &Line, id: i64, visit: Option<i64>) {
        self.id.push(id);
        self.person.push(line.person);
        self.concept.push(line.concept);
        self.source.push(line.source);
        self.start.push(line.start);
        self.end.push(later(line));
        self.kind.push(match (line.kind, line.role) {
            (Kind::Cause, _) => CERTIFICATE,
            (Kind::Condition, role::LONG_TERM) => ENROLMENT,
            _ => CLAIM,
        });
        self.status.push(match line.role {
            role::PRINCIPAL => PRIMARY,
            role::RELATED | role::ASSOCIATED => SECONDARY,
            _ => Values::NO_INT,
        });
        // Of an act in a visit the professional is the visit's.
        let alone = line.stay == 0 && line.provider != 0 && visit.is_none();
        self.provider
            .push(if alone { line.provider } else { Values::NO_INT });
        self.quantity
            .push(i32::try_from(line.quantity).unwrap_or(i32::MAX));
        self.activity.push(activity(line));
        self.charged.push(euros(line.charged));
        self.paid.push(euros(line.paid));
        self.visit.push(visit.unwrap_or(Values::NO_LONG));
    }

    /// The columns of a table of the CDM; where codes are `mapped` to standard concepts, with those that they are of.
    fn table(self, name: &str, mapped: bool) -> Table {
        let short = name.split('_').next().expect("a name has a first word");
        let (concept, source, kind) = (
            format!("{short}_concept_id"),
            format!("{short}_source_concept_id"),
            format!("{short}_type_concept_id"),
        );
        let (start, end) = match name {
            "procedure_occurrence" | "measurement" | "observation" => {
                (format!("{short}_date"), format!("{short}_end_date"))
            }
            "condition_occurrence" => (
                "condition_start_date".to_owned(),
                "condition_end_date".to_owned(),
            ),
            _ => (format!("{name}_start_date"), format!("{name}_end_date")),
        };
        let mut table = Table::new()
            .with(&format!("{name}_id"), Values::Long(self.id))
            .with("person_id", Values::Int(self.person))
            .with(&concept, Values::Int(self.concept))
            .with(&start, Values::Date(self.start));
        // What says nothing of its own is derived at export.
        if mapped {
            table = table.with(&source, Values::Int(self.source));
        }
        if name != "measurement" && name != "observation" {
            table = table.with(&end, Values::Date(self.end));
        }
        table = table.with(&kind, Values::Int(self.kind));
        if name == "condition_occurrence" {
            table = table.with("condition_status_concept_id", Values::Int(self.status));
        } else if name == "measurement" || name == "observation" {
            // How many acts: claims have no result.
            let count = self
                .quantity
                .iter()
                .map(|quantity| f64::from(*quantity))
                .collect();
            table = table.with(
                if name == "measurement" {
                    "quantity"
                } else {
                    "value_as_number"
                },
                Values::Number(count),
            );
        } else {
            table = table.with("quantity", Values::Int(self.quantity));
        }
        if name != "condition_occurrence" {
            table = table
                .with("total_charge", Values::Number(self.charged))
                .with("paid_by_payer", Values::Number(self.paid));
        }
        if name == "procedure_occurrence" {
            table = table.with("modifier_source_value", modifiers(&self.activity));
        }
        table
            .with("provider_id", Values::Int(self.provider))
            .with("visit_occurrence_id", Values::Long(self.visit))
    }
}
