//! How far an import is, for whoever waits: a bar on a terminal, else plain lines, at least one in ten seconds while something moves.

use std::io::{IsTerminal, Stderr, Write, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hygie_snds::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// Seconds between two lines where nothing ends.
const QUIET_S: u64 = 10;

/// How far something is, on standard error, where that is a terminal.
pub fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style =
        ProgressStyle::with_template("{msg} {bar:30} {percent} %, {elapsed} so far, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

/// Rows a second.
pub fn rate(rows: u64, time: Duration) -> u64 {
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    rows.saturating_mul(1000) / ms.max(1)
}

/// Tells on standard error.
pub struct Telling {
    begun: Instant,
    far: Mutex<Far>,
    to: To,
}

enum To {
    Terminal(ProgressBar),
    Lines(Mutex<Lines<Stderr>>),
}

impl Telling {
    pub fn new() -> Telling {
        let to = if stderr().is_terminal() {
            let bar = bar();
            let style = ProgressStyle::with_template("{bar:30} {percent} % {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            To::Terminal(bar)
        } else {
            To::Lines(Mutex::new(Lines::new(stderr())))
        };
        Telling {
            begun: Instant::now(),
            far: Mutex::new(Far::default()),
            to,
        }
    }

    pub fn tell(&self, progress: Progress<'_>) {
        let now = self.begun.elapsed();
        let mut far = self.far.lock().expect("nobody panics while he counts");
        let ended = far.on(progress, now);
        match &self.to {
            To::Terminal(bar) => {
                bar.set_length(far.of);
                bar.set_position(far.done);
                bar.set_message(far.line(now));
                if let Some(ended) = ended {
                    bar.println(ended);
                }
            }
            To::Lines(lines) => {
                let mut lines = lines.lock().expect("nobody panics while he writes");
                lines.tell(&far, ended, now);
            }
        }
    }

    pub fn finish(&self) {
        if let To::Terminal(bar) = &self.to {
            bar.finish_and_clear();
        }
    }
}

/// What an import does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Hashing,
    /// The reference of beneficiaries: nobody knows how many rows it has.
    Reference,
    Reading,
    Writing,
}

/// How far an import is.
#[derive(Debug, Default)]
struct Far {
    doing: Doing,
    /// When this began.
    since: Duration,
    /// Bytes, or buckets; those that took no time are apart.
    done: u64,
    of: u64,
    before: u64,
    rows: u64,
    /// Units that are whole, of how many.
    units: (u64, u64),
}

impl Far {
    /// What follows is something else.
    fn begin(&mut self, doing: Doing, of: u64, now: Duration) {
        let units = self.units;
        *self = Far {
            doing,
            since: now,
            of,
            units,
            ..Far::default()
        };
    }

    /// Counts on, and answers what ended.
    fn on(&mut self, progress: Progress<'_>, now: Duration) -> Option<String> {
        match progress {
            Progress::Hashed { bytes, of } => {
                (self.done, self.of) = (self.done + bytes, of);
                (self.done >= of).then(|| "all files are hashed".to_owned())
            }
            Progress::Rows(rows) => {
                if self.doing == Doing::Hashing {
                    self.begin(Doing::Reference, 0, now);
                }
                self.rows += rows;
                None
            }
            Progress::Units { count, bytes } => {
                let rows = self.rows;
                self.begin(Doing::Reading, bytes, now);
                self.units = (0, count);
                Some(format!(
                    "beneficiaries are read: {rows} rows; {count} units follow"
                ))
            }
            Progress::Unit {
                name,
                rows,
                bytes,
                before,
            } => {
                self.units.0 += 1;
                self.done += bytes;
                if before {
                    self.before += bytes;
                    return Some(format!("{name}: {rows} rows, was done before"));
                }
                Some(format!("{name}: {rows} rows, is done"))
            }
            Progress::Bucket(_, of) => {
                if self.doing != Doing::Writing {
                    self.begin(Doing::Writing, of.into(), now);
                }
                self.done += 1;
                (self.done == self.of).then(|| format!("all {of} buckets are written"))
            }
        }
    }

    /// How far it is, how quick, and how long it will take.
    fn line(&self, now: Duration) -> String {
        let time = now.saturating_sub(self.since);
        let rate = || rate(self.rows, time);
        let what = match self.doing {
            Doing::Hashing => "hashing".to_owned(),
            Doing::Reference => format!("beneficiaries, {} rows, {} rows/s", self.rows, rate()),
            Doing::Reading => {
                let (done, of) = self.units;
                format!(
                    "reading, {done} of {of} units, {} rows, {} rows/s",
                    self.rows,
                    rate()
                )
            }
            Doing::Writing => format!("writing, {} of {} buckets", self.done, self.of),
        };
        let so_far = format!("{what}, {} s so far", now.as_secs());
        let (took, left) = (self.done - self.before, self.of.saturating_sub(self.done));
        if took == 0 || left == 0 {
            return so_far;
        }
        // What was done before says nothing of what is left.
        let left = time.as_secs_f64() * left as f64 / took as f64;
        format!("{so_far}, about {left:.0} s left")
    }
}

/// Plain lines.
struct Lines<W> {
    to: W,
    last: Duration,
}

impl<W: Write> Lines<W> {
    fn new(to: W) -> Self {
        let last = Duration::ZERO;
        Self { to, last }
    }

    /// A line where something ended, or where none was written for a while. An import does not end because nobody listens.
    fn tell(&mut self, far: &Far, ended: Option<String>, now: Duration) {
        let line = match ended {
            Some(ended) => format!("{ended}; {}", far.line(now)),
            None if now.saturating_sub(self.last).as_secs() < QUIET_S => return,
            None => far.line(now),
        };
        self.last = now;
        let _ = writeln!(self.to, "{line}");
    }
}

#[cfg(test)]
mod tests;
