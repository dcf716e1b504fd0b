//! Who is meant, and what research calls him.

use std::fmt;

use crate::Error;

/// Who is meant, as the insurer's files say it. The twin rank is part of it: national pseudonyms of same-sex twins under
/// one insured person are alike without it (decision 0033).
#[derive(Clone, Copy)]
pub struct Source<'a>(pub(crate) Known<'a>);

#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    Beneficiary(&'a str),
    Insured(&'a str, u8),
}

impl<'a> Source<'a> {
    /// A person of the reference table: `BEN_IDT_ANO` of IR_BEN_R, taken as it stands (leading zeros count).
    ///
    /// # Errors
    /// [`Error::NoIdentifier`] when it is empty or blank.
    pub fn beneficiary(ben_idt_ano: &'a str) -> Result<Self, Error> {
        Ok(Self(Known::Beneficiary(given(ben_idt_ano)?)))
    }

    /// A person of no reference table: `BEN_NIR_PSA` and the twin rank `BEN_RNG_GEM`. He is somebody else than whoever
    /// the table may call by the same text.
    ///
    /// # Errors
    /// [`Error::NoIdentifier`] when the first is empty or blank.
    pub fn insured(ben_nir_psa: &'a str, ben_rng_gem: u8) -> Result<Self, Error> {
        Ok(Self(Known::Insured(given(ben_nir_psa)?, ben_rng_gem)))
    }
}

fn given(text: &str) -> Result<&str, Error> {
    if text.trim().is_empty() {
        return Err(Error::NoIdentifier);
    }
    Ok(text)
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source(…)")
    }
}

/// What research calls a person in snapshots of one epoch: 128 bits that say nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(pub(crate) [u8; 16]);

impl Pseudonym {
    /// As it stands in a snapshot.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}
