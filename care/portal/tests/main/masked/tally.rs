//! How many answers were compared: by who asked, by what he asked, and by what was hidden from him.

use std::collections::BTreeMap;

use super::ask::{Ask, REQUESTS};
use super::cast::Sort;
use super::plan::{MARKS, Plan};
use crate::world::Answer;

/// Answers in all, and those of records in which something is hidden from who asks.
#[derive(Default, Clone, Copy)]
struct Count {
    all: usize,
    hiding: usize,
}

#[derive(Default)]
pub struct Tally {
    answers: Count,
    records: Count,
    /// Requests that were answered, and not refused, where something is hidden.
    answered: usize,
    /// Requests that name something hidden.
    aiming: usize,
    sorts: BTreeMap<Sort, Count>,
    requests: BTreeMap<&'static str, Count>,
    marks: [usize; 3],
    by_right: usize,
    by_telling: usize,
    by_later_mark: usize,
    taken_back: usize,
    opened: usize,
}

impl Tally {
    pub fn answers(&self) -> usize {
        self.answers.all
    }

    pub fn record(&mut self, plan: &Plan) {
        self.records.all += 1;
        self.records.hiding += usize::from(!plan.hidden.pieces.is_empty());
    }

    /// So many answers to one request and its pages, and the last of them.
    pub fn add(&mut self, plan: &Plan, ask: &Ask, compared: usize, last: Option<&Answer>) {
        let hides = !plan.hidden.pieces.is_empty();
        let sort = self.sorts.entry(plan.standing.sort).or_default();
        let request = self.requests.entry(ask.kind).or_default();
        for count in [&mut self.answers, sort, request] {
            count.all += compared;
            count.hiding += if hides { compared } else { 0 };
        }
        let done = last.is_some_and(|answer| answer.status.is_success());
        self.answered += if hides && done { compared } else { 0 };
        self.aiming += usize::from(ask.aims(plan));
        let hidden = &plan.hidden;
        let marks = self.marks.iter_mut().zip(hidden.by_mark);
        let others = [
            (&mut self.by_right, hidden.by_right),
            (&mut self.by_telling, hidden.by_telling),
            (&mut self.by_later_mark, hidden.by_later_mark),
            (&mut self.taken_back, hidden.taken_back),
            (&mut self.opened, hidden.opened),
        ];
        for (count, so) in marks.chain(others) {
            *count += if so { compared } else { 0 };
        }
    }

    pub fn print(&self) {
        let Count { all, hiding } = self.answers;
        println!(
            "{all} answers alike, of {} records; in {hiding} of them something is hidden ({} records), {} are vacuous; \
             {} of those that hide are no refusal, {} requests aim at what is hidden",
            self.records.all,
            self.records.hiding,
            all - hiding,
            self.answered,
            self.aiming
        );
        let marks = MARKS.iter().zip(self.marks);
        let marks: Vec<String> = marks
            .map(|(mark, count)| format!("{mark} {count}"))
            .collect();
        println!(
            "hidden by: {} (set after the deposit {}); not his to read {}; tells of something hidden {}",
            marks.join(", "),
            self.by_later_mark,
            self.by_right,
            self.by_telling
        );
        println!(
            "records with a mark taken back {}, with something that opened as its time was over {}",
            self.taken_back, self.opened
        );
        for (sort, count) in &self.sorts {
            println!("  {sort:?}: {} ({} hide)", count.all, count.hiding);
        }
        for (request, count) in &self.requests {
            println!("  {request}: {} ({} hide)", count.all, count.hiding);
        }
    }

    /// A run in which nothing is hidden, or nobody asks for it, would prove nothing.
    pub fn check(&self) {
        let Count { all, hiding } = self.answers;
        assert!(hiding * 2 > all, "{hiding} of {all} answers hide something");
        assert!(self.answered * 5 > all, "{} answered", self.answered);
        assert!(self.aiming * 20 > all, "{} aim", self.aiming);
        for sort in Sort::ALL {
            let count = self.sorts.get(&sort).copied().unwrap_or_default();
            assert!(count.hiding * 100 > all, "{sort:?}: {}", count.hiding);
        }
        for request in REQUESTS {
            let count = self.requests.get(request).copied().unwrap_or_default();
            assert!(count.hiding * 1_000 > all, "{request}: {}", count.hiding);
        }
        for (mark, count) in MARKS.iter().zip(self.marks) {
            assert!(count * 20 > all, "{mark}: {count}");
        }
        for (what, count) in [
            ("telling", self.by_telling),
            ("later", self.by_later_mark),
            ("taken back", self.taken_back),
            ("opened", self.opened),
        ] {
            assert!(count * 50 > all, "{what}: {count}");
        }
    }
}
