//! What somebody typed, before anything is looked up.

use hygie_identity::{Ins, InsSystem};
use hygie_record::Scope;

use crate::code::Code;

/// What somebody typed, once it has the form of what is asked for.
pub struct Attempt {
    pub(crate) number: String,
    pub(crate) birth: String,
    pub(crate) code: Code,
    pub(crate) scope: Scope,
}

/// A field that can't be what is asked for: a slip of the pen, told before anything is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The INS has another form, or its key does not fit.
    Ins,
    /// Not a date.
    BirthDate,
    /// Not the symbols of a code with their check.
    Code,
    /// No reference of a slip.
    Reference,
    /// Nothing that can be opposed.
    Scope,
}

impl Attempt {
    /// Reads what was typed; nothing is looked up.
    ///
    /// # Errors
    /// The fields that hold a slip of the pen, in the order of the form.
    pub fn read(ins: &str, birth_date: &str, code: &str) -> Result<Self, Vec<Field>> {
        let number = number(ins).ok_or(Field::Ins);
        let birth = date(birth_date).ok_or(Field::BirthDate);
        let code = Code::parse(code).ok_or(Field::Code);
        match (number, birth, code) {
            (Ok(number), Ok(birth), Ok(code)) => Ok(Self {
                number,
                birth,
                code,
                scope: Scope::Space,
            }),
            (number, birth, code) => Err([number.err(), birth.err(), code.err()]
                .into_iter()
                .flatten()
                .collect()),
        }
    }
}

impl Attempt {
    /// The same, about this instead of the whole space; the code of a letter that confirms is about what it confirms.
    #[must_use]
    pub fn about(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// The number that somebody says is his own, who shows otherwise who he is.
pub struct OwnNumber(pub(crate) String);

impl OwnNumber {
    /// Reads what was typed; nothing is looked up.
    pub fn read(ins: &str) -> Option<Self> {
        number(ins).map(Self)
    }
}

/// A slip that came by post.
pub struct Slip {
    pub(crate) number: String,
    pub(crate) birth: String,
    pub(crate) reference: String,
    pub(crate) scope: Scope,
}

/// The longest reference of a slip, in bytes.
const REFERENCE: usize = 60;

impl Slip {
    /// Reads what a slip says; `reference` is where its picture lies.
    ///
    /// # Errors
    /// The fields that hold a slip of the pen; [`Field::Reference`] when there is none, or it is no plain word.
    pub fn read(ins: &str, birth_date: &str, reference: &str) -> Result<Self, Vec<Field>> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        let named = (1..=REFERENCE).contains(&reference.len()) && reference.bytes().all(plain);
        match (number(ins), date(birth_date), named) {
            (Some(number), Some(birth), true) => Ok(Self {
                number,
                birth,
                reference: reference.to_owned(),
                scope: Scope::Space,
            }),
            (number, birth, named) => Err([
                number.is_none().then_some(Field::Ins),
                birth.is_none().then_some(Field::BirthDate),
                (!named).then_some(Field::Reference),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }
}

impl Slip {
    /// The same, about this instead of the whole space.
    #[must_use]
    pub fn about(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// The 13 characters of a number; a key that does not fit tells a slip.
pub(crate) fn number(written: &str) -> Option<String> {
    let bare: String = written
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-' && *letter != '.')
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let ins = Ins::parse(InsSystem::Nir, &bare).ok()?;
    let number = ins.number().to_owned();
    let whole = Ins::complete(InsSystem::Nir, &number).ok()?.to_string();
    (bare == number || bare == whole).then_some(number)
}

/// A date as people write it, as `YYYY-MM-DD`: day, month and year, or the year first.
pub(crate) fn date(written: &str) -> Option<String> {
    let parts: Vec<&str> = written
        .trim()
        .split(['/', '-', '.', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        [all] if all.len() == 8 && all.is_ascii() => (&all[4..], &all[2..4], &all[..2]),
        _ => return None,
    };
    let short = |part: &str| part.parse::<i8>().ok();
    let date = jiff::civil::Date::new(year.parse().ok()?, short(month)?, short(day)?).ok()?;
    Some(date.to_string())
}
