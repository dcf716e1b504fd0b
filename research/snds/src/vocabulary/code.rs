//! One form for each code, however a table writes it.

use std::fmt;

use super::System;

/// A value that is no code of its system. What was read is not in it: a caller who wants to show it has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Nothing, or one of the words for it (`0` for a product, three times `X`…).
    Absent,
    /// Something else.
    Form(System),
    /// No number is left for a new concept.
    Full,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("no code is given"),
            Self::Form(system) => write!(
                f,
                "it has not the form of a code of {}",
                system.vocabulary_id()
            ),
            Self::Full => f.write_str("no number is left for new concepts"),
        }
    }
}

impl std::error::Error for Malformed {}

/// The code's one form: letters in capitals, without points and blanks, digits as many as the nomenclature has.
///
/// - ICD-10: a letter, two digits, up to three more of digits, capitals and `+` (`E11.9` is `E119`)
/// - CCAM: four letters and three digits; what follows (activity, phase, extension) is not part of it
/// - NABM: 4 digits, the zeros in front that numbers lose put back; LPP: 7; CIP13: all 13
/// - UCD: its 7 digits, out of 7, of 13 with zeros in front, or of 13 that begin with 34008 and end with a key
/// - ATC: one of its levels: 1, 3, 4, 5 or 7 characters
/// - nature: digits without zeros in front, at most 5
pub fn canonical(system: System, raw: &str) -> Result<String, Malformed> {
    // Some published cells hold a mark behind the code, on a line of its own.
    let word = raw.split_whitespace().next().ok_or(Malformed::Absent)?;
    if !word.is_ascii() {
        return Err(Malformed::Form(system));
    }
    if means_none(system, word) {
        return Err(Malformed::Absent);
    }
    let code = match system {
        System::Icd10 => icd10(word),
        System::Ccam => ccam(word),
        System::Atc => atc(word),
        System::Nabm => digits(word, 4),
        System::Lpp => digits(word, 7),
        System::Cip13 => (word.len() == 13 && all_digits(word)).then(|| word.to_owned()),
        System::Ucd => ucd(word),
        System::Nature => nature(word),
    };
    code.ok_or(Malformed::Form(system))
}

/// "Sans objet", "valeur inconnue" and their like, as tables write them. Nature 0 is listed as a nature, and NABM 0 as an act
/// without a code.
fn means_none(system: System, word: &str) -> bool {
    let zeros = word.bytes().all(|byte| byte == b'0');
    let nines = word.bytes().all(|byte| byte == b'9');
    match system {
        System::Nature | System::Nabm => false,
        System::Cip13 | System::Ucd | System::Lpp => zeros || nines,
        System::Icd10 => zeros || one_letter(word),
        System::Ccam | System::Atc => zeros,
    }
}

/// One capital again and again, as IR_CIM_V has it for "sans objet" (X), "non précisé" (Z) and "valeur inconnue" (I).
fn one_letter(word: &str) -> bool {
    let first = word.as_bytes()[0];
    first.is_ascii_uppercase() && word.len() >= 3 && word.bytes().all(|byte| byte == first)
}

fn icd10(word: &str) -> Option<String> {
    let code: String = word.chars().filter(|&letter| letter != '.').collect();
    let code = code.to_ascii_uppercase();
    let bytes = code.as_bytes();
    let rest = bytes.get(3..)?;
    let fits = bytes[0].is_ascii_uppercase()
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_digit()
        && rest.len() <= 3
        && rest
            .iter()
            .all(|&byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'+');
    fits.then_some(code)
}

fn ccam(word: &str) -> Option<String> {
    let code = word.get(..7)?.to_ascii_uppercase();
    let (letters, number) = code.split_at(4);
    let rest = &word[7..];
    let extension = rest.strip_prefix('-').unwrap_or(rest);
    let fits = letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && all_digits(number)
        && extension.len() <= 4
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(code)
}

fn atc(word: &str) -> Option<String> {
    let code = word.to_ascii_uppercase();
    let letter = |at: usize| code.as_bytes()[at].is_ascii_uppercase();
    let digit = |at: usize| code.as_bytes()[at].is_ascii_digit();
    let fits = code.is_ascii()
        && matches!(code.len(), 1 | 3 | 4 | 5 | 7)
        && letter(0)
        && (code.len() < 3 || (digit(1) && digit(2)))
        && (code.len() < 4 || letter(3))
        && (code.len() < 5 || letter(4))
        && (code.len() < 7 || (digit(5) && digit(6)));
    fits.then_some(code)
}

fn ucd(word: &str) -> Option<String> {
    if !all_digits(word) {
        return None;
    }
    match word.len() {
        7 => Some(word.to_owned()),
        13 => word
            .strip_prefix("000000")
            .or_else(|| word.strip_prefix("34008").map(|rest| &rest[..7]))
            .map(str::to_owned),
        _ => None,
    }
}

fn nature(word: &str) -> Option<String> {
    let number: u32 = all_digits(word).then(|| word.parse().ok())??;
    (number <= 99_999).then(|| number.to_string())
}

/// At most so many digits, filled up with zeros in front.
fn digits(word: &str, length: usize) -> Option<String> {
    let bare = word.trim_start_matches('0');
    (all_digits(word) && bare.len() <= length).then(|| format!("{bare:0>length$}"))
}

fn all_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
