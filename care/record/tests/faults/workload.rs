//! The mixed workload, and the marks by which it says what was acknowledged.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use hygie_notice::{Act, PersonId};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::house::{House, make};

/// What the workload was told; each mark is written after the answer came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Mark {
    /// The home is made.
    Made,
    /// The home was opened, and closed by nobody yet.
    Opened,
    /// A deposit that nobody has answered yet.
    Sent { note: String },
    /// A person has a record, with one observation that says `note`.
    Person { person: String, note: String },
    /// An observation stands in a record.
    Kept {
        person: String,
        id: String,
        note: String,
    },
    /// A document that nobody has answered yet.
    Sending { document: u8 },
    /// A document of several pieces stands in a record.
    Document {
        person: String,
        id: String,
        document: u8,
    },
    /// The holder's permission stands.
    Allowed { person: String, id: String },
    /// A record was opened; the holder's trail must say so in these words.
    Read { person: String, what: String },
    /// The keeper signed this, and proved its leaf `index` with it.
    Proved {
        checkpoint: String,
        index: u64,
        entry: Vec<u8>,
    },
    /// There are custodians; the identity of one is told, so that what is closed can come back.
    Custody { identity: String },
    /// A record is asked to end, and nobody has answered yet.
    Ending { person: String, act: Act },
    /// It ended.
    Ended { person: String },
    /// It is asked to come back.
    Returning { person: String },
    /// It came back.
    Returned { person: String },
}

/// Where marks go: one write each, so that each stands at one place of the trace.
pub struct Marks(File);

impl Marks {
    pub fn to(path: &Path) -> Self {
        Self(
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .unwrap(),
        )
    }

    pub fn put(&self, mark: &Mark) {
        let line = serde_json::to_string(mark).unwrap() + "\n";
        (&self.0).write_all(line.as_bytes()).unwrap();
    }
}

/// How many deposits each writer makes in each part.
const DEPOSITS: [usize; 4] = [5, 4, 5, 2];

/// From nothing to a home with records; the house is left as it is, for the process to be stopped.
pub async fn first(dir: &Path, marks: Marks) -> Arc<House> {
    make(dir).unwrap();
    marks.put(&Mark::Made);
    let house = House::open(dir).await.unwrap();
    marks.put(&Mark::Opened);
    let house = Arc::new(house);
    let marks = Arc::new(marks);
    let mut persons = Vec::new();
    for number in 0..3 {
        let note = format!("person {number}");
        marks.put(&Mark::Sent { note: note.clone() });
        let person = house.import(&note, &note).await.unwrap();
        marks.put(&Mark::Person {
            person: person.to_string(),
            note,
        });
        persons.push(person);
    }
    write(&house, &marks, &persons, 0).await;
    checkpoint(dir);
    write(&house, &marks, &persons, 1).await;
    house
}

/// Goes on where a killed process stopped, stops in order, and starts once more.
pub async fn second(dir: &Path, marks: Marks) {
    let marks = Arc::new(marks);
    for part in [2, 3] {
        let house = Arc::new(House::open(dir).await.unwrap());
        marks.put(&Mark::Opened);
        let persons = house.record.persons().await.unwrap();
        write(&house, &marks, &persons, part).await;
        Arc::into_inner(house).unwrap().close().await.unwrap();
    }
}

/// Brings the write-ahead logs into the databases, so that the next writes begin them again. SQLite does it by
/// itself, by the same code, every thousand pages: a trace that long would take too long to replay.
fn checkpoint(dir: &Path) {
    for path in ["keeper/keys.db", "store/vault.db"] {
        let db = Connection::open(dir.join(path)).unwrap();
        let row = "PRAGMA wal_checkpoint(PASSIVE)";
        let (written, moved): (i64, i64) = db
            .query_row(row, [], |row| Ok((row.get(1)?, row.get(2)?)))
            .unwrap();
        assert!(
            written > 0 && written == moved,
            "{path}: {moved} of {written}"
        );
    }
}

/// Three writers at once, each on a record of its own, and a look at the ledger between.
async fn write(house: &Arc<House>, marks: &Arc<Marks>, persons: &[PersonId], part: usize) {
    let mut writers = JoinSet::new();
    for (writer, person) in persons.iter().copied().enumerate() {
        let (house, marks) = (Arc::clone(house), Arc::clone(marks));
        writers.spawn(async move {
            for number in 0..DEPOSITS[part] {
                deposit(&house, &marks, person, format!("{part} {writer} {number}")).await;
            }
            if part == writer || (part, writer) == (3, 0) {
                let document = u8::try_from(part).unwrap();
                marks.put(&Mark::Sending { document });
                let id = house.send(person, document).await.unwrap();
                let person = person.to_string();
                marks.put(&Mark::Document {
                    person,
                    id,
                    document,
                });
            }
            if part == writer {
                let id = house.authorise(person).await.unwrap();
                let person = person.to_string();
                marks.put(&Mark::Allowed { person, id });
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
        prove(house, marks).await;
    }
}

async fn deposit(house: &House, marks: &Marks, person: PersonId, note: String) {
    marks.put(&Mark::Sent { note: note.clone() });
    let id = house.observe(person, &note).await.unwrap();
    marks.put(&Mark::Kept {
        person: person.to_string(),
        id,
        note: note.clone(),
    });
    let what = format!("looking {note}");
    house.search(person, "Observation", &what).await.unwrap();
    marks.put(&Mark::Read {
        person: person.to_string(),
        what,
    });
}

/// What the keeper signs for the outside, and can't take back; and care notes how far it saw the ledger go.
async fn prove(house: &House, marks: &Marks) {
    let size = house.keeper.hello().await.unwrap().size;
    let index = size - 1;
    let proof = house.keeper.prove(index).await.unwrap();
    marks.put(&Mark::Proved {
        checkpoint: proof.checkpoint,
        index,
        entry: proof.entry,
    });
    house.seen.note(&house.record).await.unwrap();
}
