//! What one project calls a person. The crossing's tables of rotations say the same (hygie-pseudonym, `project`): both
//! compute it by what is said here, and tests on both sides hold the same figures.

use std::fs;
use std::path::Path;

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::Error;

const PROJECT: &[u8] = b"hygie project pseudonym v1";

/// A project's key: 256 random bits. It gives nobody's identity away.
pub struct ProjectKey(hmac::Key);

impl ProjectKey {
    /// The key in a file: 32 bytes, or 64 hexadecimal digits.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = Zeroizing::new(fs::read(path).map_err(Error::io(path))?);
        let key = Self::of(&bytes);
        key.ok_or_else(|| Error::ProjectKey {
            path: path.to_owned(),
        })
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() == 32 {
            return Some(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)));
        }
        let digits = bytes.trim_ascii();
        if digits.len() != 64 {
            return None;
        }
        let mut key = Zeroizing::new([0u8; 32]);
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            let digit = |place: usize| char::from(pair[place]).to_digit(16);
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())))
    }

    /// The project's own pseudonym of a person, 32 hexadecimal digits: the first 128 bits of HMAC-SHA-256 under the
    /// project's key, over the 26 bytes `hygie project pseudonym v1` and the 16 of the snapshot's pseudonym.
    pub fn pseudonym(&self, person: &[u8; 16]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(PROJECT);
        context.update(person);
        let tag = context.sign();
        tag.as_ref()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests;
