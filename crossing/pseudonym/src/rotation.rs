//! Reading the list of a rotation.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use zeroize::Zeroizing;

use crate::list::{MAGIC, Name, PAIRS, cipher};
use crate::{Error, Pseudonym};

/// A pair's bytes in the file: whether it was carried, old, new.
const PAIR: usize = 33;
/// The most that a chunk holds, with its tag.
const CHUNK: usize = 1 + PAIR * PAIRS + 16;

/// The list old → new of a rotation. It keeps one chunk in memory (about 1 MiB): asked in the order of old pseudonyms, it
/// reads each chunk once.
pub struct Rotation {
    name: Name,
    cipher: LessSafeKey,
    file: BufReader<File>,
    chunks: Vec<Chunk>,
    loaded: Option<usize>,
    pairs: Zeroizing<Vec<u8>>,
    persons: u64,
    carried: u64,
}

struct Chunk {
    at: u64,
    first: [u8; 16],
}

impl Rotation {
    /// Opens the list and checks it to its end.
    pub(crate) fn open(name: Name, key: &[u8; 32]) -> Result<Self, Error> {
        let file = File::open(&name.path).map_err(Error::io(&name.path))?;
        let mut rotation = Self {
            cipher: cipher(key),
            file: BufReader::with_capacity(1 << 18, file),
            name,
            chunks: Vec::new(),
            loaded: None,
            pairs: Zeroizing::new(Vec::with_capacity(CHUNK)),
            persons: 0,
            carried: 0,
        };
        let mut magic = [0; 8];
        let whole = rotation.file.read_exact(&mut magic).is_ok();
        if !whole || magic != *MAGIC {
            return Err(rotation.broken(0));
        }
        let mut at = 8;
        loop {
            let number = rotation.chunks.len();
            let last = rotation.load(number, at)?;
            let pairs = rotation.pairs[1..].chunks_exact(PAIR);
            rotation.persons += pairs.len() as u64;
            rotation.carried += pairs.filter(|pair| pair[0] == 1).count() as u64;
            let first = rotation.pairs.get(2..18).map_or([0xff; 16], sixteen);
            rotation.chunks.push(Chunk { at, first });
            if last {
                break;
            }
            at += 4 + 12 + 16 + rotation.pairs.len() as u64;
        }
        if rotation
            .file
            .read(&mut [0])
            .map_err(Error::io(&rotation.name.path))?
            != 0
        {
            return Err(rotation.broken(rotation.chunks.len()));
        }
        Ok(rotation)
    }

    /// The epochs between which it leads.
    pub fn epochs(&self) -> (u32, u32) {
        (self.name.old, self.name.new)
    }

    /// How many it names, and how many of them by their old pseudonym alone.
    pub fn counts(&self) -> (u64, u64) {
        (self.persons, self.carried)
    }

    /// The new pseudonym; none for one that the list does not know, of which nothing may be dropped silently: rotate again
    /// with [`crate::List::carry`].
    ///
    /// # Errors
    /// [`Error::ListBroken`] when the file changed meanwhile; [`Error::Io`].
    pub fn map(&mut self, old: &Pseudonym) -> Result<Option<Pseudonym>, Error> {
        let number = self.chunks.partition_point(|chunk| chunk.first <= old.0);
        let Some(number) = number.checked_sub(1) else {
            return Ok(None);
        };
        self.need(number)?;
        let pairs = &self.pairs[1..];
        let (mut low, mut high) = (0, pairs.len() / PAIR);
        while low < high {
            let middle = usize::midpoint(low, high);
            let pair = &pairs[middle * PAIR..][..PAIR];
            match pair[1..17].cmp(&old.0) {
                std::cmp::Ordering::Equal => return Ok(Some(Pseudonym(sixteen(&pair[17..])))),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// Every pair, in the order of old pseudonyms: for a project's own table, whose pseudonyms change too.
    ///
    /// # Errors
    /// As [`Rotation::map`].
    pub fn each(&mut self, mut take: impl FnMut(Pseudonym, Pseudonym)) -> Result<(), Error> {
        for number in 0..self.chunks.len() {
            self.need(number)?;
            for pair in self.pairs[1..].chunks_exact(PAIR) {
                take(
                    Pseudonym(sixteen(&pair[1..17])),
                    Pseudonym(sixteen(&pair[17..])),
                );
            }
        }
        Ok(())
    }

    fn need(&mut self, number: usize) -> Result<(), Error> {
        if self.loaded == Some(number) {
            return Ok(());
        }
        self.load(number, self.chunks[number].at).map(|_last| ())
    }

    /// Reads and opens a chunk; whether it is the last.
    fn load(&mut self, number: usize, at: u64) -> Result<bool, Error> {
        self.loaded = None;
        let mut head = [0; 16];
        self.file
            .seek(SeekFrom::Start(at))
            .map_err(Error::io(&self.name.path))?;
        let truncated = self.file.read_exact(&mut head).is_err();
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if truncated || !(17..=CHUNK).contains(&length) {
            return Err(self.broken(number));
        }
        self.pairs.resize(length, 0);
        let pairs: &mut Vec<u8> = &mut self.pairs;
        if self.file.read_exact(pairs).is_err() {
            return Err(self.broken(number));
        }
        let place = self.name.place(u32::try_from(number).unwrap_or(u32::MAX));
        let nonce = Nonce::try_assume_unique_for_key(&head[4..]).expect("a nonce has 12 bytes");
        let opened = self.cipher.open_in_place(nonce, Aad::from(place), pairs);
        let Ok(plain) = opened.map(|plain| plain.len()) else {
            return Err(self.broken(number));
        };
        pairs.truncate(plain);
        self.loaded = Some(number);
        Ok(self.pairs[0] == 1)
    }

    fn broken(&self, chunk: usize) -> Error {
        Error::ListBroken {
            path: self.name.path.clone(),
            chunk: u32::try_from(chunk).unwrap_or(u32::MAX),
        }
    }
}

impl std::fmt::Debug for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rotation")
            .field("persons", &self.persons)
            .finish_non_exhaustive()
    }
}

fn sixteen(bytes: &[u8]) -> [u8; 16] {
    bytes[..16]
        .try_into()
        .expect("a pair's halves have 16 bytes")
}
