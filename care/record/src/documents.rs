//! Documents of a record: base64 in a member `data` that is too long for an entry lies outside it, as an
//! object of its own. The entry keeps the reference beside the JSON, never in it, so that no client can
//! write one; a folder holds references only, and the bytes are read when they are asked for.

mod base64;
mod receiving;
mod scanner;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use hygie_fhir::{Elsewhere, Json, Resource};
use hygie_vault::{Document, Reference};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::change::{Put, fresh};
use crate::folder::{Folder, SHELF};
use crate::{Error, Record};

use base64::{Decoder, Fed};
pub use receiving::Receiving;
pub use scanner::{Scanned, Scanner};

/// The longest base64 text that stays in an entry, where compression and padding serve it well: that of
/// 16 KiB.
pub const INLINE: usize = (16 * 1024_usize).div_ceil(3) * 4;

/// The member whose base64 may lie outside: `Binary.data` and `Attachment.data`.
const MEMBER: &str = "data";

/// A text of a resource that lies outside its entry: the JSON has an empty string in its place.
#[derive(Serialize, Deserialize)]
pub(crate) struct Laid {
    /// The number of the member or item at each step from the resource.
    path: Vec<u32>,
    /// What is needed to find, open and check it.
    #[serde(serialize_with = "shared", deserialize_with = "into_shared")]
    document: Arc<Reference>,
}

fn shared<S: Serializer>(reference: &Arc<Reference>, serializer: S) -> Result<S::Ok, S::Error> {
    reference.as_ref().serialize(serializer)
}

fn into_shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Reference>, D::Error> {
    Reference::deserialize(deserializer).map(Arc::new)
}

/// A document as a text of a resource.
fn text(document: Arc<Document>) -> Elsewhere {
    let reference = document.reference();
    Elsewhere::new(reference.length(), reference.hash(), document)
}

/// Prints a resource for its entry: the JSON, what lies outside it, and what of that no entry claimed yet.
pub(crate) fn lay(json: &Json) -> (Vec<u8>, Vec<Laid>, Vec<Arc<Document>>) {
    let mut printed = Vec::with_capacity(256);
    json.print_around(&mut printed, &mut |_, _| {});
    let mut laid = Vec::new();
    let mut fresh = Vec::new();
    for (path, text) in json.elsewhere() {
        let document = text
            .keeper::<Document>()
            .expect("all texts elsewhere are documents of ours");
        laid.push(Laid {
            path,
            document: Arc::clone(document.reference()),
        });
        fresh.push(document);
    }
    (printed, laid, fresh)
}

/// Reads what [`lay`] printed. `fresh` is as it was given, or empty once an entry claimed all.
pub(crate) fn unlay(json: &[u8], laid: &[Laid], fresh: &[Arc<Document>]) -> Result<Json, Error> {
    let mut json = Json::parse(json, &SHELF).map_err(|_| Error::UnknownForm)?;
    for (number, Laid { path, document }) in laid.iter().enumerate() {
        let place = json.at_mut(path).filter(|json| json.as_str() == Some(""));
        let document = match fresh.get(number) {
            Some(fresh) => Arc::clone(fresh),
            None => Arc::new(Document::kept(Arc::clone(document))),
        };
        *place.ok_or(Error::UnknownForm)? = Json::Elsewhere(text(document));
    }
    Ok(json)
}

/// What is kept already: by SHA-256 of the plain bytes.
pub(crate) type Known = HashMap<[u8; 32], Elsewhere>;

impl Record {
    /// Lays what is too long for the entry outside it, and lets the entry refer to what the same record
    /// keeps already instead of keeping it twice. The author does not notice: what he sent was taken in
    /// and sealed whole (INVARIANT masked is absent). `new` remembers what this change brings.
    pub(crate) async fn lay_out(
        &self,
        put: &mut Put,
        folder: Option<&Folder>,
        new: &mut Known,
    ) -> Result<(), Error> {
        if put.json.len() <= INLINE && put.documents.is_empty() {
            return Ok(());
        }
        let mut json = put.read()?;
        self.divert(&mut json).await?;
        let mut twice = Vec::new();
        for (path, text) in json.elsewhere() {
            let kept = folder.and_then(|folder| folder.document(&text.hash()));
            match kept.or(new.get(&text.hash())) {
                Some(kept) => twice.push((path, kept.clone())),
                None => {
                    new.insert(text.hash(), text.clone());
                }
            }
        }
        for (path, kept) in twice {
            if let Some(place) = json.at_mut(&path) {
                *place = Json::Elsewhere(kept);
            }
        }
        put.lay(&json);
        Ok(())
    }

    /// The same for all puts of a change; gives what the entry claims.
    pub(crate) async fn lay_out_all(
        &self,
        puts: &mut [Put],
        folder: &Folder,
    ) -> Result<Vec<Arc<Document>>, Error> {
        let mut new = Known::default();
        for put in puts.iter_mut() {
            self.lay_out(put, Some(folder), &mut new).await?;
        }
        Ok(fresh(&*puts))
    }

    /// Takes long base64 that came in memory out of a resource. What is not canonical stays as it is, so that
    /// it can be given back as it came.
    async fn divert(&self, json: &mut Json) -> Result<(), Error> {
        let mut paths = Vec::new();
        long(json, &mut Vec::new(), &mut paths);
        for path in paths {
            let place = json.at_mut(&path).ok_or(Error::UnknownForm)?;
            if let Some(text) = place.as_str()
                && let Some(document) = self.take_in(text).await?
            {
                *place = Json::Elsewhere(document);
            }
        }
        Ok(())
    }

    async fn take_in(&self, text: &str) -> Result<Option<Elsewhere>, Error> {
        let mut upload = self.begin_document().await?;
        let mut decoder = Decoder::default();
        for part in text.as_bytes().chunks(base64::BLOCK) {
            let Fed::Bytes(bytes) = decoder.feed(part) else {
                return Ok(None);
            };
            upload.write(&bytes).await?;
        }
        match decoder.finish() {
            Some(bytes) => upload.write(&bytes).await?,
            None => return Ok(None),
        }
        upload.finish().await.map(Some)
    }

    /// Begins to take in a document. Dropped before it is finished, or referred to by nothing that is
    /// deposited, nothing of it stays.
    ///
    /// # Errors
    /// [`Error::Vault`] when the store takes none.
    pub async fn begin_document(&self) -> Result<Upload, Error> {
        Ok(Upload {
            upload: self.vault.upload().await?,
            vault: Arc::clone(&self.vault),
        })
    }

    /// The bytes behind a text that lies elsewhere, in `range`, cut at their end. Whoever has the text got it
    /// through the door.
    ///
    /// # Errors
    /// [`Error::Vault`] when it is not stored as it was sealed.
    pub async fn document(&self, text: &Elsewhere, range: Range<u64>) -> Result<Reader, Error> {
        let document = text.keeper::<Document>().ok_or(Error::UnknownForm)?;
        Ok(Reader {
            reader: self.vault.document(document.reference(), range).await?,
            vault: Arc::clone(&self.vault),
        })
    }

    /// Removes documents that no entry claimed and nobody is sending: what a crash left. Gives their number.
    ///
    /// # Errors
    /// [`Error::Vault`]; the next sweep goes on.
    pub async fn sweep_documents(&self) -> Result<u64, Error> {
        Ok(self.vault.sweep().await?)
    }
}

/// A document on its way in.
pub struct Upload {
    upload: hygie_vault::Upload,
    vault: Arc<crate::Store>,
}

impl Upload {
    /// Adds bytes; nothing larger than a megabyte is held in memory.
    ///
    /// # Errors
    /// [`Error::Vault`], with the limit of a document among others.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.upload.write(bytes).await;
        Ok(self.vault.watched(written)?)
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.upload.length()
    }

    /// The document as a text; durable, and claimed by the entry of the resource that it is laid into.
    ///
    /// # Errors
    /// [`Error::Vault`].
    pub async fn finish(self) -> Result<Elsewhere, Error> {
        let finished = self.upload.finish().await;
        Ok(text(Arc::new(self.vault.watched(finished)?)))
    }
}

/// A document on its way out.
pub struct Reader {
    reader: hygie_vault::Reader,
    vault: Arc<crate::Store>,
}

impl Reader {
    /// The next bytes; empty when all are out.
    ///
    /// # Errors
    /// [`Error::Vault`] when it is not stored as it was sealed.
    pub async fn next(&mut self) -> Result<Vec<u8>, Error> {
        let next = self.reader.next().await;
        Ok(self.vault.watched(next)?)
    }
}

/// Where base64 stands that is too long for an entry.
fn long(json: &Json, path: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
    match json {
        Json::Object(members) => {
            for (at, (name, value)) in (0..).zip(members) {
                path.push(at);
                match value {
                    Json::String(text) if &**name == MEMBER && text.len() > INLINE => {
                        found.push(path.clone());
                    }
                    value => long(value, path, found),
                }
                path.pop();
            }
        }
        Json::Array(items) => {
            for (at, item) in (0..).zip(items) {
                path.push(at);
                long(item, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Whether a resource has, or would have, something outside its entry.
pub(crate) fn has_any(resource: &Resource) -> bool {
    let mut paths = Vec::new();
    long(resource.json(), &mut Vec::new(), &mut paths);
    !paths.is_empty() || !resource.json().elsewhere().is_empty()
}
