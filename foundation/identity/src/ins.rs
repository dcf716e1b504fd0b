//! The INS, the national health identity of a person: the NIR, or the NIA of those who wait for one.

use std::fmt;

use crate::{Error, Finding, NationalNumbers};

/// Characters of the number, without its key.
const NUMBER: usize = 13;
/// Characters of the number with its key.
const WHOLE: usize = 15;

/// Under which system an INS was given: the arcs 8 to 11 of `urn:oid:1.2.250.1.213.1.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InsSystem {
    /// Real numbers.
    Nir,
    /// Real numbers that wait for the NIR.
    Nia,
    /// Tests.
    Test,
    /// Demonstrations.
    Demo,
}

impl InsSystem {
    /// The four systems.
    pub const ALL: [InsSystem; 4] = [
        InsSystem::Nir,
        InsSystem::Nia,
        InsSystem::Test,
        InsSystem::Demo,
    ];

    /// The system of this FHIR identifier, if it is one of the INS.
    pub fn from_uri(uri: &str) -> Option<InsSystem> {
        InsSystem::ALL
            .into_iter()
            .find(|system| system.uri() == uri)
    }

    /// The system as FHIR writes it.
    pub fn uri(self) -> &'static str {
        match self {
            InsSystem::Nir => "urn:oid:1.2.250.1.213.1.4.8",
            InsSystem::Nia => "urn:oid:1.2.250.1.213.1.4.9",
            InsSystem::Test => "urn:oid:1.2.250.1.213.1.4.10",
            InsSystem::Demo => "urn:oid:1.2.250.1.213.1.4.11",
        }
    }

    /// Whether its numbers are of real persons.
    pub fn is_real(self) -> bool {
        matches!(self, InsSystem::Nir | InsSystem::Nia)
    }
}

/// An INS as it was sent. It is shown by `Display` alone, so that no log holds one by accident.
///
/// Sex, month and place of birth inside the number are not checked: the register is said to give out months such as 20
/// to 42 and 50 to 99, where the papers show none.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ins {
    system: InsSystem,
    value: String,
}

impl Ins {
    /// Reads 13 characters with their key of 2, or without; whether the key fits is for [`Ins::check`] to say.
    pub fn parse(system: InsSystem, value: &str) -> Result<Ins, Error> {
        let bytes = value.as_bytes();
        let length = bytes.len() == WHOLE || bytes.len() == NUMBER;
        // 2A and 2B are the only letters, in the place of the department.
        let fits = |(place, byte): (usize, &u8)| {
            byte.is_ascii_digit() || (place == 6 && bytes[5] == b'2' && matches!(byte, b'A' | b'B'))
        };
        if !length || !bytes.iter().enumerate().all(fits) {
            return Err(Error::Ins);
        }
        Ok(Ins {
            system,
            value: value.to_owned(),
        })
    }

    /// Completes a number of 13 characters with its key.
    pub fn complete(system: InsSystem, number: &str) -> Result<Ins, Error> {
        let bare = Ins::parse(system, number)?;
        if bare.sent_key().is_some() {
            return Err(Error::Ins);
        }
        Ok(Ins {
            system,
            value: format!("{number}{:02}", bare.key()),
        })
    }

    /// Under which system it was given.
    pub fn system(&self) -> InsSystem {
        self.system
    }

    /// The 13 characters without the key.
    pub fn number(&self) -> &str {
        &self.value[..NUMBER]
    }

    /// Whether an installation that takes these numbers takes this one. A number without its key is taken: nothing in
    /// it can be held against anything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, taken: NationalNumbers) -> Result<(), Finding> {
        if taken == NationalNumbers::Any {
            return Ok(());
        }
        if !self.system.is_real() {
            return Err(Finding::Unreal);
        }
        match self.sent_key() {
            Some(sent) if sent != format!("{:02}", self.key()) => Err(Finding::Key),
            _ => Ok(()),
        }
    }

    fn sent_key(&self) -> Option<&str> {
        Some(&self.value[NUMBER..]).filter(|key| !key.is_empty())
    }

    /// 97 − (number mod 97), where 2A counts as 19 and 2B as 18: 1 to 97.
    fn key(&self) -> u64 {
        let digits = self
            .number()
            .replacen("2A", "19", 1)
            .replacen("2B", "18", 1);
        97 - digits.parse::<u64>().expect("13 digits fit 64 bits") % 97
    }
}

impl fmt::Display for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

impl fmt::Debug for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ins")
            .field("system", &self.system)
            .finish_non_exhaustive()
    }
}
