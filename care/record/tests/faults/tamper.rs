//! Failures covered: bytes flipped in any file of a home at rest, or of one that was running; files cut short;
//! entries, keys, heads and events that changed places or are gone: read by the normal code, any of them as
//! something that was never written, a panic, or no answer at all.
//!
//! Each look at a tampered home ends as one of these: it does not open; somebody's record or trail is refused with
//! an error; or everything that is told is exactly what was written (free pages, statistics, files that only
//! writers need).
//!
//! Not a failure: that a host who deletes a record makes its owner's id disappear from the list of ids.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hygie_notice::PersonId;
use hygie_notice::wire::TrailLine;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::disk::Dice;
use crate::house::{House, make};

/// How the looks of these tests stand in trails.
const LOOK: &str = "a look";
/// No look at a home takes longer, on a machine that does little else.
const PATIENCE: Duration = Duration::from_secs(600);

/// A home's files, as bytes.
#[derive(Clone)]
pub struct Files(pub BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// What lies below `dir`, but for sockets and SQLite's shared memory, which a running process owns.
    pub fn of(dir: &Path) -> Self {
        let mut files = BTreeMap::new();
        gather(dir, dir, &mut files);
        Self(files)
    }

    /// Lays the files out below `dir`, in the place of what is there.
    pub fn lay(&self, dir: &Path) {
        let _none = fs::remove_dir_all(dir);
        for (path, bytes) in &self.0 {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

fn gather(home: &Path, dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            gather(home, &path, files);
        } else if !name.ends_with(".sock") && !name.ends_with("-shm") {
            let bytes = fs::read(&path).unwrap();
            files.insert(path.strip_prefix(home).unwrap().to_owned(), bytes);
        }
    }
}

/// What is told about a person.
type Told = (Vec<(String, Value)>, Vec<TrailLine>);

/// What was written, and what is therefore told.
pub struct Truth(pub BTreeMap<PersonId, Told>);

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The home does not open.
    Closed,
    /// Everything told is right, and of an earlier day: somebody's trail ends too early.
    Older,
    /// Somebody's record or trail is refused with an error; the others' are right.
    Refused,
    /// Everything is right.
    Harmless,
}

impl Truth {
    pub async fn of(house: &House) -> Self {
        let mut persons = BTreeMap::new();
        for person in house.record.persons().await.unwrap() {
            let items = items(house, person).await.unwrap();
            persons.insert(person, (items, house.trail(person).await.unwrap()));
        }
        // The looks just taken are in the trails too.
        Self(persons)
    }

    /// Of a few persons only.
    pub fn first(self, persons: usize) -> Self {
        Self(self.0.into_iter().take(persons).collect())
    }

    /// Looks at a home by the normal code.
    pub async fn look(
        &self,
        dir: &Path,
        checkpoint: Option<&str>,
    ) -> Result<(Ending, String), String> {
        let look = async {
            let house = match House::open_since(dir, checkpoint).await {
                Ok(house) => house,
                Err(why) => return Ok((Ending::Closed, why)),
            };
            let seen = self.hold(&house).await;
            // Whatever is wrong with the files, what was told has been told.
            let _closed = house.close().await;
            seen
        };
        tokio::time::timeout(PATIENCE, look)
            .await
            .map_err(|_| "no answer".to_owned())?
    }

    pub async fn hold(&self, house: &House) -> Result<(Ending, String), String> {
        let mut ending = (Ending::Harmless, String::new());
        for (person, (items, trail)) in &self.0 {
            match self::items(house, *person).await {
                Ok(told) if told == *items => {}
                Ok(_) => return Err(format!("{person}: another record than was written")),
                Err(why) => ending = (Ending::Refused, why),
            }
            let patient = items.iter().find(|(id, _)| *id == person.to_string());
            let number = &patient.unwrap().1["identifier"][0]["value"];
            match house.identified(number.as_str().unwrap()).await {
                Ok(found) if found == *person => {}
                Ok(_) => return Err(format!("{person}: another has the number")),
                Err(why) => ending = (Ending::Refused, why),
            }
            match house.trail(*person).await {
                Ok(told) => match continues(&told, trail)? {
                    Ending::Older if ending.0 == Ending::Harmless => {
                        ending = (Ending::Older, String::new());
                    }
                    _ => {}
                },
                Err(why) => ending = (Ending::Refused, why),
            }
        }
        Ok(ending)
    }
}

async fn items(house: &House, person: PersonId) -> Result<Vec<(String, Value)>, String> {
    let mut items = Vec::new();
    for kind in ["Patient", "Observation", "Consent"] {
        items.extend(house.search(person, kind, LOOK).await?);
    }
    Ok(items)
}

/// A trail is the one that was written, and then looks of these tests only.
fn continues(told: &[TrailLine], written: &[TrailLine]) -> Result<Ending, String> {
    let alike = told.iter().zip(written);
    let alike = alike.take_while(|(told, written)| told == written).count();
    let (before, after) = told.split_at(alike);
    let ours = |line: &TrailLine| line.event.notice.what == LOOK;
    let ending = if before.len() == written.len() {
        Ending::Harmless
    } else {
        Ending::Older
    };
    if !after.iter().all(ours) {
        return Err("a trail tells what never happened".to_owned());
    }
    Ok(ending)
}

pub fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// A folder that costs nothing to sync, where the system has one.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// A home of `persons`, at rest, and the same home while it runs, with a write not yet in its databases.
pub struct Homes {
    pub rested: (Files, Truth),
    pub running: (Files, Truth),
}

pub fn homes(persons: usize, notes: usize) -> Homes {
    let scratch = scratch();
    let dir = scratch.path().join("home");
    fs::create_dir(&dir).unwrap();
    runtime().block_on(async {
        make(&dir).unwrap();
        let house = House::open(&dir).await.unwrap();
        for number in 0..persons {
            let name = format!("person {number}");
            let person = house.import(&name, &name).await.unwrap();
            for note in 0..notes {
                house
                    .observe(person, &format!("note {note}"))
                    .await
                    .unwrap();
            }
            house.authorise(person).await.unwrap();
        }
        house.close().await.unwrap();
        let house = House::open(&dir).await.unwrap();
        let truth = Truth::of(&house).await;
        house.close().await.unwrap();
        let rested = (Files::of(&dir), truth);
        let house = House::open(&dir).await.unwrap();
        let last = house.record.persons().await.unwrap()[0];
        house
            .observe(last, "not yet in the database")
            .await
            .unwrap();
        let truth = Truth::of(&house).await;
        let size = house.keeper.hello().await.unwrap().size;
        // A proof waits until the ledger's files have the leaf.
        house.keeper.prove(size - 1).await.unwrap();
        let running = (Files::of(&dir), truth);
        house.close().await.unwrap();
        Homes { rested, running }
    })
}

/// One change to a home's files.
pub struct Change<'a> {
    pub path: &'a Path,
    pub what: String,
    pub bytes: Vec<u8>,
}

/// Counts of endings by file.
#[derive(Default)]
pub struct Tally(Mutex<BTreeMap<(String, Ending), usize>>);

impl Tally {
    pub fn add(&self, name: &str, ending: Ending) {
        let mut counts = self.0.lock().unwrap();
        *counts.entry((name.to_owned(), ending)).or_default() += 1;
    }

    pub fn print(&self) {
        let counts = self.0.lock().unwrap();
        let mut total = 0;
        for ((name, ending), count) in counts.iter() {
            println!("{count:8} {ending:?} {name}");
            total += count;
        }
        println!("{total:8} in all");
    }
}

/// Takes each change by itself to the home, and looks.
pub fn try_each<'a>(
    (files, truth): &(Files, Truth),
    changes: impl Iterator<Item = Change<'a>> + Send,
    tally: &Tally,
) {
    let changes = Mutex::new(changes);
    let panics = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (runtime, scratch) = (runtime(), scratch());
                let home = scratch.path().join("home");
                loop {
                    let Some(change) = changes.lock().unwrap().next() else {
                        break;
                    };
                    files.lay(&home);
                    fs::write(home.join(change.path), &change.bytes).unwrap();
                    match runtime.block_on(truth.look(&home, None)) {
                        Ok((Ending::Older, _)) => panic!("a trail ends too early"),
                        Ok((ending, why)) => {
                            // A thread that panicked is told as a fault of the program.
                            let fault = why.contains("fault of the program");
                            panics.fetch_add(usize::from(fault), Ordering::Relaxed);
                            tally.add(&change.path.to_string_lossy(), ending);
                        }
                        Err(why) => panic!("{}, {}: {why}", change.path.display(), change.what),
                    }
                }
            });
        }
    });
    assert_eq!(panics.into_inner(), 0, "panics");
}

/// Flips of `bits` at every `stride`th byte of each file.
fn flips(files: &Files, stride: usize) -> impl Iterator<Item = Change<'_>> + Send {
    files.0.iter().flat_map(move |(path, bytes)| {
        let mut dice = Dice::new(u64::try_from(bytes.len()).unwrap());
        // Small files are tried more closely.
        let stride = stride.min(bytes.len() / 16).max(1);
        (dice.below(stride)..bytes.len())
            .step_by(stride)
            .map(move |place| {
                let bit = 1u8 << dice.below(8);
                let mut bytes = bytes.clone();
                bytes[place] ^= bit;
                let what = format!("byte {place}, bit {bit}");
                Change { path, what, bytes }
            })
    })
}

fn flip_small(at_rest: usize, running: usize) {
    let strides = [at_rest, running];
    let begun = Instant::now();
    let Homes { rested, running } = homes(2, 2);
    let homes = [("at rest", rested), ("running", running)];
    for ((name, home), stride) in homes.into_iter().zip(strides) {
        let size: usize = home.0.0.values().map(Vec::len).sum();
        println!("a home {name}, {} files of {size} bytes:", home.0.0.len());
        let tally = Tally::default();
        try_each(&home, flips(&home.0, stride), &tally);
        tally.print();
    }
    println!("{:.0} s", begun.elapsed().as_secs_f64());
}

#[test]
fn a_flipped_byte_is_read_as_something_that_was_never_written() {
    flip_small(311, 797);
}

#[test]
#[ignore = "each byte of a home is flipped and looked at"]
fn every_flipped_byte_of_a_home_is_read_as_something_that_was_never_written() {
    flip_small(1, 13);
}

#[test]
fn a_file_that_was_cut_is_read_as_something_that_was_never_written() {
    let Homes { rested, running } = homes(2, 2);
    for (name, home) in [("at rest", rested), ("running", running)] {
        println!("a home {name}:");
        let cuts = home.0.0.iter().flat_map(|(path, bytes)| {
            let ends = (0..bytes.len())
                .step_by(512)
                .chain([bytes.len().saturating_sub(1)]);
            ends.map(move |end| Change {
                path,
                what: format!("cut to {end} bytes"),
                bytes: bytes[..end].to_vec(),
            })
        });
        let tally = Tally::default();
        try_each(&home, cuts, &tally);
        tally.print();
    }
}
