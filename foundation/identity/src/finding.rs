//! Which INS an installation takes in, and what a check of one finds.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// Which INS an installation takes in for somebody whom it does not know by them yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NationalNumbers {
    /// Of real persons: those under the systems of NIR and NIA, whose key fits where there is one.
    #[default]
    Real,
    /// Of anybody, for homes in which nobody is real: those of the test and demonstration systems too, and whatever
    /// their key, for official samples hold wrong ones.
    Any,
}

impl FromStr for NationalNumbers {
    type Err = Error;

    fn from_str(word: &str) -> Result<NationalNumbers, Error> {
        match word {
            "real" => Ok(NationalNumbers::Real),
            "any" => Ok(NationalNumbers::Any),
            _ => Err(Error::NationalNumbers),
        }
    }
}

/// Why an INS is not taken in. It does not hold the number, so that it can be told and logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// The key is not 97 − (number mod 97).
    Key,
    /// The system is that of tests or of demonstrations.
    Unreal,
}

impl Finding {
    /// What is wrong and what to do, as it goes on after the name of the number or its place.
    pub fn why(self) -> &'static str {
        match self {
            Finding::Key => {
                "has a key that does not fit its number; check all 15 characters against the person's papers"
            }
            Finding::Unreal => {
                "is of the test or demonstration system, whose numbers are no real person's; send the number under \
                 the system of the NIR or NIA, or set `national_numbers` to `any` where nobody is real"
            }
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the INS {}", self.why())
    }
}
