//! Threads make lives and lay them out; one after another they write what they have, in the order of persons: the bytes are
//! the same on any number of threads, and memory is bounded by them, not by the nation.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

use crate::life::life;
use crate::plan::Plan;
use crate::snds::documents;
use crate::snds::form::Form;
use crate::snds::lines::Teller;
use crate::snds::pages::{Files, Pages, header};
use crate::snds::text::Dates;
use crate::snds::{hospital, mishaps, nomenclatures, parquet, people, truth};

/// Persons that a thread takes at a time.
const STRETCH: u64 = 1_000;
/// Bytes of a file that wait in memory for the next write.
const WAITING: usize = 128 * 1024;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Invented persons.
    pub persons: u64,
    /// Lines of ER_PRS_F.
    pub lines: u64,
    /// Rows of all tables, without nomenclatures and truth.
    pub rows: u64,
    /// Rows of `truth/events.csv`.
    pub events: u64,
    /// Bytes of all tables as CSV, without nomenclatures and truth.
    pub bytes: u64,
}

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The plan or the form has a value that cannot be.
    #[error("{0}")]
    Asked(&'static str),
    /// A file or folder.
    #[error("can't write `{}`: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
    /// A CSV file that was just written.
    #[error("can't read `{}` again: {error}", path.display())]
    Again { path: PathBuf, error: String },
    /// A Parquet file.
    #[error("can't write `{}` as Parquet: {error}", path.display())]
    Parquet { path: PathBuf, error: String },
    /// The snapshot, or the nomenclatures that it begins with.
    #[error(transparent)]
    Snapshot(#[from] hygie_snds::Error),
}

impl Failure {
    pub(crate) fn at(path: &Path, error: &io::Error) -> Self {
        let error = io::Error::new(error.kind(), error.to_string());
        Self::Write {
            path: path.to_owned(),
            error,
        }
    }
}

/// Writes the nation to `out`, with `threads` threads (at least 1): a SNDS directory, its `nomenclatures/`, and its `truth/`.
///
/// # Errors
///
/// [`Failure`]: a plan out of range, or a file that cannot be written. No file that is there is written over; what was
/// written before a failure stays, and is no whole nation.
pub fn write(plan: &Plan, form: &Form, out: &Path, threads: usize) -> Result<Written, Failure> {
    check(plan, form)?;
    let files = Files::new(plan);
    begin(form, &files, out)?;
    let press = Press {
        plan,
        form,
        files: &files,
        out,
        dates: Dates::new(form.days, plan.from(), plan.until() + 800),
        next: AtomicU64::new(0),
        stopped: AtomicBool::new(false),
        state: Mutex::new(State::new(&files)),
        turn: Condvar::new(),
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| scope.spawn(|| press.work()))
            .collect();
        let done = workers
            .into_iter()
            .map(|worker| worker.join().expect("nothing in it panics"));
        // Every thread is waited for before the first error is told.
        done.collect::<Vec<_>>()
            .into_iter()
            .collect::<Result<(), _>>()
    })?;
    let mut state = press.state();
    for file in 0..files.count() {
        press.flush(&mut state, file)?;
    }
    let mut written = state.written;
    written.persons = plan.persons;
    drop(state);
    if form.parquet {
        columns(form, &files, out, threads)?;
    }
    Ok(written)
}

pub(crate) fn check(plan: &Plan, form: &Form) -> Result<(), Failure> {
    let asked = [
        (
            !(1..=100_000_000).contains(&plan.persons),
            "persons: a whole number from 1 to 100000000",
        ),
        (
            !(1..=30).contains(&plan.years),
            "years: a whole number from 1 to 30",
        ),
        (
            !(1990..=2100).contains(&plan.first_year),
            "first year: from 1990 to 2100",
        ),
        (
            !b";,|\t".contains(&form.separator),
            "separator: one of `;`, `,`, `|` and tab",
        ),
        (
            form.decimal_comma && form.separator == b',',
            "decimals with a comma need another separator than the comma",
        ),
    ];
    let fault = asked.into_iter().find(|one| one.0);
    fault.map_or(Ok(()), |one| Err(Failure::Asked(one.1)))
}

/// Makes all files with their headers: nobody's file is written over.
fn begin(form: &Form, files: &Files, out: &Path) -> Result<(), Failure> {
    for folder in [out.to_owned(), out.join("nomenclatures"), out.join("truth")] {
        fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    }
    let plain = Form::default();
    for file in 0..files.count() {
        let (_, table) = files.file(file);
        let form = if file < files.data() { form } else { &plain };
        new(&place(files, out, file), &header(form, table.1))?;
    }
    for (name, content) in nomenclatures::nomenclatures(form) {
        new(&out.join("nomenclatures").join(name), &content)?;
    }
    new(
        &out.join("truth").join("README.md"),
        documents::readme().as_bytes(),
    )
}

fn new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    File::create_new(path)
        .and_then(|mut file| file.write_all(content))
        .map_err(|error| Failure::at(path, &error))
}

fn place(files: &Files, out: &Path, file: usize) -> PathBuf {
    let (stem, _) = files.file(file);
    out.join(stem).with_extension("csv")
}

/// Replaces the tables by Parquet files.
fn columns(form: &Form, files: &Files, out: &Path, threads: usize) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let work = || loop {
        let file = next.fetch_add(1, Ordering::Relaxed);
        if file >= files.data() {
            return Ok(());
        }
        parquet::replace(form, &place(files, out, file))?;
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let done = workers
            .into_iter()
            .map(|worker| worker.join().expect("nothing in it panics"));
        done.collect::<Vec<_>>().into_iter().collect()
    })
}

/// What the threads share.
struct Press<'p> {
    plan: &'p Plan,
    form: &'p Form,
    files: &'p Files,
    out: &'p Path,
    dates: Dates,
    /// The next stretch to make.
    next: AtomicU64,
    /// Somebody failed.
    stopped: AtomicBool,
    state: Mutex<State>,
    turn: Condvar,
}

/// What is written in turn.
struct State {
    /// The stretch whose turn it is.
    turn: u64,
    waiting: Vec<Vec<u8>>,
    written: Written,
}

impl State {
    fn new(files: &Files) -> Self {
        Self {
            turn: 0,
            waiting: vec![Vec::new(); files.count()],
            written: Written::default(),
        }
    }
}

/// Ends the other threads when its own panics, so that they do not wait for its turn for ever.
struct Guard<'g, 'p>(&'g Press<'p>);

impl Drop for Guard<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

impl Press<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no thread panics while it holds this")
    }

    /// Takes stretches until there are none.
    fn work(&self) -> Result<(), Failure> {
        let mut pages = Pages::new(self.files);
        let _guard = Guard(self);
        loop {
            let stretch = self.next.fetch_add(1, Ordering::Relaxed);
            let first = stretch * STRETCH;
            if first >= self.plan.persons || self.stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            for number in first..(first + STRETCH).min(self.plan.persons) {
                self.lay_out(number, &mut pages);
            }
            self.hand_in(stretch, &mut pages)
                .inspect_err(|_| self.stop())?;
        }
    }

    /// Ends all threads. Under the lock: a thread that has just looked and is about to wait must not miss it.
    fn stop(&self) {
        let _state = self.state.lock();
        self.stopped.store(true, Ordering::Relaxed);
        self.turn.notify_all();
    }

    fn lay_out(&self, number: u64, pages: &mut Pages) {
        let life = life(self.plan, number);
        let mut teller = Teller::new(self.form, self.files, &self.dates, &life);
        mishaps::tell(&mut teller, pages, self.plan.seed);
        hospital::file(self.form, self.files, &life, pages, self.plan.seed);
        people::file(self.form, self.files, &life, pages);
        if self.form.truth {
            truth::tell(self.files, &life, pages);
        }
    }

    /// Waits for its turn, then adds its pages to what is written.
    fn hand_in(&self, stretch: u64, pages: &mut Pages) -> Result<(), Failure> {
        let mut state = self.state();
        while state.turn != stretch {
            if self.stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            state = self
                .turn
                .wait(state)
                .expect("no thread panics while it holds this");
        }
        let data = self.files.data();
        for (file, page) in pages.pages.iter_mut().enumerate() {
            if file < data {
                state.written.bytes += page.len() as u64;
            }
            state.waiting[file].append(page);
            if state.waiting[file].len() >= WAITING {
                self.flush(&mut state, file)?;
            }
        }
        state.written.lines += std::mem::take(&mut pages.lines);
        state.written.rows += std::mem::take(&mut pages.rows);
        state.written.events += std::mem::take(&mut pages.events);
        state.turn += 1;
        self.turn.notify_all();
        Ok(())
    }

    /// Files are opened for each write: there are more of them than a process may hold open.
    fn flush(&self, state: &mut State, file: usize) -> Result<(), Failure> {
        let waiting = &mut state.waiting[file];
        if waiting.is_empty() {
            return Ok(());
        }
        let path = place(self.files, self.out, file);
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(waiting))
            .map_err(|error| Failure::at(&path, &error))?;
        waiting.clear();
        Ok(())
    }
}
