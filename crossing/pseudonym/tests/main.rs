//! Dangers covered: two persons under one pseudonym (twins, an identifier that looks like another's fields, a million at
//! random); a person who changes his pseudonym between two runs; a rotation that tears a history, names two persons alike,
//! or is cut by a crash; keys destroyed that are still there; keys in print; key files that were altered, or that others may
//! read; a list that was truncated, altered or swapped; a project that finds another's persons.
//!
//! Not a failure: who is carried begins another history when claims come under his identifier again (decision 0033).
//! Not tested: that a disk forgets what was overwritten; no program can know.
#![allow(clippy::unwrap_used, reason = "tests")]

mod main {
    mod files;
    mod person;
    mod rotate;
}

use hygie_pseudonym::{Entropy, Keys, Pseudonym, Source};

/// Repeatable bytes; never outside tests.
pub struct Counting(pub std::sync::atomic::AtomicU64);

impl Counting {
    pub fn new(seed: u64) -> Self {
        Self(std::sync::atomic::AtomicU64::new(seed))
    }
}

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = self
                .0
                .fetch_add(0x9e37_79b9_7f4a_7c15, std::sync::atomic::Ordering::Relaxed);
            let mixed = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let mixed = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&mixed[..chunk.len()]);
        }
    }
}

/// The pseudonym of somebody in the reference table.
pub fn of(keys: &Keys, id: &str) -> Pseudonym {
    keys.pseudonym(&Source::beneficiary(id).unwrap())
}
