//! The list of the opposed: pseudonyms of persons whom no query may see, signed by the crossing.
//!
//! On disk: `opposed`, a signed note (C2SP) with the list's number, its key's name, its length and SHA-256, and `opposed-{number}`, the
//! pseudonyms of 16 bytes in order. The list is written first, the note after it: who reads between meets the old one. Whoever
//! read the old note just before must still find its list: that of the note before stays, those of earlier notes are
//! deleted. A reader who was overtaken twice reads again.

use std::fs;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use hygie_ledger::note::{self, Signer, Verifier};

use crate::Error;
use crate::folder::durable;
use crate::scan::among::below;

/// A person in research: 16 bytes that the crossing makes with a key that the hub never has.
pub type Pseudonym = [u8; 16];

/// What a note of this kind begins with.
const HEAD: &str = "hygie/opposed/v1";

/// Who opposes that research be made with his data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opposed {
    number: u64,
    key: String,
    /// They rise.
    persons: Vec<Pseudonym>,
}

impl Opposed {
    /// The list of this number; a later list has a greater one.
    pub fn new(number: u64, persons: impl IntoIterator<Item = Pseudonym>) -> Opposed {
        let mut persons: Vec<Pseudonym> = persons.into_iter().collect();
        persons.sort_unstable();
        persons.dedup();
        Opposed {
            number,
            key: String::new(),
            persons,
        }
    }

    /// The list as one of pseudonyms that were made under the key of this name.
    #[must_use]
    pub fn under(self, key: &str) -> Opposed {
        let key = key.to_owned();
        Opposed { key, ..self }
    }

    /// The name of the key under which its pseudonyms were made.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The list's number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether this person opposes.
    pub fn holds(&self, person: &Pseudonym) -> bool {
        self.persons.binary_search(person).is_ok()
    }

    /// Says of one person after the other whether he opposes, quickest where they rise.
    pub(crate) fn along(&self) -> impl FnMut(&Pseudonym) -> bool {
        let mut at = 0;
        move |person| {
            // Behind him already: from the beginning again.
            if at > 0 && self.persons[at - 1] >= *person {
                at = 0;
            }
            at += below(&self.persons[at..], person);
            self.persons.get(at) == Some(person)
        }
    }

    /// How many oppose.
    pub fn len(&self) -> usize {
        self.persons.len()
    }

    /// Whether nobody does.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// The persons, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Pseudonym> {
        self.persons.iter()
    }

    /// SHA-256 of the pseudonyms in order, hexadecimal: what manifests name.
    pub fn hash(&self) -> String {
        hex(&self.bytes())
    }

    fn bytes(&self) -> Vec<u8> {
        self.persons.iter().flatten().copied().collect()
    }

    /// Writes the list and its note into a folder, durably, and deletes the lists before the one that it supersedes.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unverified`] when the key can't sign.
    pub fn publish(&self, folder: &Path, signer: &Signer) -> Result<(), Error> {
        let bytes = self.bytes();
        let list = folder.join(format!("opposed-{}", self.number));
        durable(&list, &bytes)?;
        let (number, count) = (self.number, self.persons.len());
        let text = format!("{HEAD}\n{number}\n{}\n{count}\n{}\n", self.key, hex(&bytes));
        let at = folder.join("opposed");
        let note = note::sign(&text, signer).map_err(|why| Error::unverified(&at, why))?;
        let last = superseded(folder, self.number)?.max();
        durable(&at, note.as_bytes())?;
        self.delete(folder, last)
    }

    /// Deletes every list but this one: those before may hold pseudonyms of a key that is destroyed.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn alone(&self, folder: &Path) -> Result<(), Error> {
        self.delete(folder, None)
    }

    /// Deletes the lists before this one, but the one that is spared.
    fn delete(&self, folder: &Path, spared: Option<u64>) -> Result<(), Error> {
        for number in superseded(folder, self.number)?.filter(|number| Some(*number) != spared) {
            let list = folder.join(format!("opposed-{number}"));
            fs::remove_file(&list).map_err(|source| Error::file("delete", &list, source))?;
        }
        Ok(())
    }

    /// The list as it stands in a folder.
    ///
    /// # Errors
    /// [`Error::File`], also where there is no list: whoever reads research's data must have one, even an empty one;
    /// [`Error::Unverified`] for a list that this key did not sign.
    pub fn read(folder: &Path, verifier: &Verifier) -> Result<Opposed, Error> {
        let note = || fs::read(folder.join("opposed")).ok();
        let mut before = note();
        loop {
            let read = Opposed::read_once(folder, verifier);
            let now = note();
            match &read {
                // Two lists were published meanwhile, and the first note's is gone.
                Err(Error::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && now != before =>
                {
                    before = now;
                }
                _ => return read,
            }
        }
    }

    fn read_once(folder: &Path, verifier: &Verifier) -> Result<Opposed, Error> {
        let at = folder.join("opposed");
        let note = fs::read_to_string(&at).map_err(|source| Error::file("read", &at, source))?;
        let text = note::open(&note, verifier).map_err(|why| Error::unverified(&at, why))?;
        let lines: Vec<&str> = text.lines().collect();
        let [HEAD, number, key, count, hash] = lines[..] else {
            return Err(Error::unverified(
                &at,
                "it is no list of the opposed of this version",
            ));
        };
        let numbers = (number.parse::<u64>(), count.parse::<usize>());
        let (Ok(number), Ok(count)) = numbers else {
            return Err(Error::unverified(&at, "its numbers are none"));
        };
        let list = folder.join(format!("opposed-{number}"));
        let bytes = fs::read(&list).map_err(|source| Error::file("read", &list, source))?;
        let (persons, rest) = bytes.as_chunks::<16>();
        let opposed = Opposed::new(number, persons.iter().copied()).under(key);
        if hex(&bytes) != hash || !rest.is_empty() || opposed.len() != count {
            return Err(Error::unverified(
                &list,
                "it is not the list that its note signs",
            ));
        }
        Ok(opposed)
    }
}

/// The numbers of the lists in a folder before this one.
fn superseded(folder: &Path, number: u64) -> Result<impl Iterator<Item = u64>, Error> {
    let failed = |source| Error::file("list", folder, source);
    let names = fs::read_dir(folder).map_err(failed)?;
    let names = names.map(|entry| entry.map(|entry| entry.file_name()));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let named = |name: std::ffi::OsString| name.to_str()?.strip_prefix("opposed-")?.parse().ok();
    let numbers = names.into_iter().filter_map(named);
    Ok(numbers.filter(move |before| *before < number))
}

/// SHA-256, hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
