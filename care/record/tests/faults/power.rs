//! Failures covered: the power goes at any write, sync, rename or removal of a mixed workload, a killed process
//! and the recovery from it included, and the disk drops, keeps, reorders or tears whatever was not synced. Then,
//! with the normal code: an acknowledged entry is gone or another; an opening that was answered is not in its
//! trail, or the ledger is not the one that was signed for; a nonce sealed two things; the home does not open, or
//! takes no more writes.
//!
//! Not a failure: what nobody acknowledged is there, whole, or is not there. Not covered: a disk that forgets what
//! it was told to sync.
//!
//! The workload runs as a process under strace, which sees what SQLite and the ledger really do.

use std::collections::HashSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::disk::{Dice, Disk, Op, Step};
use crate::judge::{Nonces, Told};
use crate::trace::{Reader, record};
use crate::workload::{Marks, first, second};

/// Where the traced process finds its home; elsewhere the workload makes its own.
const HOME: &str = "HYGIE_POWER_HOME";
const PART: &str = "HYGIE_POWER_PART";
/// Power cuts in the long variant.
const LONG: usize = 100_000;

fn runtime() -> tokio::runtime::Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// One part of the workload, in a process of its own; not traced, and without a home, there is nothing to do.
#[test]
fn the_traced_workload() {
    let Some(dir) = env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let marks = Marks::to(&dir.with_extension("marks"));
    if env::var_os(PART).is_some_and(|part| part == "first") {
        runtime().block_on(first(&dir, marks));
    } else {
        runtime().block_on(second(&dir, marks));
    }
}

/// The steps of the workload, recorded once; why not, where nothing can be traced.
fn steps() -> &'static Result<Vec<Step>, String> {
    static STEPS: OnceLock<Result<Vec<Step>, String>> = OnceLock::new();
    STEPS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let mut reader = Reader::new(&home, &home.with_extension("marks"));
        for part in ["first", "second"] {
            let trace = dir.path().join(part);
            let mut program = Command::new(env::current_exe().unwrap());
            program
                .args(["--exact", "power::the_traced_workload", "--nocapture"])
                .env(HOME, &home)
                .env(PART, part);
            record(&mut program, &trace)?;
            reader.read(&trace);
        }
        Ok(reader.steps())
    })
}

/// A folder that costs nothing to sync, where the system has one.
fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// A cut that was not survived.
#[derive(Debug)]
struct Lost {
    step: usize,
    round: u64,
    why: String,
}

/// Cuts the power behind every `stride`th step, `rounds` times each or until `enough`, and judges what is left.
/// Gives the number of different states of the disk that were judged, and the first that was not survived.
fn cut(steps: &[Step], rounds: std::ops::Range<u64>, stride: usize, enough: usize) -> (usize, Option<Lost>) {
    const THREADS: usize = 2;
    let judged = AtomicUsize::new(0);
    let nonces = Nonces::default();
    let seen = Mutex::new(HashSet::new());
    let lost = Mutex::new(None);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (judged, nonces, seen, lost) = (&judged, &nonces, &seen, &lost);
            let rounds = rounds.clone();
            scope.spawn(move || {
                let (runtime, scratch) = (runtime(), scratch());
                let home = scratch.path().join("home");
                for round in rounds.clone() {
                    let (mut disk, mut told) = (Disk::default(), Told::default());
                    let mut marks = 0;
                    for (number, step) in steps.iter().enumerate() {
                        disk.take(number, step);
                        if let Op::Mark(mark) = &step.op {
                            told.add(mark);
                            marks = number;
                        }
                        if number % stride != usize::try_from(round).unwrap() % stride
                            || number / stride % THREADS != thread
                        {
                            continue;
                        }
                        if lost.lock().unwrap().is_some() || judged.load(Ordering::Relaxed) >= enough {
                            return;
                        }
                        let mut dice = Dice::new(round << 32 | u64::try_from(number).unwrap());
                        let wreck = disk.cut(&mut dice);
                        if !seen.lock().unwrap().insert((wreck.state, marks)) {
                            continue;
                        }
                        wreck.lay(&home);
                        judged.fetch_add(1, Ordering::Relaxed);
                        if let Err(why) = runtime.block_on(told.judge(&home, nonces)) {
                            let found = Lost { step: number, round, why };
                            lost.lock().unwrap().get_or_insert(found);
                        }
                    }
                }
            });
        }
    });
    println!("{} sealed things met, no nonce twice", nonces.count());
    (judged.into_inner(), lost.into_inner().unwrap())
}

fn survive(rounds: std::ops::Range<u64>, stride: usize, enough: usize) -> Option<usize> {
    let steps = match steps() {
        Ok(steps) => steps,
        Err(why) => {
            println!("skipped: power cuts (strace can't trace here: {})", why.trim());
            return None;
        }
    };
    let count = |wanted: fn(&Op) -> bool| steps.iter().filter(|step| wanted(&step.op)).count();
    println!(
        "{} steps: {} writes, {} syncs, {} names made, moved or removed, {} marks",
        steps.len(),
        count(|op| matches!(op, Op::Write { .. } | Op::Truncate { .. })),
        count(|op| matches!(op, Op::Sync { .. })),
        count(|op| matches!(op, Op::Create { .. } | Op::Rename { .. } | Op::Remove { .. })),
        count(|op| matches!(op, Op::Mark(_))),
    );
    let begun = Instant::now();
    let (judged, lost) = cut(steps, rounds, stride, enough);
    println!("{judged} power cuts in {:.0} s", begun.elapsed().as_secs_f64());
    if let Some(Lost { step, round, why }) = lost {
        let before = &steps[step.saturating_sub(12)..=step];
        let path = before.iter().map(|step| format!("{:?} {:.60}", step.path, format!("{:?}", step.op)));
        let path = path.collect::<Vec<_>>().join("\n");
        panic!("round {round}, behind step {step}: {why}\n{path}");
    }
    Some(judged)
}

#[test]
fn a_power_cut_at_any_step_loses_what_was_acknowledged() {
    if let Some(judged) = survive(0..u64::MAX, 1, 3_000) {
        assert!(judged >= 3_000);
    }
}

#[test]
#[ignore = "a hundred thousand power cuts take an hour"]
fn a_hundred_thousand_power_cuts_lose_what_was_acknowledged() {
    if let Some(judged) = survive(0..u64::MAX, 1, LONG) {
        assert!(judged >= LONG);
    }
}
