//! Failure covered: one byte of one file of a log changes, and the offline verifier does not see it.

use std::sync::atomic::{AtomicUsize, Ordering};

use hygie_ledger::{Error, Memory, Store, verify};

use crate::{entries, log_of, signer};

/// A log of which one byte is read wrongly.
struct Flipped<'a> {
    log: &'a Memory,
    path: &'a str,
    at: usize,
}

impl Store for Flipped<'_> {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = self.log.get(path)?;
        if let Some(bytes) = bytes.as_mut().filter(|_| path == self.path) {
            // Another bit in each place, and in each file.
            bytes[self.at] ^= 1 << ((self.at + path.len()) % 8);
        }
        Ok(bytes)
    }
    fn put(&mut self, _: &[(String, Vec<u8>)]) -> Result<(), Error> {
        unreachable!("a verifier writes nothing")
    }
    fn list(&self) -> Result<Vec<String>, Error> {
        self.log.list()
    }
    fn remove(&mut self, _: &str) -> Result<(), Error> {
        unreachable!("a verifier removes nothing")
    }
}

#[test]
fn a_flipped_byte_of_a_1000_entry_log_is_refused() {
    let log = log_of(1000);
    crate::check_world(&log, &entries(0..1000));
    let places: Vec<(String, usize)> = log
        .list()
        .unwrap()
        .into_iter()
        .flat_map(|path| {
            let length = log.get(&path).unwrap().unwrap().len();
            (0..length).map(move |at| (path.clone(), at))
        })
        .collect();
    let (next, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                while let Some((path, at)) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let flipped = Flipped {
                        log: &log,
                        path,
                        at: *at,
                    };
                    assert!(
                        verify::folder(&flipped, signer().verifier()).is_err(),
                        "byte {at} of {path}"
                    );
                    refused.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(refused.into_inner(), places.len());
    println!(
        "{} bytes of a 1,000-entry log flipped in turn: all refused",
        places.len()
    );
}
