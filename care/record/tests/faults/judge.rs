//! Opens what a power cut left, by the normal code, and holds it against what was acknowledged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_keeper::Home;
use hygie_ledger::{Checkpoint, Folder, Log, Memory, Signer, Verifier, verify};
use hygie_notice::{Act, PersonId, Stream};
use rusqlite::Connection;
use serde_json::Value;

use crate::house::{House, document_of, make, observation, text};
use crate::keys::Stage;
use crate::workload::Mark;

/// Every nonce ever met, in all pasts and futures of the home, and what it sealed.
#[derive(Default)]
pub struct Nonces(Mutex<HashMap<Vec<u8>, [u8; 32]>>);

/// What was acknowledged before the cut.
#[derive(Default)]
pub struct Told<'a> {
    made: bool,
    sent: BTreeSet<&'a str>,
    kept: BTreeMap<&'a str, Vec<(Option<&'a str>, &'a str)>>,
    sending: BTreeSet<u8>,
    documents: BTreeMap<&'a str, Vec<(&'a str, u8)>>,
    allowed: Vec<(&'a str, &'a str)>,
    read: Vec<(&'a str, &'a str)>,
    proved: Option<(&'a str, u64, &'a [u8])>,
    custodian: Option<&'a str>,
    ending: BTreeMap<&'a str, (Act, Stage)>,
}

impl<'a> Told<'a> {
    pub fn add(&mut self, mark: &'a Mark) {
        match mark {
            Mark::Made => self.made = true,
            Mark::Opened => {}
            Mark::Sent { note } => {
                self.sent.insert(note);
            }
            Mark::Person { person, note } => {
                self.kept.entry(person).or_default().push((None, note));
            }
            Mark::Kept { person, id, note } => {
                self.kept.entry(person).or_default().push((Some(id), note));
            }
            Mark::Sending { document } => {
                self.sending.insert(*document);
            }
            Mark::Document {
                person,
                id,
                document,
            } => self
                .documents
                .entry(person)
                .or_default()
                .push((id, *document)),
            Mark::Allowed { person, id } => self.allowed.push((person, id)),
            Mark::Read { person, what } => self.read.push((person, what)),
            Mark::Proved {
                checkpoint,
                index,
                entry,
            } => self.proved = Some((checkpoint, *index, entry)),
            Mark::Custody { identity } => self.custodian = Some(identity),
            Mark::Ending { person, act } => {
                self.ending.insert(person, (*act, Stage::Asked));
            }
            Mark::Ended { person } => self.stage(person, Stage::Told),
            Mark::Returning { person } => self.stage(person, Stage::Returning),
            Mark::Returned { person } => {
                self.ending.remove(person.as_str());
            }
        }
    }

    fn stage(&mut self, person: &str, stage: Stage) {
        if let Some(ending) = self.ending.get_mut(person) {
            ending.1 = stage;
        }
    }

    /// The identity of the custodian who was told.
    pub fn custodian(&self) -> &str {
        self.custodian.unwrap_or_default()
    }

    /// What is wrong with the home, if anything.
    pub async fn judge(&self, dir: &Path, nonces: &Nonces) -> Result<(), String> {
        if !dir.join("keeper").exists() {
            if self.made {
                return Err("the home was made, and has no keeper".to_owned());
            }
            make(dir).map_err(|why| format!("the home can't be made again: {why}"))?;
        }
        let house = House::open(dir).await;
        let house = house.map_err(|why| format!("the home does not open: {why}"))?;
        // As care does when it starts.
        house.record.sweep_documents().await.map_err(text)?;
        let held = self.held(&house).await;
        let closed = house.close().await;
        held?;
        closed.map_err(|why| format!("the home does not close: {why}"))?;
        self.ledger(dir)?;
        orphans(dir)?;
        nonces.gather(dir)
    }

    async fn held(&self, house: &House) -> Result<(), String> {
        // As care does at its start.
        house.record.forget_erased().await.map_err(text)?;
        for person in self.kept.keys() {
            match self.ending.get(person) {
                Some(ending) => self.ended(house, person, *ending).await?,
                None => {
                    self.record(house, person).await?;
                    self.papers(house, person).await?;
                }
            }
        }
        if self.custodian.is_some() {
            // Whatever a rotation had come to, the same steps complete it.
            house.rotate().await?;
        }
        // The last may be one who was not acknowledged, and came all the same.
        let persons = house.record.persons().await.map_err(text)?;
        if let Some(person) = persons.last() {
            let written = observation(&format!("Patient/{person}"), "after the cut");
            let id = house.observe(*person, "after the cut").await?;
            let found = house.search(*person, "Observation", "again").await?;
            let stands = |(known, value): &(String, Value)| *known == id && same(value, &written);
            if !found.iter().any(stands) {
                return Err("what is written after the cut is not read".to_owned());
            }
        }
        for (person, id) in &self.allowed {
            let found = house.search(parse(person), "Consent", "again").await?;
            if !found.iter().any(|(known, _)| known == id) {
                return Err(format!("the permission {id} is gone"));
            }
        }
        Ok(())
    }

    /// What of documents is there is whole, and what was acknowledged is there.
    async fn papers(&self, house: &House, person: &str) -> Result<(), String> {
        let found = house.documents(parse(person)).await?;
        for (id, bytes) in &found {
            let whole = |number: &u8| document_of(*number) == *bytes;
            if !self.sending.iter().any(whole) {
                return Err(format!("{id} is a document that nobody sent"));
            }
        }
        for (id, number) in self.documents.get(person).into_iter().flatten() {
            let stands =
                |(known, bytes): &(String, Vec<u8>)| known == id && *bytes == document_of(*number);
            if !found.iter().any(stands) {
                return Err(format!("acknowledged and gone: document {number}"));
            }
        }
        Ok(())
    }

    pub async fn record(&self, house: &House, person: &str) -> Result<(), String> {
        let id = parse(person);
        let found = house.search(id, "Observation", "after").await?;
        let mut notes = BTreeSet::new();
        for (known, value) in &found {
            let note = value["note"][0]["text"].as_str().unwrap_or_default();
            if !self.sent.contains(note) {
                return Err(format!("nobody sent `{note}`"));
            }
            if !notes.insert(note) {
                return Err(format!("`{note}` is there twice"));
            }
            if !same(value, &observation(&format!("Patient/{person}"), note)) {
                return Err(format!("{known} is not what was sent"));
            }
        }
        let kept = &self.kept[person];
        for (wanted, note) in kept {
            let stands = |(id, value): &(String, Value)| {
                value["note"][0]["text"] == **note && wanted.is_none_or(|wanted| wanted == id)
            };
            if !found.iter().any(stands) {
                return Err(format!("acknowledged and gone: `{note}`"));
            }
        }
        let trail = house.trail(id).await?;
        let deposits = trail.iter().map(|line| &line.event.notice);
        let deposits = deposits
            .filter(|notice| notice.act == Act::Deposit && notice.stream == Stream::Content)
            .count();
        if deposits < found.len() {
            return Err(format!(
                "{} observations out of {deposits} openings",
                found.len()
            ));
        }
        let told: BTreeSet<&str> = trail
            .iter()
            .filter(|line| line.event.notice.stream == Stream::Content)
            .map(|line| line.event.notice.what.as_str())
            .collect();
        for (_, what) in self.read.iter().filter(|(whose, _)| *whose == person) {
            if !told.contains(what) {
                return Err(format!("an opening is not in the trail: `{what}`"));
            }
        }
        Ok(())
    }

    /// The whole ledger verifies, and goes on from what was signed for the outside.
    fn ledger(&self, dir: &Path) -> Result<(), String> {
        let home = Home::new(dir);
        let key = fs::read_to_string(home.verifier()).map_err(text)?;
        let key: Verifier = key.trim().parse().map_err(text)?;
        let folder = Folder::open(home.ledger()).map_err(text)?;
        let verified = verify::folder(&folder, &key).map_err(text)?;
        let Some((checkpoint, index, entry)) = self.proved else {
            return Ok(());
        };
        let signed = Checkpoint::open(checkpoint, &key).map_err(text)?;
        if verified.size < signed.size {
            return Err(format!(
                "the ledger holds {} entries and had signed for {}",
                verified.size, signed.size
            ));
        }
        let entries = entries(&home.ledger(), verified.size)?;
        if entries[usize::try_from(index).unwrap()] != entry {
            return Err(format!(
                "entry {index} of the ledger is another than was proved"
            ));
        }
        let signer = Signer::from_seed("again", &[7; 32]).map_err(text)?;
        let mut log = Log::create(Memory::default(), signer).map_err(text)?;
        let old = &entries[..usize::try_from(signed.size).unwrap()];
        log.append(old).map_err(text)?;
        if log.root() != signed.root {
            return Err("the ledger is another than was signed for".to_owned());
        }
        Ok(())
    }
}

/// Each object is referred to by an entry, and each that is referred to is there.
fn orphans(dir: &Path) -> Result<(), String> {
    let db = Connection::open(dir.join("store/vault.db")).map_err(text)?;
    let mut query = db
        .prepare("SELECT lower(hex(name)), claimed IS NOT NULL FROM document")
        .map_err(text)?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
    });
    let rows: Result<Vec<_>, _> = rows.map_err(text)?.collect();
    let mut known = BTreeSet::new();
    for (name, claimed) in rows.map_err(text)? {
        if !claimed {
            return Err(format!("the row of {name} was not swept"));
        }
        known.insert(name);
    }
    let mut there = BTreeSet::new();
    for folder in fs::read_dir(dir.join("store/documents")).map_err(text)? {
        for file in fs::read_dir(folder.map_err(text)?.path()).map_err(text)? {
            there.insert(
                file.map_err(text)?
                    .file_name()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
    }
    if known == there {
        return Ok(());
    }
    Err(format!(
        "{} objects, and {} are referred to",
        there.len(),
        known.len()
    ))
}

impl Nonces {
    /// Adds what a home holds.
    fn gather(&self, dir: &Path) -> Result<(), String> {
        let tables = [
            ("store/vault.db", "SELECT bytes FROM entry", 8),
            ("keeper/keys.db", "SELECT sealed FROM events", 0),
        ];
        for (path, query, at) in tables {
            let db = Connection::open(dir.join(path)).map_err(text)?;
            let mut query = db.prepare(query).map_err(text)?;
            let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0));
            for sealed in rows.map_err(text)? {
                let sealed = sealed.map_err(text)?;
                let nonce = sealed[at..at + 24].to_vec();
                let hash = digest(&SHA256, &sealed).as_ref().try_into().unwrap();
                let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if known
                    .insert(nonce, hash)
                    .is_some_and(|before| before != hash)
                {
                    return Err("a nonce sealed two things".to_owned());
                }
            }
        }
        Ok(())
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// The entries of a verified ledger (C2SP tlog-tiles: a 16-bit length before each).
fn entries(ledger: &Path, size: u64) -> Result<Vec<Vec<u8>>, String> {
    let mut entries = Vec::new();
    for bundle in 0..size.div_ceil(256) {
        let width = (size - bundle * 256).min(256);
        let name = match width {
            256 => format!("tile/entries/{bundle:03}"),
            width => format!("tile/entries/{bundle:03}.p/{width}"),
        };
        let bytes = fs::read(ledger.join(name)).map_err(text)?;
        let mut rest = bytes.as_slice();
        while let Some((length, behind)) = rest.split_first_chunk::<2>() {
            let (entry, behind) = behind.split_at(usize::from(u16::from_be_bytes(*length)));
            entries.push(entry.to_vec());
            rest = behind;
        }
    }
    Ok(entries)
}

fn parse(person: &str) -> PersonId {
    person.parse().unwrap()
}

/// The same resource, but for what storing adds.
fn same(stored: &Value, sent: &Value) -> bool {
    let mut stored = stored.clone();
    let members = stored.as_object_mut().unwrap();
    members.remove("id");
    members.remove("meta");
    stored == *sent
}
