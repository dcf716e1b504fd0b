//! Who keeps the shares of keys, and how a key is divided among them. A share is sealed with age to its
//! custodian before it is written anywhere; the keeper itself keeps none open.

use std::collections::BTreeSet;
use std::fs;

use age::x25519::Recipient;
use hygie_notice::{Custodian, Entropy};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::share::{Part, Share, is_name};
use crate::{Error, Home, database, home, shamir};

/// The fact that holds it.
const FACT: &str = "custody";
/// Most custodians.
const MOST: usize = 32;

/// The custodians, and how many of them open together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Custody {
    pub(crate) threshold: u8,
    pub(crate) custodians: Vec<Custodian>,
}

/// A custodian's name, and his share, sealed to him.
pub(crate) type Sealed = (String, Vec<u8>);

impl Custody {
    /// What the operator chose, or why it can't be.
    ///
    /// # Errors
    /// [`Error::CustodyMalformed`].
    pub(crate) fn new(threshold: u8, custodians: Vec<Custodian>) -> Result<Self, Error> {
        let count = custodians.len();
        if threshold == 0 || usize::from(threshold) > count || count > MOST {
            return Err(Error::CustodyMalformed(
                "the threshold is 1 to the number of custodians, and these are at most 32",
            ));
        }
        let names: BTreeSet<&str> = custodians.iter().map(|one| one.name.as_str()).collect();
        let keys: BTreeSet<&str> = custodians
            .iter()
            .map(|one| one.recipient.as_str())
            .collect();
        if names.len() < count || keys.len() < count {
            return Err(Error::CustodyMalformed(
                "two custodians have one name, or one recipient",
            ));
        }
        if !names.iter().all(|name| is_name(name)) {
            return Err(Error::CustodyMalformed(
                "a custodian's name is 1 to 64 lower-case letters, digits and hyphens",
            ));
        }
        if !keys.iter().all(|key| key.parse::<Recipient>().is_ok()) {
            return Err(Error::CustodyMalformed(
                "a custodian's recipient is an age X25519 one: `age1…`",
            ));
        }
        Ok(Self {
            threshold,
            custodians,
        })
    }

    /// The custody of a home.
    ///
    /// # Errors
    /// [`Error::NoCustody`] where none was set.
    pub(crate) fn of(db: &Connection) -> Result<Self, Error> {
        let bytes = database::fact(db, FACT)?.ok_or(Error::NoCustody)?;
        ciborium::from_reader(bytes.as_slice()).map_err(|_| Error::NoCustody)
    }

    /// Writes it down, in the place of the one before.
    pub(crate) fn set(&self, db: &Connection) -> Result<(), Error> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("writing to memory succeeds");
        db.execute("DELETE FROM facts WHERE name = ?1", [FACT])?;
        database::put_fact(db, FACT, &bytes)
    }

    /// Divides a secret among the custodians, each share sealed to its own.
    pub(crate) fn seal(&self, part: &Part, secret: &[u8], entropy: &dyn Entropy) -> Vec<Sealed> {
        let mut set = [0; 16];
        entropy.fill(&mut set);
        let check = part.check(secret);
        let shares = shamir::split(secret, self.threshold, self.custodians.len(), entropy);
        let numbered = shares.into_iter().zip(&self.custodians).zip(1..);
        numbered
            .map(|((bytes, custodian), index)| {
                let share = Share {
                    part: part.clone(),
                    custodian: custodian.name.clone(),
                    threshold: self.threshold,
                    check,
                    set,
                    index,
                    bytes,
                };
                let recipient: Recipient = custodian
                    .recipient
                    .parse()
                    .expect("it was read when custody was set");
                let sealed = age::encrypt(&recipient, share.text().as_bytes())
                    .expect("writing to memory succeeds");
                (custodian.name.clone(), sealed)
            })
            .collect()
    }
}

/// The folder of a part's shares, below `keeper/custody`.
pub(crate) fn folder(part: &Part) -> String {
    part.to_string().replace(' ', "-")
}

/// Writes sealed shares where custodians fetch them, durably; those of an earlier splitting go.
pub(crate) fn write(home: &Home, part: &Part, shares: &[Sealed]) -> Result<String, Error> {
    let name = folder(part);
    let place = home.custody().join(&name);
    let unborn = home.custody().join(format!("{name}.new"));
    for old in [&unborn, &place] {
        match fs::remove_dir_all(old) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io(old)(error));
            }
            _ => {}
        }
    }
    home::make_private_directory(&unborn)?;
    for (custodian, sealed) in shares {
        home::write_private_file(&unborn.join(format!("{custodian}.age")), sealed)?;
    }
    fs::rename(&unborn, &place).map_err(Error::io(&place))?;
    home::sync_directory(&home.custody())?;
    home::sync_directory(home.keeper())?;
    Ok(name)
}
