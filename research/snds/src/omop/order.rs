//! Lines in the order of their identities.

use super::Line;

/// Puts lines in order. Numbers of a bucket's persons are `step` apart and dense: lines go to their persons first, and what
/// is left to sort is a person's own.
pub(crate) fn order(lines: &mut Vec<Line>, step: u32) {
    let step = i32::try_from(step).unwrap_or(1).max(1);
    let place = |line: &Line| (line.person / step).unsigned_abs() as usize;
    if !lines.is_sorted_by_key(|line| line.person) {
        let most = lines.iter().map(place).max().unwrap_or(0);
        let mut next = vec![0u32; most + 2];
        for line in lines.iter() {
            next[place(line) + 1] += 1;
        }
        for at in 1..next.len() {
            next[at] += next[at - 1];
        }
        let mut sorted = lines.clone();
        for line in lines.iter() {
            let to = &mut next[place(line)];
            sorted[*to as usize] = *line;
            *to += 1;
        }
        *lines = sorted;
    }
    for person in lines.chunk_by_mut(|one, next| one.person == next.person) {
        person.sort_unstable_by(|one, other| {
            // Acts of a stay may be alike but for how many they are.
            let alike = || one.quantity.cmp(&other.quantity);
            one.identity().cmp(&other.identity()).then_with(alike)
        });
    }
}

#[cfg(test)]
mod tests;
