//! Whether the machine's clock was set: its wall time is held against time that only runs forward.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hygie_portal::Metrics;

/// How often it is looked at.
const EACH: Duration = Duration::from_secs(1);
/// What time synchronisation may do between two looks without being told of.
const TOLERANCE: Duration = Duration::from_secs(2);

/// What the wall clock did between two looks, beside time itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Jump {
    Forward(Duration),
    Back(Duration),
}

/// The jump between two looks, when there was one.
fn jump(before: (SystemTime, Instant), now: (SystemTime, Instant)) -> Option<Jump> {
    let expected = before.0 + now.1.saturating_duration_since(before.1);
    match now.0.duration_since(expected) {
        Ok(ahead) => (ahead > TOLERANCE).then_some(Jump::Forward(ahead)),
        Err(behind) => (behind.duration() > TOLERANCE).then_some(Jump::Back(behind.duration())),
    }
}

/// Watches the clock until the process ends. Jumps are logged and counted; what they do to
/// assertions, budgets and warm records is decision 0011.
pub async fn watch(metrics: Arc<Metrics>) {
    let (mut forward, mut back) = (0, 0);
    let mut before = (SystemTime::now(), Instant::now());
    loop {
        metrics.load().faults("clock-forward", forward);
        metrics.load().faults("clock-back", back);
        tokio::time::sleep(EACH).await;
        let now = (SystemTime::now(), Instant::now());
        match jump(before, now) {
            Some(Jump::Forward(by)) => {
                forward += 1;
                tracing::warn!(
                    seconds = by.as_secs(),
                    "the machine's clock was set forward: assertions and authorisations end sooner"
                );
            }
            Some(Jump::Back(by)) => {
                back += 1;
                tracing::warn!(
                    seconds = by.as_secs(),
                    "the machine's clock was set back: assertions and authorisations hold longer; check who set it"
                );
            }
            None => {}
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    //! Failures covered: a clock that is set and nobody learns of it; an alarm for the small steps of
    //! time synchronisation, or for a machine that was busy.

    use std::time::{Duration, Instant, SystemTime};

    use super::{Jump, TOLERANCE, jump};

    #[test]
    fn a_clock_that_is_set_is_noticed_and_a_busy_machine_is_not() {
        let (wall, run) = (SystemTime::now(), Instant::now());
        let later = Duration::from_secs(60);
        let look = |wall| jump((wall, run), (wall, run + later));
        assert_eq!(look(wall), Some(Jump::Back(later)));
        let seen = |wall_now| jump((wall, run), (wall_now, run + later));
        assert_eq!(seen(wall + later), None);
        assert_eq!(seen(wall + later + TOLERANCE), None);
        assert_eq!(seen(wall + later - TOLERANCE), None);
        let hour = Duration::from_secs(3_600);
        assert_eq!(seen(wall + later + hour), Some(Jump::Forward(hour)));
        assert_eq!(seen(wall + later - hour), Some(Jump::Back(hour)));
    }
}
