//! The national identifiers of France's health system: INS of persons, RPPS of professionals, FINESS of structures;
//! read, checked, printed, and completed with their keys.
//! It knows no person and no directory: that a number is well formed does not mean that it was ever given out.
//!
//! One rule for all three. What has the shape of a number is a value, kept as it was sent. What has not the shape is no
//! such number: the caller keeps the text as any other identifier, and loses no document for it.
//!
//! An INS is checked besides where one comes in by which a person will be found: whether its key fits, and whether it is
//! of a real person's system ([`Ins::check`], [`NationalNumbers`]). The last digits of RPPS and FINESS numbers are made
//! here and checked nowhere: no text was found that gives their rule.

#![forbid(unsafe_code)]

mod finding;
mod finess;
mod ins;
mod luhn;
mod rpps;

pub use finding::{Finding, NationalNumbers};
pub use finess::Finess;
pub use ins::{Ins, InsSystem};
pub use rpps::Rpps;

/// Why a text is not what was asked for. No variant holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither 15 nor 13 characters, or a character that no INS has in that place.
    #[error("not an INS: it has 13 digits (6 and 7 may be 2A or 2B) and a key of 2")]
    Ins,
    /// Not 11 digits.
    #[error("not an RPPS number: it has 11 digits")]
    Rpps,
    /// Not 9 characters, or a letter outside 2A and 2B at the beginning.
    #[error("not a FINESS number: it has 9 digits, the first two of which may be 2A or 2B")]
    Finess,
    /// A national identifier whose first digit announces another kind of number.
    #[error(
        "the national identifier is of another kind: `8` stands before an RPPS number, `1` before a FINESS number"
    )]
    OtherKind,
    /// A word that does not say which numbers are taken in.
    #[error("the numbers that are taken in are `real` or `any`")]
    NationalNumbers,
}
