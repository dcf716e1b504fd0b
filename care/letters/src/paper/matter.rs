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

/// What somebody said about his space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// That he opposes it.
    No,
    /// That he no longer does.
    Yes,
    /// That he refuses a part of what is done with it: that somebody adds to it, or research.
    Refuses,
    /// That he no longer does.
    Allows,
}

impl Choice {
    /// How the keys of its texts begin.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::No => "receipt",
            Self::Yes => "receipt-back",
            Self::Refuses => "receipt-refused",
            Self::Allows => "receipt-allowed",
        }
    }
}

/// What somebody opposed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Opposed {
    /// The whole space.
    #[default]
    Space,
    /// That a professional adds to the record, by RPPS number.
    Professional(String),
    /// That a structure does, by FINESS number.
    Structure(String),
    /// All research.
    Research,
    /// One research project, by its id.
    Project(String),
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
        /// What.
        opposed: Opposed,
        /// Number of the receipt.
        number: String,
        /// Since when the opposition holds.
        at: Moment,
        /// Takes the opposition back.
        reversal: Code,
        /// Its last day: the thirtieth.
        until: Date,
    },
    /// The receipt of what was said about a space, as the page shows it.
    Receipt {
        /// What was said.
        choice: Choice,
        /// Its number.
        number: String,
        /// Since when it holds.
        at: Moment,
        /// The leaf's index, the way up from it and the ledger's signed state, as text (C2SP tlog-proof).
        proof: String,
    },
    /// Somebody came of age, and decides alone from now on.
    OfAge {
        /// Opposes; or takes the opposition back that was made for him.
        code: Code,
        /// Its last day.
        until: Date,
        /// Whether somebody opposed for him.
        opposed: bool,
    },
    /// The space exists since that day.
    Created(Date),
    /// Somebody activated the space: to the person's address on record, whoever it was.
    Activated(Moment),
    /// A parent activated a minor's space: to all who represent the minor.
    ActivatedForChild(Moment),
    /// The space is closed since that day.
    Closed(Date),
    /// The space's keys are destroyed on that day.
    Erasure(Date),
    /// The space's keys were destroyed.
    Erased {
        /// When.
        at: Moment,
        /// That it was done, as text (C2SP tlog-proof); anybody can check it.
        proof: String,
    },
}

impl Opposed {
    /// The key of the text that says it, and what it names.
    pub(super) fn said(&self) -> (&'static str, &str) {
        match self {
            Self::Space => ("confirmation-what", ""),
            Self::Professional(number) => ("confirmation-professional", number),
            Self::Structure(number) => ("confirmation-structure", number),
            Self::Research => ("confirmation-research", ""),
            Self::Project(id) => ("confirmation-project", id),
        }
    }
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
