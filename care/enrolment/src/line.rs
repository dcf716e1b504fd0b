//! An insured person, as a register tells of him.

use hygie_identity::{Finding, Ins, InsSystem};
use hygie_record::{Identity, NationalNumbers, Number};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::register::number;

/// Lines of an address, and characters of each (NF Z 10-011; more for other alphabets, in bytes).
const ADDRESS: (usize, usize) = (7, 120);
/// Numbers that somebody had before.
const EARLIER: usize = 8;
/// French that is easy to read, as a language.
pub(crate) const EASY: &str = "fr-simple";
/// The longest name or other word, in bytes.
const WORD: usize = 200;

/// An insured person, as a register sends him. What is not known is empty.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Insured {
    /// INS system, as FHIR writes it.
    pub ins_system: String,
    /// INS, 13 characters with their key of 2 or without.
    pub ins: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
    /// INSEE code of the commune or country of birth, five characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birth_place: String,
    /// `male`, `female`, or nothing (FHIR administrative-gender).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sex: String,
    /// Where letters go: up to seven lines, the last with postcode and town.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
    /// The postcode, five digits in France.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// E-mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Telephone number, `+33…`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Code of the insurer's regime, two digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub regime: String,
    /// INS of those who act for a minor or a protected person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<String>,
    /// Numbers that he had before: of the same system, or `{system} {number}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previous_ins: Vec<String>,
    /// Number of the line that is kept, where this one is the same person's: it becomes an alias, and what else the row
    /// says is not looked at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub merged_into: String,
    /// `YYYY-MM-DD`, once the person is known to be dead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub death_date: String,
    /// The language of letters, ISO 639: `fr`; `fr-simple` for French that is easy to read (BCP 47).
    pub language: String,
}

/// What is wrong with a line of a register. It says which column, and holds nothing of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{column}` {why}")]
pub struct Fault {
    /// The column.
    pub column: &'static str,
    /// What it must be.
    pub why: &'static str,
}

impl Insured {
    /// The 13 characters of the number.
    pub fn number(&self) -> &str {
        self.ins.get(..13).unwrap_or(&self.ins)
    }

    /// All his numbers, the one in use first.
    pub(crate) fn numbers(&self) -> Vec<Number<'_>> {
        let system = self.ins_system.as_str();
        let own = Number {
            system,
            ins: &self.ins,
        };
        let earlier = self.previous_ins.iter().map(|text| {
            let (system, ins) = text.split_once(' ').unwrap_or((system, text));
            Number { system, ins }
        });
        std::iter::once(own).chain(earlier).collect()
    }

    /// Who he is, as his space says it.
    pub(crate) fn identity(&self) -> Identity {
        let numbers = self.numbers().into_iter();
        Identity {
            numbers: numbers
                .map(|one| (one.system.to_owned(), one.ins.to_owned()))
                .collect(),
            family: self.family.clone(),
            given: self.given.clone(),
            birth: self.birth_date.clone(),
            sex: self.sex.clone(),
            address: self.address.clone(),
            postcode: self.postcode.clone(),
        }
    }

    /// What the register tells from now on of whom it told `before`: a row may name an earlier number, and need not
    /// repeat what he was called before.
    pub(crate) fn after(&self, before: &Self) -> Self {
        let mut next = self.clone();
        let (known, told) = (before.numbers(), self.numbers());
        let (current, row) = (known[0], told[0]);
        // A number with its key and without is one number: the first spelling stays. An earlier number stays an
        // earlier one, unless the register says that the other way round is right.
        let is_late = known[1..].iter().any(|one| one.is(&row))
            && !told[1..].iter().any(|one| one.is(&current));
        if current.is(&row) || is_late {
            (next.ins_system, next.ins) = (before.ins_system.clone(), before.ins.clone());
        }
        let mut earlier: Vec<Number<'_>> = Vec::new();
        for one in known.iter().chain(&told) {
            let is_own = one.is(&number(&next));
            if !is_own && !earlier.iter().any(|other| other.is(one)) {
                earlier.push(*one);
            }
        }
        let earlier = earlier.iter();
        next.previous_ins = earlier
            .map(|one| format!("{} {}", one.system, one.ins))
            .collect();
        next
    }

    /// The department: of the postcode, three digits overseas; `20` is Corsica's; nothing where there is none.
    pub fn department(&self) -> &str {
        let overseas = self.postcode.starts_with("97") || self.postcode.starts_with("98");
        let digits = if overseas { 3 } else { 2 };
        self.postcode.get(..digits).unwrap_or_default()
    }

    /// The day of birth.
    pub fn birth(&self) -> Option<Date> {
        self.birth_date.parse().ok()
    }

    /// Whether the register tells of his death.
    pub fn is_dead(&self) -> bool {
        !self.death_date.is_empty()
    }

    /// What is wrong with it, if anything is, where these numbers are taken in.
    pub fn fault(&self, taken: NationalNumbers) -> Option<Fault> {
        let fault = |column, why| Some(Fault { column, why });
        let Some(system) = InsSystem::from_uri(&self.ins_system) else {
            return fault("ins_system", "is none of the four INS systems");
        };
        if Ins::parse(system, &self.ins).is_err() {
            return fault("ins", "is not 13 or 15 characters of an INS");
        }
        if self.birth_date.len() != 10 || self.birth().is_none() {
            return fault("birth_date", "is not a date such as 1980-12-31");
        }
        if self.is_dead() && self.death_date.parse::<Date>().is_err() {
            return fault("death_date", "is not a date such as 1980-12-31");
        }
        for (column, name) in [("family", &self.family), ("given", &self.given)] {
            if name.trim().is_empty() || !plain(name, WORD) {
                return fault(column, "must have 1 to 200 bytes, and no control character");
            }
        }
        let is_code =
            matches!(self.language.len(), 2 | 3) && all(&self.language, u8::is_ascii_lowercase);
        if !is_code && self.language != EASY {
            return fault(
                "language",
                "is not an ISO 639 code such as `fr`, nor `fr-simple`",
            );
        }
        let earlier = self.numbers().into_iter().skip(1);
        let is_ins = |one: Number<'_>| {
            InsSystem::from_uri(one.system)
                .is_some_and(|system| Ins::parse(system, one.ins).is_ok())
        };
        if self.previous_ins.len() > EARLIER || !earlier.into_iter().all(is_ins) {
            return fault(
                "previous_ins",
                "are not up to eight INS of 13 or 15 characters",
            );
        }
        if !(self.merged_into.is_empty()
            || matches!(self.merged_into.len(), 13 | 15)
                && all(&self.merged_into, u8::is_ascii_alphanumeric))
        {
            return fault("merged_into", "is not an INS of 13 or 15 characters");
        }
        self.contact_fault().or_else(|| self.number_fault(taken))
    }

    /// A number that is not taken in, be it his own, an earlier one, or that of somebody who acts for him.
    fn number_fault(&self, taken: NationalNumbers) -> Option<Fault> {
        let system = self.ins_system.as_str();
        let others = self.representatives.iter();
        let others = others.map(|ins| ("representatives", Number { system, ins }));
        let mut columns = vec!["ins"];
        columns.resize(1 + self.previous_ins.len(), "previous_ins");
        let own = columns.into_iter().zip(self.numbers());
        own.chain(others).find_map(|(column, number)| {
            let ins = Ins::parse(InsSystem::from_uri(number.system)?, number.ins).ok()?;
            let why = ins.check(taken).err().map(Finding::why)?;
            Some(Fault { column, why })
        })
    }

    fn contact_fault(&self) -> Option<Fault> {
        let fault = |column, why| Some(Fault { column, why });
        if !matches!(
            self.sex.as_str(),
            "" | "male" | "female" | "other" | "unknown"
        ) {
            return fault(
                "sex",
                "is not `male`, `female`, `other`, `unknown` or empty",
            );
        }
        if self.address.len() > ADDRESS.0 || !self.address.iter().all(|line| plain(line, ADDRESS.1))
        {
            return fault("address", "has at most seven lines of 120 bytes");
        }
        if !(self.postcode.len() <= 10 && all(&self.postcode, |byte| byte.is_ascii_alphanumeric()))
        {
            return fault("postcode", "is not a postcode such as 69001");
        }
        let at = |mail: &str| {
            mail.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !mail.contains(char::is_whitespace)
            })
        };
        if !(self.email.is_empty() || (plain(&self.email, WORD) && at(&self.email))) {
            return fault("email", "is not an address such as name@example.org");
        }
        let digits = self.phone.strip_prefix('+').unwrap_or(&self.phone);
        if !(digits.len() <= 15 && all(digits, u8::is_ascii_digit)) {
            return fault("phone", "is not a number such as +33601020304");
        }
        let place = |text: &str| text.len() <= 5 && all(text, |byte| byte.is_ascii_alphanumeric());
        if !place(&self.birth_place) {
            return fault("birth_place", "is not an INSEE code such as 69123");
        }
        if !place(&self.regime) {
            return fault("regime", "is not a code such as 01");
        }
        let number = |ins: &String| {
            matches!(ins.len(), 13 | 15) && all(ins, |byte| byte.is_ascii_alphanumeric())
        };
        if !(self.representatives.len() <= 4 && self.representatives.iter().all(number)) {
            return fault(
                "representatives",
                "are not up to four INS of 13 or 15 characters",
            );
        }
        None
    }
}

impl std::fmt::Debug for Insured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Insured(…)")
    }
}

fn all(text: &str, test: impl Fn(&u8) -> bool) -> bool {
    text.as_bytes().iter().all(test)
}

fn plain(text: &str, longest: usize) -> bool {
    text.len() <= longest && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
