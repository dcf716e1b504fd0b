//! Whether a history is linearizable (Herlihy and Wing 1990): whether each request can be given one moment between
//! its beginning and its answer so that a record which does one after the other tells the same. The search is that of
//! Wing and Gong (1993) with Lowe's memory of what was tried (2017).

use std::collections::{BTreeSet, HashSet};

use super::history::{Event, Record};

/// A place in the search: which events have had their moment, and what the record is then.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    /// All answered events before this one have.
    low: usize,
    /// Answered events from `low` on that have.
    ahead: BTreeSet<usize>,
    /// Events without an answer that have.
    open: BTreeSet<usize>,
    record: Record,
}

/// Nothing when the history is linearizable, else where every order fails.
pub fn objection(history: &[Event]) -> Option<String> {
    let mut answered: Vec<&Event> = history
        .iter()
        .filter(|event| event.answer.is_some())
        .collect();
    answered.sort_by_key(|event| event.begun);
    let open: Vec<&Event> = history
        .iter()
        .filter(|event| event.answer.is_none())
        .collect();
    let mut seen = HashSet::new();
    let mut stack = vec![Place {
        low: 0,
        ahead: BTreeSet::new(),
        open: BTreeSet::new(),
        record: Record::default(),
    }];
    let mut furthest = (0, Vec::new());
    while let Some(place) = stack.pop() {
        if place.low == answered.len() {
            return None;
        }
        let (candidates, end) = place.candidates(&answered);
        let reached = place.low + place.ahead.len();
        if reached >= furthest.0 {
            let stuck = candidates.iter().map(|at| answered[*at].clone());
            furthest = (reached, stuck.collect());
        }
        let late = (0..open.len()).filter(|at| open[*at].begun < end && !place.open.contains(at));
        let by_nobody = late.filter_map(|at| place.after_open(at, open[at]));
        let next: Vec<Place> = by_nobody
            .chain(
                candidates
                    .iter()
                    .filter_map(|at| place.after(*at, answered[*at])),
            )
            .collect();
        stack.extend(next.into_iter().filter(|next| seen.insert(next.clone())));
    }
    let (reached, stuck) = furthest;
    Some(format!(
        "no order explains more than {reached} of {} answers: {stuck:#?}",
        answered.len()
    ))
}

impl Place {
    /// The answered events that may have their moment next, and before when: none that began after another's answer.
    fn candidates(&self, answered: &[&Event]) -> (Vec<usize>, u64) {
        let mut end = u64::MAX;
        let mut candidates = Vec::new();
        for (at, event) in answered.iter().enumerate().skip(self.low) {
            if event.begun > end {
                break;
            }
            if self.ahead.contains(&at) {
                continue;
            }
            end = end.min(event.answer.as_ref().map_or(u64::MAX, |(when, _)| *when));
            candidates.push(at);
        }
        candidates.retain(|at| answered[*at].begun <= end);
        (candidates, end)
    }

    /// The place after an answered event, if the record tells what was told.
    fn after(&self, at: usize, event: &Event) -> Option<Self> {
        let (told, record) = self.record.tell(event.ask);
        if Some(&told) != event.answer.as_ref().map(|(_, told)| told) {
            return None;
        }
        let mut next = Self {
            record,
            ..self.clone()
        };
        next.ahead.insert(at);
        while next.ahead.remove(&next.low) {
            next.low += 1;
        }
        Some(next)
    }

    /// The place after an event without an answer; none when it changes nothing, for then it needs no moment.
    fn after_open(&self, at: usize, event: &Event) -> Option<Self> {
        let (_, record) = self.record.tell(event.ask);
        if record == self.record {
            return None;
        }
        let mut next = Self {
            record,
            ..self.clone()
        };
        next.open.insert(at);
        Some(next)
    }
}
