//! The machine itself, before and after everything else: figures are no better than it is quiet.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::crowd::{microseconds, milliseconds};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::process;
use crate::random::Random;
use crate::statistics::percentile;
use crate::world::World;

/// Repetitions of the fixed work.
const LOOPS: usize = 20;
/// Random numbers of one repetition: some tens of milliseconds.
const NUMBERS: usize = 20_000_000;
/// Blocks made durable one after the other.
const BLOCKS: usize = 300;

/// The machine at one moment.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Milliseconds of each repetition of a fixed piece of work on one core, sorted.
    work: Vec<u64>,
    /// Microseconds of each fdatasync of 4 KiB, sorted.
    sync: Vec<u64>,
    load: f64,
}

impl Sample {
    /// Takes one; a second or two. The disk is that of `folder`.
    pub fn take(folder: &Path) -> Result<Self, Failure> {
        let load = process::load()?;
        let numbers = if cfg!(debug_assertions) {
            NUMBERS / 50
        } else {
            NUMBERS
        };
        let mut work: Vec<u64> = (0..LOOPS)
            .map(|_| {
                let since = Instant::now();
                let mut random = Random::new(1);
                let sum = (0..numbers).fold(0_u64, |sum, _| sum.wrapping_add(random.next()));
                black_box(sum);
                microseconds(since.elapsed())
            })
            .collect();
        work.sort_unstable();
        let path = folder.join("sync");
        let mut file = File::create(&path).map_err(Failure::at(&path))?;
        let mut sync = Vec::with_capacity(BLOCKS);
        for _ in 0..BLOCKS {
            file.write_all(&[7; 4096]).map_err(Failure::at(&path))?;
            let since = Instant::now();
            file.sync_data().map_err(Failure::at(&path))?;
            sync.push(microseconds(since.elapsed()));
        }
        sync.sort_unstable();
        fs::remove_file(&path).map_err(Failure::at(&path))?;
        Ok(Self { work, sync, load })
    }
}

/// The machine before and after.
pub fn noise(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let samples = [world.first.clone(), Sample::take(world.folder())?];
    let each = |value: fn(&Sample) -> f64| samples.iter().map(value).collect();
    let work = "the same piece of work 20 times on one core, before and after all measures";
    let sync = "300 times 4 KiB written and made durable, before and after all measures";
    Ok(vec![
        Figure::new(
            "machine/work-p50",
            "ms",
            work,
            each(|one| milliseconds(percentile(&one.work, 0.5))),
        ),
        Figure::new(
            "machine/work-worst",
            "ms",
            work,
            each(|one| milliseconds(percentile(&one.work, 1.0))),
        ),
        Figure::new(
            "machine/sync-p50",
            "ms",
            sync,
            each(|one| milliseconds(percentile(&one.sync, 0.5))),
        ),
        Figure::new(
            "machine/sync-p99",
            "ms",
            sync,
            each(|one| milliseconds(percentile(&one.sync, 0.99))),
        ),
        Figure::new(
            "machine/load",
            "processes",
            "load of the last minute, before and after",
            each(|one| one.load),
        ),
    ])
}
