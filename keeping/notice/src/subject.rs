use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Entropy, Error};

/// Crockford's base-32 alphabet, lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `count` random symbols of Crockford's alphabet, five bits each.
pub fn symbols(entropy: &dyn Entropy, count: usize) -> String {
    let mut bytes = vec![0; count];
    entropy.fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect()
}

/// A person: 128 random bits that say nothing, 26 characters when printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonId(#[serde(with = "serde_bytes")] [u8; 16]);

impl PersonId {
    /// A new person's id.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        for place in (0..26).rev() {
            let symbol = (number >> (5 * place)) & 31;
            let index = usize::try_from(symbol).expect("five bits fit");
            write!(f, "{}", char::from(ALPHABET[index]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({self})")
    }
}

impl FromStr for PersonId {
    type Err = Error;

    /// Reads exactly what [`fmt::Display`] prints: one spelling per person.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() != 26 {
            return Err(Error::PersonIdMalformed);
        }
        let mut number: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let symbol = ALPHABET
                .iter()
                .position(|symbol| *symbol == byte)
                .ok_or(Error::PersonIdMalformed)?;
            // 26 symbols carry 130 bits: the first may use three of its five.
            if place == 0 && symbol > 7 {
                return Err(Error::PersonIdMalformed);
            }
            number = (number << 5) | u128::try_from(symbol).expect("five bits fit");
        }
        Ok(Self(number.to_be_bytes()))
    }
}

/// What a sealed log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum SubjectKind {
    /// A person with a space.
    Person = 1,
    /// The directory of professionals and structures, and their own lists.
    Organisation = 2,
    /// A sign-in account.
    Account = 3,
    /// A page of 4,096 insured persons.
    Roll = 4,
}

/// The unit of keys, of logs, of erasure and of sharding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// Which of the four kinds.
    pub kind: SubjectKind,
    /// 128 random bits, in the same form for every kind.
    pub id: PersonId,
}

impl Subject {
    /// The subject that holds a person's record.
    pub fn person(id: PersonId) -> Self {
        Self {
            kind: SubjectKind::Person,
            id,
        }
    }

    /// A page of the roll of the insured.
    pub fn roll(id: PersonId) -> Self {
        Self {
            kind: SubjectKind::Roll,
            id,
        }
    }

    /// The directory of professionals and structures: one an installation, made with the keeper,
    /// so its id need not be looked up. It tells a host no more than its kind does.
    pub fn directory() -> Self {
        Self {
            kind: SubjectKind::Organisation,
            id: PersonId([0; 16]),
        }
    }

    /// A sign-in account.
    pub fn account(id: PersonId) -> Self {
        Self {
            kind: SubjectKind::Account,
            id,
        }
    }

    /// What the operator looks after: alarms and their reviews. One an installation, as the directory.
    pub fn alarms() -> Self {
        let mut id = [0; 16];
        id[15] = 1;
        Self {
            kind: SubjectKind::Organisation,
            id: PersonId(id),
        }
    }

    /// A sheet of the list of oppositions that the crossing reads: named by its number, so that the keeper tells it from
    /// the pages of the roll. It tells a host how many sheets there are.
    pub fn oppositions(sheet: u32) -> Self {
        let mut id = [0; 16];
        id[12..].copy_from_slice(&sheet.to_be_bytes());
        Self::roll(PersonId(id))
    }

    /// Which sheet of the list of oppositions it is, if it is one.
    pub fn sheet(&self) -> Option<u32> {
        let (zeros, number) = self.id.0.split_first_chunk::<12>()?;
        let number = number.try_into().ok()?;
        (self.kind == SubjectKind::Roll && *zeros == [0; 12]).then(|| u32::from_be_bytes(number))
    }

    /// Seventeen bytes: the kind, then the id. The form used in files and associated data.
    pub fn bytes(&self) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[0] = self.kind as u8;
        bytes[1..].copy_from_slice(&self.id.0);
        bytes
    }

    /// Reads [`Subject::bytes`]; `None` when the length or the kind is not ours.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, id) = bytes.split_first()?;
        let kind = match kind {
            1 => SubjectKind::Person,
            2 => SubjectKind::Organisation,
            3 => SubjectKind::Account,
            4 => SubjectKind::Roll,
            _ => return None,
        };
        let id = PersonId(id.try_into().ok()?);
        Some(Self { kind, id })
    }
}

/// One of a subject's logs, each with its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Stream {
    /// Authorisations, blocks, visibility, state: read to decide.
    Rights = 1,
    /// The record itself.
    Content = 2,
    /// Who opened what; kept by the keeper beside the ledger.
    Trail = 3,
}

impl Stream {
    /// Reads the number a stream has in files.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Rights),
            2 => Some(Self::Content),
            3 => Some(Self::Trail),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
