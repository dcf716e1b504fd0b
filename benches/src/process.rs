//! What the operating system says of processes: time and memory, from /proc (proc(5)).

use std::fs;
use std::time::Instant;

use serde_json::{Value, json};

use crate::failure::Failure;

/// Clock ticks a second of /proc, the same on every Linux since 2.6 (`sysconf(_SC_CLK_TCK)`).
const TICKS: f64 = 100.0;

/// The processes of one installation.
#[derive(Debug, Clone, Copy)]
pub struct Pids {
    /// Of care.
    pub care: u32,
    /// Of the keeper.
    pub keeper: u32,
}

/// Processor time up to a moment, in ticks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    at: Instant,
    care: u64,
    keeper: u64,
    client: u64,
    all: u64,
    idle: u64,
}

/// Where processor time went.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Microseconds of care per piece of work.
    pub care: f64,
    /// Of the keeper.
    pub keeper: f64,
    /// Of the measuring program and the commands it ran.
    pub client: f64,
    /// Share of all cores' time that nobody used, 0 to 1; waiting for the disk is part of it.
    pub idle: f64,
    /// Share that neither of these used, 0 to 1: the machine's other work, and the kernel's own.
    pub others: f64,
    /// Pieces of work a second if all cores did nothing else: what the processor allows, whatever else the machine
    /// does and however long the disk takes.
    pub at_most: f64,
}

impl Moment {
    /// Now.
    pub fn now(pids: Pids) -> Result<Self, Failure> {
        let stat = read("/proc/stat")?;
        let whole: Vec<u64> = stat
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|word| word.parse().ok())
            .collect();
        Ok(Self {
            at: Instant::now(),
            care: ticks(&pids.care.to_string(), 2)?,
            keeper: ticks(&pids.keeper.to_string(), 2)?,
            // With the commands that it waited for.
            client: ticks("self", 4)?,
            all: whole.iter().sum(),
            idle: whole.iter().skip(3).take(2).sum(),
        })
    }

    /// What `pieces` of work cost since `self`; with the seconds between.
    pub fn cost(&self, later: &Self, pieces: usize) -> (Cost, f64) {
        let seconds = later.at.duration_since(self.at).as_secs_f64();
        let each = |ticks: u64| {
            1e6 * float(ticks) / TICKS / float(u64::try_from(pieces.max(1)).unwrap_or(1))
        };
        let care = later.care.saturating_sub(self.care);
        let keeper = later.keeper.saturating_sub(self.keeper);
        let client = later.client.saturating_sub(self.client);
        let all = float(later.all.saturating_sub(self.all)).max(1.0);
        let idle = float(later.idle.saturating_sub(self.idle)) / all;
        let ours = float(care + keeper + client) / all;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cores = float(u64::try_from(cores).unwrap_or(1));
        let cost = Cost {
            care: each(care),
            keeper: each(keeper),
            client: each(client),
            idle,
            others: (1.0 - idle - ours).max(0.0),
            at_most: 1e6 * cores / each(care + keeper + client).max(1.0),
        };
        (cost, seconds)
    }
}

impl Cost {
    /// The cost of the run whose idle share lies in the middle.
    pub fn middle(costs: &[Self]) -> Option<Self> {
        let mut sorted = costs.to_vec();
        sorted.sort_by(|one, other| one.idle.total_cmp(&other.idle));
        sorted.get(sorted.len() / 2).copied()
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        json!({
            "care_us": self.care.round(),
            "keeper_us": self.keeper.round(),
            "client_us": self.client.round(),
            "idle_percent": (100.0 * self.idle).round(),
            "others_percent": (100.0 * self.others).round(),
            "at_most": self.at_most.round(),
        })
    }

    /// As columns of the table.
    pub fn columns(&self) -> String {
        format!(
            "{:>6.0} {:>6.0} {:>6.0} {:>7.0} {:>4.0}% {:>5.0}%",
            self.care,
            self.keeper,
            self.client,
            self.at_most,
            100.0 * self.idle,
            100.0 * self.others
        )
    }
}

/// Resident memory, and its greatest so far, in MiB.
pub fn memory(pid: u32) -> Result<(f64, f64), Failure> {
    let path = format!("/proc/{pid}/status");
    let status = read(&path)?;
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| {
                line.strip_prefix(name)?
                    .split_whitespace()
                    .next()?
                    .parse()
                    .ok()
            })
            .map(|kibibytes: u64| float(kibibytes) / 1024.0)
            .ok_or_else(|| Failure::Form(format!("`{path}` has no line `{name}`")))
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

/// Processor time of a process so far, in seconds of one core.
pub fn processor(pid: u32) -> Result<f64, Failure> {
    Ok(float(ticks(&pid.to_string(), 2)?) / TICKS)
}

/// The load of the last minute.
pub fn load() -> Result<f64, Failure> {
    let text = read("/proc/loadavg")?;
    let first = text
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok());
    first.ok_or_else(|| Failure::Form("`/proc/loadavg` does not begin with a number".to_owned()))
}

/// User and system time of a process, with (4) or without (2) that of its children.
fn ticks(pid: &str, fields: usize) -> Result<u64, Failure> {
    let path = format!("/proc/{pid}/stat");
    let text = read(&path)?;
    // The name stands in brackets and may hold anything; utime is the twelfth field behind it.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let numbers: Vec<u64> = rest
        .split_whitespace()
        .skip(11)
        .take(fields)
        .filter_map(|word| word.parse().ok())
        .collect();
    if numbers.len() == fields {
        Ok(numbers.iter().sum())
    } else {
        Err(Failure::Form(format!("`{path}` is not in its form")))
    }
}

fn read(path: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(Failure::doing(path))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "ticks and sizes stay far below 2^52"
)]
fn float(number: u64) -> f64 {
    number as f64
}
