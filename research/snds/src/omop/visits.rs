//! Stays, and meetings with professionals in town: a person, a day, a professional.

use hygie_snapshot::{Building, Place, Table, Values};

use super::{CLAIM, INPATIENT, Line, Numbering, OUTPATIENT, Rows, later, lay};
use crate::Error;
use crate::event::Kind;

/// The visits of a bucket.
pub(super) struct Visits {
    /// For each line, the visit that it belongs to; [`Values::NO_LONG`] for none.
    of: Vec<i64>,
    /// In the order of their numbers: a stay's line, or that of a meeting's first act.
    order: Vec<u32>,
    first: Numbering,
}

impl Visits {
    /// The lines stand in the order of their identities: by person, then by day.
    pub(super) fn of(building: &Building, bucket: Place, lines: &[Line]) -> Visits {
        let mut visits = Visits {
            of: vec![Values::NO_LONG; lines.len()],
            order: Vec::new(),
            first: Numbering::new(building, bucket),
        };
        let mut numbers = Numbering::new(building, bucket);
        let mut first = 0;
        for person in lines.chunk_by(|one, next| one.person == next.person) {
            visits.person(person, first, &mut numbers);
            first += person.len();
        }
        visits
    }

    /// The visits of a person, whose lines begin at `first`.
    fn person(&mut self, lines: &[Line], first: usize, numbers: &mut Numbering) {
        let mut stays: Vec<(u32, u32, i64)> = Vec::new();
        // Of the day at hand, by professional.
        let mut meetings: Vec<(i32, i64)> = Vec::new();
        let mut day = None;
        for (at, line) in (first..).zip(lines) {
            if line.kind == Kind::Stay {
                stays.push((line.unit, line.stay, self.begin(at, numbers)));
            } else if let Some(met) = meeting(line) {
                if day != Some(line.start) {
                    day = Some(line.start);
                    meetings.clear();
                }
                self.of[at] = match meetings.binary_search_by_key(&met, |known| known.0) {
                    Ok(known) => meetings[known].1,
                    Err(place) => {
                        let number = self.begin(at, numbers);
                        meetings.insert(place, (met, number));
                        number
                    }
                };
            }
        }
        stays.sort_unstable();
        if stays.is_empty() {
            return;
        }
        // What was done in a stay may stand before it.
        for (at, line) in (first..).zip(lines).filter(|(_, line)| line.stay != 0) {
            let key = (line.unit, line.stay);
            if let Ok(found) = stays.binary_search_by_key(&key, |stay| (stay.0, stay.1)) {
                self.of[at] = stays[found].2;
            }
        }
    }

    fn begin(&mut self, at: usize, numbers: &mut Numbering) -> i64 {
        let at = u32::try_from(at).expect("a bucket has fewer than 2^32 lines");
        self.order.push(at);
        numbers.next()
    }

    /// The visit of the line at this place.
    pub(super) fn find(&self, at: u32) -> Option<i64> {
        let number = self.of[at as usize];
        (number != Values::NO_LONG).then_some(number)
    }

    /// Writes `visit_occurrence` and `visit_detail`.
    pub(super) fn write(
        &self,
        building: &Building,
        bucket: Place,
        lines: &[Line],
        groups: &[String],
    ) -> Result<(), Error> {
        let mut rows = Rows::default();
        let mut names: Vec<Option<&str>> = Vec::new();
        let mut numbers = Numbering {
            next: self.first.next,
            step: self.first.step,
        };
        for at in &self.order {
            let line = &lines[*at as usize];
            let stay = line.kind == Kind::Stay;
            rows.id.push(numbers.next());
            rows.person.push(line.person);
            rows.concept.push(if stay { INPATIENT } else { OUTPATIENT });
            rows.start.push(line.start);
            rows.end
                .push(if stay { later(line) } else { Values::NO_INT });
            rows.kind.push(CLAIM);
            rows.provider.push(if stay || line.provider == 0 {
                Values::NO_INT
            } else {
                line.provider
            });
            rows.site.push(if stay && line.provider != 0 {
                line.provider
            } else {
                Values::NO_INT
            });
            let group = &groups[line.group as usize];
            names.push((stay && !group.is_empty()).then_some(group.as_str()));
        }
        let table = Table::new()
            .with("visit_occurrence_id", Values::Long(rows.id))
            .with("person_id", Values::Int(rows.person))
            .with("visit_concept_id", Values::Int(rows.concept))
            .with("visit_start_date", Values::Date(rows.start))
            .with("visit_end_date", Values::Date(rows.end))
            .with("visit_type_concept_id", Values::Int(rows.kind))
            .with("provider_id", Values::Int(rows.provider))
            .with("care_site_id", Values::Int(rows.site))
            .with("visit_source_value", Values::text(names));
        lay(building, "visit_occurrence", bucket, &table)?;
        self.details(building, bucket, lines)
    }

    fn details(&self, building: &Building, bucket: Place, lines: &[Line]) -> Result<(), Error> {
        let mut rows = Rows::default();
        let mut numbers = Numbering::new(building, bucket);
        let details = (0u32..).zip(lines);
        for (at, line) in details.filter(|(_, line)| line.kind == Kind::Detail) {
            rows.id.push(numbers.next());
            rows.person.push(line.person);
            rows.concept.push(INPATIENT);
            rows.start.push(line.start);
            rows.end.push(later(line));
            rows.kind.push(CLAIM);
            rows.site.push(if line.provider == 0 {
                Values::NO_INT
            } else {
                line.provider
            });
            rows.visit.push(self.find(at).unwrap_or(Values::NO_LONG));
        }
        let table = Table::new()
            .with("visit_detail_id", Values::Long(rows.id))
            .with("person_id", Values::Int(rows.person))
            .with("visit_detail_concept_id", Values::Int(rows.concept))
            .with("visit_detail_start_date", Values::Date(rows.start))
            .with("visit_detail_end_date", Values::Date(rows.end))
            .with("visit_detail_type_concept_id", Values::Int(rows.kind))
            .with("care_site_id", Values::Int(rows.site))
            .with("visit_occurrence_id", Values::Long(rows.visit));
        lay(building, "visit_detail", bucket, &table)
    }
}

/// The professional of a meeting in town: acts, not what is delivered or measured.
fn meeting(line: &Line) -> Option<i32> {
    let met = line.stay == 0 && line.kind == Kind::Procedure && line.provider != 0;
    met.then_some(line.provider)
}
