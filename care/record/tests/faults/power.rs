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
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::disk::{Dice, Disk, Op, Step};
use crate::judge::{Nonces, Told};
use crate::keys;
use crate::trace::{Reader, record};
use crate::workload::{Mark, Marks, first, second};

/// Where the traced process finds its home; elsewhere the workload makes its own.
const HOME: &str = "HYGIE_POWER_HOME";
const PART: &str = "HYGIE_POWER_PART";

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Traced, it is one part of the workload; else both parts, which lose nothing where no power goes.
#[test]
fn a_home_that_never_lost_power_is_found_wanting() {
    if let Some(dir) = env::var_os(HOME).map(PathBuf::from) {
        let marks = Marks::to(&dir.with_extension("marks"));
        if env::var_os(PART).is_some_and(|part| part == "keys") {
            let _served = runtime().block_on(keys::workload(&dir, marks));
            std::process::exit(0);
        }
        if env::var_os(PART).is_some_and(|part| part == "first") {
            let _served = runtime().block_on(first(&dir, marks));
            // No stop, no close: what follows begins with a recovery.
            std::process::exit(0);
        }
        runtime().block_on(second(&dir, marks));
        return;
    }
    let scratch = scratch();
    let (home, path) = (scratch.path().join("home"), scratch.path().join("marks"));
    fs::create_dir(&home).unwrap();
    runtime().block_on(async {
        let house = first(&home, Marks::to(&path)).await;
        Arc::into_inner(house).unwrap().close().await.unwrap();
        second(&home, Marks::to(&path)).await;
        let marks = fs::read_to_string(&path).unwrap();
        let marks: Vec<Mark> = marks
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut told = Told::default();
        marks.iter().for_each(|mark| told.add(mark));
        told.judge(&home, &Nonces::default()).await.unwrap();
    });
}

/// The steps of the workload, recorded once; why not, where nothing can be traced.
fn steps() -> &'static Result<Vec<Step>, String> {
    static STEPS: OnceLock<Result<Vec<Step>, String>> = OnceLock::new();
    STEPS.get_or_init(|| recorded(&["first", "second"]))
}

/// The steps of these parts, one process behind the other on one home.
fn recorded(parts: &[&str]) -> Result<Vec<Step>, String> {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    fs::create_dir(&home).unwrap();
    let mut reader = Reader::new(&home, &home.with_extension("marks"));
    for part in parts {
        let trace = dir.path().join(part);
        let mut program = Command::new(env::current_exe().unwrap());
        program
            .args([
                "--exact",
                "power::a_home_that_never_lost_power_is_found_wanting",
                "--nocapture",
            ])
            .env(HOME, &home)
            .env(PART, part);
        record(&mut program, &trace)?;
        reader.read(&trace);
    }
    Ok(reader.steps())
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

/// Power cuts at each step, again and again with other choices, until there were `enough`; counts each state of the
/// disk once.
struct Cuts<'a> {
    steps: &'a [Step],
    enough: usize,
    judged: AtomicUsize,
    nonces: Nonces,
    seen: Mutex<HashSet<(u64, usize)>>,
    lost: Mutex<Option<Lost>>,
}

/// Most of a judgement is waiting.
const THREADS: usize = 4;

impl<'a> Cuts<'a> {
    fn new(steps: &'a [Step], enough: usize) -> Self {
        Self {
            steps,
            enough,
            judged: AtomicUsize::new(0),
            nonces: Nonces::default(),
            seen: Mutex::default(),
            lost: Mutex::default(),
        }
    }

    fn run(&self) {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    let (runtime, scratch) = (runtime(), scratch());
                    let home = scratch.path().join("home");
                    // A short trace has few states: they may all have been seen.
                    for round in 0..10_000 {
                        if self.round(round, thread, &runtime, &home).is_break() {
                            break;
                        }
                    }
                });
            }
        });
    }

    fn round(&self, round: u64, thread: usize, runtime: &Runtime, home: &Path) -> ControlFlow<()> {
        let (mut disk, mut told, mut marks) = (Disk::default(), Told::default(), 0);
        for (number, step) in self.steps.iter().enumerate() {
            disk.take(number, step);
            if let Op::Mark(mark) = &step.op {
                told.add(mark);
                marks = number;
            }
            if number % THREADS != thread {
                continue;
            }
            let lost = self.lost.lock().unwrap().is_some();
            if lost || self.judged.load(Ordering::Relaxed) >= self.enough {
                return ControlFlow::Break(());
            }
            let mut dice = Dice::new(round << 32 | u64::try_from(number).unwrap());
            let wreck = disk.cut(&mut dice);
            if !self.seen.lock().unwrap().insert((wreck.state, marks)) {
                continue;
            }
            wreck.lay(home);
            let judged = 1 + self.judged.fetch_add(1, Ordering::Relaxed);
            if judged.is_multiple_of(10_000) {
                println!("{judged} power cuts so far");
            }
            if let Err(why) = runtime.block_on(told.judge(home, &self.nonces)) {
                let found = Lost {
                    step: number,
                    round,
                    why,
                };
                self.lost.lock().unwrap().get_or_insert(found);
            }
        }
        ControlFlow::Continue(())
    }
}

/// The steps, or `None` where a test must be skipped, which is said.
fn traced<'a>(test: &str, steps: &'a Result<Vec<Step>, String>) -> Option<&'a [Step]> {
    match steps {
        Ok(steps) => Some(steps),
        Err(why) => {
            println!("skipped: {test} (strace can't trace here: {})", why.trim());
            None
        }
    }
}

/// Counts of the trace's steps.
fn describe(steps: &[Step]) -> String {
    let count = |wanted: fn(&Op) -> bool| steps.iter().filter(|step| wanted(&step.op)).count();
    format!(
        "{} steps: {} writes, {} syncs, {} names made, moved or removed, {} marks",
        steps.len(),
        count(|op| matches!(op, Op::Write { .. } | Op::Truncate { .. })),
        count(|op| matches!(op, Op::Sync { .. })),
        count(|op| matches!(
            op,
            Op::Create { .. } | Op::Rename { .. } | Op::Remove { .. }
        )),
        count(|op| matches!(op, Op::Mark(_))),
    )
}

fn survive(test: &str, steps: &Result<Vec<Step>, String>, enough: usize) {
    let Some(steps) = traced(test, steps) else {
        return;
    };
    let begun = Instant::now();
    let cuts = Cuts::new(steps, enough);
    cuts.run();
    let judged = cuts.judged.into_inner();
    println!(
        "{judged} power cuts in {:.0} s over {}; {} sealed things met, no nonce twice",
        begun.elapsed().as_secs_f64(),
        describe(steps),
        cuts.nonces.count(),
    );
    if let Some(Lost { step, round, why }) = cuts.lost.into_inner().unwrap() {
        let before = steps[step.saturating_sub(12)..=step].iter();
        let before = before.map(|step| format!("{:?} {:.60}", step.path, format!("{:?}", step.op)));
        let before = before.collect::<Vec<_>>().join("\n");
        panic!("round {round}, behind step {step}: {why}\n{before}");
    }
    assert!(
        judged >= enough,
        "{judged} states of the disk are all there are"
    );
}

#[test]
fn a_power_cut_at_any_step_loses_what_was_acknowledged() {
    let test = "a_power_cut_at_any_step_loses_what_was_acknowledged";
    survive(test, steps(), 3_000);
}

#[test]
#[ignore = "a hundred thousand power cuts take an hour"]
fn a_hundred_thousand_power_cuts_lose_what_was_acknowledged() {
    survive(
        "a_hundred_thousand_power_cuts_lose_what_was_acknowledged",
        steps(),
        100_000,
    );
}

#[test]
fn a_power_cut_leaves_an_ending_or_a_rotation_half_done() {
    let test = "a_power_cut_leaves_an_ending_or_a_rotation_half_done";
    survive(test, &recorded(&["keys"]), 1_000);
}

#[test]
#[ignore = "twenty thousand power cuts take a quarter of an hour"]
fn twenty_thousand_power_cuts_leave_an_ending_or_a_rotation_half_done() {
    let test = "twenty_thousand_power_cuts_leave_an_ending_or_a_rotation_half_done";
    survive(test, &recorded(&["keys"]), 20_000);
}

/// Objects and their folders have random names.
const OBJECT: &str = "store/documents/*/*";
const FOLDER: &str = "store/documents/*";

/// How many names lead to it, if it is among the documents.
fn depth(path: &Path) -> usize {
    if path.starts_with("store/documents") {
        path.components().count()
    } else {
        0
    }
}

/// The same programs with a sync left out: it must show, or these tests prove nothing.
#[test]
fn a_sync_that_is_left_out_goes_unseen() {
    let Some(steps) = traced("a_sync_that_is_left_out_goes_unseen", steps()) else {
        return;
    };
    let seeded: [(&str, &str); 10] = [
        ("keys.db-wal", "the keeper's write-ahead log"),
        ("vault.db-wal", "the store's write-ahead log"),
        (
            "keys.db",
            "the keeper's database, before its log begins again",
        ),
        (
            "vault.db",
            "the store's database, before its log begins again",
        ),
        ("ledger", "the ledger's folder"),
        (
            "checkpoint.tmp",
            "the ledger's checkpoint, before it gets its name",
        ),
        (
            "seen.new",
            "how far care saw the ledger go, before it gets its name",
        ),
        ("", "the home's folder, which names keeper and store"),
        (OBJECT, "documents' objects"),
        (FOLDER, "the folders of documents' objects"),
    ];
    for (name, what) in seeded {
        let mut steps = steps.to_vec();
        let mut left_out = 0;
        for step in &mut steps {
            let named = match name {
                OBJECT => depth(&step.path) == 4,
                FOLDER => depth(&step.path) == 3,
                name => step.path.file_name().unwrap_or_default() == name,
            };
            if named && matches!(step.op, Op::Sync { .. }) {
                step.op = Op::Idle;
                left_out += 1;
            }
        }
        assert!(left_out > 0, "{what} is never synced");
        let cuts = Cuts::new(&steps, 6_000);
        cuts.run();
        let judged = cuts.judged.into_inner();
        let lost = cuts.lost.into_inner().unwrap();
        println!("{left_out} syncs left out of {what}: {judged} power cuts until it showed");
        assert!(
            lost.is_some(),
            "{what}: {judged} power cuts, and nobody noticed"
        );
    }
}
