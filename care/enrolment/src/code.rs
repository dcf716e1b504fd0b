//! The code of a letter: 60 random bits as twelve symbols of Crockford's base 32, in fours, and his check
//! symbol (the number modulo 37), so that a typing mistake is told before anything is looked up.
//! Specification: <https://www.crockford.com/base32.html>.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use hygie_record::normal_code;
use hygie_record::notice::Entropy;

/// Crockford's alphabet, and the five further symbols that only a check may be.
const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
/// Symbols before the check.
const LENGTH: usize = 12;
/// Bytes of a code's hash: twice as many bits as the code has, and more.
pub(crate) const HASH: usize = 16;

/// The key of a page's codes.
pub(crate) struct Key(hmac::Key);

impl Key {
    /// The key of these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }
}

/// A code: its twelve symbols, upper case. Not printable by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new code, from 60 random bits.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; LENGTH];
        entropy.fill(&mut bytes);
        Self(
            bytes
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
                .collect(),
        )
    }

    /// Reads a code as people write it: in any case, with any spaces and dashes, O for 0, I and L for 1.
    /// `None` when the symbols and their check do not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let written = normal_code(text);
        let (symbols, check) = written.split_at_checked(LENGTH)?;
        let code = Self(symbols.to_owned());
        (code.check()? == check.chars().next()? && check.chars().count() == 1).then_some(code)
    }

    /// As it is printed in a letter: `XXXX-XXXX-XXXX-C`.
    pub fn print(&self) -> String {
        let check = self.check().expect("a code has symbols of the alphabet");
        format!(
            "{}-{}-{}-{check}",
            &self.0[..4],
            &self.0[4..8],
            &self.0[8..]
        )
    }

    /// Its hash under a page's key, for the line in this place: 16 bytes.
    pub(crate) fn hash(&self, key: &Key, place: u32) -> [u8; HASH] {
        let mut context = hmac::Context::with_key(&key.0);
        for part in [self.0.as_bytes(), &place.to_be_bytes()] {
            context.update(part);
        }
        let tag = context.sign();
        let (hash, _) = tag
            .as_ref()
            .split_first_chunk()
            .expect("HMAC-SHA256 gives 32 bytes");
        *hash
    }

    /// Whether it is what `hash` was made from.
    pub(crate) fn fits(&self, hash: &[u8], key: &Key, place: u32) -> bool {
        verify_slices_are_equal(&self.hash(key, place), hash).is_ok()
    }

    /// The same of a hash as it was made before pages had keys: of the code alone, 32 bytes.
    pub(crate) fn is_old(&self, hash: &[u8], key: &Key) -> bool {
        let tag = hmac::sign(&key.0, self.0.as_bytes());
        verify_slices_are_equal(tag.as_ref(), hash).is_ok()
    }

    fn check(&self) -> Option<char> {
        let mut remainder = 0;
        for byte in self.0.bytes() {
            let value = ALPHABET[..32].iter().position(|symbol| *symbol == byte)?;
            remainder = (remainder * 32 + value) % 37;
        }
        Some(char::from(ALPHABET[remainder]))
    }
}

/// The hash of a one-time code for the line in this place, under a page's key: 16 bytes that are no letter's code's.
pub(crate) fn second_hash(digits: &str, key: &Key, place: u32) -> [u8; HASH] {
    let mut context = hmac::Context::with_key(&key.0);
    for part in [
        b"second ".as_slice(),
        &place.to_be_bytes(),
        digits.as_bytes(),
    ] {
        context.update(part);
    }
    let tag = context.sign();
    let (hash, _) = tag
        .as_ref()
        .split_first_chunk()
        .expect("HMAC-SHA256 gives 32 bytes");
    *hash
}

#[cfg(test)]
mod tests;
