//! Where each concept's rows stand in a file that is ordered by concept: a search engine's dictionary.
//!
//! Kept in the Parquet footer under [`KEY`], as text: pairs of `concept gap` and `rows`, base 36, so that a query reads
//! the rows of its concepts and nothing else. Any other reader prunes by the column's statistics instead.

use std::ops::Range;

/// The footer's key.
pub(crate) const KEY: &str = "hygie.postings";

/// Concepts in rising order, each with its rows, which follow one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Postings {
    concepts: Vec<(i32, Range<usize>)>,
}

impl Postings {
    /// The postings of a column in rising order.
    pub(crate) fn of(concepts: &[i32]) -> Postings {
        let mut list: Vec<(i32, Range<usize>)> = Vec::new();
        for (row, &concept) in concepts.iter().enumerate() {
            match list.last_mut() {
                Some((last, rows)) if *last == concept => rows.end = row + 1,
                _ => list.push((concept, row..row + 1)),
            }
        }
        Postings { concepts: list }
    }

    /// Each concept with its rows.
    pub fn iter(&self) -> impl Iterator<Item = (i32, Range<usize>)> + '_ {
        self.concepts.iter().cloned()
    }

    /// The rows of the concepts that `wanted` accepts; ranges that meet are one.
    pub fn rows(&self, wanted: impl Fn(i32) -> bool) -> Vec<Range<usize>> {
        let mut rows: Vec<Range<usize>> = Vec::new();
        for (_, range) in self.concepts.iter().filter(|(concept, _)| wanted(*concept)) {
            match rows.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => rows.push(range.clone()),
            }
        }
        rows
    }

    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        let mut before = 0i64;
        for (concept, rows) in &self.concepts {
            base36(&mut text, (i64::from(*concept) - before).unsigned_abs());
            text.push(' ');
            base36(&mut text, rows.len() as u64);
            text.push(' ');
            before = i64::from(*concept);
        }
        text
    }

    /// None when the text is none of ours.
    pub(crate) fn parse(text: &str) -> Option<Postings> {
        let mut concepts = Vec::new();
        let (mut concept, mut row) = (0i64, 0usize);
        let mut words = text.split_ascii_whitespace();
        while let Some(gap) = words.next() {
            let gap = i64::from_str_radix(gap, 36).ok()?;
            let rows = usize::from_str_radix(words.next()?, 36).ok()?;
            concept = concept.checked_add(gap)?;
            let end = row.checked_add(rows)?;
            concepts.push((i32::try_from(concept).ok()?, row..end));
            row = end;
        }
        Some(Postings { concepts })
    }
}

fn base36(text: &mut String, mut number: u64) {
    let mut digits = [0u8; 13];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize];
        number /= 36;
        if number == 0 {
            break;
        }
    }
    text.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests;
