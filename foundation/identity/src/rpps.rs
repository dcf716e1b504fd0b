//! The RPPS number of a health professional.

use std::fmt;

use crate::{Error, luhn};

/// Digits of a number.
const DIGITS: usize = 11;
/// What stands before it in a national identifier.
const KIND: char = '8';

/// An RPPS number as it was sent. It names a person, so it is shown by `Display` alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rpps(String);

impl Rpps {
    /// The system of national identifiers of professionals, of which RPPS numbers are one kind.
    pub const NATIONAL: &str = "urn:oid:1.2.250.1.71.4.2.1";

    /// Reads 11 digits; whether the last one fits is not looked at.
    pub fn parse(value: &str) -> Result<Rpps, Error> {
        if value.len() != DIGITS || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Rpps);
        }
        Ok(Rpps(value.to_owned()))
    }

    /// Completes 10 digits with the check digit.
    pub fn complete(body: &str) -> Result<Rpps, Error> {
        let bare = Rpps::parse(&format!("{body}0"))?.digits();
        Rpps::parse(&format!("{body}{}", luhn::digit(&bare[..DIGITS - 1])))
    }

    /// Reads a national identifier: `8`, then the number.
    pub fn from_national(value: &str) -> Result<Rpps, Error> {
        Rpps::parse(value.strip_prefix(KIND).ok_or(Error::OtherKind)?)
    }

    /// The national identifier: `8`, then the number.
    pub fn national(&self) -> String {
        format!("{KIND}{}", self.0)
    }

    fn digits(&self) -> Vec<u8> {
        self.0.bytes().map(|byte| byte - b'0').collect()
    }
}

impl fmt::Display for Rpps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Rpps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rpps").finish_non_exhaustive()
    }
}
