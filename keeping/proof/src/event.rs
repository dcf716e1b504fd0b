//! What of an event is read here: its place in the chain, and what a person wants to know of it.

use serde::Deserialize;

/// Crockford's base-32 alphabet, lower case, as ids of persons are printed.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Symbols of a person's id: 128 bits.
const SYMBOLS: usize = 26;

/// An event of a person's trail, as its bytes say it.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the person's chain, from 0.
    pub number: u64,
    /// Its leaf's index in the ledger.
    pub index: u64,
    /// When it was written, in milliseconds since 1970, by the keeper's clock.
    pub at: u64,
    /// In which role somebody acted: `holder`, `professional`, …
    pub role: String,
    /// Who: the name to show, else the number.
    pub who: String,
    /// What he did: `read`, `deposit`, `account`, …
    pub act: String,
    /// What exactly, in the words of the request; none where the file keeps them back, as it may for an item that is
    /// not announced.
    pub what: Option<String>,
    /// Whether it was allowed; none for a weighing, which comes before that.
    pub permitted: Option<bool>,
}

impl std::fmt::Debug for Event {
    /// Its number only: the rest tells of people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Event({})", self.number)
    }
}

/// The bytes of an event. Fields that a later keeper adds are passed over here, not by the leaf.
#[derive(Deserialize)]
struct Wire {
    at: u64,
    number: u64,
    #[serde(with = "serde_bytes")]
    previous: [u8; 32],
    actor: Actor,
    notice: Notice,
    /// SHA-256 of the words that stand beside the event, with their salt; none where it says them itself.
    said: Option<serde_bytes::ByteArray<32>>,
}

#[derive(Deserialize)]
struct Actor {
    kind: String,
    id: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Notice {
    subject: Subject,
    act: String,
    what: String,
    verdict: Option<Verdict>,
}

#[derive(Deserialize)]
struct Subject {
    kind: String,
    #[serde(with = "serde_bytes")]
    id: [u8; 16],
}

#[derive(Deserialize)]
struct Verdict {
    permitted: bool,
}

/// An event, whose it is, and the hash of the one before it.
pub(crate) struct Read {
    pub(crate) event: Event,
    pub(crate) person: String,
    pub(crate) previous: [u8; 32],
    /// What the event commits to in the place of its words.
    pub(crate) said: Option<[u8; 32]>,
}

/// Reads an event's bytes, all of them; `None` when they are not in the form of one about a person.
pub(crate) fn read(index: u64, bytes: &[u8]) -> Option<Read> {
    let mut rest = bytes;
    let wire: Wire = ciborium::from_reader(&mut rest).ok()?;
    let notice = wire.notice;
    let said = wire.said.map(serde_bytes::ByteArray::into_array);
    let in_words = said.is_none() || notice.what.is_empty();
    if !rest.is_empty() || notice.subject.kind != "Person" || !in_words {
        return None;
    }
    Some(Read {
        person: printed(&notice.subject.id),
        previous: wire.previous,
        said,
        event: Event {
            number: wire.number,
            index,
            at: wire.at,
            role: wire.actor.kind,
            who: wire.actor.name.unwrap_or(wire.actor.id),
            act: notice.act,
            what: said.is_none().then_some(notice.what),
            permitted: notice.verdict.map(|verdict| verdict.permitted),
        },
    })
}

/// An id as it is printed.
fn printed(id: &[u8; 16]) -> String {
    let number = u128::from_be_bytes(*id);
    let symbol = |place: usize| {
        let five = (number >> (5 * place)) & 31;
        char::from(ALPHABET[usize::try_from(five).expect("five bits fit")])
    };
    (0..SYMBOLS).rev().map(symbol).collect()
}

/// Whether a text is an id as it is printed: 26 symbols carry 130 bits, so the first uses three of its five.
pub(crate) fn is_person(text: &str) -> bool {
    let known = |byte: &u8| ALPHABET.contains(byte);
    text.len() == SYMBOLS && text.bytes().all(|byte| known(&byte)) && text.as_bytes()[0] <= b'7'
}
