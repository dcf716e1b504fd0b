//! The ledger from the outside. Each file names the failures it covers; here is what they share: one key, logs whose
//! entries are known, and one function that checks the whole world after each step.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where an expectation fails"
)]

mod batches;
mod covers;
mod crash;
mod flips;
mod folder;
mod forgery;
mod merkle;
mod notes;

use hygie_ledger::{Checkpoint, Log, Memory, Signer, Store, verify};

const ORIGIN: &str = "ledger.example/access";

fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[7; 32]).unwrap()
}

/// Entries of 0 to 12 bytes, each different from its neighbours.
fn entry(index: u64) -> Vec<u8> {
    format!("{index:012}").into_bytes()[..(index * 7 % 13) as usize].to_vec()
}

fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(entry).collect()
}

/// A store that holds a log of these many entries, appended in groups of 97.
fn log_of(size: u64) -> Memory {
    let mut store = Memory::default();
    let mut log = Log::create(Shared(&mut store), signer()).unwrap();
    for first in (0..size).step_by(97) {
        log.append(&entries(first..size.min(first + 97))).unwrap();
    }
    drop(log);
    store
}

/// The log in this store is whole, and holds exactly these entries.
fn check_world(store: &dyn Store, expected: &[Vec<u8>]) {
    let verified = verify::folder(store, signer().verifier()).unwrap();
    let note = String::from_utf8(store.get("checkpoint").unwrap().unwrap()).unwrap();
    let checkpoint = Checkpoint::open(&note, signer().verifier()).unwrap();
    assert_eq!(
        (verified.size, verified.root),
        (checkpoint.size, checkpoint.root)
    );
    assert_eq!(verified.size, expected.len() as u64);
    assert_eq!(
        verified.root,
        merkle::oracle(expected).root().as_bytes()[..]
    );
}

/// Lends a store to a log, so that the test keeps the files when the log is dropped.
struct Shared<'a, S: Store>(&'a mut S);

impl<S: Store> Store for Shared<'_, S> {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, hygie_ledger::Error> {
        self.0.get(path)
    }
    fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), hygie_ledger::Error> {
        self.0.put(files)
    }
    fn list(&self) -> Result<Vec<String>, hygie_ledger::Error> {
        self.0.list()
    }
    fn remove(&mut self, path: &str) -> Result<(), hygie_ledger::Error> {
        self.0.remove(path)
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
