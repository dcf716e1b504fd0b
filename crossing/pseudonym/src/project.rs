//! What one project calls a person.

use std::fmt;

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::prf::first_half;
use crate::{Entropy, Pseudonym};

const PROJECT: &[u8] = b"hygie project pseudonym v1";

/// A project's key: 256 random bits. Whoever serves the project's reads has it; it gives nobody's identity away, and is no
/// part of the crossing's keys. It can't be printed, and is wiped when dropped.
pub struct ProjectKey {
    bytes: Zeroizing<[u8; 32]>,
    schedule: hmac::Key,
}

impl ProjectKey {
    /// A new key.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        let key = Self::from_bytes(&bytes);
        zeroize::Zeroize::zeroize(&mut bytes);
        key
    }

    /// A key that was kept.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self {
            bytes: Zeroizing::new(*bytes),
            schedule: hmac::Key::new(hmac::HMAC_SHA256, bytes),
        }
    }

    /// The raw key, to be kept. The name is a warning.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}

/// What one project calls a person; another project calls him otherwise, and neither finds the other's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectPseudonym([u8; 16]);

impl ProjectPseudonym {
    /// Its 16 bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Debug for ProjectPseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectPseudonym(…)")
    }
}

/// The project's own pseudonym of a person: the first 128 bits of HMAC-SHA-256 under the project's key, over the 26 bytes
/// `hygie project pseudonym v1` and the 16 of the snapshot's pseudonym.
pub fn project_pseudonym(key: &ProjectKey, pseudonym: &Pseudonym) -> ProjectPseudonym {
    let mut context = hmac::Context::with_key(&key.schedule);
    context.update(PROJECT);
    context.update(&pseudonym.0);
    ProjectPseudonym(first_half(&context.sign()))
}
