//! Units on their way to care: many at once, answered in their order. Those that care could not take for
//! now are sent again with all that came behind them, still in their order, so that what may rest on
//! another unit never goes before it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::prepare::Prepared;
use super::rejects::{Reject, Rejects};
use super::tally::Tally;
use crate::Error;
use crate::client::{Client, Incoming};

/// How often in a row care may not answer, and the first pause between; the pauses double.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(500);
/// How many units are sent before the first of them must be answered.
const UNANSWERED: usize = 16;
/// How long one request goes on: its assertion lives ten minutes.
const REQUEST: Duration = Duration::from_secs(4 * 60);

/// An import under way.
pub struct Sending<'a> {
    pub client: &'a Client,
    pub tally: &'a mut Tally,
    pub rejects: &'a mut Rejects,
    pub bar: ProgressBar,
}

/// What is still to be sent.
struct Units {
    /// Those that were sent before, in vain.
    again: VecDeque<Prepared>,
    ready: mpsc::Receiver<Prepared>,
    ended: bool,
}

impl Units {
    async fn next(&mut self) -> Option<Prepared> {
        if let Some(unit) = self.again.pop_front() {
            return Some(unit);
        }
        let next = self.ready.recv().await;
        self.ended = next.is_none();
        next
    }
}

impl Sending<'_> {
    /// Sends all units and counts what became of each of their entries.
    pub async fn all(&mut self, ready: mpsc::Receiver<Prepared>) -> Result<(), Error> {
        let mut units = Units {
            again: VecDeque::new(),
            ready,
            ended: false,
        };
        let (mut pause, mut tries) = (PAUSE, 1);
        loop {
            let before = self.bar.position() + self.tally.total();
            match self.request(&mut units).await {
                Ok(()) if units.ended && units.again.is_empty() => return Ok(()),
                Ok(()) => {}
                Err(error) if error.passes() && tries < TRIES => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
            if self.bar.position() + self.tally.total() > before {
                (pause, tries) = (PAUSE, 1);
            }
        }
    }

    /// One request: units go out while answers come in. What was not taken stands in `units` again.
    async fn request(&mut self, units: &mut Units) -> Result<(), Error> {
        // Whoever has nothing to send needs no services.
        let Some(first) = units.next().await else {
            return Ok(());
        };
        units.again.push_front(first);
        let (mut out, answers) = self.client.converse("/import").await?;
        let (sent, unanswered) = mpsc::channel(UNANSWERED);
        let begun = Instant::now();
        let sending = async {
            while begun.elapsed() < REQUEST
                && let Ok(place) = sent.reserve().await
                && let Some(unit) = units.next().await
            {
                let line = unit.line.clone();
                // Noted first: who is not noted would be lost if the connection broke here.
                place.send(unit);
                if let Some(line) = line
                    && out.send(line).await.is_err()
                {
                    break;
                }
            }
            drop((sent, out));
        };
        let receiving = self.receive(answers, unanswered);
        let ((), (outcome, mut back)) = tokio::join!(sending, receiving);
        back.append(&mut units.again);
        units.again = back;
        outcome
    }

    /// Takes the answers; gives the units that have none, or a failure that passes, in their order.
    async fn receive(
        &mut self,
        mut answers: Incoming,
        mut unanswered: mpsc::Receiver<Prepared>,
    ) -> (Result<(), Error>, VecDeque<Prepared>) {
        let mut back = VecDeque::new();
        let mut outcome = Ok(());
        let mut connected = true;
        while let Some(unit) = unanswered.recv().await {
            let done = if unit.line.is_none() {
                // What can't be sent is listed in its place, once all before it are done.
                outcome.is_ok().then(|| self.count(&unit, Ok(Vec::new())))
            } else if connected {
                let answer = answers.line().await;
                connected = answer.is_ok();
                Some(answer.and_then(|line| self.answered(&unit, &line)))
            } else {
                None
            };
            match done {
                Some(Ok(())) => continue,
                Some(Err(error)) if !error.passes() => return (Err(error), back),
                Some(Err(error)) if outcome.is_ok() => {
                    // No more is sent; what was sent behind it may be answered all the same.
                    unanswered.close();
                    outcome = Err(error);
                }
                Some(Err(_)) | None => {}
            }
            back.push_back(unit);
        }
        (outcome, back)
    }

    fn answered(&mut self, unit: &Prepared, line: &[u8]) -> Result<(), Error> {
        let rejects = match unit.unit.outcomes(line, self.tally) {
            // The unit as a whole is refused (too large, say): that is the fate of each of its entries.
            Err(Error::Refused { said, .. }) => Ok(unit.unit.all_rejected(&said, self.tally)),
            other => other,
        };
        self.count(unit, rejects)
    }

    /// Counts a unit as done, and lists what was rejected of it.
    fn count(&mut self, unit: &Prepared, rejects: Result<Vec<Reject>, Error>) -> Result<(), Error> {
        let rejects = rejects?;
        for reject in unit.rejects.iter().chain(&rejects) {
            self.rejects.write(reject)?;
        }
        self.tally.rejected += u64::try_from(unit.rejects.len()).expect("a count fits");
        self.bar.inc(unit.files);
        self.bar.set_message(self.tally.to_string());
        Ok(())
    }
}
