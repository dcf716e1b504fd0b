//! The FINESS number of a health structure.

use std::fmt;

use crate::{Error, luhn};

/// Characters of a number.
const LENGTH: usize = 9;
/// What stands before it in a national identifier.
const KIND: char = '1';

/// A FINESS number as it was sent.
///
/// For the check digit the letters of Corsica count as A = 1 and B = 2. No text was found that says so; the rule is
/// unverified.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finess(String);

impl Finess {
    /// The system of national identifiers of structures, of which FINESS numbers are one kind.
    pub const NATIONAL: &str = "urn:oid:1.2.250.1.71.4.2.2";

    /// Reads 9 digits, the first two of which may be 2A or 2B; whether the last one fits is not looked at.
    pub fn parse(value: &str) -> Result<Finess, Error> {
        let bytes = value.as_bytes();
        let corsican = bytes.first() == Some(&b'2');
        let fits = |(place, byte): (usize, &u8)| {
            byte.is_ascii_digit() || (place == 1 && corsican && matches!(byte, b'A' | b'B'))
        };
        if bytes.len() != LENGTH || !bytes.iter().enumerate().all(fits) {
            return Err(Error::Finess);
        }
        Ok(Finess(value.to_owned()))
    }

    /// Completes 8 characters with the check digit.
    pub fn complete(body: &str) -> Result<Finess, Error> {
        let bare = Finess::parse(&format!("{body}0"))?.digits();
        Finess::parse(&format!("{body}{}", luhn::digit(&bare[..LENGTH - 1])))
    }

    /// Reads a national identifier: `1`, then the number.
    pub fn from_national(value: &str) -> Result<Finess, Error> {
        Finess::parse(value.strip_prefix(KIND).ok_or(Error::OtherKind)?)
    }

    /// The national identifier: `1`, then the number.
    pub fn national(&self) -> String {
        format!("{KIND}{}", self.0)
    }

    fn digits(&self) -> Vec<u8> {
        let digit = |byte| match byte {
            b'A' => 1,
            b'B' => 2,
            digit => digit - b'0',
        };
        self.0.bytes().map(digit).collect()
    }
}

impl fmt::Display for Finess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
