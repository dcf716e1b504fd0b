//! A share as its custodian holds it: text that says what it is part of, so that none is taken for another.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use hygie_notice::{PersonId, Subject};
use zeroize::Zeroizing;

use crate::joins::MOST;
use crate::{Error, shamir};

/// The first line of every share.
const HEAD: &str = "hygie share 1";
/// The longest secret: the two keys of a record, and of each that was joined to it.
const SECRET: usize = 64 * MOST;

/// What shares give back together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The root key.
    Root,
    /// The key of an epoch.
    Epoch(u32),
    /// The keys of a closed record: rights and content, one behind the other.
    Record(PersonId),
    /// The key of an ended person's trail.
    Trail(PersonId),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("root"),
            Self::Epoch(number) => write!(f, "epoch {number}"),
            Self::Record(person) => write!(f, "record {person}"),
            Self::Trail(person) => write!(f, "trail {person}"),
        }
    }
}

impl Part {
    fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "root" => Some(Self::Root),
            Some(("epoch", number)) => number.parse().ok().map(Self::Epoch),
            Some(("record", person)) => person.parse().ok().map(Self::Record),
            Some(("trail", person)) => person.parse().ok().map(Self::Trail),
            _ => None,
        }
    }

    /// By what a secret that was put together is recognised: HMAC-SHA256 under it of what it is. It tells
    /// nothing of a random key.
    pub(crate) fn check(&self, secret: &[u8]) -> [u8; 32] {
        let (label, which) = match self {
            Self::Root => ("hygie root check", Vec::new()),
            Self::Epoch(number) => ("hygie epoch check", number.to_be_bytes().to_vec()),
            Self::Record(person) => (
                "hygie record check",
                Subject::person(*person).bytes().to_vec(),
            ),
            Self::Trail(person) => (
                "hygie trail check",
                Subject::person(*person).bytes().to_vec(),
            ),
        };
        let said = [label.as_bytes(), &which].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&key, &said);
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

/// One custodian's share, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// What it is part of.
    pub part: Part,
    /// Whose it is.
    pub custodian: String,
    /// How many give the secret back.
    pub threshold: u8,
    pub(crate) check: [u8; 32],
    /// The splitting that it comes from: shares of two do not fit together.
    pub(crate) set: [u8; 16],
    pub(crate) index: u8,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({} of {}, …)", self.part, self.custodian)
    }
}

impl Share {
    /// The text that [`Share::parse`] reads.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "{HEAD}\nof {}\ncustodian {}\nthreshold {}\nindex {}\nset {}\ncheck {}\nshare {}\n",
            self.part,
            self.custodian,
            self.threshold,
            self.index,
            hex(&self.set),
            hex(&self.check),
            hex(&self.bytes),
        ))
    }

    /// Reads a share; there is one spelling of each.
    ///
    /// # Errors
    /// [`Error::ShareMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text)
            .filter(|share| share.text().as_str() == text)
            .ok_or(Error::ShareMalformed)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(HEAD)?.strip_prefix('\n')?.lines();
        let mut line = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        let part = Part::parse(line("of")?)?;
        let custodian = line("custodian").filter(|name| is_name(name))?.to_owned();
        let threshold = line("threshold")?.parse().ok()?;
        let index = line("index")?.parse().ok()?;
        let set = unhex(line("set")?)?.as_slice().try_into().ok()?;
        let check = unhex(line("check")?)?.as_slice().try_into().ok()?;
        let bytes = unhex(line("share")?)?;
        (threshold > 0 && index > 0 && (1..=SECRET).contains(&bytes.len())).then_some(Self {
            part,
            custodian,
            threshold,
            check,
            set,
            index,
            bytes,
        })
    }
}

/// The secret of these shares, which must be of one part and of one splitting.
///
/// # Errors
/// As when a home is restored: [`Error::SharesWanted`], [`Error::SharesBroken`], [`Error::ShareForeign`] for what
/// does not belong to the first.
pub fn reassembled(shares: &[Share]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let first = shares.first().ok_or(Error::ShareMalformed)?;
    refuse_foreign(shares, &[(first.part.clone(), first.check)])?;
    reassemble(&first.part, &first.check, shares)
}

/// Whether a custodian may be called so: it names files.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with('-')
}

/// The secret that is part `part` and has this check, out of as many shares as it needs. Shares of other
/// things are passed over: see [`refuse_foreign`].
///
/// # Errors
/// [`Error::SharesWanted`] when they are too few, or of several splittings; [`Error::SharesBroken`] when what they
/// give is not the secret.
pub(crate) fn reassemble(
    part: &Part,
    check: &[u8; 32],
    shares: &[Share],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut sets: BTreeMap<[u8; 16], BTreeMap<u8, &Share>> = BTreeMap::new();
    for share in shares.iter().filter(|share| share.is_of(part, check)) {
        sets.entry(share.set)
            .or_default()
            .insert(share.index, share);
    }
    let wanted = |given: usize, threshold: Option<u8>| Error::SharesWanted {
        part: part.to_string(),
        given,
        threshold,
    };
    let set = sets
        .into_values()
        .max_by_key(BTreeMap::len)
        .ok_or_else(|| wanted(0, None))?;
    let threshold = set.values().next().map_or(1, |share| share.threshold);
    if set.len() < usize::from(threshold) {
        return Err(wanted(set.len(), Some(threshold)));
    }
    let enough: Vec<(u8, &[u8])> = set
        .values()
        .take(usize::from(threshold))
        .map(|share| (share.index, share.bytes.as_slice()))
        .collect();
    shamir::combine(&enough)
        .filter(|secret| verify_slices_are_equal(&part.check(secret), check).is_ok())
        .ok_or_else(|| Error::SharesBroken(part.to_string()))
}

impl Share {
    /// Whether it is a share of this very secret.
    pub(crate) fn is_of(&self, part: &Part, check: &[u8; 32]) -> bool {
        self.part == *part && self.check == *check
    }
}

/// Refuses shares that belong elsewhere: whoever gives one is mistaken about what he gives.
///
/// # Errors
/// [`Error::ShareForeign`].
pub(crate) fn refuse_foreign(shares: &[Share], known: &[(Part, [u8; 32])]) -> Result<(), Error> {
    let foreign = shares
        .iter()
        .find(|share| !known.iter().any(|(part, check)| share.is_of(part, check)));
    foreign.map_or(Ok(()), |share| {
        Err(Error::ShareForeign {
            custodian: share.custodian.clone(),
            part: share.part.to_string(),
        })
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect::<Option<Vec<u8>>>()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
