//! The keyed function, and which message is whose.

use std::fmt;

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::Entropy;
use crate::source::{Known, Pseudonym, Source};

const PERSON: &[u8] = b"hygie pseudonym v1";
const KEY_ID: &[u8] = b"hygie pseudonym key v1";

/// Each kind of input is a domain of its own.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    Beneficiary = 1,
    Insured = 2,
    Carried = 3,
}

/// The key of one epoch: 256 random bits (INVARIANT keys are random). It can't be printed, and is wiped when dropped; so is
/// the schedule that aws-lc makes of it.
pub(crate) struct Secret {
    bytes: Zeroizing<[u8; 32]>,
    schedule: hmac::Key,
}

impl Secret {
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self::from_bytes(bytes)
    }

    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        let schedule = hmac::Key::new(hmac::HMAC_SHA256, bytes.as_ref());
        Self { bytes, schedule }
    }

    /// The raw key, for its file alone.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    pub fn pseudonym(&self, source: &Source<'_>) -> Pseudonym {
        match source.0 {
            Known::Beneficiary(id) => self.person(Kind::Beneficiary, &[id.as_bytes()]),
            Known::Insured(nir, rank) => self.person(Kind::Insured, &[nir.as_bytes(), &[rank]]),
        }
    }

    /// Of somebody of whom only his pseudonym of the epoch before is known.
    pub fn carried(&self, old: &Pseudonym) -> Pseudonym {
        self.person(Kind::Carried, &[&old.0])
    }

    fn person(&self, kind: Kind, fields: &[&[u8]]) -> Pseudonym {
        let mut context = hmac::Context::with_key(&self.schedule);
        context.update(PERSON);
        context.update(&[kind as u8]);
        for field in fields {
            let length = u32::try_from(field.len()).expect("an identifier is shorter than 4 GiB");
            context.update(&length.to_be_bytes());
            context.update(field);
        }
        Pseudonym(first_half(&context.sign()))
    }

    /// What names the key without saying anything of it: 16 hexadecimal digits.
    pub fn id(&self) -> String {
        let tag = hmac::sign(&self.schedule, KEY_ID);
        tag.as_ref()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The first 128 bits of a tag.
pub(crate) fn first_half(tag: &hmac::Tag) -> [u8; 16] {
    tag.as_ref()[..16]
        .try_into()
        .expect("SHA-256 gives 32 bytes")
}
