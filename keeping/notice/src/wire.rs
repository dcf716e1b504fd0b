//! The keeper's protocol: a frame is a big-endian u32 length and that many bytes of CBOR,
//! an array of the protocol's version and the message.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::measures::Measures;
use crate::{
    ActorStep, Assertion, Ended, Error, Event, Head, How, Issuer, KeyAnswer, KeyStep, Millis,
    Notice, Opened, Outcome, PersonId, Receipt, Stream, Subject,
};

/// The version that both sides must speak.
pub const VERSION: u16 = 1;
/// The longest frame, in bytes; a person's trail is read in pages below it.
pub const LIMIT: u32 = 8 * 1024 * 1024;

/// What is asked of the keeper.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// What should be known before anything else.
    Hello,
    /// Write the notice down, then hand over the key.
    Open {
        /// Who acts.
        assertion: Assertion,
        /// What will be done.
        notice: Notice,
        /// Where `rights` ended when the caller decided, those of joined records with them ([`Head::over`]): elsewhere by
        /// now, and nothing is opened.
        #[serde(default)]
        weighed: Option<Head>,
    },
    /// Write a refusal down.
    Refuse {
        /// Who acted.
        assertion: Assertion,
        /// What was refused, and by which rule.
        notice: Notice,
    },
    /// Move a head by compare-and-swap.
    Advance {
        /// Whose log.
        subject: Subject,
        /// Which stream.
        stream: Stream,
        /// Where the caller believes it ends.
        from: Head,
        /// Where it ends now.
        to: Head,
    },
    /// The subjects bound to the keyed hashes of some values, each looked up behind those before it.
    Tags {
        /// Who asks: its rate is limited.
        assertion: Assertion,
        /// The values.
        tags: Vec<Tag>,
    },
    /// Write the notice down, then give a page of the subject's trail.
    Trail {
        /// Who acts.
        assertion: Assertion,
        /// The notice, on stream `trail`.
        notice: Notice,
        /// First event wanted, by number.
        from: u64,
    },
    /// Write the notice down, then give a page of the subject's trail as its leaves commit to it, with the key that
    /// they are known by: what a proof is made of.
    Committed {
        /// Who acts.
        assertion: Assertion,
        /// The notice, on stream `trail`.
        notice: Notice,
        /// First event wanted, by number.
        from: u64,
    },
    /// The current checkpoint, and the hashes that stand for a stretch of the ledger but some of its leaves.
    Cover {
        /// Where the stretch begins.
        from: u64,
        /// Where it ends; none for the ledger's end.
        to: Option<u64>,
        /// Indices of the leaves, which rise.
        leaves: Vec<u64>,
    },
    /// Sign what a backup consists of.
    SignBackup {
        /// The operator.
        assertion: Assertion,
        /// The manifest: text, its last newline included.
        manifest: String,
    },
    /// What the keeper counted of itself.
    Measures,
    /// The current checkpoint and an inclusion proof for a leaf.
    Prove {
        /// The leaf's index.
        index: u64,
    },
    /// Look after keys.
    Keys {
        /// The operator.
        assertion: Assertion,
        /// What to do.
        step: KeyStep,
    },
    /// Write the notice down, and end the subject: erase or close, as its act says.
    End {
        /// The operator.
        assertion: Assertion,
        /// The notice, whose `what` the keeper writes itself.
        notice: Notice,
        /// How many years custodians keep what they get.
        years: u8,
    },
    /// Put a closed subject's keys back, and write the notice down.
    Reopen {
        /// The operator.
        assertion: Assertion,
        /// The notice.
        notice: Notice,
        /// Opened shares of its archive, as many as its threshold.
        shares: Vec<String>,
    },
    /// Write it into both trails, and let two persons' records be one's from here on: what is opened of the notice's
    /// subject opens of the other too, which opens no more by itself.
    Join {
        /// Enrolment.
        assertion: Assertion,
        /// The notice, about the one that goes on; its `what` the keeper writes itself.
        notice: Notice,
        /// The one that is joined to it.
        other: PersonId,
    },
    /// Which records were joined to others: a page of them, in the order of their ids.
    Joins {
        /// The last one known.
        after: Option<PersonId>,
    },
    /// Which erased subjects the store may still hold: a page of them.
    Unforgotten,
    /// Whether a subject ended, and how.
    Standing {
        /// Which.
        subject: Subject,
    },
    /// The store has forgotten an erased subject.
    Forgotten {
        /// Which.
        subject: Subject,
    },
    /// Cut an actor off, let him in again, or say who is cut off.
    Actor {
        /// The operator.
        assertion: Assertion,
        /// What to do.
        step: ActorStep,
    },
    /// A page of the alarms: at most 1,000, from number `from` on.
    Alarms {
        /// The operator.
        assertion: Assertion,
        /// The first one wanted; `None`: from the oldest that waits for its review.
        from: Option<u64>,
    },
    /// Say what came of a break-glass.
    Review {
        /// The reviewer.
        assertion: Assertion,
        /// The alarm's number.
        number: u64,
        /// What was found.
        outcome: Outcome,
    },
    /// Ring that somebody knows nothing of what an agent recorded for him.
    Unconfirmed {
        /// The second agent, who called that person back.
        assertion: Assertion,
        /// The agent who recorded it.
        agent: String,
        /// The receipt's number.
        receipt: String,
    },
}

impl fmt::Debug for Request {
    /// The verb, and what its notice shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hello => f.write_str("Hello"),
            Self::Open { notice, .. } => write!(f, "Open({notice:?})"),
            Self::Refuse { notice, .. } => write!(f, "Refuse({notice:?})"),
            Self::Advance {
                subject, stream, ..
            } => write!(f, "Advance({subject:?} {stream:?})"),
            Self::Tags { tags, .. } => write!(f, "Tags({tags:?})"),
            Self::Trail { notice, .. } => write!(f, "Trail({notice:?})"),
            Self::Committed { notice, .. } => write!(f, "Committed({notice:?})"),
            Self::Cover { from, to, .. } => write!(f, "Cover({from} {to:?})"),
            Self::SignBackup { .. } => f.write_str("SignBackup"),
            Self::Measures => f.write_str("Measures"),
            Self::Prove { index } => write!(f, "Prove({index})"),
            // Custodians are people.
            Self::Keys { .. } => f.write_str("Keys(…)"),
            Self::End { notice, years, .. } => write!(f, "End({notice:?} {years})"),
            Self::Reopen { notice, .. } => write!(f, "Reopen({notice:?})"),
            Self::Join { notice, other, .. } => write!(f, "Join({notice:?} {other:?})"),
            Self::Joins { .. } => f.write_str("Joins"),
            Self::Unforgotten => f.write_str("Unforgotten"),
            Self::Standing { subject } => write!(f, "Standing({subject:?})"),
            Self::Forgotten { subject } => write!(f, "Forgotten({subject:?})"),
            Self::Actor { step, .. } => write!(f, "Actor({step:?})"),
            Self::Alarms { from, .. } => write!(f, "Alarms({from:?})"),
            Self::Review {
                number, outcome, ..
            } => write!(f, "Review({number} {})", outcome.word()),
            Self::Unconfirmed { .. } => f.write_str("Unconfirmed"),
        }
    }
}

/// What the keeper answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Response {
    /// To `Hello`.
    Hello {
        /// Whose assertions are believed.
        issuers: Vec<Issuer>,
        /// The ledger's public key, as a C2SP signed-note verifier key.
        verifier: String,
        /// How many leaves the ledger holds.
        size: u64,
    },
    /// To `Open`.
    Opened(Opened),
    /// To `Refuse`.
    Refused(Receipt),
    /// To `Advance`.
    Advanced,
    /// To `Tags`: what is bound now to each, if anything.
    Tagged(Vec<Option<Subject>>),
    /// To `Trail`.
    Trail {
        /// Proof of the notice.
        receipt: Receipt,
        /// Events by number, the notice of this reading last when the page reaches it.
        events: Vec<TrailLine>,
    },
    /// To `Committed`.
    Committed(Committed),
    /// To `Cover`.
    Cover {
        /// The signed checkpoint.
        checkpoint: String,
        /// RFC 6962 hashes of the largest perfect subtrees, from left to right.
        hashes: Vec<serde_bytes::ByteArray<32>>,
    },
    /// To `SignBackup`: a C2SP signed note.
    Signed(String),
    /// To `Measures`.
    Measures(Box<Measures>),
    /// To `Prove`.
    Proof {
        /// The signed checkpoint.
        checkpoint: String,
        /// RFC 6962 inclusion proof, leaf to root.
        path: Vec<serde_bytes::ByteArray<32>>,
        /// The leaf's entry as it stands in the ledger.
        #[serde(default)]
        entry: serde_bytes::ByteBuf,
    },
    /// Nothing was done.
    Failed(Failure),
    /// To `Keys`.
    Keys(KeyAnswer),
    /// To `End`.
    Ended(Ended),
    /// To `Reopen`.
    Reopened(Receipt),
    /// To `Join`.
    Joined,
    /// To `Joins`: each with the one that it opens with by now; none behind the last.
    Joins(Vec<(PersonId, PersonId)>),
    /// To `Unforgotten`.
    Unforgotten(Vec<Subject>),
    /// To `Standing`.
    Standing(Option<How>),
    /// To `Forgotten`.
    Noted,
    /// To `Actor` with `Suspend` or `Resume`, and to `Review`: the alarm that says so.
    Alarmed {
        /// Its number among the alarms.
        number: u64,
    },
    /// To `Actor` with `List`: the alarms by which they were suspended, oldest first.
    Suspended(Vec<TrailLine>),
    /// To `Alarms`.
    Alarms {
        /// The alarms, by number without a gap.
        events: Vec<TrailLine>,
        /// How many there are in all.
        count: u64,
    },
}

/// A value that somebody is known by; looked up by its keyed hash.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tag {
    /// What kind of value: an identifier system, or `import`.
    pub domain: String,
    /// The value; never stored.
    pub value: String,
    /// What to bind when nothing is bound yet.
    pub bind: Option<Subject>,
}

impl fmt::Debug for Tag {
    /// Never the value, which may be a person's INS.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.domain)
    }
}

/// An event and where its leaf stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailLine {
    /// The leaf's index in the ledger.
    pub index: u64,
    /// The event.
    pub event: Event,
}

/// A page of a trail as its leaves commit to it.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// Proof of the notice.
    pub receipt: Receipt,
    /// The key of this subject's leaves: HMAC-SHA256 under it of an event is its leaf. It opens nothing.
    pub leaf_key: serde_bytes::ByteArray<32>,
    /// Events by number, the notice of this reading last when the page reaches it.
    pub events: Vec<CommittedLine>,
}

impl fmt::Debug for Committed {
    /// Neither key nor events.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Committed({} events)", self.events.len())
    }
}

/// An event's bytes and where its leaf stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedLine {
    /// The leaf's index in the ledger.
    pub index: u64,
    /// The event: CBOR.
    pub event: serde_bytes::ByteBuf,
    /// The words that the event only commits to; none where it says them itself.
    pub words: Option<Words>,
}

/// What a notice says exactly, beside an event that commits to it: who shows the event may keep the words back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Random, so that nobody finds the words by trying.
    pub salt: serde_bytes::ByteArray<32>,
    /// The notice's `what`.
    pub what: String,
}

impl Words {
    /// The salt, and the words behind it: SHA-256 of this is what the event holds.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.salt[..], self.what.as_bytes()].concat()
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

/// Why the keeper did nothing. No variant tells content or keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// The assertion is not believed.
    #[error("the keeper does not believe the token: {0}")]
    Assertion(String),
    /// The notice is not one that this actor may give.
    #[error("the keeper refuses the notice: {0}")]
    Notice(String),
    /// The keeper has no keys for the subject.
    #[error("the keeper knows no such subject")]
    UnknownSubject,
    /// The head is elsewhere: somebody wrote first, or the store was rolled back.
    #[error("the stream's head is not where the caller believes it is")]
    StaleHead(Head),
    /// Too many look-ups or openings by one actor.
    #[error("too many requests by this actor; wait a minute")]
    TooMany,
    /// The actor has met as many persons as its budget of the day has: a new one is not opened. Written down.
    #[error("this actor has met as many persons as its budget of the day allows")]
    Budget {
        /// When it begins anew, in milliseconds of Unix time.
        until: Millis,
    },
    /// The operator cut this actor off. The attempt is written down.
    #[error("the operator has suspended this actor; ask the operator")]
    Suspended,
    /// The keeper can't write: no opening is possible.
    #[error("the keeper is unavailable: {0}")]
    Unavailable(String),
    /// The subject ended: nothing of it opens, and it is not made again.
    #[error("the record was erased; it does not come back")]
    Erased,
    /// The subject is in its archive.
    #[error("the record is closed; its custodians open it together")]
    Closed,
    /// The record was joined to that of this person, and opens with it alone. Nothing was written down.
    #[error("the record was joined to another of the same person; ask for that one")]
    Joined(PersonId),
}

/// A message as a frame, length first.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    let mut frame = vec![0; 4];
    ciborium::into_writer(&(VERSION, message), &mut frame).expect("writing to memory succeeds");
    let length = u32::try_from(frame.len() - 4).expect("messages are below the limit");
    frame[..4].copy_from_slice(&length.to_be_bytes());
    frame
}

/// Reads a frame's body (the bytes behind the length).
///
/// # Errors
/// [`Error::WireMalformed`] when the version or the form is not ours.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut rest = body;
    if let Ok((VERSION, message)) = ciborium::from_reader::<(u16, T), _>(&mut rest)
        && rest.is_empty()
    {
        return Ok(message);
    }
    // It is not ours: the version is read alone, since a later one may have another message form.
    let mut rest = body;
    let (version, message): (u16, ciborium::Value) = ciborium::from_reader(&mut rest)
        .map_err(|_| Error::WireMalformed("no version and message"))?;
    if version != VERSION {
        return Err(Error::WireMalformed("another version of the protocol"));
    }
    if !rest.is_empty() {
        return Err(Error::WireMalformed("bytes behind the message"));
    }
    message
        .deserialized()
        .map_err(|_| Error::WireMalformed("an unknown message"))
}

#[cfg(test)]
mod tests;
