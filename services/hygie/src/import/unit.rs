//! What is handed to care at once, and what comes back.

use hyper::body::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rejects::{Origin, Reject};
use super::tally::Tally;
use crate::{Error, client};

/// A resource on its way.
pub struct Entry {
    /// Whence.
    pub origin: Origin,
    /// The Bundle's `fullUrl`, which other entries may refer to.
    pub url: Option<String>,
    /// The resource's JSON, untouched.
    pub resource: String,
}

/// Entries within which references resolve.
#[derive(Default)]
pub struct Unit {
    entries: Vec<Entry>,
}

impl std::fmt::Debug for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unit of {} entries", self.entries.len())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    source: &'a str,
    named_source: bool,
    entries: Vec<Sent<'a>>,
}

#[derive(Serialize)]
struct Sent<'a> {
    entry: usize,
    url: Option<&'a str>,
    resource: &'a str,
}

/// What became of each entry, or why the unit as a whole was not taken.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Taken { outcomes: Vec<Outcome> },
    Refused { status: u16, refused: Value },
}

#[derive(Deserialize)]
struct Outcome {
    entry: usize,
    outcome: Fate,
    place: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    Taken,
    Already,
    Directory,
    Rejected,
}

impl Unit {
    /// Adds an entry.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds the entries of another unit.
    pub fn join(&mut self, other: Unit) {
        self.entries.extend(other.entries);
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries.
    #[cfg(test)]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The unit as a line of JSON; entries are numbered by their place in the unit.
    pub fn line(&self, source: &str, named_source: bool) -> Bytes {
        let entries = self.entries.iter().enumerate();
        let body = Body {
            source,
            named_source,
            entries: entries
                .map(|(entry, sent)| Sent {
                    entry,
                    url: sent.url.as_deref(),
                    resource: &sent.resource,
                })
                .collect(),
        };
        let mut line = serde_json::to_vec(&body).expect("strings and numbers serialise");
        line.push(b'\n');
        line.into()
    }

    /// Counts the outcomes of the answer; gives those rejected.
    ///
    /// # Errors
    /// [`Error::Protocol`] when the answer does not name each entry exactly once: a summary that is guessed
    /// would hide a loss. What the status says of a unit that was not taken.
    pub fn outcomes(&self, answer: &[u8], tally: &mut Tally) -> Result<Vec<Reject>, Error> {
        let wrong = |why: String| Error::Protocol { why };
        let answer =
            serde_json::from_slice(answer).map_err(|_| wrong("no list of outcomes".to_owned()))?;
        let outcomes = match answer {
            Answer::Taken { outcomes } => outcomes,
            Answer::Refused { status, refused } => return Err(client::refusal(status, &refused)),
        };
        let mut answered = vec![false; self.entries.len()];
        let mut counted = Tally::default();
        let mut rejects = Vec::new();
        for outcome in outcomes {
            let number = outcome.entry;
            match answered.get_mut(number) {
                Some(seen) if !*seen => *seen = true,
                Some(_) => return Err(wrong(format!("entry {number} has two outcomes"))),
                None => return Err(wrong(format!("entry {number} was not sent"))),
            }
            match outcome.outcome {
                Fate::Taken => counted.taken += 1,
                Fate::Already => counted.already += 1,
                Fate::Directory => counted.directory += 1,
                Fate::Rejected => {
                    counted.rejected += 1;
                    rejects.push(Reject {
                        origin: self.entries[number].origin.clone(),
                        place: outcome.place,
                        reason: outcome
                            .reason
                            .unwrap_or_else(|| "no reason was given".to_owned()),
                    });
                }
            }
        }
        if let Some(missing) = answered.iter().position(|seen| !seen) {
            return Err(wrong(format!("entry {missing} has no outcome")));
        }
        rejects.sort_by_key(|reject| (reject.origin.source.clone(), reject.origin.entry));
        tally.add(counted);
        Ok(rejects)
    }

    /// Counts every entry as rejected for one reason.
    pub fn all_rejected(&self, reason: &str, tally: &mut Tally) -> Vec<Reject> {
        let rejects: Vec<Reject> = self
            .entries
            .iter()
            .map(|entry| Reject {
                origin: entry.origin.clone(),
                place: None,
                reason: reason.to_owned(),
            })
            .collect();
        tally.rejected += u64::try_from(rejects.len()).expect("a count fits");
        rejects
    }
}
