//! Writing a part.

use std::path::PathBuf;

use zstd::bulk::Compressor;

use crate::chunk::Chunk;
use crate::frame::{Kind, Place, Sealer};
use crate::{Error, Key, Person, durable};

/// zstd's quickest common level: claims are text, and shrink to a fifth with it.
const LEVEL: i32 = 1;

/// Writes one part; nothing of it can be read before [`Writer::finish`]. One that is dropped leaves nothing.
pub struct Writer {
    sealer: Option<Sealer>,
    unborn: PathBuf,
    path: PathBuf,
    chunk: Chunk,
    compressor: Compressor<'static>,
    frame: Vec<u8>,
    totals: Totals,
}

/// What the end of a file counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub rows: u64,
    pub rejected: u64,
    pub tagged: u64,
    pub bytes: u64,
}

impl Totals {
    pub fn add(&mut self, person: bool, length: usize, reason: bool) {
        self.rows += 1;
        self.rejected += u64::from(reason);
        self.tagged += u64::from(person);
        self.bytes += length as u64;
    }

    pub fn bytes(self) -> Vec<u8> {
        [self.rows, self.rejected, self.tagged, self.bytes]
            .map(u64::to_be_bytes)
            .concat()
    }
}

impl Writer {
    pub(crate) fn new(key: &Key, place: Place<'_>, path: PathBuf) -> Result<Self, Error> {
        let unborn = path.with_extension("new");
        let file = durable::unborn(&unborn)?;
        let sealer = Sealer::new(key, place, file, unborn.clone())?;
        let compressor = Compressor::new(LEVEL).map_err(Error::io(&unborn))?;
        Ok(Self {
            sealer: Some(sealer),
            unborn,
            path,
            chunk: Chunk::default(),
            compressor,
            frame: Vec::new(),
            totals: Totals::default(),
        })
    }

    /// Keeps a row as it came: whose it is, as far as that could be read; and why it was rejected, if it was. Rows without a
    /// person can't be purged of one.
    ///
    /// # Errors
    /// [`Error::TooLong`] over 16 MiB; [`Error::Io`].
    pub fn push(
        &mut self,
        person: Option<Person>,
        raw: &[u8],
        reason: Option<&str>,
    ) -> Result<(), Error> {
        self.chunk.push(person, raw, reason)?;
        self.totals
            .add(person.is_some(), raw.len(), reason.is_some());
        if self.chunk.is_full() {
            self.seal_chunk()?;
        }
        Ok(())
    }

    /// Makes the part durable under its name; the number of its rows.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<u64, Error> {
        self.seal_chunk()?;
        let end = self.totals.bytes();
        Sealer::space(&mut self.frame);
        self.frame.extend_from_slice(&end);
        let mut sealer = self.sealer.take().expect("finish is called once");
        let sealed = sealer.seal(Kind::End, &mut self.frame);
        let named =
            sealed.and_then(|()| durable::name(&sealer.into_file(), &self.unborn, &self.path));
        if let Err(error) = named {
            self.discard();
            return Err(error);
        }
        Ok(self.totals.rows)
    }

    /// Takes over a chunk of another file, of which all rows are kept as they are.
    pub(crate) fn copy(&mut self, chunk: &[u8], totals: Totals) -> Result<(), Error> {
        self.seal_chunk()?;
        self.totals.rows += totals.rows;
        self.totals.rejected += totals.rejected;
        self.totals.tagged += totals.tagged;
        self.totals.bytes += totals.bytes;
        Sealer::space(&mut self.frame);
        self.frame.extend_from_slice(chunk);
        self.seal_frame()
    }

    fn seal_chunk(&mut self) -> Result<(), Error> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        Sealer::space(&mut self.frame);
        self.chunk.write(&mut self.compressor, &mut self.frame);
        self.seal_frame()
    }

    fn seal_frame(&mut self) -> Result<(), Error> {
        let sealer = self.sealer.as_mut().expect("only finish takes it");
        sealer.seal(Kind::Rows, &mut self.frame)
    }

    fn discard(&self) {
        // Where it can't be removed now, the next opening does.
        let _left = std::fs::remove_file(&self.unborn);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.sealer.take().is_some() {
            self.discard();
        }
    }
}
