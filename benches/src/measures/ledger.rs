//! Openings written down: through the keeper's socket, many under way, each answered once its group is durable; the same
//! where an fsync takes a millisecond longer; and the ledger's own files, in groups, without a keeper before them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use hygie_ledger::{Folder, Log, Signer};
use rustix::process::{Pid, Signal, kill_process};

use crate::actors::Actor;
use crate::crowd::{Round, float, round};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::installation::{Home, program};
use crate::keeper::Pack;
use crate::process::{Cost, Pids};
use crate::world::World;

/// Packs of connections, a thread each, and the connections of each: below what the keeper takes at once.
const PACKS: usize = 2;
const CONNECTIONS: usize = 96;
/// Entries of one append to the ledger's files: the keeper's largest group.
const GROUP: usize = 512;
/// What an fsync takes longer, in microseconds.
const DELAY: u32 = 1_000;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let mut figures = vec![files(world)?];
    let base = world.base()?;
    let persons: Vec<String> = base.home.persons()?.into_iter().take(1_000).collect();
    let home = base.home.clone();
    let work = format!(
        "notice `weigh`, {} connections, one opening under way on each, {} persons; each answer after its group's fsync",
        PACKS * CONNECTIONS,
        persons.len()
    );
    let (mut rates, mut late, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.runs {
        let serving = home.serve()?;
        let mut packs = packs(&home, &persons)?;
        let done = round(&mut packs, serving.pids, &scale, Pack::step)?;
        serving.stop()?;
        rates.push(openings(&done));
        late.push(done.latency(0.99));
        costs.push(shared(&done.cost));
    }
    figures.push(Figure::new("ledger/openings", "a second", &work, rates).costing(&costs));
    figures.push(Figure::new(
        "ledger/openings-p99",
        "ms",
        &format!("{work}; until all {CONNECTIONS} of a thread's are answered"),
        late,
    ));
    let mut slow = Vec::new();
    for _ in 0..scale.runs {
        let Some(keeper) = Slow::start(&home)? else {
            return Ok(figures);
        };
        let pids = Pids {
            care: keeper.0.id(),
            keeper: keeper.0.id(),
        };
        let mut packs = packs(&home, &persons)?;
        let done = round(&mut packs, pids, &scale, Pack::step)?;
        keeper.stop()?;
        slow.push(openings(&done));
    }
    figures.push(Figure::new(
        "ledger/openings-slow-disk",
        "a second",
        &format!("{work}; each fsync {DELAY} µs longer, by strace, which slows the keeper besides"),
        slow,
    ));
    Ok(figures)
}

fn packs(home: &Home, persons: &[String]) -> Result<Vec<Pack>, Failure> {
    let mut actor = Actor::new(home, 0)?;
    let token = actor.token(home)?.to_owned();
    let socket = home.dir().join("run/keeper.sock");
    (0..PACKS)
        .map(|_| Pack::open(&socket, CONNECTIONS, &token, persons))
        .collect()
}

/// A step opens once on each connection.
fn openings(done: &Round) -> f64 {
    done.rate() * float(CONNECTIONS)
}

/// The cost of one opening out of that of a step.
fn shared(cost: &Cost) -> Cost {
    let each = float(CONNECTIONS);
    Cost {
        care: cost.care / each,
        keeper: cost.keeper / each,
        client: cost.client / each,
        at_most: cost.at_most * each,
        ..*cost
    }
}

/// Appends to the ledger's files, each group durable before the next.
fn files(world: &World) -> Result<Figure, Failure> {
    let mut rates = Vec::new();
    for _ in 0..world.scale.runs {
        let folder = world.folder().join("ledger");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(Failure::at(&folder))?;
        }
        std::fs::create_dir(&folder).map_err(Failure::at(&folder))?;
        rates.push(append(&folder, world).map_err(|error| Failure::Form(error.to_string()))?);
    }
    let work = format!("32-byte entries into the log's files, {GROUP} at a time, fsync after each");
    Ok(Figure::new("ledger/files", "a second", &work, rates))
}

fn append(folder: &Path, world: &World) -> Result<f64, hygie_ledger::Error> {
    let signer = Signer::from_seed("bench.invalid/access", &[7; 32])?;
    let mut log = Log::create(Folder::open(folder)?, signer)?;
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < world.scale.time {
        let entries: Vec<Vec<u8>> = (done..done + GROUP)
            .map(|number| {
                let number = u64::try_from(number).expect("a count fits 64 bits");
                [[0; 24].as_slice(), &number.to_be_bytes()].concat()
            })
            .collect();
        log.append(&entries)?;
        done += GROUP;
    }
    Ok(float(done) / begun.elapsed().as_secs_f64())
}

/// A keeper alone whose fsyncs take longer; ended when dropped.
struct Slow(Child);

impl Slow {
    /// None, with a line that says so, where there is no strace.
    fn start(home: &Home) -> Result<Option<Self>, Failure> {
        let child = Command::new("strace")
            .args(["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null"])
            .args(["-e", "trace=fsync,fdatasync"])
            .args(["-e", &format!("inject=fsync,fdatasync:delay_exit={DELAY}")])
            .arg(program("hygie-keeper")?)
            .arg("--home")
            .arg(home.dir())
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            eprintln!("left out: openings on a slow disk (no strace)");
            return Ok(None);
        };
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.map_err(Failure::doing("waiting for the keeper"))?;
        let slow = Self(child);
        if line.trim() == "ready" {
            return Ok(Some(slow));
        }
        Err(Failure::Form(
            "the keeper did not start under strace".to_owned(),
        ))
    }

    fn stop(mut self) -> Result<(), Failure> {
        self.end();
        Ok(())
    }

    /// strace passes the signal on (strace(1), `-I`): the keeper ends, and strace with it.
    fn end(&mut self) {
        if let Some(pid) = children(self.0.id()).and_then(Pid::from_raw) {
            let _gone = kill_process(pid, Signal::TERM);
        } else {
            let _gone = self.0.kill();
        }
        let _ended = self.0.wait();
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.end();
        }
    }
}

/// The first child of a process (proc(5)).
fn children(pid: u32) -> Option<i32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}
