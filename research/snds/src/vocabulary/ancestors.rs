//! CONCEPT_ANCESTOR out of what stands right above what.

use std::collections::HashMap;

use super::build::Node;
use super::rows::AncestorRow;

/// What is above one concept: where it stands among all, the shortest way there and the longest.
type Above = Vec<(usize, i32, i32)>;

/// Every concept with itself and all above it, shortest and longest way. What stands above was made without circles: each
/// parent is a shorter code, a wider range, a group, or of a vocabulary that leads to no other.
pub fn closure(nodes: &[Node]) -> Vec<AncestorRow> {
    let mut done: Vec<Option<Above>> = vec![None; nodes.len()];
    for at in 0..nodes.len() {
        climb(nodes, at, &mut done);
    }
    let mut rows = Vec::new();
    for (at, above) in done.into_iter().enumerate() {
        for (ancestor, min, max) in above.unwrap_or_default() {
            rows.push(AncestorRow {
                ancestor_concept_id: nodes[ancestor].id,
                descendant_concept_id: nodes[at].id,
                min_levels_of_separation: min,
                max_levels_of_separation: max,
            });
        }
    }
    rows
}

fn climb(nodes: &[Node], at: usize, done: &mut Vec<Option<Above>>) {
    if done[at].is_some() {
        return;
    }
    let mut levels = HashMap::from([(at, (0, 0))]);
    for &parent in &nodes[at].parents {
        climb(nodes, parent, done);
        for &(ancestor, min, max) in done[parent].iter().flatten() {
            let known = levels.entry(ancestor).or_insert((i32::MAX, 0));
            *known = (known.0.min(min + 1), known.1.max(max + 1));
        }
    }
    let above = levels
        .into_iter()
        .map(|(ancestor, (min, max))| (ancestor, min, max));
    done[at] = Some(above.collect());
}
