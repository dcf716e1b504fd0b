//! What can be written on a page of the roll.

use hygie_record::Scope;
use hygie_record::notice::{Millis, PersonId};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::line::Insured;
use crate::stage::{Event, Way};
use crate::telephone::{Found, Recorded};

/// What can be written on a page. The form is final: kinds and fields are added, never changed. A line is named by its
/// place on the page, from 0.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum News {
    /// The key of the hashes of this page's codes, random.
    Key(ByteBuf),
    /// New insured persons.
    Insured(Vec<Insured>),
    /// The register tells otherwise of somebody.
    Corrected {
        /// His line.
        line: u32,
        /// All that it tells.
        insured: Box<Insured>,
    },
    /// Letters left, each with a code that opposes, beside the two before it.
    Letters {
        /// How.
        way: Way,
        /// The campaign's wave.
        wave: u32,
        /// When the six weeks are over; none for letters that only bring a new code.
        deadline: Option<Millis>,
        /// The first moment at which these codes no longer oppose; none for who may say no as long as he likes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
        /// To whom.
        lines: Vec<u32>,
        /// The hashes of their codes under the page's key, 16 bytes each, in that order.
        codes: ByteBuf,
    },
    /// A code that takes an opposition back.
    Reversal {
        /// Whose.
        line: u32,
        /// Its hash, as those of letters.
        code: ByteBuf,
        /// The first moment at which it no longer does.
        until: Millis,
        /// Which opposition; of the whole space where nothing is said.
        #[serde(default, skip_serializing_if = "Scope::is_whole")]
        scope: Scope,
    },
    /// Something happened to these lines.
    Step {
        /// What.
        event: Event,
        /// To whom.
        lines: Vec<u32>,
    },
    /// The holder of this record has access to it: the line is his.
    Holder {
        /// The line.
        line: u32,
        /// Whose record.
        person: PersonId,
    },
    /// A parent acts for the person of this record.
    Represented {
        /// The line.
        line: u32,
        /// Whose record.
        person: PersonId,
        /// The parent's number, 13 characters.
        number: String,
        /// His mandate's id in the person's rights.
        mandate: String,
    },
    /// Parents whom the register no longer names act no more.
    Withdrawn {
        /// For whom they acted.
        line: u32,
        /// Their mandates.
        mandates: Vec<String>,
    },
    /// A one-time code went to the e-mail address or the telephone on record.
    Second {
        /// Whose.
        line: u32,
        /// Its hash under the page's key, 16 bytes.
        code: ByteBuf,
        /// The first moment at which it is worth nothing.
        until: Millis,
    },
    /// Somebody who had the letter typed another one-time code.
    Missed {
        /// Whose.
        line: u32,
    },
    /// An agent saw the person's identity document: it stands in the place of a one-time code.
    Vouched {
        /// Whose.
        line: u32,
        /// The agent's id.
        agent: String,
        /// The first moment at which it is worth nothing.
        until: Millis,
    },
    /// The second proof was used.
    SecondGone {
        /// Whose.
        line: u32,
    },
    /// These lines were begun as a birth was told.
    Born(Vec<u32>),
    /// A space is about to be closed or erased; what comes of it is a step.
    Ending {
        /// Whose line.
        line: u32,
        /// Whose record.
        person: PersonId,
        /// Until when it could be opened again, were it closed.
        until: Millis,
    },
    /// An ending that began came to nothing.
    Stays {
        /// Whose line.
        line: u32,
    },
    /// That somebody's keys were destroyed, for ever.
    Destroyed {
        /// Whose line.
        line: u32,
        /// The proof, as text.
        proof: String,
    },
    /// On a tray: somebody asks for a new code, and may be nobody.
    Asked {
        /// The number that was typed, 13 characters.
        number: String,
        /// The birth date that was typed.
        birth: String,
        /// Whether the code is wanted by e-mail, where there is an address.
        #[serde(default)]
        email: bool,
        /// Whether it is wanted by text message, where there is a number.
        #[serde(default)]
        sms: bool,
    },
    /// These persons' addresses took no e-mail: they get none until the register tells another address.
    Unmailed {
        /// Whose.
        lines: Vec<u32>,
    },
    /// These persons' numbers took no text message: they get none until the register tells another number.
    Untexted {
        /// Whose.
        lines: Vec<u32>,
    },
    /// On a tray: so many of those who asked have been looked after.
    Answered(u32),
    /// An agent was shown the number on record, to call this person back.
    Called {
        /// Whom.
        line: u32,
        /// Who.
        agent: String,
    },
    /// On the list of calls: an agent is about to record what somebody said.
    Recorded(Recorded),
    /// On the list of calls: what a second agent found.
    LookedAt {
        /// The record's place on this page, from 0.
        place: u32,
        /// Who.
        agent: String,
        /// What.
        found: Found,
    },
    /// A line as it was written before there were letters: with a code, under a key of its own.
    Add(OldLine),
    /// An opposition of that time.
    Opposed {
        /// INS system of the line.
        system: String,
        /// Its number, 13 characters.
        number: String,
        /// Since when.
        at: Millis,
        /// Number of the receipt that was given.
        receipt: String,
    },
}

/// See [`News::Add`].
#[derive(Serialize, Deserialize)]
pub(crate) struct OldLine {
    pub(super) system: String,
    pub(super) ins: String,
    pub(super) family: String,
    pub(super) given: String,
    pub(super) birth: String,
    pub(super) language: String,
    pub(super) salt: ByteBuf,
    pub(super) code: ByteBuf,
}
