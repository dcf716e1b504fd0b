//! Whose rows are whose: persons rise within a file, or within each of its concepts, and so do lists of persons, so that both
//! are gone through side by side, each leaping over what the other does not hold.

use std::ops::Range;

/// The rows of whoever is on the list, which rises; ranges that meet are one.
pub(super) fn of(persons: &[i32], list: &[i32]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut first = 0;
    for run in persons.chunk_by(|one, next| one <= next) {
        let (mut at, mut on) = (0, 0);
        while let Some(person) = run.get(at) {
            on += below(&list[on..], person);
            let Some(next) = list.get(on) else { break };
            at += below(&run[at..], next);
            let begin = first + at;
            at += run[at..].iter().take_while(|other| *other == next).count();
            match ranges.last_mut() {
                Some(last) if last.end == begin => last.end = first + at,
                _ if begin < first + at => ranges.push(begin..first + at),
                _ => {}
            }
        }
        first += run.len();
    }
    ranges
}

/// What lies between rising ranges of so many rows.
pub(super) fn between(ranges: &[Range<usize>], rows: usize) -> Vec<Range<usize>> {
    let mut others = Vec::with_capacity(ranges.len() + 1);
    let mut begin = 0;
    for range in ranges {
        if begin < range.start {
            others.push(begin..range.start);
        }
        begin = range.end;
    }
    if begin < rows {
        others.push(begin..rows);
    }
    others
}

/// How many stand below `one` at the beginning of what rises: steps double until they are past it.
pub(crate) fn below<T: Ord>(rising: &[T], one: &T) -> usize {
    let mut step = 1;
    while rising.get(step - 1).is_some_and(|other| other < one) {
        step *= 2;
    }
    let (first, end) = (step / 2, rising.len().min(step));
    first + rising[first..end].partition_point(|other| other < one)
}
