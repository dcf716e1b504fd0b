use std::fmt;
use std::str::FromStr;

use crate::Error;

/// Digits of a number, its country's code among them (ITU-T E.164: fifteen at most; none in use has less than eight).
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Codes of France and its departments overseas: behind each are nine digits, and 6 or 7 begins a mobile's
/// (ARCEP, decision 2018-0881, national numbering plan).
const FRENCH: [&str; 5] = ["33", "262", "590", "594", "596"];
/// Digits behind one of these.
const NATIONAL: usize = 9;

/// A number that takes text messages, as E.164 writes it: `+33639980001`. A French landline is none: what is sent there
/// may be read out to whoever picks up. Never printed where it could reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl FromStr for Phone {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix('+').ok_or(Error::PhoneMalformed)?;
        let is_number = DIGITS.contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let french = FRENCH.iter().find_map(|code| digits.strip_prefix(code));
        let is_mobile = french.is_none_or(|rest| {
            rest.len() == NATIONAL && (rest.starts_with('6') || rest.starts_with('7'))
        });
        if !(is_number && is_mobile) {
            return Err(Error::PhoneMalformed);
        }
        Ok(Self(digits.to_owned()))
    }
}

impl Phone {
    /// Its digits, without the `+`.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests;
