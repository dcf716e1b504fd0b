use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use hygie_notice::{DataKey, Entropy};
use object_store::{MultipartUpload, PutPayload};

use super::form::{self, PIECE, Shape, wide};
use super::{Document, Fresh, LONGEST, Pending, Reference, local};
use crate::Error;

/// Sealed bytes that are written to the disk at once.
const PART: usize = 4 * PIECE;

/// A document on its way in: less than a megabyte of it is in memory at any time. Dropped before it is
/// finished, nothing of it stays.
pub struct Upload {
    pending: Pending,
    entropy: Arc<dyn Entropy>,
    key: DataKey,
    object: Box<dyn MultipartUpload>,
    /// Plain bytes that fill no piece yet, or may be the last.
    plain: Vec<u8>,
    sealed: Vec<u8>,
    pieces: u64,
    length: u64,
    of_plain: Context,
    of_sealed: Context,
}

impl Upload {
    pub(super) async fn begin(pending: Pending, entropy: Arc<dyn Entropy>) -> Result<Self, Error> {
        let object = pending.local.put(pending.name).await?;
        Ok(Self {
            key: DataKey::random(entropy.as_ref()),
            pending,
            entropy,
            object,
            plain: Vec::with_capacity(2 * PIECE),
            sealed: Vec::new(),
            pieces: 0,
            length: 0,
            of_plain: Context::new(&SHA256),
            of_sealed: Context::new(&SHA256),
        })
    }

    /// Plain bytes so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Adds plain bytes.
    ///
    /// # Errors
    /// [`Error::DocumentTooLong`] past [`LONGEST`]; [`Error::Full`] and [`Error::Unavailable`].
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.length += wide(bytes.len());
        if self.length > LONGEST {
            return Err(Error::DocumentTooLong);
        }
        self.of_plain.update(bytes);
        while !bytes.is_empty() {
            let room = 2 * PIECE - self.plain.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.plain.extend_from_slice(now);
            bytes = later;
            // A full piece waits until more has come: it may be the last.
            if self.plain.len() > PIECE {
                self.seal(false);
                self.send(PART).await?;
            }
        }
        Ok(())
    }

    /// Pads, seals and writes the rest; the object is durable when this returns.
    ///
    /// # Errors
    /// [`Error::Full`] and [`Error::Unavailable`].
    pub async fn finish(mut self) -> Result<Document, Error> {
        let shape = Shape::of(self.length).ok_or(Error::DocumentTooLong)?;
        let mut padding = shape.padded - self.length;
        loop {
            let room = wide(PIECE.saturating_sub(self.plain.len())).min(padding);
            padding -= room;
            let filled = self.plain.len() + usize::try_from(room).expect("it is at most a piece");
            self.plain.resize(filled, 0);
            let last = padding == 0 && self.plain.len() <= PIECE;
            self.seal(last);
            self.send(PART).await?;
            if last {
                break;
            }
        }
        self.send(1).await?;
        let done = self.object.complete().await;
        done.map_err(|error| local::of(&error))?;
        self.pending.local.sync(self.pending.name).await?;
        Ok(Document {
            reference: Arc::new(Reference {
                name: self.pending.name,
                key: self.key,
                length: self.length,
                hash: finished(self.of_plain),
            }),
            fresh: Some(Fresh {
                pending: self.pending,
                sealed: finished(self.of_sealed),
            }),
        })
    }

    fn seal(&mut self, last: bool) {
        let whole = self.plain.len().min(PIECE);
        let place = (self.pending.name, self.pieces, last);
        let sealed = form::seal(
            &self.key,
            place,
            self.entropy.as_ref(),
            &self.plain[..whole],
        );
        self.plain.drain(..whole);
        self.pieces += 1;
        self.of_sealed.update(&sealed);
        self.sealed.extend(sealed);
    }

    /// Writes what is sealed, when it is at least so much.
    async fn send(&mut self, least: usize) -> Result<(), Error> {
        if self.sealed.len() < least {
            return Ok(());
        }
        let part = PutPayload::from(std::mem::take(&mut self.sealed));
        let sent = self.object.put_part(part).await;
        sent.map_err(|error| local::of(&error))
    }
}

fn finished(context: Context) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
