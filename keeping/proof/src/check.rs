//! The check itself: the chain, then the signature, then the way from the events to the signed root.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use hygie_ledger::{Checkpoint, Verifier, verify};

use crate::event::{Read, read};
use crate::{Event, Refused, Trail};

/// The first byte of each entry of the ledger: the form of the leaf behind it.
const LEAF_FORM: u8 = 1;
/// Bytes of the salt before the words of an event.
const SALT: usize = 32;

/// What a file was found to prove: that the ledger of this key holds exactly these events of this person, as they are,
/// and that none is missing between the first and the last. Not that nothing came after the last, and not that nobody
/// was shown another ledger under the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The person's id, as it is printed.
    pub person: String,
    /// The ledger's name.
    pub origin: String,
    /// How many leaves the ledger held when it was signed.
    pub size: u64,
    /// The events, in order; at least one.
    pub events: Vec<Event>,
}

impl Checked {
    /// The first event. Nothing before it is missing when its number is 0.
    pub fn first(&self) -> &Event {
        self.events.first().expect("a file has at least one event")
    }

    /// The last event: what came behind it, another file shows.
    pub fn last(&self) -> &Event {
        self.events.last().expect("a file has at least one event")
    }
}

impl Trail {
    /// Whether the ledger of this key holds these events as they are, and none is missing between them.
    ///
    /// # Errors
    /// [`Refused`] says what does not hold, with the event's number where it can be told.
    pub fn check(&self, verifier: &Verifier) -> Result<Checked, Refused> {
        if *verifier != self.verifier {
            let named = self.verifier.origin().to_owned();
            return Err(Refused::OtherKey { named });
        }
        let events = self.chain()?;
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)
            .map_err(|error| Refused::Checkpoint(error.to_string()))?;
        if let Some(event) = events.iter().find(|event| event.index >= checkpoint.size) {
            let (number, why) = (event.number, "the checkpoint was signed before it");
            return Err(Refused::Event { number, why });
        }
        verify::inclusions(
            &self.leaves(),
            checkpoint.size,
            &self.cover,
            &checkpoint.root,
        )
        .map_err(|error| Refused::Root(error.to_string()))?;
        Ok(Checked {
            person: self.person.clone(),
            origin: checkpoint.origin,
            size: checkpoint.size,
            events,
        })
    }

    /// The events, each of which is this person's and follows the bytes of the one before it.
    fn chain(&self) -> Result<Vec<Event>, Refused> {
        let mut events: Vec<Event> = Vec::with_capacity(self.lines.len());
        // The hash of no event: what the first one follows.
        let mut hash = [0; 32];
        for (line, at) in self.lines.iter().zip(Self::FIRST..) {
            let unread = Refused::Form {
                line: at,
                why: "its event is not in the form of one about a person",
            };
            let mut read = read(line.index, &line.event).ok_or_else(|| unread.clone())?;
            if self.version == 1 && read.said.is_some() {
                return Err(unread);
            }
            if let Some(words) = &line.words {
                read.event.what = Some(read.said(words)?);
            }
            self.follows(&read, events.last(), &hash)?;
            hash = sha256(&line.event);
            events.push(read.event);
        }
        Ok(events)
    }

    fn follows(&self, read: &Read, before: Option<&Event>, hash: &[u8; 32]) -> Result<(), Refused> {
        let event = &read.event;
        let number = event.number;
        let wrong = |why| Err(Refused::Event { number, why });
        if read.person != self.person {
            return wrong("it is another person's");
        }
        match before {
            None if number == 0 && read.previous != *hash => {
                wrong("it is the first, and follows another")
            }
            // What came before the first is in another file.
            None => Ok(()),
            Some(before) if number <= before.number => {
                wrong("its number is not behind that of the event before it")
            }
            Some(before) if number - 1 != before.number => Err(Refused::Missing {
                before: before.number,
                after: number,
            }),
            Some(_) if read.previous != *hash => wrong(
                "it follows other bytes than those of the event before it: one of the two was altered",
            ),
            Some(before) if event.index <= before.index => {
                wrong("its place in the ledger is not behind that of the event before it")
            }
            Some(_) => Ok(()),
        }
    }

    /// The hashes of the leaves that the ledger must hold, each at its index.
    fn leaves(&self) -> Vec<(u64, [u8; 32])> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.leaf_key);
        let leaf = |event: &[u8]| {
            let mut entry = vec![LEAF_FORM];
            entry.extend_from_slice(hmac::sign(&key, event).as_ref());
            verify::leaf_hash(&entry)
        };
        let lines = self.lines.iter();
        lines.map(|line| (line.index, leaf(&line.event))).collect()
    }
}

impl Read {
    /// The words beside the event: those that it commits to, behind their salt.
    fn said(&self, words: &[u8]) -> Result<String, Refused> {
        let held = self.said.is_some_and(|said| said == sha256(words));
        let text = words.get(SALT..).filter(|_| held);
        let text = text.and_then(|text| String::from_utf8(text.to_vec()).ok());
        text.ok_or(Refused::Event {
            number: self.event.number,
            why: "its words are not those that it was written with",
        })
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-256 gives 32 bytes")
}
