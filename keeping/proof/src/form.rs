//! The form of the file. There is one spelling of each: what is not printed again byte for byte is refused, and so is a
//! line that its version does not know, since what a program passes over it does not check.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hygie_ledger::Verifier;

use crate::Refused;
use crate::event::is_person;

/// What the first line of every version begins with.
const NAME: &str = "hygie trail ";
/// The versions that are read here; in the first no words stand beside an event.
const VERSIONS: std::ops::RangeInclusive<u32> = 1..=Trail::VERSION;

/// Events of one person with all that proves them. Nothing is believed before [`Trail::check`].
///
/// The leaf key lets whoever has the file recognise this person's leaves in the ledger, past and future, and no one
/// else's; it opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Trail {
    /// The version of the form: [`Trail::VERSION`], or one of before.
    pub version: u32,
    /// The person's id, as it is printed.
    pub person: String,
    /// The ledger's public key, by the file's own word.
    pub verifier: Verifier,
    /// HMAC-SHA256 under it of an event is the event's leaf.
    pub leaf_key: [u8; 32],
    /// The events, in order.
    pub lines: Vec<Line>,
    /// What stands for all other leaves ([`hygie_ledger::Log::cover`]).
    pub cover: Vec<[u8; 32]>,
    /// The signed checkpoint: a C2SP signed note.
    pub checkpoint: String,
}

/// An event as its leaf commits to it, and where that stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The leaf's index in the ledger.
    pub index: u64,
    /// The event: CBOR.
    pub event: Vec<u8>,
    /// A salt of 32 bytes and the words that the event commits to, in UTF-8; none where it says them itself, and where
    /// they are kept back.
    pub words: Option<Vec<u8>>,
}

impl fmt::Debug for Trail {
    /// How many events: whose they are stays here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trail({} events)", self.lines.len())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({})", self.index)
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{NAME}{}", self.version)?;
        writeln!(f, "person {}", self.person)?;
        writeln!(f, "ledger {}", self.verifier)?;
        writeln!(f, "leaf-key {}", STANDARD.encode(self.leaf_key))?;
        for line in &self.lines {
            write!(f, "event {} {}", line.index, STANDARD.encode(&line.event))?;
            if let Some(words) = &line.words {
                write!(f, " {}", STANDARD.encode(words))?;
            }
            f.write_str("\n")?;
        }
        for hash in &self.cover {
            writeln!(f, "hash {}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl Trail {
    /// The version that is written here.
    pub const VERSION: u32 = 2;
    /// The line of the file, from 1, in which the first event stands; one line an event.
    pub(crate) const FIRST: usize = 5;

    /// Reads what `Display` prints, and nothing else.
    ///
    /// # Errors
    /// [`Refused::NotOne`], [`Refused::Version`], [`Refused::Form`].
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let (version, mut lines) = Lines::of(text)?;
        let person = lines.word("person ", "it does not say `person` and an id", |text| {
            is_person(text).then(|| text.to_owned())
        })?;
        let verifier = lines.word("ledger ", "it does not say `ledger` and a key", |text| {
            text.parse().ok()
        })?;
        let leaf_key = lines.word("leaf-key ", "it does not say `leaf-key` and a key", bytes)?;
        let mut events = Vec::new();
        while lines.rest.starts_with("event ") {
            events.push(lines.word(
                "event ",
                "it does not hold an index and an event in base64",
                |text| line(version, text),
            )?);
        }
        if events.is_empty() {
            return Err(lines.wrong("no event stands here"));
        }
        let mut cover = Vec::new();
        while lines.rest.starts_with("hash ") {
            cover.push(lines.word("hash ", "it does not hold a hash in base64", bytes)?);
        }
        lines.word(
            "",
            "it is neither an event, a hash, nor the empty line before the checkpoint",
            |text| text.is_empty().then_some(()),
        )?;
        let trail = Self {
            version,
            person,
            verifier,
            leaf_key,
            lines: events,
            cover,
            checkpoint: lines.rest.to_owned(),
        };
        lines.printed_again(&trail.to_string(), text)?;
        Ok(trail)
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn line(version: u32, text: &str) -> Option<Line> {
    let (index, rest) = text.split_once(' ')?;
    let (event, words) = match rest.split_once(' ') {
        Some((event, words)) if version > 1 => (event, Some(words)),
        _ => (rest, None),
    };
    Some(Line {
        index: index.parse().ok()?,
        event: STANDARD.decode(event).ok()?,
        words: words.map(|words| STANDARD.decode(words)).transpose().ok()?,
    })
}

/// What is left of a text, and how many lines were read.
struct Lines<'a> {
    rest: &'a str,
    read: usize,
}

impl<'a> Lines<'a> {
    /// Behind the first line, which says the version.
    fn of(text: &'a str) -> Result<(u32, Self), Refused> {
        let (first, rest) = text.split_once('\n').ok_or(Refused::NotOne)?;
        let version = first
            .strip_prefix(NAME)
            .and_then(|version| version.parse().ok())
            .ok_or(Refused::NotOne)?;
        if !VERSIONS.contains(&version) {
            return Err(Refused::Version { version });
        }
        Ok((version, Self { rest, read: 1 }))
    }

    fn wrong(&self, why: &'static str) -> Refused {
        let line = self.read + 1;
        Refused::Form { line, why }
    }

    /// The next line, which begins with `word`, and is read by `read`.
    fn word<T>(
        &mut self,
        word: &str,
        why: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, Refused> {
        let said = self.rest.split_once('\n').and_then(|(line, rest)| {
            let value = read(line.strip_prefix(word)?)?;
            Some((value, rest))
        });
        let (value, rest) = said.ok_or_else(|| self.wrong(why))?;
        self.rest = rest;
        self.read += 1;
        Ok(value)
    }

    /// Numbers with zeros in front, and other second spellings, show when they are printed.
    fn printed_again(&self, printed: &str, text: &str) -> Result<(), Refused> {
        if printed == text {
            return Ok(());
        }
        let same = printed.split('\n').zip(text.split('\n'));
        let line = 1 + same.take_while(|(one, other)| one == other).count();
        let why = "it is not written in the one canonical way";
        Err(Refused::Form { line, why })
    }
}
