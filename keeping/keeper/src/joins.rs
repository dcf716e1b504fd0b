//! Which records were joined to which: two persons' who turned out to be one. The keys, logs and trails of both stay as they
//! are; what is opened of the one opens of the other too, and the other opens no more by itself (decision 0030).

use std::collections::HashMap;

use hygie_notice::{Head, Millis, Subject};
use rusqlite::Connection;

use crate::database::{self, JoinRow};
use crate::{Error, Home};

/// Most records that are one, the one that goes on with them: an archive holds the keys of all.
pub(crate) const MOST: usize = 16;

/// That a record was joined to another.
#[derive(Clone, Copy)]
pub(crate) struct Join {
    /// To which.
    pub(crate) into: Subject,
    /// How many entries that one's `rights` had.
    pub(crate) rights: u64,
    /// And its `content`.
    pub(crate) content: u64,
    /// When.
    pub(crate) at: Millis,
}

/// All of them, in memory: duplicates are few.
#[derive(Default)]
pub(crate) struct Joins {
    joins: HashMap<Subject, Join>,
    parts: HashMap<Subject, Vec<Subject>>,
}

impl Joins {
    /// Reads the table; `key` is that of its rows ([`mac`]).
    ///
    /// # Errors
    /// [`Error::Malformed`] for a row that somebody else wrote.
    pub(crate) fn load(db: &Connection, home: &Home, key: &[u8; 32]) -> Result<Self, Error> {
        let mut joins = Self::default();
        for JoinRow { subject, join, mac } in database::joined(db)? {
            if mac != self::mac(key, &subject, &join) {
                return Err(Error::Malformed {
                    path: home.database(),
                    why: "a record was joined to another by somebody else than its keeper",
                });
            }
            joins.note(subject, join);
        }
        Ok(joins)
    }

    /// Notes one that is in the database.
    pub(crate) fn note(&mut self, subject: Subject, join: Join) {
        self.joins.insert(subject, join);
        let parts = self.parts.entry(join.into).or_default();
        parts.push(subject);
        let joins = &self.joins;
        // One order, whatever the table's: an archive holds their keys in it.
        parts.sort_by_key(|part| (joins.get(part).map(|join| join.at), *part));
    }

    /// The record that this one opens with by now; none where it opens by itself.
    pub(crate) fn leading(&self, subject: &Subject) -> Option<Subject> {
        let mut leading = self.joins.get(subject)?.into;
        while let Some(join) = self.joins.get(&leading) {
            leading = join.into;
        }
        Some(leading)
    }

    /// What was joined to this record itself, in its order.
    pub(crate) fn parts(&self, subject: &Subject) -> impl Iterator<Item = (Subject, Join)> {
        let parts = self.parts.get(subject).into_iter().flatten();
        parts.filter_map(|part| Some((*part, *self.joins.get(part)?)))
    }

    /// All that opens with this record: what was joined to it, each with what had been joined to that.
    pub(crate) fn all(&self, subject: &Subject) -> Vec<Subject> {
        let mut all = Vec::new();
        for (part, _) in self.parts(subject) {
            all.push(part);
            all.extend(self.all(&part));
        }
        all
    }

    /// At most `limit` behind `after` in the order of their ids, each with the record that it opens with.
    pub(crate) fn page(&self, after: Option<Subject>, limit: usize) -> Vec<(Subject, Subject)> {
        let mut behind: Vec<Subject> = self.joins.keys().copied().collect();
        behind.retain(|subject| after.is_none_or(|after| *subject > after));
        behind.sort_unstable();
        behind.truncate(limit);
        let leading = |subject| Some((subject, self.leading(&subject)?));
        behind.into_iter().filter_map(leading).collect()
    }
}

/// What a row bears, so that whoever writes into the database joins nobody's record to his own: HMAC-SHA256 under `key`.
pub(crate) fn mac(key: &[u8; 32], subject: &Subject, join: &Join) -> [u8; 32] {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    context.update(&subject.bytes());
    context.update(&join.into.bytes());
    for number in [join.rights, join.content, join.at] {
        context.update(&number.to_be_bytes());
    }
    let mac = context.sign();
    mac.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
}

/// Where the `rights` of a record end that others were joined to, for who weighed all of them.
pub(crate) fn over(own: Head, parts: impl IntoIterator<Item = Head>) -> Head {
    let heads: Vec<Head> = [own].into_iter().chain(parts).collect();
    Head::over(&heads)
}
