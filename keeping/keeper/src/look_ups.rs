//! How often identifiers are looked up: so many times a minute for each actor, so that nobody walks through a nation's
//! numbers. Distinct persons in a day are counted by `budgets.rs`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hygie_notice::wire::Failure;
use hygie_notice::{ActorKind, ActorRef, Millis};

/// Look-ups a minute for the operator and the roll, who take in whole populations.
const OPERATOR_PER_MINUTE: u32 = 6_000_000;
/// Look-ups a minute for everyone else: a busy ward's, and no enumeration of a nation's numbers.
const OTHERS_PER_MINUTE: u32 = 120;

/// How many minutes a clock may be set back before counting begins anew.
const BACK: u64 = 2;

/// How often each actor looked identifiers up in the current minute.
#[derive(Default)]
pub(crate) struct LookUps(Mutex<Spent>);

#[derive(Default)]
struct Spent {
    minute: u64,
    by_actor: HashMap<(ActorKind, String), u32>,
}

impl LookUps {
    /// Counts one look-up of the actor's.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when he has had his number in this minute.
    pub(crate) fn spend(&self, actor: &ActorRef, now: Millis) -> Result<(), Failure> {
        let limit = match actor.kind {
            // It registers whole populations; who tries codes is throttled where he comes from.
            ActorKind::Operator | ActorKind::Enrolment | ActorKind::SignIn => OPERATOR_PER_MINUTE,
            _ => OTHERS_PER_MINUTE,
        };
        let minute = now / 60_000;
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock set back by little must not give the same minute twice; set back by much
        // it must not refuse everybody until it has caught up.
        if minute > spent.minute || spent.minute - minute > BACK {
            spent.minute = minute;
            spent.by_actor.clear();
        }
        let count = spent
            .by_actor
            .entry((actor.kind, actor.id.clone()))
            .or_default();
        if *count >= limit {
            return Err(Failure::TooMany);
        }
        *count += 1;
        Ok(())
    }
}
