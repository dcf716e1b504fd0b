//! The code of a letter: 60 random bits as twelve symbols of Crockford's base 32, in fours, and his check
//! symbol (the number modulo 37), so that a slip of the pen is told before anything is looked up.
//! Specification: <https://www.crockford.com/base32.html>.

use aws_lc_rs::hmac;
use hygie_notice::Entropy;

/// Crockford's alphabet, and the five further symbols that only a check may be.
const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
/// Symbols before the check.
const LENGTH: usize = 12;

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
        let written = normal(text);
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

    /// Its hash under a line's salt.
    pub fn hash(&self, salt: &[u8; 32]) -> [u8; 32] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), self.0.as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
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

/// A written code without spaces and dashes, its look-alikes replaced.
pub fn normal(text: &str) -> String {
    let written: Vec<char> = text
        .chars()
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '.' | '_')
        })
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let replaced = written.iter().map(|letter| match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => *other,
    });
    replaced.collect()
}

#[cfg(test)]
mod tests;
