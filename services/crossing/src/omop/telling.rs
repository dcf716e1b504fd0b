//! Says how far an import is: of bytes while files are read, twice, and which table's buckets are written.

use std::sync::Mutex;
use std::time::Instant;

use hygie_omop::{Progress, Step};
use indicatif::ProgressBar;

use crate::snds::{bar, rate};

pub struct Telling {
    bar: ProgressBar,
    state: Mutex<State>,
}

struct State {
    step: Step,
    /// When the step began, and rows that were read since.
    begun: Instant,
    rows: u64,
    files: u64,
    done: u64,
    /// Bytes of files that are done, and of the file that is read.
    bytes: u64,
    part: u64,
    /// The buckets that are written of the table that is.
    buckets: u32,
}

impl State {
    fn new(step: Step, files: u64) -> State {
        State {
            step,
            begun: Instant::now(),
            rows: 0,
            files,
            done: 0,
            bytes: 0,
            part: 0,
            buckets: 0,
        }
    }
}

impl Telling {
    pub fn new() -> Telling {
        Telling {
            bar: bar(),
            state: Mutex::new(State::new(Step::Numbering, 0)),
        }
    }

    pub fn tell(&self, progress: Progress<'_>) {
        let mut state = self.state.lock().expect("no thread panics while it tells");
        let state = &mut *state;
        match progress {
            Progress::Files { step, count, bytes } => {
                *state = State::new(step, count);
                self.bar.set_message(verb(step));
                self.bar.set_length(bytes);
                self.bar.set_position(0);
                self.bar.reset_eta();
            }
            Progress::Rows { rows, bytes } => {
                state.rows += rows;
                state.part += bytes;
                self.bar.set_position(state.bytes + state.part);
                self.message(state);
            }
            Progress::Table {
                step,
                name,
                rows,
                bytes,
            } => {
                state.done += 1;
                state.bytes += bytes;
                state.part = 0;
                state.buckets = 0;
                self.bar.set_position(state.bytes);
                self.message(state);
                if step == Step::Reading {
                    self.bar.println(format!("{name}: {rows} rows, is read"));
                }
            }
            Progress::Bucket { table, of } => {
                state.buckets += 1;
                let done = state.buckets;
                self.bar
                    .set_message(format!("writing {table}, bucket {done} of {of}"));
            }
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn message(&self, state: &State) {
        let rate = rate(state.rows, state.begun.elapsed());
        let (verb, done, of) = (verb(state.step), state.done, state.files);
        self.bar
            .set_message(format!("{verb}, {done} of {of}, {rate} rows/s"));
    }
}

fn verb(step: Step) -> &'static str {
    match step {
        Step::Numbering => "numbering",
        Step::Reading => "reading",
    }
}
