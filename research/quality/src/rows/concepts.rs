//! Concepts: known, of the table's domain, mapped, listed, and of the person's sex.

use super::Part;
use crate::cells::Cells;
use crate::concepts::{Fact, LOCAL};
use crate::people::{NOBODY, People};
use crate::tally::{Count, Tally};
use crate::thresholds::Check;
use crate::world::World;

/// Whether each concept is one, and the right one.
pub(super) fn check(part: &Part<'_>, world: &World, tally: &mut Tally) {
    let (model, rows) = (part.model, part.table.rows());
    if world.concepts.present {
        for column in model.concepts() {
            let Some(cells) = part.cells(column) else {
                continue;
            };
            let mut count = Count::default();
            for concept in (0..rows).filter_map(|row| set(cells, row)) {
                count.look(world.concepts.fact(concept).is_some());
            }
            tally.add(Check::ConceptKnown, model.table, Some(column), count);
        }
    }
    let Some(cells) = part.named(model.concept) else {
        return;
    };
    let source = part.named(model.source);
    let [mut mapped, mut domain, mut listed] = [Count::default(); 3];
    for row in 0..rows {
        let concept = set(cells, row);
        mapped.look(concept.is_some());
        if let Some(fact) = concept.and_then(|concept| world.concepts.fact(concept)) {
            domain.look(World::fits(model, world.concepts.domain(fact)));
        }
        let local = |concept: &i32| *concept >= LOCAL;
        let code = concept
            .filter(local)
            .or_else(|| set(source?, row).filter(local));
        if let Some(fact) = code.and_then(|code| world.concepts.fact(code)) {
            listed.look(!fact.unlisted);
        }
    }
    tally.add(Check::ConceptMapped, model.table, model.concept, mapped);
    if world.concepts.present {
        tally.add(Check::ConceptDomain, model.table, model.concept, domain);
        tally.add(Check::ConceptListed, model.table, model.concept, listed);
    }
}

/// A concept that is neither null nor 0.
fn set(cells: Cells<'_>, row: usize) -> Option<i32> {
    cells.int(row).filter(|concept| *concept != 0)
}

/// Diagnoses of one sex, at persons of known sex.
pub(super) fn sexes(part: &Part<'_>, people: &People, world: &World, tally: &mut Tally) {
    if !world.concepts.present || !is_diagnosis(part.model.table) {
        return;
    }
    let main = part
        .named(part.model.concept)
        .or_else(|| part.cells("cause_concept_id"));
    let source = part.named(part.model.source);
    let mut count = Count::default();
    for (row, place) in part
        .who
        .iter()
        .enumerate()
        .filter(|(_, place)| **place != NOBODY)
    {
        let Some(sex) = people.sex[*place as usize] else {
            continue;
        };
        let of =
            |cells: Option<Cells<'_>>| -> Option<Fact> { world.concepts.fact(set(cells?, row)?) };
        let only = of(main)
            .and_then(|fact| fact.sex)
            .or_else(|| of(source)?.sex);
        if let Some(only) = only {
            count.look(only == sex);
        }
    }
    tally.add(Check::SexSpecific, part.model.table, None, count);
}

/// Whether a table holds diagnoses.
pub(crate) fn is_diagnosis(table: &str) -> bool {
    matches!(table, "condition_occurrence" | "death")
}
