//! What clients asked of one record and what they were told, and what a record that does one thing after the other
//! would tell.
//!
//! A resource is known by its birth and a version by its value: numbers that clients draw, each for one request, and
//! write into the content. So a request that was not answered has a name all the same.

use std::collections::BTreeMap;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Make a resource with this mark.
    Create { mark: u8, value: u64 },
    /// Make one unless one with this mark stands.
    CreateUnless { mark: u8, value: u64 },
    /// Replace it, if it is at the version that is expected.
    Update {
        birth: u64,
        expects: Option<u64>,
        value: u64,
    },
    /// Delete it, if it is at the version that is expected.
    Delete { birth: u64, expects: Option<u64> },
    /// Read it.
    Read { birth: u64 },
    /// Search by mark.
    Find { mark: u8 },
    /// Search all of the type.
    All,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was done: made, replaced, deleted.
    Done,
    /// It is at another version (412).
    Stale,
    /// It is deleted (410).
    Gone,
    /// These stand, each by its birth and value; of a create, the one that stands already.
    Seen(Vec<(u64, u64)>),
}

/// A request with its times, in nanoseconds since the history's beginning.
#[derive(Clone, Debug)]
pub struct Event {
    pub ask: Ask,
    pub begun: u64,
    /// When what was told; none when no answer came: it happens at any time since, or never.
    pub answer: Option<(u64, Told)>,
}

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// By birth: the mark, and the value unless it is deleted.
    resources: BTreeMap<u64, (u8, Option<u64>)>,
}

impl Record {
    /// What the record tells, and what it is then.
    pub fn tell(&self, ask: Ask) -> (Told, Self) {
        let mut after = self.clone();
        let told = match ask {
            Ask::Create { mark, value } => after.make(mark, value),
            Ask::CreateUnless { mark, value } => match self.marked(Some(mark)) {
                found if found.is_empty() => after.make(mark, value),
                found => Told::Seen(found),
            },
            Ask::Update {
                birth,
                expects,
                value,
            } => after.put(birth, expects, Some(value)),
            Ask::Delete { birth, expects } => after.put(birth, expects, None),
            Ask::Read { birth } => match self.resources.get(&birth) {
                Some((_, Some(value))) => Told::Seen(vec![(birth, *value)]),
                Some((_, None)) => Told::Gone,
                None => Told::Seen(Vec::new()),
            },
            Ask::Find { mark } => Told::Seen(self.marked(Some(mark))),
            Ask::All => Told::Seen(self.marked(None)),
        };
        (told, after)
    }

    fn make(&mut self, mark: u8, value: u64) -> Told {
        self.resources.insert(value, (mark, Some(value)));
        Told::Done
    }

    fn put(&mut self, birth: u64, expects: Option<u64>, value: Option<u64>) -> Told {
        let Some((_, now)) = self.resources.get_mut(&birth) else {
            return Told::Seen(Vec::new());
        };
        if expects.is_some() && expects != *now {
            return Told::Stale;
        }
        // To delete what is deleted is done once, and answered as if it were done again.
        if now.is_none() && value.is_some() {
            return Told::Gone;
        }
        *now = value;
        Told::Done
    }

    fn marked(&self, wanted: Option<u8>) -> Vec<(u64, u64)> {
        let standing = self.resources.iter();
        standing
            .filter(|(_, (mark, _))| wanted.is_none_or(|wanted| wanted == *mark))
            .filter_map(|(birth, (_, value))| Some((*birth, (*value)?)))
            .collect()
    }
}
