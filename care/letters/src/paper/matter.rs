use jiff::civil::Date;

use super::code::Code;
use super::moment::Moment;
use super::postal::Postal;
use super::wording::Wording;
use crate::Site;

/// A letter to one person, as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Where it goes, and to whom.
    pub to: Postal,
    /// How it speaks.
    pub wording: Wording,
    /// By what it is known when it comes back: in the index of its batch, from which the print shop puts it on the
    /// envelope; nothing for none. It tells nothing of the person.
    pub reference: String,
    /// The day it bears.
    pub on: Date,
    /// What it is about.
    pub matter: Matter,
}

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// The campaign's letter: what a space is, how to oppose and how to activate it.
    Announcement {
        /// With which its reader opposes.
        code: Code,
        /// The last day to oppose before the space is created.
        until: Date,
    },
    /// A code that was asked for anew.
    NewCode {
        /// The new one.
        code: Code,
        /// Its last day.
        until: Date,
    },
    /// Somebody opposed: to the person's address on record, whoever it was.
    Confirmation {
        /// Number of the receipt.
        number: String,
        /// Since when the opposition holds.
        at: Moment,
        /// Takes the opposition back.
        reversal: Code,
        /// Its last day: the thirtieth.
        until: Date,
    },
    /// The receipt of an opposition, as the page shows it.
    Receipt {
        /// Its number.
        number: String,
        /// Since when the opposition holds.
        at: Moment,
        /// The leaf's index, the way up from it and the ledger's signed state, as text (C2SP tlog-proof).
        proof: String,
    },
    /// The space exists since that day.
    Created(Date),
    /// The space is closed since that day.
    Closed(Date),
    /// The space's keys are destroyed on that day.
    Erasure(Date),
}

impl Matter {
    /// What tells letters apart that differ in nothing but address and code, and the code; `None` of others.
    pub(super) fn form(&self) -> Option<((u8, Date), &Code)> {
        match self {
            Self::Announcement { code, until } => Some(((0, *until), code)),
            Self::NewCode { code, until } => Some(((1, *until), code)),
            _ => None,
        }
    }
}

/// Who writes: the service, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its name.
    pub name: String,
    /// Where the post brings slips and what can't be delivered; the first line is the service.
    pub address: Postal,
    /// As it is dialled and printed.
    pub telephone: String,
    /// When somebody answers it, in French and in English.
    pub hours: [String; 2],
    /// Where people sign in and oppose.
    pub site: Site,
}

impl Sender {
    /// The page on which people oppose, in the language of the letter. It holds nothing that differs from one person to
    /// the next: an address with a code in it would stand in histories and logs.
    pub(crate) fn opposition(&self, wording: Wording) -> String {
        format!("{}/opposition?lang={}", self.site, wording.tag())
    }

    /// The same as people type it.
    pub(crate) fn opposition_in_print(&self) -> String {
        format!("{}/opposition", self.site_in_print())
    }

    /// The site without `https://`, as people type it.
    pub(crate) fn site_in_print(&self) -> String {
        let whole = self.site.to_string();
        whole.strip_prefix("https://").unwrap_or(&whole).to_owned()
    }

    pub(crate) fn hours(&self, wording: Wording) -> &str {
        match wording {
            Wording::French | Wording::EasyFrench => &self.hours[0],
            Wording::English => &self.hours[1],
        }
    }
}
