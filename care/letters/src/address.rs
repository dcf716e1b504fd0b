use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The longest address, in bytes (RFC 3696, erratum 1690).
const LONGEST: usize = 254;

/// An e-mail address; never printed where it could reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // Whoever could put a control character here could add a header to the letter.
        if text.len() > LONGEST || text.chars().any(|symbol| symbol.is_control()) {
            return Err(Error::AddressMalformed);
        }
        text.parse().map(Self).map_err(|_| Error::AddressMalformed)
    }
}

impl Address {
    /// For the envelope and the header.
    pub(crate) fn inner(&self) -> &lettre::Address {
        &self.0
    }

    /// What stands behind the `@`.
    pub(crate) fn domain(&self) -> &str {
        self.0.domain()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}
