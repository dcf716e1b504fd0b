use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::Error;

/// Most lines of an address, the country's included (NF Z 10-011, UPU S42).
const LINES: usize = 7;
/// Most characters of a line (NF Z 10-011).
const LONGEST: usize = 38;

/// A postal address: one to seven lines of at most 38 characters. Never printed where it could reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Postal {
    lines: Vec<String>,
    postcode: String,
}

impl Postal {
    /// Reads an address, its first line the name, and the postcode by which print shops sort. Lines are trimmed, empty
    /// ones are left out.
    ///
    /// # Errors
    /// [`Error::PostalMalformed`] with the number of the line that is too long or holds a control character, from 1; 0
    /// when there is no line, or more than seven, or when the postcode is not of letters, digits, spaces and dashes.
    pub fn new<'a>(
        lines: impl IntoIterator<Item = &'a str>,
        postcode: &str,
    ) -> Result<Self, Error> {
        let mut kept: Vec<String> = Vec::new();
        for line in lines {
            let line: String = line.trim().nfc().collect();
            if line.is_empty() {
                continue;
            }
            let number = kept.len() + 1;
            if line.chars().count() > LONGEST || line.chars().any(char::is_control) {
                return Err(Error::PostalMalformed(number));
            }
            kept.push(line);
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-';
        let postcode = postcode.trim();
        if kept.is_empty()
            || kept.len() > LINES
            || postcode.len() > 10
            || !postcode.bytes().all(plain)
        {
            return Err(Error::PostalMalformed(0));
        }
        Ok(Self {
            lines: kept,
            postcode: postcode.to_ascii_uppercase(),
        })
    }

    /// No address, for what no post brings.
    pub(crate) fn nobody() -> Self {
        Self {
            lines: Vec::new(),
            postcode: String::new(),
        }
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// As print shops sort; empty where there is none.
    pub(crate) fn postcode(&self) -> &str {
        &self.postcode
    }
}

impl fmt::Debug for Postal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postal(…)")
    }
}
