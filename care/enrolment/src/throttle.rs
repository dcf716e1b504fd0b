//! How fast codes may be tried. It protects the machine, and slows guessing; what makes guessing hopeless
//! is the code's 60 bits. It never locks: no number of wrong tries by others keeps anybody from opposing.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hygie_record::notice::Millis;

/// Tries a minute from one address: a town hall's desk has one for all its visitors.
const SOURCE_PER_MINUTE: u32 = 60;
/// Tries a minute for one number before answers wait.
const PERSON_PER_MINUTE: u32 = 5;
/// How long each further answer waits, and the longest wait.
const STEP: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(3);
/// How many minutes a clock may be set back before counting begins anew.
const BACK: u64 = 2;
/// How many addresses, and how many numbers, are counted in one minute; what comes beyond is not counted.
const COUNTED: usize = 50_000;

/// What a try has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Wait this long (mostly zero), then it is looked at.
    After(Duration),
    /// Come back in a minute: too many tries from this address.
    TooFast,
}

#[derive(Default)]
pub(super) struct Throttle(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    minute: u64,
    sources: HashMap<String, u32>,
    persons: HashMap<[u8; 32], u32>,
}

impl Throttle {
    /// Counts one try, from `source` (an address) and for `person` (a keyed hash of the number).
    pub fn pace(&self, source: &str, person: [u8; 32], now: Millis) -> Pace {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now / 60_000;
        // A clock set back by little gives nobody a second budget; set back by much it must not count
        // on for as long as it was ahead.
        if minute > counts.minute || counts.minute - minute > BACK {
            *counts = Counts {
                minute,
                ..Counts::default()
            };
        }
        if count(&mut counts.sources, source.to_owned()) > SOURCE_PER_MINUTE {
            return Pace::TooFast;
        }
        let beyond = count(&mut counts.persons, person).saturating_sub(PERSON_PER_MINUTE);
        Pace::After(LONGEST.min(STEP * beyond))
    }
}

fn count<K: Hash + Eq>(counts: &mut HashMap<K, u32>, key: K) -> u32 {
    if counts.len() >= COUNTED && !counts.contains_key(&key) {
        return 1;
    }
    let count = counts.entry(key).or_default();
    *count += 1;
    *count
}

#[cfg(test)]
mod tests {
    //! Danger: a clock that jumps ahead and back, and nobody can oppose until time has caught up.

    use std::time::Duration;

    use super::{Pace, SOURCE_PER_MINUTE, Throttle};

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let throttle = Throttle::default();
        let (now, ahead) = (1_790_000_000_000, 1_890_000_000_000);
        for _ in 0..SOURCE_PER_MINUTE {
            throttle.pace("here", [0; 32], ahead);
        }
        assert_eq!(throttle.pace("here", [1; 32], ahead), Pace::TooFast);
        // Set back by a minute it is still this minute's budget.
        assert_eq!(
            throttle.pace("here", [1; 32], ahead - 60_000),
            Pace::TooFast
        );
        assert_eq!(
            throttle.pace("here", [1; 32], now),
            Pace::After(Duration::ZERO)
        );
    }
}
