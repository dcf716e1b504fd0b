//! A backup's manifest: what the operator's command writes beside a backup, and the keeper signs. Its first
//! line can't be a checkpoint's.

use std::collections::BTreeMap;

use hygie_ledger::{Verifier, note};

/// The first line.
pub(crate) const BACKUP: &str = "hygie backup 1\n";

/// A file of a backup, as the manifest tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256, in hexadecimal.
    pub hash: String,
}

/// What one backup adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its number, from 1.
    pub number: u64,
    /// The ledger's name.
    pub ledger: String,
    /// The events it holds: from, and up to (not with).
    pub events: (u64, u64),
    /// The positions of the store it holds: behind, and up to.
    pub positions: (u64, u64),
    /// SHA-256 of the manifest before it, in hexadecimal; empty for the first.
    pub previous: String,
    /// Its files.
    pub files: BTreeMap<String, Told>,
}

impl Manifest {
    /// What is signed.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{BACKUP}number {}\nledger {}\nevents {} {}\npositions {} {}\nprevious {}\n",
            self.number,
            self.ledger,
            self.events.0,
            self.events.1,
            self.positions.0,
            self.positions.1,
            if self.previous.is_empty() {
                "none"
            } else {
                &self.previous
            },
        );
        for (name, told) in &self.files {
            text.push_str(&format!("file {name} {} {}\n", told.bytes, told.hash));
        }
        text
    }

    /// Reads a signed manifest; none when this key did not sign it, or when it is not of this form.
    pub fn open(signed: &str, key: &Verifier) -> Option<Self> {
        Self::read(note::open(signed, key).ok()?)
    }

    /// Reads what was signed; none when it is not of this form.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut line = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        line("hygie backup").filter(|version| *version == "1")?;
        let number = line("number")?.parse().ok()?;
        let ledger = line("ledger")?.to_owned();
        let events = pair(line("events")?)?;
        let positions = pair(line("positions")?)?;
        let previous = match line("previous")? {
            "none" => String::new(),
            hash => hash.to_owned(),
        };
        let files = lines.map(file).collect::<Option<_>>()?;
        let manifest = Self {
            number,
            ledger,
            events,
            positions,
            previous,
            files,
        };
        // One spelling only.
        (manifest.text() == text).then_some(manifest)
    }
}

fn pair(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once(' ')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn file(line: &str) -> Option<(String, Told)> {
    let mut words = line.strip_prefix("file ")?.split(' ');
    let name = words.next()?.to_owned();
    let told = Told {
        bytes: words.next()?.parse().ok()?,
        hash: words.next()?.to_owned(),
    };
    Some((name, told))
}
