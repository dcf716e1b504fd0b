//! Many clients at once, each with a thread and a connection, for a time.

use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::{Cost, Moment, Pids};
use crate::scale::Scale;
use crate::statistics::percentile;

/// What a crowd did while it counted.
#[derive(Debug)]
pub struct Round {
    /// Latencies in microseconds, by kind of request, sorted.
    kinds: Vec<Vec<u64>>,
    /// All of them, sorted.
    all: Vec<u64>,
    /// How long it counted, in seconds.
    seconds: f64,
    /// What a request cost.
    pub cost: Cost,
}

impl Round {
    /// Requests per second.
    pub fn rate(&self) -> f64 {
        float(self.all.len()) / self.seconds
    }

    /// The latency in ms that this share of the requests did not exceed.
    pub fn latency(&self, share: f64) -> f64 {
        milliseconds(percentile(&self.all, share))
    }

    /// The same for one kind of request.
    pub fn latency_of(&self, kind: usize, share: f64) -> f64 {
        milliseconds(
            self.kinds
                .get(kind)
                .map_or(0, |latencies| percentile(latencies, share)),
        )
    }
}

/// Lets every client do `step` again and again: first for the scale's warm time, then for its time, which counts.
/// A step gives its kind.
///
/// # Errors
/// The first failure of any client; the others go on to the end of the time.
pub fn round<C: Send>(
    clients: &mut [C],
    pids: Pids,
    scale: &Scale,
    step: impl Fn(&mut C) -> Result<usize, Failure> + Sync,
) -> Result<Round, Failure> {
    let begin = Instant::now() + scale.warm;
    let end = begin + scale.time;
    let (done, before, after) = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                let step = &step;
                scope.spawn(move || until(end, begin, client, step))
            })
            .collect();
        thread::sleep(begin.saturating_duration_since(Instant::now()));
        let before = Moment::now(pids);
        thread::sleep(end.saturating_duration_since(Instant::now()));
        let after = Moment::now(pids);
        let done: Result<Vec<_>, Failure> = threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .expect("a client's thread returns its failure")
            })
            .collect();
        (done, before, after)
    });
    let mut kinds: Vec<Vec<u64>> = Vec::new();
    for (kind, latency) in done?.into_iter().flatten() {
        if kinds.len() <= kind {
            kinds.resize(kind + 1, Vec::new());
        }
        kinds[kind].push(latency);
    }
    kinds
        .iter_mut()
        .for_each(|latencies| latencies.sort_unstable());
    let mut all: Vec<u64> = kinds.iter().flatten().copied().collect();
    all.sort_unstable();
    let (cost, seconds) = before?.cost(&after?, all.len());
    Ok(Round {
        kinds,
        all,
        seconds,
        cost,
    })
}

/// Kind and latency of each step that began and ended in the time that counts.
fn until<C>(
    end: Instant,
    begin: Instant,
    client: &mut C,
    step: impl Fn(&mut C) -> Result<usize, Failure>,
) -> Result<Vec<(usize, u64)>, Failure> {
    let mut done = Vec::new();
    loop {
        let since = Instant::now();
        if since >= end {
            return Ok(done);
        }
        let kind = step(client)?;
        let now = Instant::now();
        if since >= begin && now <= end {
            done.push((kind, microseconds(now - since)));
        }
    }
}

/// A duration in whole microseconds.
pub fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Microseconds as milliseconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "latencies stay far below 2^52 microseconds"
)]
pub fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000.0
}

/// A count as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn float(count: usize) -> f64 {
    count as f64
}
