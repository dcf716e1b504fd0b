//! Whom each actor met today: distinct persons, counted against a budget (decision 0018).
//!
//! The database holds every first meeting, written in the transaction of its event, so that a restart forgets none and
//! a group that is taken back takes its meetings back with it. In front lies a set in memory, which spares the rest of
//! the day's openings the way to the database; it may be dropped at any moment.

use std::collections::{HashMap, HashSet};
use std::fmt;

use aws_lc_rs::hmac;
use hygie_notice::{ActorKind, Millis, Purpose, Subject};
use rusqlite::Connection;

use crate::budgets::{Budgets, Work};
use crate::{Error, database};

/// A day in milliseconds; days are those of UTC, without leap seconds.
const DAY: Millis = 86_400_000;
/// How many days a clock may be set back before counting begins anew.
const BACK: u64 = 2;
/// Meetings remembered in each of two halves: some 10 MB in all.
const MOST: usize = 64 * 1024;
/// Actors whose count is remembered.
const ACTORS: usize = 64 * 1024;
/// Rows of earlier days taken away with one group.
const PRUNED: u64 = 500;

/// An actor in the database: a keyed hash of who, what for and which budget.
pub(crate) type ActorKey = [u8; 16];

/// Where a new event of an actor about a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Met today already, or not counted.
    Met,
    /// The first today, within the budget.
    New(ActorKey),
    /// The budget is spent on others.
    Beyond {
        /// How many it has.
        persons: u32,
    },
}

/// Whom an event is about, by whom, and on which budget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw<'a> {
    pub(crate) kind: ActorKind,
    pub(crate) id: &'a str,
    pub(crate) work: Work,
    pub(crate) purpose: Purpose,
    pub(crate) person: &'a Subject,
}

/// The meetings of the day.
pub(crate) struct Meetings {
    budgets: Budgets,
    key: hmac::Key,
    /// The day that is counted; `None` until the database was asked.
    day: Option<u64>,
    counts: HashMap<ActorKey, u32>,
    /// Two halves of `most`: when the first is full it becomes the second, which is dropped.
    most: usize,
    recent: HashSet<(ActorKey, [u8; 17])>,
    older: HashSet<(ActorKey, [u8; 17])>,
    /// Rows of other days may be left.
    stale: bool,
}

impl fmt::Debug for Meetings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meetings(…)")
    }
}

impl Meetings {
    /// Nothing remembered yet; `secret` is what actors are hashed under.
    pub(crate) fn new(budgets: Budgets, secret: &[u8; 32]) -> Self {
        Self {
            budgets,
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            day: None,
            counts: HashMap::new(),
            most: MOST,
            recent: HashSet::new(),
            older: HashSet::new(),
            stale: true,
        }
    }

    /// The name of an actor in the database, whatever he does: 16 bytes of HMAC-SHA256.
    pub(crate) fn actor(&self, kind: ActorKind, id: &str) -> ActorKey {
        self.hash(&[&[1], kind.word().as_bytes(), &[0], id.as_bytes()])
    }

    /// His name for one budget and purpose.
    fn name(&self, draw: &Draw<'_>) -> ActorKey {
        // Words of kinds and purposes hold no zero byte, so that no two names have one input.
        self.hash(&[
            &[2],
            draw.kind.word().as_bytes(),
            &[0, draw.work as u8],
            draw.purpose.word().as_bytes(),
            &[0],
            draw.id.as_bytes(),
        ])
    }

    fn hash(&self, parts: &[&[u8]]) -> ActorKey {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(part);
        }
        let hash = context.sign();
        hash.as_ref()[..16]
            .try_into()
            .expect("HMAC-SHA256 gives 32 bytes")
    }

    /// The day that an event at `now` is counted in.
    ///
    /// A clock set back by little must not give a second budget for the same day; set back by much it must not
    /// refuse everybody until it has caught up.
    fn turn(&mut self, db: &Connection, now: Millis) -> Result<u64, Error> {
        let today = now / DAY;
        let known = match self.day {
            Some(day) => Some(day),
            None => database::met_day(db)?,
        };
        match known {
            Some(day) if day >= today && day - today <= BACK => {
                self.day = Some(day);
                Ok(day)
            }
            _ => {
                if known.is_some_and(|day| day > today) {
                    tracing::warn!("the clock went back by days: budgets of persons begin anew");
                }
                database::set_met_day(db, today)?;
                self.forget();
                self.day = Some(today);
                Ok(today)
            }
        }
    }

    /// Where an event would stand; nothing is counted by this.
    pub(crate) fn standing(
        &mut self,
        db: &Connection,
        draw: &Draw<'_>,
        now: Millis,
    ) -> Result<Standing, Error> {
        let Some(persons) = self.budgets.persons(draw.work) else {
            return Ok(Standing::Met);
        };
        let day = self.turn(db, now)?;
        let name = self.name(draw);
        let pair = (name, draw.person.bytes());
        if self.recent.contains(&pair) || self.older.contains(&pair) {
            return Ok(Standing::Met);
        }
        if database::met(db, day, &name, draw.person)? {
            self.remember(pair);
            return Ok(Standing::Met);
        }
        let count = match self.counts.get(&name) {
            Some(count) => *count,
            None => {
                let count = database::count_met(db, day, &name)?;
                if self.counts.len() >= ACTORS {
                    self.counts.clear();
                }
                self.counts.insert(name, count);
                count
            }
        };
        Ok(if count < persons {
            Standing::New(name)
        } else {
            Standing::Beyond { persons }
        })
    }

    /// Counts a first meeting whose event is written in this transaction, behind its [`Meetings::standing`].
    pub(crate) fn meet(
        &mut self,
        db: &Connection,
        name: ActorKey,
        person: &Subject,
    ) -> Result<(), Error> {
        let day = self.day.expect("where it stands was asked before");
        database::put_met(db, day, &name, person)?;
        *self.counts.entry(name).or_default() += 1;
        self.remember((name, person.bytes()));
        Ok(())
    }

    /// Whether this is the day's first time that the actor's budget is spent: then it is no more.
    pub(crate) fn first_alarm(
        &mut self,
        db: &Connection,
        kind: ActorKind,
        id: &str,
    ) -> Result<bool, Error> {
        let day = self.day.expect("where it stands was asked before");
        let actor = self.actor(kind, id);
        // An actor who met the alarms was told of.
        if database::met(db, day, &actor, &Subject::alarms())? {
            return Ok(false);
        }
        database::put_met(db, day, &actor, &Subject::alarms())?;
        Ok(true)
    }

    /// When the budgets of the counted day begin anew.
    pub(crate) fn until(&self) -> Millis {
        self.day.map_or(0, |day| (day + 1) * DAY)
    }

    /// Takes some rows of other days away; cheap when there are none.
    pub(crate) fn prune(&mut self, db: &Connection) -> Result<(), Error> {
        if let Some(day) = self.day
            && self.stale
        {
            self.stale = database::prune_met(db, day, PRUNED)? == PRUNED;
        }
        Ok(())
    }

    /// Drops what is in memory: the database says it all. Called when a group was taken back, whose meetings must
    /// not stay behind.
    pub(crate) fn forget(&mut self) {
        self.day = None;
        self.counts.clear();
        self.recent.clear();
        self.older.clear();
        self.stale = true;
    }

    fn remember(&mut self, pair: (ActorKey, [u8; 17])) {
        if self.recent.len() >= self.most {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(pair);
    }
}

#[cfg(test)]
mod tests;
