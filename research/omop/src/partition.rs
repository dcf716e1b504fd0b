//! Rows by bucket, as bytes, while they wait for the rest of their table: in memory, and on disk once they are many.

use std::sync::Mutex;

use hygie_rows::side_by_side;

use crate::error::Error;
use crate::spill::{Block, Place, Spill};

/// Bytes of a block, about: what is compressed, sealed and read back at once.
const BLOCK: usize = 1 << 20;

/// Rows of a table, by bucket, each bucket's in the order in which they came.
pub(crate) struct Partition<'a> {
    place: &'a Place,
    threads: usize,
    /// Bytes that may be in memory, and that are.
    limit: u64,
    held: u64,
    spill: Option<Spill<'a>>,
    buckets: Vec<Bucket>,
}

#[derive(Default)]
struct Bucket {
    rows: u64,
    texts: u64,
    spilt: Vec<Block>,
    /// Blocks in memory; the last one grows.
    held: Mutex<Vec<Vec<u8>>>,
}

/// How many rows of a bucket there are, and bytes of text in them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    pub(crate) rows: u64,
    pub(crate) texts: u64,
}

impl<'a> Partition<'a> {
    pub(crate) fn new(
        place: &'a Place,
        (buckets, limit): (usize, u64),
        threads: usize,
    ) -> Partition<'a> {
        Partition {
            place,
            threads,
            limit,
            held: 0,
            spill: None,
            buckets: (0..buckets).map(|_| Bucket::default()).collect(),
        }
    }

    /// Adds a row, which holds so many bytes of text.
    pub(crate) fn push(&mut self, bucket: usize, row: &[u8], texts: u64) -> Result<(), Error> {
        let to = &mut self.buckets[bucket];
        to.rows += 1;
        to.texts += texts;
        let held = to.held.get_mut().expect("no thread panics with a bucket");
        match held.last_mut() {
            Some(block) if block.len() + row.len() <= BLOCK => block.extend_from_slice(row),
            _ => held.push(row.to_vec()),
        }
        self.held += row.len() as u64;
        if self.held > self.limit {
            self.spill()?;
        }
        Ok(())
    }

    /// Puts all that is in memory on disk.
    fn spill(&mut self) -> Result<(), Error> {
        if self.spill.is_none() {
            self.spill = Some(Spill::new(self.place)?);
        }
        let spill = self.spill.as_ref().expect("made just now");
        let written = side_by_side(self.threads, &self.buckets, |bucket| {
            let mut written = Vec::new();
            for block in bucket.take() {
                written.push(spill.write(&block)?);
            }
            Ok::<_, Error>(written)
        })?;
        for (bucket, written) in self.buckets.iter_mut().zip(written) {
            bucket.spilt.extend(written);
        }
        self.held = 0;
        Ok(())
    }

    /// How large a bucket is.
    pub(crate) fn size(&self, bucket: usize) -> Size {
        let Bucket { rows, texts, .. } = self.buckets[bucket];
        Size { rows, texts }
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.buckets.iter().all(|bucket| bucket.rows == 0)
    }

    /// Reads a bucket: each part holds whole rows, and together they are all, in their order. Several threads may read.
    pub(crate) fn read(
        &self,
        bucket: usize,
        mut part: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bucket = &self.buckets[bucket];
        for block in &bucket.spilt {
            let spill = self.spill.as_ref().expect("blocks lie in a file");
            part(&spill.read(*block)?)?;
        }
        let held = bucket.held.lock().expect("no thread panics with a bucket");
        held.iter().try_for_each(|block| part(block))
    }

    /// Lets go of what a bucket has in memory.
    pub(crate) fn free(&self, bucket: usize) {
        self.buckets[bucket].take();
    }
}

impl Bucket {
    fn take(&self) -> Vec<Vec<u8>> {
        let mut held = self.held.lock().expect("no thread panics with a bucket");
        std::mem::take(&mut held)
    }
}

#[cfg(test)]
mod tests;
