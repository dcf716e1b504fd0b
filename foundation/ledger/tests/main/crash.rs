//! Failures covered: an acknowledged entry that is gone after a crash, a group that is half there, a log that no
//! longer opens, leftovers that stay; a poisoned log that goes on.
//! The machine stops at every write and every removal of a run in turn; of the files of the write at which it stops,
//! none, some or all are there, with an unfinished file beside. When the power goes too, what that write left in
//! memory only is lost again, and removed files come back.
//! Not a failure: entries that were not acknowledged and are there all the same, as a whole group.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hygie_ledger::{Error, Log, Memory, Store, verify};

use crate::{check_world, entries, signer};

/// A disk that outlives the crash of its machine.
#[derive(Clone, Default)]
struct Disk {
    files: Arc<Mutex<Memory>>,
    /// Files that were removed, and may come back.
    removed: Arc<Mutex<Memory>>,
    /// What stood where an interrupted write left a file that only memory holds.
    volatile: Arc<Mutex<BTreeMap<String, Option<Vec<u8>>>>>,
    /// Writes and removals until the machine stops.
    left: Arc<Mutex<usize>>,
    /// Which files of the last write are there: bit n for the nth.
    survivors: u32,
}

impl Disk {
    fn step(&self) -> Result<(), Error> {
        let mut left = self.left.lock().unwrap();
        if *left == 0 {
            let source = std::io::Error::other("the machine stopped");
            return Err(Error::Io {
                path: "disk".to_owned(),
                source,
            });
        }
        *left -= 1;
        Ok(())
    }

    fn lose_power(&self) {
        let mut disk = self.files.lock().unwrap();
        for (path, before) in std::mem::take(&mut *self.volatile.lock().unwrap()) {
            match before {
                Some(bytes) => disk.put(&[(path, bytes)]).unwrap(),
                None => disk.remove(&path).unwrap(),
            }
        }
        let removed = self.removed.lock().unwrap();
        for path in removed.list().unwrap() {
            let bytes = removed.get(&path).unwrap().unwrap();
            if disk.get(&path).unwrap().is_none() {
                disk.put(&[(path, bytes)]).unwrap();
            }
        }
    }
}

impl Store for Disk {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.files.lock().unwrap().get(path)
    }
    fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        let stopped = self.step();
        let mut disk = self.files.lock().unwrap();
        let mut volatile = self.volatile.lock().unwrap();
        if stopped.is_ok() {
            files
                .iter()
                .for_each(|(path, _)| drop(volatile.remove(path)));
            return disk.put(files);
        }
        for (n, (path, bytes)) in files.iter().enumerate() {
            if self.survivors >> (n % 32) & 1 == 1 {
                let before = disk.get(path)?;
                volatile.entry(path.clone()).or_insert(before);
                disk.put(&[(path.clone(), bytes.clone())])?;
            } else {
                disk.put(&[(format!("{path}.tmp"), bytes[..bytes.len() / 2].to_vec())])?;
                break;
            }
        }
        stopped
    }
    fn list(&self) -> Result<Vec<String>, Error> {
        self.files.lock().unwrap().list()
    }
    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.step()?;
        let mut disk = self.files.lock().unwrap();
        if let Some(bytes) = disk.get(path)? {
            self.removed
                .lock()
                .unwrap()
                .put(&[(path.to_owned(), bytes)])?;
        }
        disk.remove(path)
    }
}

const GROUPS: [u64; 9] = [1, 3, 250, 1, 1, 1, 255, 600, 20];

/// Runs until the machine stops; returns how many entries were acknowledged, and whether it ran to the end.
fn run(disk: &Disk) -> (u64, bool) {
    let mut log = match Log::create(disk.clone(), signer()) {
        Ok(log) => log,
        Err(_) => return (0, false),
    };
    let mut size = 0;
    for group in GROUPS {
        match log.append(&entries(size..size + group)) {
            Ok(receipt) => assert_eq!((receipt.first, receipt.count), (size, group)),
            Err(_) => {
                // It may know already that the group is durable, but never more.
                assert!(log.size() == size || log.size() == size + group);
                assert!(matches!(log.append(&entries(0..1)), Err(Error::Poisoned)));
                assert!(matches!(log.entry(0), Err(Error::Poisoned)));
                assert!(matches!(log.prove_inclusion(0), Err(Error::Poisoned)));
                assert!(matches!(log.prove_consistency(0), Err(Error::Poisoned)));
                return (size, false);
            }
        }
        size += group;
    }
    (size, true)
}

fn recover(disk: &Disk, acknowledged: u64) {
    // A create that stopped is begun again; whatever has a checkpoint is opened.
    let opened = match Log::open(disk.clone(), signer()) {
        Err(Error::Missing { path }) if path == "checkpoint" && acknowledged == 0 => {
            Log::create(disk.clone(), signer()).map(|_| ()).unwrap();
            Log::open(disk.clone(), signer())
        }
        opened => opened,
    };
    let mut log = opened.unwrap();
    let size = log.size();
    let mut ends = GROUPS.iter().scan(0, |end, group| {
        *end += group;
        Some(*end)
    });
    let next = ends.find(|end| *end > acknowledged);
    assert!(
        size == acknowledged || Some(size) == next,
        "{acknowledged} became {size}"
    );
    check_world(&*disk.files.lock().unwrap(), &entries(0..size));
    log.append(&entries(size..size + 300)).unwrap();
    drop(log);
    check_world(&*disk.files.lock().unwrap(), &entries(0..size + 300));
}

#[test]
fn a_crash_loses_no_acknowledged_entry() {
    let mut points = 0;
    for survivors in [0, 0b1, 0b11, 0b111, 0b1111, 0b11111, 0b0101_1011, u32::MAX] {
        for stop in 0.. {
            let disk = Disk {
                left: Arc::new(Mutex::new(stop)),
                survivors,
                ..Disk::default()
            };
            let (acknowledged, finished) = run(&disk);
            *disk.left.lock().unwrap() = usize::MAX;
            recover(&disk, acknowledged);
            points += 1;
            if finished {
                break;
            }
        }
    }
    println!("{points} crashes of the writer: all recovered");
}

#[test]
fn a_crash_within_a_recovery_takes_nothing_back() {
    let mut points = 0;
    for stop in 0..60 {
        for again in 0..8 {
            let disk = Disk {
                left: Arc::new(Mutex::new(stop)),
                survivors: u32::MAX,
                ..Disk::default()
            };
            let (acknowledged, _) = run(&disk);
            *disk.left.lock().unwrap() = again;
            // Whoever was told a size must find it again.
            let told = Log::open(disk.clone(), signer()).map_or(acknowledged, |log| log.size());
            disk.lose_power();
            *disk.left.lock().unwrap() = usize::MAX;
            recover(&disk, told);
            points += 1;
        }
    }
    println!("{points} crashes within a recovery: all recovered");
}

#[test]
fn a_log_stopped_by_a_crash_verifies_after_the_next_open() {
    // Stopped between its data and its checkpoint: strict verification names the leftover, the next open removes it.
    let disk = Disk {
        left: Arc::new(Mutex::new(5)),
        survivors: u32::MAX,
        ..Disk::default()
    };
    let mut log = Log::create(disk.clone(), signer()).unwrap();
    log.append(&entries(0..10)).unwrap();
    assert!(log.append(&entries(10..20)).is_err());
    drop(log);
    *disk.left.lock().unwrap() = usize::MAX;
    // The checkpoint that survived may be the old or the new one; both are whole logs with leftovers.
    let files = disk.files.lock().unwrap().clone();
    assert!(matches!(
        verify::folder(&files, signer().verifier()),
        Err(Error::Unexpected { .. })
    ));
    drop(Log::open(disk.clone(), signer()).unwrap());
    verify::folder(&*disk.files.lock().unwrap(), signer().verifier()).unwrap();
}
