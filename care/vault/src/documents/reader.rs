use std::ops::Range;
use std::sync::Arc;

use super::form::{self, PIECE, Shape, wide};
use super::{Local, Reference};
use crate::Error;

/// Pieces that are read from the disk at once.
const AHEAD: u64 = 4;

/// A document on its way out, or a range of it: only the pieces that the range touches are read and
/// opened, a few at a time.
#[derive(Debug)]
pub struct Reader {
    local: Arc<Local>,
    reference: Arc<Reference>,
    shape: Shape,
    left: Range<u64>,
}

impl Reader {
    /// Begins to read. The object must be as long as the document says: a piece that is missing at the end,
    /// or one that was added, is seen before a byte is given out.
    ///
    /// # Errors
    /// [`Error::DocumentAltered`] or [`Error::Unavailable`].
    pub(crate) async fn begin(
        local: &Arc<Local>,
        reference: &Arc<Reference>,
        range: Range<u64>,
    ) -> Result<Self, Error> {
        let shape = Shape::of(reference.length).ok_or(Error::DocumentAltered)?;
        if local.size(reference.name).await? != shape.sealed {
            return Err(Error::DocumentAltered);
        }
        if reference.length == 0 {
            // Nothing will be given out; the piece is opened all the same, so that what was altered is seen.
            let sealed = local.get(reference.name, shape.place(0)).await?;
            let at = (reference.name, 0, shape.pieces == 1);
            form::open(&reference.key, at, &sealed).ok_or(Error::DocumentAltered)?;
        }
        let end = range.end.min(reference.length);
        Ok(Self {
            local: Arc::clone(local),
            reference: Arc::clone(reference),
            shape,
            left: range.start.min(end)..end,
        })
    }

    /// The next plain bytes; empty when all are out.
    ///
    /// # Errors
    /// [`Error::DocumentAltered`] or [`Error::Unavailable`]; what came before was as it was sealed.
    pub async fn next(&mut self) -> Result<Vec<u8>, Error> {
        if self.left.is_empty() {
            return Ok(Vec::new());
        }
        let touched = form::pieces(&self.left);
        let now = touched.start..touched.end.min(touched.start + AHEAD);
        let place = self.shape.place(now.start).start..self.shape.place(now.end - 1).end;
        let sealed = self.local.get(self.reference.name, place.clone()).await?;
        let mut plain = Vec::with_capacity(sealed.len());
        for number in now.clone() {
            let Range { start, end } = self.shape.place(number);
            let of = |at: u64| usize::try_from(at - place.start).ok();
            let piece = of(start).zip(of(end)).and_then(|(a, b)| sealed.get(a..b));
            let at = (self.reference.name, number, number + 1 == self.shape.pieces);
            let opened = piece.and_then(|piece| form::open(&self.reference.key, at, piece));
            plain.extend(opened.ok_or(Error::DocumentAltered)?);
        }
        let first = now.start * wide(PIECE);
        let end = self.left.end.min(first + wide(plain.len()));
        plain.truncate(usize::try_from(end - first).unwrap_or(usize::MAX));
        plain.drain(..usize::try_from(self.left.start - first).unwrap_or(usize::MAX));
        self.left.start = end;
        Ok(plain)
    }
}

/// Opens a whole object that lies in memory, for checks of what a store holds and for the fuzzers.
///
/// # Errors
/// [`Error::DocumentAltered`] for all but what was sealed for this reference.
pub fn open_object(reference: &Reference, object: &[u8]) -> Result<Vec<u8>, Error> {
    let shape = Shape::of(reference.length)
        .filter(|shape| shape.sealed == wide(object.len()))
        .ok_or(Error::DocumentAltered)?;
    let mut plain = Vec::new();
    for number in 0..shape.pieces {
        let Range { start, end } = shape.place(number);
        let of = |at: u64| usize::try_from(at).ok();
        let piece = of(start).zip(of(end)).and_then(|(a, b)| object.get(a..b));
        let at = (reference.name, number, number + 1 == shape.pieces);
        let opened = piece.and_then(|piece| form::open(&reference.key, at, piece));
        plain.extend(opened.ok_or(Error::DocumentAltered)?);
    }
    plain.truncate(usize::try_from(reference.length).unwrap_or(usize::MAX));
    Ok(plain)
}
