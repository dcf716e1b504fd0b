//! Which letter is due when: at most one a person and interval, tried again with growing pauses, and never more than
//! fit. A value without a clock or a network, so that its promises can be tried out.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use hygie_notice::{Millis, PersonId};

use crate::outbox::{Holding, Kept};
use crate::{Error, Figures, Letter};

/// How many times a letter is tried.
const TRIES: u32 = 8;
/// The longest pause between two tries.
const LONGEST: Millis = 60 * 60 * 1_000;

/// How fast letters go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long after the news the first letter goes: what happens meanwhile is told by it.
    pub first: Duration,
    /// The least time between two letters to one person.
    pub interval: Duration,
    /// The pause behind the first try that failed; each is twice as long as the one before, an hour at most.
    pub pause: Duration,
    /// Most letters that wait; more are dropped, and counted.
    pub most: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            interval: Duration::from_secs(60 * 60),
            pause: Duration::from_secs(30),
            most: 100_000,
        }
    }
}

/// The letters that wait.
pub(crate) struct Queue {
    pace: Pace,
    waiting: HashMap<PersonId, Waiting>,
    /// Those that are not being sent, by when they are due.
    due: BTreeSet<(Millis, PersonId)>,
    /// To whom a letter went within the interval, and in which order.
    sent: HashMap<PersonId, Millis>,
    order: VecDeque<(Millis, PersonId)>,
    figures: Figures,
    /// Whether it holds something else than when that was last asked for.
    changed: bool,
}

struct Waiting {
    letter: Letter,
    due: Millis,
    tries: u32,
    under_way: bool,
    /// Something happened while it was being sent.
    again: bool,
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX / 4)
}

impl Queue {
    pub(crate) fn new(pace: Pace) -> Self {
        Self {
            pace,
            waiting: HashMap::new(),
            due: BTreeSet::new(),
            sent: HashMap::new(),
            order: VecDeque::new(),
            figures: Figures::default(),
            changed: false,
        }
    }

    /// One that goes on with what an earlier one held. What was being sent when that ended goes again: a letter too many
    /// is less than one too few.
    pub(crate) fn resumed(pace: Pace, holding: Holding) -> Self {
        let mut queue = Self::new(pace);
        for Kept {
            person,
            letter,
            due,
            tries,
        } in holding.waiting.into_iter().take(pace.most)
        {
            queue.wait(person, letter, due);
            if let Some(waiting) = queue.waiting.get_mut(&person) {
                waiting.tries = tries;
            }
        }
        let mut sent = holding.sent;
        sent.sort_unstable_by_key(|(_, at)| *at);
        for (person, at) in sent {
            queue.remember(person, at);
        }
        queue.changed = false;
        queue
    }

    /// What it holds, if that is something else than last time.
    pub(crate) fn news(&mut self) -> Option<Holding> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let waiting = self.waiting.iter().map(|(person, waiting)| Kept {
            person: *person,
            letter: waiting.letter.clone(),
            due: waiting.due,
            tries: waiting.tries,
        });
        let waiting: Vec<Kept> = waiting.collect();
        let sent = self.sent.iter().map(|(person, at)| (*person, *at));
        let sent = sent.collect();
        Some(Holding { waiting, sent })
    }

    /// What was told by [`Queue::news`] was not kept: it is told again.
    pub(crate) fn tell_again(&mut self) {
        self.changed = true;
    }

    /// How much there is to keep.
    pub(crate) fn size(&self) -> usize {
        self.waiting.len() + self.sent.len()
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            waiting: u64::try_from(self.waiting.len()).unwrap_or(u64::MAX),
            ..self.figures
        }
    }

    /// Something is new for this person.
    pub(crate) fn push(&mut self, person: PersonId, letter: Letter, now: Millis) {
        if let Some(waiting) = self.waiting.get_mut(&person) {
            self.changed = true;
            // An address that was changed meanwhile is the one that counts.
            waiting.letter = letter;
            waiting.again |= waiting.under_way;
            self.figures.joined += 1;
            return;
        }
        if self.waiting.len() >= self.pace.most {
            self.figures.dropped += 1;
            return;
        }
        let due = self.next(person, now);
        self.wait(person, letter, due);
    }

    /// When the next letter to this person may go.
    fn next(&self, person: PersonId, now: Millis) -> Millis {
        let first = now + millis(self.pace.first);
        match self.sent.get(&person) {
            // One that is said to be of the future is of a clock that was set back.
            Some(at) if *at <= now => first.max(at + millis(self.pace.interval)),
            _ => first,
        }
    }

    fn wait(&mut self, person: PersonId, letter: Letter, due: Millis) {
        self.changed = true;
        self.due.insert((due, person));
        let waiting = Waiting {
            letter,
            due,
            tries: 0,
            under_way: false,
            again: false,
        };
        self.waiting.insert(person, waiting);
    }

    /// At most `room` letters that are due, to be sent now; each is told of by [`Queue::done`].
    pub(crate) fn take(&mut self, now: Millis, room: usize) -> Vec<(PersonId, Letter)> {
        self.forget(now);
        self.set_back(now);
        let mut taken = Vec::new();
        while taken.len() < room
            && let Some((due, person)) = self.due.first().copied()
            && due <= now
        {
            self.due.pop_first();
            if let Some(waiting) = self.waiting.get_mut(&person) {
                waiting.under_way = true;
                taken.push((person, waiting.letter.clone()));
            }
        }
        taken
    }

    /// The same for the end: what waits for its first try goes at once, and nothing else any more.
    pub(crate) fn take_last(&mut self, room: usize) -> Vec<(PersonId, Letter)> {
        let first = self.due.iter().filter(|(_, person)| {
            let waiting = self.waiting.get(person);
            waiting.is_some_and(|waiting| waiting.tries == 0) && !self.sent.contains_key(person)
        });
        let first: Vec<_> = first.take(room).copied().collect();
        let mut taken = Vec::new();
        for (due, person) in first {
            self.due.remove(&(due, person));
            if let Some(waiting) = self.waiting.get_mut(&person) {
                waiting.under_way = true;
                taken.push((person, waiting.letter.clone()));
            }
        }
        taken
    }

    /// What became of a letter that was taken.
    pub(crate) fn done(&mut self, person: PersonId, outcome: &Result<(), Error>, now: Millis) {
        let Some(mut waiting) = self.waiting.remove(&person) else {
            return;
        };
        self.changed = true;
        match outcome {
            Ok(()) => {
                self.figures.sent += 1;
                self.remember(person, now);
                if waiting.again {
                    let due = self.next(person, now);
                    self.wait(person, waiting.letter, due);
                }
            }
            Err(error) if error.passes() && waiting.tries + 1 < TRIES => {
                self.figures.retried += 1;
                let pause = millis(self.pace.pause) << waiting.tries.min(20);
                waiting.tries += 1;
                waiting.under_way = false;
                waiting.again = false;
                waiting.due = now + pause.min(LONGEST);
                self.due.insert((waiting.due, person));
                self.waiting.insert(person, waiting);
            }
            Err(_) => self.figures.lost += 1,
        }
    }

    fn remember(&mut self, person: PersonId, now: Millis) {
        // Whoever is forgotten too early gets a letter too many, which is less than one too few.
        if self.order.len() >= 2 * self.pace.most.max(1) {
            self.forget_oldest();
        }
        self.sent.insert(person, now);
        self.order.push_back((now, person));
    }

    fn forget_oldest(&mut self) {
        if let Some((at, person)) = self.order.pop_front()
            && self.sent.get(&person) == Some(&at)
        {
            self.sent.remove(&person);
        }
    }

    /// Drops what is older than the interval, or of the future.
    fn forget(&mut self, now: Millis) {
        let interval = millis(self.pace.interval);
        while self
            .order
            .front()
            .is_some_and(|(at, _)| *at > now || now - at >= interval)
        {
            self.forget_oldest();
        }
    }

    /// A clock that was set back must silence nobody: what would be due later than anything can be is due soon.
    fn set_back(&mut self, now: Millis) {
        let horizon = millis(self.pace.interval).max(LONGEST) + millis(self.pace.first);
        while let Some((due, person)) = self.due.last().copied()
            && due > now + horizon
        {
            self.due.pop_last();
            let soon = now + millis(self.pace.first);
            if let Some(waiting) = self.waiting.get_mut(&person) {
                waiting.due = soon;
            }
            self.due.insert((soon, person));
        }
    }
}

#[cfg(test)]
mod tests;
