//! What rows point to: persons, visits of the same person, professionals, establishments, places.

use super::{Part, Visits};
use crate::people::NOBODY;
use crate::tally::{Count, Tally};
use crate::thresholds::Check;
use crate::world::World;

/// Whether what a row points to is there.
pub(super) fn check(part: &Part<'_>, (visits, world): (&Visits, &World), tally: &mut Tally) {
    let model = part.model;
    if model.table != "person" {
        let mut count = Count::default();
        for place in &part.who {
            count.look(*place != NOBODY);
        }
        tally.add(Check::PersonFound, model.table, Some("person_id"), count);
    }
    for column in model.links {
        let Some(cells) = part.cells(column) else {
            continue;
        };
        let mut count = Count::default();
        let rows = (0..part.table.rows()).filter_map(|row| Some((row, cells.whole(row)?)));
        let check = match (*column, world.linked.get(column)) {
            ("visit_occurrence_id", _) if visits.present => {
                for (row, id) in rows {
                    let visit = visits.find(id);
                    count.look(visit.is_some_and(|visit| visit.person == part.who[row]));
                }
                Check::VisitFound
            }
            ("provider_id", Some(ids)) => {
                rows.for_each(|(_, id)| count.look(ids.contains(&id)));
                Check::ProviderFound
            }
            ("care_site_id", Some(ids)) => {
                rows.for_each(|(_, id)| count.look(ids.contains(&id)));
                Check::SiteFound
            }
            ("location_id", Some(ids)) => {
                rows.for_each(|(_, id)| count.look(ids.contains(&id)));
                Check::LocationFound
            }
            _ => continue,
        };
        tally.add(check, model.table, Some(column), count);
    }
}
