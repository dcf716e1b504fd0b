//! The proof that a record ended: lines of its own, then a tlog-proof of the notice. Whoever checks holds
//! the leaf against the opened event. It tells of nobody but the operator, and of a random id.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_ledger::{Inclusion, Verifier};

use crate::seal::mac;
use crate::{Act, Ended, Error, Event, PersonId, Subject};

/// The first line of every such proof.
const HEAD: &str = "hygie ending 1\n";
/// The form of a leaf's entry in the ledger: one byte, then the leaf.
const LEAF_FORM: u8 = 1;

/// That a person's record ended: verified offline, with the ledger's public key alone.
///
/// `event` is CBOR in base64, and HMAC-SHA256 of it under `leaf-key` is the leaf that the ledger holds.
#[derive(Clone, PartialEq, Eq)]
pub struct EndingProof {
    person: PersonId,
    event: Vec<u8>,
    leaf_key: Vec<u8>,
    inclusion: Inclusion,
}

impl fmt::Debug for EndingProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndingProof({})", self.person)
    }
}

impl fmt::Display for EndingProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, key) = (
            STANDARD.encode(&self.event),
            STANDARD.encode(&self.leaf_key),
        );
        write!(
            f,
            "{HEAD}person {}\nevent {event}\nleaf-key {key}\n\n{}",
            self.person, self.inclusion
        )
    }
}

impl EndingProof {
    /// What the keeper said of an ending, and where it stands in the ledger.
    pub fn of(person: PersonId, ended: &Ended, inclusion: Inclusion) -> Self {
        Self {
            person,
            event: ended.event.to_vec(),
            leaf_key: ended.leaf_key.to_vec(),
            inclusion,
        }
    }

    /// Whether a text says that it is such a proof.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(HEAD)
    }

    /// Reads what `Display` prints; nothing is believed until [`EndingProof::verify`].
    ///
    /// # Errors
    /// [`Error::ProofMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed =
            Error::ProofMalformed("it is not in the form of a proof that a record ended");
        let rest = text.strip_prefix(HEAD).ok_or(malformed.clone())?;
        let mut lines = rest.lines();
        let mut line = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        let mut read = || {
            let person = line("person")?.parse().ok()?;
            let event = STANDARD.decode(line("event")?).ok()?;
            let leaf_key = STANDARD.decode(line("leaf-key")?).ok()?;
            Some((person, event, leaf_key))
        };
        let (person, event, leaf_key) = read().ok_or(malformed.clone())?;
        let inclusion = Inclusion::parse(text).map_err(|_| malformed)?;
        Ok(Self {
            person,
            event,
            leaf_key,
            inclusion,
        })
    }

    /// Whether the ledger of this key holds that the record ended; gives the event that says so, its leaf's
    /// index, and the size of the ledger that it was proved in.
    ///
    /// # Errors
    /// [`Error::ProofMalformed`] says what does not hold.
    pub fn verify(&self, verifier: &Verifier) -> Result<(Event, u64, u64), Error> {
        let checkpoint = self
            .inclusion
            .verify(verifier)
            .map_err(|_| Error::ProofMalformed("the ledger's key does not vouch for its entry"))?;
        let leaf = mac(&self.leaf_key, &[&self.event]);
        if self.inclusion.entry != [&[LEAF_FORM], leaf.as_slice()].concat() {
            return Err(Error::ProofMalformed("the entry is not that of its event"));
        }
        let event: Event = ciborium::from_reader(self.event.as_slice())
            .map_err(|_| Error::ProofMalformed("its event is in no known form"))?;
        let notice = &event.notice;
        let ends = matches!(notice.act, Act::Erase | Act::Close)
            && notice
                .verdict
                .as_ref()
                .is_some_and(|verdict| verdict.permitted);
        if !ends || notice.subject != Subject::person(self.person) {
            return Err(Error::ProofMalformed(
                "its event ends no record of this person",
            ));
        }
        Ok((event, self.inclusion.index, checkpoint.size))
    }
}
