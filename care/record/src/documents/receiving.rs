use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_fhir::{Elsewhere, Fault, Json, Limits};
use hygie_notice::symbols;

use super::scanner::{Scanned, Scanner};
use super::{MEMBER, Upload};
use crate::{Error, Record};

/// Most bytes of documents in one JSON text.
const TOGETHER: u64 = 4 * hygie_vault::LONGEST;

/// JSON on its way in: long base64 of its members `data` is sealed as it comes, and only the rest is held.
pub struct Receiving<'a> {
    record: &'a Record,
    /// Most bytes of JSON that are held.
    limit: usize,
    scanner: Scanner,
    upload: Option<Upload>,
    /// What stands for each document until the JSON is parsed: random, so that no client can write it.
    documents: Vec<(String, Elsewhere)>,
    bytes: u64,
    taken: usize,
    /// Where in the held JSON a document was left out, and how much further on the text was there.
    shifts: Vec<(u64, u64)>,
}

/// JSON that came whole, and its documents.
pub struct Taken {
    small: Vec<u8>,
    documents: Vec<(String, Elsewhere)>,
    shifts: Vec<(u64, u64)>,
}

impl<'a> Receiving<'a> {
    /// Begins to take in JSON, of which `limit` bytes may be held besides its documents.
    pub fn new(record: &'a Record, limit: usize) -> Self {
        Self {
            record,
            limit,
            scanner: Scanner::default(),
            upload: None,
            documents: Vec::new(),
            bytes: 0,
            taken: 0,
            shifts: Vec::new(),
        }
    }

    /// How many bytes are held in memory, about.
    pub fn held(&self) -> usize {
        self.scanner.small().len() + usize::from(self.upload.is_some()) * (1 << 20)
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] past the limit of JSON, [`Error::Vault`] past that of a document, or when the
    /// store takes none.
    pub async fn take(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let (used, scanned) = self.scanner.step(bytes);
            bytes = &bytes[used..];
            self.taken += used;
            match scanned {
                Scanned::More => {}
                Scanned::Begun => self.upload = Some(self.record.begin_document().await?),
                Scanned::Bytes(decoded) => self.write(&decoded).await?,
                Scanned::Ended(decoded) => {
                    self.write(&decoded).await?;
                    self.end().await?;
                }
                Scanned::Broken(rest) => self.put_back(&rest).await?,
            }
            if self.scanner.small().len() > self.limit {
                return Err(Error::TooLarge);
            }
        }
        Ok(())
    }

    async fn write(&mut self, decoded: &[u8]) -> Result<(), Error> {
        self.bytes += u64::try_from(decoded.len()).expect("lengths fit 64 bits");
        if self.bytes > TOGETHER {
            return Err(Error::TooLarge);
        }
        match &mut self.upload {
            Some(upload) => upload.write(decoded).await,
            None => Err(Error::UnknownForm),
        }
    }

    async fn end(&mut self) -> Result<(), Error> {
        let upload = self.upload.take().ok_or(Error::UnknownForm)?;
        let document = upload.finish().await?;
        let marker = symbols(self.record.entropy(), 32);
        self.scanner.put(marker.as_bytes());
        self.scanner.put(b"\"");
        self.documents.push((marker, document));
        let wide = |length: usize| u64::try_from(length).expect("lengths fit 64 bits");
        let small = self.scanner.small().len();
        let shift = self.taken.saturating_sub(small);
        self.shifts.push((wide(small), wide(shift)));
        Ok(())
    }

    /// What turned out not to be canonical base64 goes back into the JSON, to be kept as it came.
    async fn put_back(&mut self, rest: &[u8]) -> Result<(), Error> {
        let upload = self.upload.take().ok_or(Error::UnknownForm)?;
        let long = usize::try_from(upload.length()).unwrap_or(usize::MAX);
        if long.saturating_add(self.scanner.small().len()) > self.limit {
            return Err(Error::TooLarge);
        }
        let document = upload.finish().await?;
        let mut reader = self.record.document(&document, 0..u64::MAX).await?;
        let mut bytes = Vec::with_capacity(long);
        loop {
            let next = reader.next().await?;
            if next.is_empty() {
                break;
            }
            bytes.extend(next);
        }
        self.scanner.put(STANDARD.encode(&bytes).as_bytes());
        self.scanner.put(rest);
        Ok(())
    }

    /// All came.
    pub fn finish(self) -> Taken {
        Taken {
            small: self.scanner.into_small(),
            documents: self.documents,
            shifts: self.shifts,
        }
    }
}

impl Taken {
    /// Parses the JSON, with its documents in their places.
    ///
    /// # Errors
    /// [`Error::Invalid`]; offsets are those of the text as it came.
    pub fn parse(self, limits: &Limits) -> Result<Json, Error> {
        let mut json = Json::parse(&self.small, limits)
            .map_err(|fault| Error::Invalid(vec![moved(fault, &self.shifts)]))?;
        if !self.documents.is_empty() {
            json.each_member(&mut |name, value| {
                if name == MEMBER
                    && let Some(text) = value.as_str()
                    && let Some((_, document)) =
                        self.documents.iter().find(|(marker, _)| marker == text)
                {
                    *value = Json::Elsewhere(document.clone());
                }
            });
        }
        Ok(json)
    }
}

fn moved(mut fault: Fault, shifts: &[(u64, u64)]) -> Fault {
    if let Some(offset) = &mut fault.offset {
        let shift = shifts.iter().rev().find(|(at, _)| *at <= *offset);
        *offset += shift.map_or(0, |(_, shift)| *shift);
    }
    fault
}
