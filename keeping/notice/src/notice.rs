use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::{ActorRef, DataKey, Entropy, Millis, Stream, Subject, symbols};

/// What somebody is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Make the subject and its keys.
    Create,
    /// Open `rights` to decide about what is named in `what`.
    Weigh,
    /// Read one item.
    Read,
    /// Search, list, or take everything that one may see.
    Search,
    /// Read what items were before.
    History,
    /// Add to the record.
    Deposit,
    /// Give an item of one's own a new version.
    Amend,
    /// Mark an item of one's own as deleted.
    Delete,
    /// Change who may see an item.
    Mask,
    /// Grant or take back an authorisation, or block somebody.
    Share,
    /// Take the whole record away, as the right to portability allows.
    Export,
    /// Read the trail itself.
    Account,
    /// Write that the person opposes the space.
    Oppose,
    /// Destroy the keys of a person's record.
    Erase,
    /// Put a record into its archive, which custodians alone open.
    Close,
    /// Take a record out of its archive.
    Reopen,
    /// Look after keys: custody, rotation, what is due. The keeper itself gives this notice.
    Keep,
    /// Declare an emergency, which opens a fixed set of items for a while.
    BreakGlass,
    /// Declare that one cares for the person, who was told and does not object.
    Declare,
    /// Let somebody act for the person, or no longer.
    Appoint,
    /// Ask what somebody else would see, and by which rule.
    Explain,
    /// Judge an alarm.
    Review,
    /// Cut an actor off, or let him in again.
    Suspend,
    /// Write or read in a case that the person filed about his rights (GDPR arts. 15 to 22).
    Case,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 24] = [
        Self::Create,
        Self::Weigh,
        Self::Read,
        Self::Search,
        Self::History,
        Self::Deposit,
        Self::Amend,
        Self::Delete,
        Self::Mask,
        Self::Share,
        Self::Export,
        Self::Account,
        Self::Oppose,
        Self::Erase,
        Self::Close,
        Self::Reopen,
        Self::Keep,
        Self::BreakGlass,
        Self::Declare,
        Self::Appoint,
        Self::Explain,
        Self::Review,
        Self::Suspend,
        Self::Case,
    ];

    /// The word that rules and tables use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Weigh => "weigh",
            Self::Read => "read",
            Self::Search => "search",
            Self::History => "history",
            Self::Deposit => "deposit",
            Self::Amend => "amend",
            Self::Delete => "delete",
            Self::Mask => "mask",
            Self::Share => "share",
            Self::Export => "export",
            Self::Account => "account",
            Self::Oppose => "oppose",
            Self::Erase => "erase",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Keep => "keep",
            Self::BreakGlass => "break-glass",
            Self::Declare => "declare",
            Self::Appoint => "appoint",
            Self::Explain => "explain",
            Self::Review => "review",
            Self::Suspend => "suspend",
            Self::Case => "case",
        }
    }
}

/// What for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Prevention, diagnosis, care (HL7 `TREAT`).
    Treatment,
    /// The holder's own use (HL7 `PATRQT`).
    PatientRequest,
    /// Taking in data from another system.
    Import,
    /// Giving the person all that is kept (GDPR art. 20).
    Portability,
    /// Keeping the roll of the insured, and what they decide before they have a space.
    Enrolment,
    /// Ending a space, as its holder asks, and bringing it back (GDPR art. 17; art. R. 1111-36 CSP).
    Closure,
    /// Looking after keys.
    Keeping,
    /// Regulating an emergency call (SAMU, centre 15; HL7 `ETREAT`).
    Regulation,
    /// Research, on pseudonyms.
    Research,
    /// Signing somebody in, and keeping his account.
    SignIn,
    /// Teaching and helping, on invented people.
    Training,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 11] = [
        Self::Treatment,
        Self::PatientRequest,
        Self::Import,
        Self::Portability,
        Self::Enrolment,
        Self::Closure,
        Self::Keeping,
        Self::Regulation,
        Self::Research,
        Self::SignIn,
        Self::Training,
    ];

    /// The word used in policies and shown to the operator.
    pub fn word(self) -> &'static str {
        match self {
            Self::Treatment => "treatment",
            Self::PatientRequest => "patient-request",
            Self::Import => "import",
            Self::Portability => "portability",
            Self::Enrolment => "enrolment",
            Self::Closure => "closure",
            Self::Keeping => "keeping",
            Self::Regulation => "regulation",
            Self::Research => "research",
            Self::SignIn => "sign-in",
            Self::Training => "training",
        }
    }
}

/// Groups the notices of one request, so that a weighing and its opening are read together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub String);

impl RequestId {
    /// Sixteen random symbols.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(symbols(entropy, 16))
    }
}

/// What was decided, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it is allowed.
    pub permitted: bool,
    /// The names of the rules that decided; empty when nothing permitted.
    pub rules: Vec<String>,
}

/// What will be done, said to the keeper before it is done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Whose log.
    pub subject: Subject,
    /// Which of its streams.
    pub stream: Stream,
    /// The act.
    pub act: Act,
    /// The purpose.
    pub purpose: Purpose,
    /// What exactly, for the holder: `Observation?code=…`; at most 2,048 bytes. Sealed in the trail.
    pub what: String,
    /// The decision that allows it, or refuses it; none while weighing.
    pub verdict: Option<Verdict>,
    /// The request it belongs to.
    pub request: RequestId,
}

impl fmt::Debug for Notice {
    /// Without `what`, which may hold a person's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Notice({:?} {:?} {:?})",
            self.act, self.stream, self.purpose
        )
    }
}

/// A line of a person's trail: the notice, who gave it, and its place in the person's own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When the keeper wrote it.
    pub at: Millis,
    /// Its number among this subject's events, from 0.
    pub number: u64,
    /// Hash of the subject's event before it (zero for the first).
    #[serde(with = "serde_bytes")]
    pub previous: [u8; 32],
    /// Who, as his verified assertion says.
    pub actor: ActorRef,
    /// The issuer that vouched for him.
    pub issuer: String,
    /// What.
    pub notice: Notice,
}

/// How long a stream is, and the hash of its last entry: what the keeper holds against rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// How many entries.
    pub count: u64,
    /// Hash of the last one; zero when there is none.
    #[serde(with = "serde_bytes")]
    pub hash: [u8; 32],
}

impl Head {
    /// Where several streams end that are read as one, in their order; of one stream, its own head.
    pub fn over(heads: &[Self]) -> Self {
        if let [head] = heads {
            return *head;
        }
        let mut context = Context::new(&SHA256);
        for head in heads {
            context.update(&head.count.to_be_bytes());
            context.update(&head.hash);
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        let count = heads.iter().map(|head| head.count).sum();
        Self { count, hash }
    }
}

/// Proof that a notice stands in the ledger. Not clonable: one receipt, one opening.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The leaf's index in the ledger.
    pub index: u64,
    /// The subject opened.
    pub subject: Subject,
    /// The stream opened.
    pub stream: Stream,
    /// When it was written down.
    pub at: Millis,
}

/// What an accepted opening gives.
#[derive(Debug, Serialize, Deserialize)]
pub struct Opened {
    /// Proof of the notice.
    pub receipt: Receipt,
    /// The stream's data key.
    pub key: DataKey,
    /// The key epoch to seal new entries under.
    pub epoch: u32,
    /// Where the stream ends, as the keeper knows it.
    pub head: Head,
    /// The same stream of the records that were joined to this one, each opened by a notice of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
}

/// A record that was joined to another, and opens with it alone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Joined {
    /// What was opened of it, with what had been joined to it before.
    pub opened: Opened,
    /// How many entries the same stream of the other record had when it was joined.
    pub place: u64,
    /// When it was joined.
    pub at: Millis,
}
