//! Rows as bytes: about a mebibyte of them, and their tags apart, so that tags are read without the rows.
//!
//! A chunk: four numbers of four big-endian bytes (length of tags compressed, of tags, of rows compressed, of rows), then tags and rows, each
//! a zstd frame. Tags: the number of persons and their 16 bytes each; the number of reasons and for each its length (two
//! bytes) and text; then for each row three numbers in LEB128: 1 + its person's place or 0, 1 + its reason's place or 0, its length.

use std::collections::HashMap;

use zstd::bulk::{Compressor, Decompressor};

use crate::{Error, Person};

/// A chunk is sealed when its rows reach this.
pub const FULL: usize = 1 << 20;
/// The longest row.
pub const LONGEST_ROW: usize = 16 << 20;
/// What a chunk can't be longer than: almost full, and then the longest row; tags of a million empty rows.
const LIMIT: usize = FULL + LONGEST_ROW + (8 << 20);
/// Rows without bytes fill no chunk: this many do.
const MANY: u32 = 1 << 18;

/// Rows that wait to be sealed.
#[derive(Default)]
pub struct Chunk {
    rows: Vec<u8>,
    count: u32,
    /// Persons, each once for as long as rows of one follow each other.
    persons: Vec<Person>,
    reasons: Vec<u8>,
    reason_places: HashMap<String, u32>,
    tags: Vec<u8>,
}

impl Chunk {
    /// Adds a row.
    pub fn push(
        &mut self,
        person: Option<Person>,
        raw: &[u8],
        reason: Option<&str>,
    ) -> Result<(), Error> {
        if raw.len() > LONGEST_ROW {
            return Err(Error::TooLong(raw.len()));
        }
        let person = person.map_or(0, |person| {
            if self.persons.last() != Some(&person) {
                self.persons.push(person);
            }
            self.persons.len()
        });
        let reason = match reason {
            None => 0,
            Some(reason) => self.reason(reason) + 1,
        };
        number(&mut self.tags, person as u64);
        number(&mut self.tags, u64::from(reason));
        number(&mut self.tags, raw.len() as u64);
        self.rows.extend_from_slice(raw);
        self.count += 1;
        Ok(())
    }

    fn reason(&mut self, reason: &str) -> u32 {
        if let Some(&place) = self.reason_places.get(reason) {
            return place;
        }
        let place =
            u32::try_from(self.reason_places.len()).expect("a chunk has fewer rows than that");
        let mut cut = reason.len().min(usize::from(u16::MAX));
        while !reason.is_char_boundary(cut) {
            cut -= 1;
        }
        let length = u16::try_from(cut).expect("it was cut to that");
        self.reasons.extend_from_slice(&length.to_be_bytes());
        self.reasons.extend_from_slice(&reason.as_bytes()[..cut]);
        self.reason_places.insert(reason.to_owned(), place);
        place
    }

    /// Whether it is time to seal it.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= FULL || self.count >= MANY
    }

    /// Whether there is nothing to seal.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Appends the chunk to `frame`, and is empty again.
    pub fn write(&mut self, compressor: &mut Compressor<'_>, frame: &mut Vec<u8>) {
        let count = |length: usize| {
            u32::try_from(length)
                .expect("a chunk is at most 25 MiB")
                .to_be_bytes()
        };
        let mut tags =
            Vec::with_capacity(8 + 16 * self.persons.len() + self.reasons.len() + self.tags.len());
        tags.extend_from_slice(&count(self.persons.len()));
        tags.extend_from_slice(self.persons.as_flattened());
        tags.extend_from_slice(&count(self.reason_places.len()));
        tags.extend_from_slice(&self.reasons);
        tags.extend_from_slice(&self.tags);
        let head = frame.len();
        frame.extend_from_slice(&[0; 16]);
        let tags_sealed = compress(compressor, &tags, frame);
        let rows_sealed = compress(compressor, &self.rows, frame);
        let lengths = [tags_sealed, tags.len(), rows_sealed, self.rows.len()];
        for (place, length) in frame[head..head + 16].chunks_mut(4).zip(lengths) {
            place.copy_from_slice(&count(length));
        }
        self.rows.clear();
        self.count = 0;
        self.persons.clear();
        self.reasons.clear();
        self.reason_places.clear();
        self.tags.clear();
    }
}

/// Appends a zstd frame; its length.
fn compress(compressor: &mut Compressor<'_>, plain: &[u8], out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.resize(start + zstd::zstd_safe::compress_bound(plain.len()), 0);
    let length = compressor
        .compress_to_buffer(plain, &mut out[start..])
        .expect("there is room for the worst case");
    out.truncate(start + length);
    length
}

/// A chunk that was read.
#[derive(Default)]
pub struct Opened {
    tags: Vec<u8>,
    rows: Vec<u8>,
    persons: Vec<Person>,
    reasons: Vec<String>,
    at: usize,
    row_at: usize,
}

/// A row's tags, and where it lies.
pub struct Tagged {
    pub person: Option<Person>,
    pub reason: Option<usize>,
    pub length: usize,
}

/// Not what was written, though it was sealed: a fault of ours.
pub struct Misread;

impl Opened {
    /// Reads a chunk's tags alone.
    pub fn read_tags(
        &mut self,
        decompressor: &mut Decompressor<'_>,
        chunk: &[u8],
    ) -> Result<(), Misread> {
        let (lengths, rest) = lengths(chunk)?;
        let tags = rest.get(..lengths[0]).ok_or(Misread)?;
        decompress(decompressor, tags, lengths[1], &mut self.tags)?;
        self.rows.clear();
        self.row_at = 0;
        self.read_lists()
    }

    /// Reads a chunk.
    pub fn read(
        &mut self,
        decompressor: &mut Decompressor<'_>,
        chunk: &[u8],
    ) -> Result<(), Misread> {
        self.read_tags(decompressor, chunk)?;
        let (lengths, rest) = lengths(chunk)?;
        let rows = rest
            .get(lengths[0]..)
            .filter(|rows| rows.len() == lengths[2]);
        decompress(
            decompressor,
            rows.ok_or(Misread)?,
            lengths[3],
            &mut self.rows,
        )
    }

    fn read_lists(&mut self) -> Result<(), Misread> {
        self.at = 0;
        let persons = self.fixed()?;
        let bytes = self.take(persons.checked_mul(16).ok_or(Misread)?)?;
        let persons = bytes
            .chunks_exact(16)
            .map(|bytes| bytes.try_into().expect("16 each"));
        self.persons = persons.collect();
        self.reasons.clear();
        for _ in 0..self.fixed()? {
            let length = self.take(2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            let text = String::from_utf8(self.take(length)?.to_vec()).map_err(|_| Misread)?;
            self.reasons.push(text);
        }
        Ok(())
    }

    /// Whose rows the chunk holds.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// The next row's tags; none behind the last.
    pub fn next(&mut self) -> Result<Option<Tagged>, Misread> {
        if self.at == self.tags.len() {
            return Ok(None);
        }
        let person = self.number()?;
        let reason = self.number()?;
        let length = self.number()?;
        let person = match person.checked_sub(1) {
            None => None,
            Some(place) => Some(*self.persons.get(place).ok_or(Misread)?),
        };
        let reason = reason.checked_sub(1);
        if reason.is_some_and(|place| place >= self.reasons.len()) {
            return Err(Misread);
        }
        self.row_at += length;
        Ok(Some(Tagged {
            person,
            reason,
            length,
        }))
    }

    /// The bytes and the reason of the row whose tags came last.
    pub fn row(&self, tagged: &Tagged) -> Result<(&[u8], Option<&str>), Misread> {
        let start = self.row_at.checked_sub(tagged.length).ok_or(Misread)?;
        let raw = self.rows.get(start..self.row_at).ok_or(Misread)?;
        Ok((raw, tagged.reason.map(|place| self.reasons[place].as_str())))
    }

    /// Whether all bytes of rows were given out.
    pub fn is_spent(&self) -> bool {
        self.row_at == self.rows.len()
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Misread> {
        let end = self.at.checked_add(length).ok_or(Misread)?;
        let bytes = self.tags.get(self.at..end).ok_or(Misread)?;
        self.at = end;
        Ok(bytes)
    }

    fn fixed(&mut self) -> Result<usize, Misread> {
        let bytes = self.take(4)?.try_into().expect("four were taken");
        Ok(u32::from_be_bytes(bytes) as usize)
    }

    fn number(&mut self) -> Result<usize, Misread> {
        let mut value = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = *self.tags.get(self.at).ok_or(Misread)?;
            self.at += 1;
            value |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Misread)
    }
}

fn lengths(chunk: &[u8]) -> Result<([usize; 4], &[u8]), Misread> {
    let (head, rest) = chunk.split_at_checked(16).ok_or(Misread)?;
    let mut lengths = [0; 4];
    for (length, bytes) in lengths.iter_mut().zip(head.chunks(4)) {
        *length = u32::from_be_bytes(bytes.try_into().expect("four each")) as usize;
    }
    if lengths.iter().any(|&length| length > LIMIT) {
        return Err(Misread);
    }
    Ok((lengths, rest))
}

fn decompress(
    decompressor: &mut Decompressor<'_>,
    bytes: &[u8],
    length: usize,
    out: &mut Vec<u8>,
) -> Result<(), Misread> {
    out.clear();
    out.resize(length, 0);
    let read = decompressor.decompress_to_buffer(bytes, &mut out[..]);
    match read {
        Ok(read) if read == length => Ok(()),
        _ => Err(Misread),
    }
}

/// A number in LEB128.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}
