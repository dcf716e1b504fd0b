//! Turns at work: a bound over all, a bound for each who asks, and a short queue whose turns go round
//! among those who wait, so that who asks a thousand times waits behind himself and nobody else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::who::Who;

/// How many may work and wait.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most at work, over all.
    pub all: usize,
    /// Most at work for one actor or address.
    pub each: usize,
    /// Most that wait, over all.
    pub waiting: usize,
    /// Most that wait for one actor or address.
    pub each_waiting: usize,
}

/// Why there is no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// This actor or address has all the places it may have.
    Share,
    /// All places are taken.
    Full,
}

/// Who works and who waits.
#[derive(Debug)]
pub struct Turns {
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    waiting: usize,
    lanes: HashMap<Who, Lane>,
    /// The lanes whose first may go next: those that wait and are below their own bound, each once.
    round: VecDeque<Who>,
}

#[derive(Debug, Default)]
struct Lane {
    running: usize,
    queue: VecDeque<oneshot::Sender<Turn>>,
    listed: bool,
}

/// A turn, given back when dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Option<Arc<Turns>>,
    who: Who,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.give_back(&self.who);
        }
    }
}

/// A place in the queue, given up when dropped.
struct Place {
    turn: Option<oneshot::Receiver<Turn>>,
    turns: Arc<Turns>,
    who: Who,
}

impl Drop for Place {
    fn drop(&mut self) {
        // A turn that came too late to be taken is given back here, before the queue is tidied.
        drop(self.turn.take());
        self.turns.leave(&self.who);
    }
}

impl Turns {
    /// Nobody works, nobody waits.
    pub fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            state: Mutex::default(),
        })
    }

    /// A turn at once, or when it comes; a caller that drops the future gives up its place.
    ///
    /// # Errors
    /// [`Refused`], at once or when somebody who waits less often needs the place.
    pub async fn take(self: &Arc<Self>, who: Who) -> Result<Turn, Refused> {
        let mut place = match self.enter(&who)? {
            Ok(turn) => return Ok(turn),
            Err(waits) => Place {
                turn: Some(waits),
                turns: Arc::clone(self),
                who,
            },
        };
        let waits = place.turn.as_mut().expect("it is taken on drop");
        waits.await.map_err(|_| Refused::Full)
    }

    /// How many work, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let state = self.state();
        (state.running, state.waiting)
    }

    fn enter(
        self: &Arc<Self>,
        who: &Who,
    ) -> Result<Result<Turn, oneshot::Receiver<Turn>>, Refused> {
        let mut state = self.state();
        let (all_running, all_waiting) = (state.running, state.waiting);
        let lane = state.lanes.entry(who.clone()).or_default();
        // Where a place is free over all, those who wait are at their own bound.
        if all_running < self.bounds.all && lane.running < self.bounds.each && lane.queue.is_empty()
        {
            lane.running += 1;
            state.running += 1;
            return Ok(Ok(self.turn(who)));
        }
        let waits = lane.queue.len();
        if waits >= self.bounds.each_waiting {
            return Err(Refused::Share);
        }
        if all_waiting >= self.bounds.waiting && !(waits == 0 && state.displace()) {
            state.forget_idle(who);
            return Err(Refused::Full);
        }
        let (sender, receiver) = oneshot::channel();
        let lane = state.lanes.entry(who.clone()).or_default();
        lane.queue.push_back(sender);
        state.waiting += 1;
        state.list(who, self.bounds.each);
        Ok(Err(receiver))
    }

    fn give_back(self: &Arc<Self>, who: &Who) {
        let mut state = self.state();
        state.running -= 1;
        if let Some(lane) = state.lanes.get_mut(who) {
            lane.running -= 1;
        }
        state.list(who, self.bounds.each);
        state.forget_idle(who);
        self.hand_out(&mut state);
    }

    /// Gives free places to those who wait, one lane after the other.
    fn hand_out(self: &Arc<Self>, state: &mut State) {
        while state.running < self.bounds.all
            && let Some(who) = state.round.pop_front()
        {
            let Some(lane) = state.lanes.get_mut(&who) else {
                continue;
            };
            lane.listed = false;
            let mut left = 0;
            while let Some(waits) = lane.queue.pop_front() {
                left += 1;
                match waits.send(self.turn(&who)) {
                    Ok(()) => {
                        lane.running += 1;
                        state.running += 1;
                        break;
                    }
                    // Who waited is gone: the turn was never his, and must not be given back.
                    Err(mut turn) => turn.turns = None,
                }
            }
            state.waiting -= left;
            state.list(&who, self.bounds.each);
            state.forget_idle(&who);
        }
    }

    /// Takes those out of a queue who no longer wait.
    fn leave(self: &Arc<Self>, who: &Who) {
        let mut state = self.state();
        if let Some(lane) = state.lanes.get_mut(who) {
            let before = lane.queue.len();
            lane.queue.retain(|waits| !waits.is_closed());
            let gone = before - lane.queue.len();
            state.waiting -= gone;
        }
        state.forget_idle(who);
    }

    fn turn(self: &Arc<Self>, who: &Who) -> Turn {
        Turn {
            turns: Some(Arc::clone(self)),
            who: who.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Puts a lane into the round when its first may go next.
    fn list(&mut self, who: &Who, each: usize) {
        if let Some(lane) = self.lanes.get_mut(who)
            && !lane.listed
            && !lane.queue.is_empty()
            && lane.running < each
        {
            lane.listed = true;
            self.round.push_back(who.clone());
        }
    }

    /// Takes the last place of the longest queue for somebody who waits nowhere yet.
    fn displace(&mut self) -> bool {
        let longest = self.lanes.values_mut().max_by_key(|lane| lane.queue.len());
        let Some(lane) = longest.filter(|lane| lane.queue.len() > 1) else {
            return false;
        };
        lane.queue.pop_back();
        self.waiting -= 1;
        true
    }

    /// A lane where nobody works or waits takes no memory. One that is in the round goes when its
    /// turn comes.
    fn forget_idle(&mut self, who: &Who) {
        if let Some(lane) = self.lanes.get(who)
            && lane.running == 0
            && lane.queue.is_empty()
            && !lane.listed
        {
            self.lanes.remove(who);
        }
    }
}

#[cfg(test)]
mod tests;
