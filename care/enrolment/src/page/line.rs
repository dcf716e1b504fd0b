//! A line of an opened page: what is known of one insured person, and the codes that he has.

use hygie_record::Scope;
use hygie_record::notice::{Millis, PersonId};

use super::{CODES, News, TRIED};
use crate::agent::CALL;
use crate::code::{Code, HASH, Key};
use crate::line::Insured;
use crate::parents::Acting;
use crate::second::Second;
use crate::stage::{Event, Stage, Standing, Way};

/// What is kept of a code.
pub(super) struct Kept {
    pub(super) hash: Vec<u8>,
    /// Its key, where that is not the page's.
    pub(super) salt: Option<Vec<u8>>,
    /// The first moment at which it no longer opposes.
    pub(super) until: Option<Millis>,
    /// Whether it came on paper.
    pub(super) posted: bool,
}

/// What takes an opposition back.
pub(super) struct Reversal {
    pub(super) scope: Scope,
    pub(super) hash: Vec<u8>,
    /// The first moment at which it no longer does.
    pub(super) until: Millis,
}

/// A line of an opened page.
pub(crate) struct Line {
    /// Its place.
    pub place: u32,
    /// What the register told last.
    pub insured: Insured,
    /// Where the person stands.
    pub standing: Standing,
    /// What opposes, the newest last. Somebody else who asks for a new code in this person's name takes nothing away
    /// from the letter that he has.
    pub(super) codes: Vec<Kept>,
    /// When the last code left that was asked for.
    pub asked: Option<Millis>,
    /// The one-time code that was sent last, and when the latest were.
    pub second: Option<Second>,
    pub seconds: Vec<Millis>,
    /// Until when an agent's word stands in the place of one.
    pub vouched: Option<Millis>,
    /// Parents who act for him.
    pub acting: Vec<Acting>,
    /// What takes an opposition back, one a scope, the newest last.
    pub(super) reversals: Vec<Reversal>,
    /// The wave of his last letter.
    pub wave: Option<u32>,
    /// By what way it left.
    pub way: Option<Way>,
    /// Whether his address took no e-mail.
    pub bounced: bool,
    /// Whether his number took no text message.
    pub untexted: bool,
    /// By what way he opposes.
    pub opposed_by: Option<Way>,
    /// How many letters came back.
    pub returned: u32,
    /// When his last letter left.
    pub sent: Option<Millis>,
    /// When he first said something to it.
    pub answered: Option<Millis>,
    /// Which agents were shown the number on record, and when, since something was last recorded by telephone.
    pub(super) called: Vec<(String, Millis)>,
    /// Receipts of what was recorded by telephone.
    pub receipts: Vec<String>,
    /// Since when he is on the roll.
    pub begun: Millis,
    /// INS system and number of the line of which this is an alias.
    pub into: Option<String>,
    /// Whether he is on the roll since his birth was told.
    pub is_born: bool,
    /// Whether he was told that he is of age.
    pub is_told_of_age: bool,
    /// The record that was to end at last, and until when it could be opened again.
    pub ending: Option<(PersonId, Millis)>,
    /// Whether it is known what came of that.
    pub is_settled: bool,
    /// The proof that its keys were destroyed.
    pub destroyed: Option<String>,
}

impl Line {
    /// Takes news of this line alone.
    pub(super) fn note(&mut self, news: News) {
        match news {
            News::Ending { person, until, .. } => {
                (self.ending, self.is_settled) = (Some((person, until)), false);
            }
            News::Stays { .. } => self.is_settled = true,
            News::Destroyed { proof, .. } => self.destroyed = Some(proof),
            _ => {}
        }
    }

    /// Takes a step that was written.
    pub(super) fn step(&mut self, event: &Event, at: Millis) {
        if matches!(event, Event::Opposed { .. } | Event::Activated) && self.answered.is_none() {
            self.answered = Some(at);
        }
        if let Event::Opposed { way, receipt } | Event::Relented { way, receipt } = event
            && *way == Way::Telephone
        {
            // One call, one record.
            self.called.clear();
            self.receipts.push(receipt.clone());
        }
        match event {
            Event::Sent { .. } => (self.sent, self.answered) = (Some(at), None),
            // A code says no to the space once; a new letter brings another. What it refuses short of it spends
            // nothing: who refuses research may still refuse the space.
            Event::Opposed { way, .. } => {
                self.codes.clear();
                self.opposed_by = Some(*way);
            }
            Event::Relented { .. } => {
                self.reversals.retain(|one| !one.scope.is_whole());
                self.opposed_by = None;
            }
            Event::Allowed { scope, .. } => self.reversals.retain(|one| one.scope != *scope),
            Event::Returned => self.returned += 1,
            Event::OfAge => self.is_told_of_age = true,
            Event::Merged { into } => self.into = Some(into.clone()),
            Event::Closed { .. } | Event::Reopened | Event::Erased => self.is_settled = true,
            _ => {}
        }
        if let Ok(standing) = self.standing.after(event, at) {
            self.standing = standing;
        }
    }

    /// When his space is due, or the end of its archive, if that is after `now`; whoever opposes may change his mind, and counts.
    pub fn due_after(&self, now: Millis) -> Option<Millis> {
        match self.standing.stage {
            _ if self.standing.alias => None,
            Stage::Announced { deadline, .. } if deadline > now => Some(deadline),
            Stage::Closed { until, .. } if until > now => Some(until),
            _ => None,
        }
    }

    /// How long his answer took.
    pub fn answered_after(&self) -> Option<Millis> {
        self.answered?.checked_sub(self.sent?)
    }

    /// Whether this agent was shown the number lately, to call it.
    pub fn was_called(&self, agent: &str, now: Millis) -> bool {
        let mut called = self.called.iter();
        called.any(|(who, at)| who == agent && now < at + CALL)
    }

    /// Keeps a code beside the newest that there are.
    pub(super) fn keep(&mut self, code: Kept) {
        self.codes.push(code);
        if self.codes.len() > CODES {
            self.codes.remove(0);
        }
    }

    /// Whether this code opposes; the work is the same whether there is one or not.
    pub fn opposes(&self, code: &Code, key: &Key, now: Millis) -> bool {
        self.has(code, key, now, false)
    }

    /// Whether this code came to him on paper, and still opposes.
    pub fn was_posted(&self, code: &Code, key: &Key, now: Millis) -> bool {
        self.has(code, key, now, true)
    }

    pub(super) fn has(&self, code: &Code, key: &Key, now: Millis, on_paper: bool) -> bool {
        let mut opposes = false;
        for place in 0..TRIED {
            opposes |= match self.codes.get(place) {
                Some(Kept {
                    hash,
                    salt: Some(salt),
                    ..
                }) => code.is_old(hash, &Key::from_bytes(salt)),
                Some(kept) => {
                    code.fits(&kept.hash, key, self.place)
                        & kept.until.is_none_or(|until| now < until)
                        & (kept.posted | !on_paper)
                }
                None => code.fits(&[0; HASH], key, self.place) & false,
            };
        }
        opposes
    }

    /// Keeps what takes an opposition back, in the place of what did so before.
    pub(super) fn reverse(&mut self, reversal: Reversal) {
        self.reversals.retain(|one| one.scope != reversal.scope);
        self.reversals.push(reversal);
        if self.reversals.len() > TRIED {
            self.reversals.remove(0);
        }
    }

    /// The opposition that this code takes back at `now`; the work is the same whether there is one or not.
    pub fn relents(&self, code: &Code, key: &Key, now: Millis) -> Option<&Scope> {
        let mut relents = None;
        for place in 0..TRIED {
            match self.reversals.get(place) {
                Some(one) if code.fits(&one.hash, key, self.place) & (now < one.until) => {
                    relents = Some(&one.scope);
                }
                Some(_) => {}
                None => {
                    let _same_work = code.fits(&[0; HASH], key, self.place);
                }
            }
        }
        relents
    }
}
