//! Sealed frames of one file.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::{Error, Key};

const MAGIC: &[u8; 8] = b"HYGBRZ1\n";
const TAG: usize = 16;
/// Kind, length, nonce.
const FRAME_HEAD: usize = 1 + 4 + 12;
/// The longest frame: a row of 16 MiB behind almost a chunk of others, their tags, and what compression may add.
const LONGEST: usize = 32 << 20;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Rows.
    Rows = 0,
    /// The count of all rows; nothing follows.
    End = 1,
}

/// Which file this is; all of it goes into the file's key.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub table: &'a str,
    pub part: &'a str,
    pub epoch: u32,
}

/// Seals or opens one file's frames.
pub(crate) struct Cipher(pub(crate) RandomizedNonceKey);

impl Cipher {
    /// The file's key and its commitment. GCM does not commit to its key; this does.
    pub(crate) fn new(key: &Key, place: Place<'_>, salt: &[u8; 32]) -> (Self, [u8; 32]) {
        let length = |text: &str| u32::try_from(text.len()).expect("a name is at most 100 bytes");
        let (table, part) = (
            length(place.table).to_be_bytes(),
            length(place.part).to_be_bytes(),
        );
        let epoch = place.epoch.to_be_bytes();
        let info = |label: &'static [u8]| -> [&[u8]; 6] {
            [
                label,
                &table,
                place.table.as_bytes(),
                &part,
                place.part.as_bytes(),
                &epoch,
            ]
        };
        let sealing = key.derive(salt, &info(b"hygie bronze seal v1"));
        let commitment = key.derive(salt, &info(b"hygie bronze commit v1"));
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, sealing.as_ref());
        (Self(cipher.expect("the key has 32 bytes")), *commitment)
    }
}

pub(crate) fn bound(kind: Kind, number: u64) -> Aad<[u8; 9]> {
    let mut place = [kind as u8; 9];
    place[1..].copy_from_slice(&number.to_be_bytes());
    Aad::from(place)
}

/// Writes a file's frames, one after the other.
pub struct Sealer {
    cipher: Cipher,
    file: File,
    path: PathBuf,
    number: u64,
}

impl Sealer {
    /// Begins a file: its head is written.
    pub fn new(key: &Key, place: Place<'_>, mut file: File, path: PathBuf) -> Result<Self, Error> {
        let mut salt = [0; 32];
        aws_lc_rs::rand::fill(&mut salt)
            .expect("the system's generator does not fail once it is seeded");
        let (cipher, commitment) = Cipher::new(key, place, &salt);
        let head = [&MAGIC[..], &place.epoch.to_be_bytes(), &salt, &commitment].concat();
        file.write_all(&head).map_err(Error::io(&path))?;
        Ok(Self {
            cipher,
            file,
            path,
            number: 0,
        })
    }

    /// Seals `frame` in place and writes it. `frame` begins with [`Sealer::space`], which becomes its head.
    pub fn seal(&mut self, kind: Kind, frame: &mut Vec<u8>) -> Result<(), Error> {
        let (head, plain) = frame.split_at_mut(FRAME_HEAD);
        let aad = bound(kind, self.number);
        let (nonce, tag) = self
            .cipher
            .0
            .seal_in_place_separate_tag(aad, plain)
            .expect("a frame is shorter than GCM's 64 GiB");
        let length = u32::try_from(plain.len() + TAG).expect("a frame is at most 32 MiB");
        head[0] = kind as u8;
        head[1..5].copy_from_slice(&length.to_be_bytes());
        head[5..].copy_from_slice(nonce.as_ref());
        frame.extend_from_slice(tag.as_ref());
        self.number += 1;
        self.file.write_all(frame).map_err(Error::io(&self.path))
    }

    /// Empties a buffer but for the room of a frame's head.
    pub fn space(frame: &mut Vec<u8>) {
        frame.clear();
        frame.resize(FRAME_HEAD, 0);
    }

    /// The file, for its name to be given.
    pub fn into_file(self) -> File {
        self.file
    }
}

/// Reads a file's frames, one after the other.
pub struct Opener {
    cipher: Cipher,
    file: BufReader<File>,
    path: PathBuf,
    number: u64,
    ended: bool,
}

impl Opener {
    /// Reads the head of a file: its epoch, and whether it opens under this key at this place.
    pub fn new(key: &Key, table: &str, part: &str, path: &Path) -> Result<(Self, u32), Error> {
        let file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Missing(path.to_owned()),
            _ => Error::io(path)(error),
        })?;
        let mut file = BufReader::with_capacity(1 << 18, file);
        let mut head = [0; 8 + 4 + 32 + 32];
        fill(&mut file, path, &mut head)?.ok_or(Error::form(path, "its head is cut off"))?;
        let (magic, rest) = head.split_at(8);
        let (epoch, rest) = rest.split_at(4);
        let (salt, commitment) = rest.split_at(32);
        if magic != MAGIC {
            return Err(Error::form(path, "it does not begin as a file of bronze"));
        }
        let epoch = u32::from_be_bytes(epoch.try_into().expect("four bytes were split off"));
        let salt = salt.try_into().expect("32 bytes were split off");
        let (cipher, expected) = Cipher::new(key, Place { table, part, epoch }, salt);
        verify_slices_are_equal(commitment, &expected).map_err(|_| Error::Key(path.to_owned()))?;
        let opener = Self {
            cipher,
            file,
            path: path.to_owned(),
            number: 0,
            ended: false,
        };
        Ok((opener, epoch))
    }

    /// The next frame, into `frame`; none behind the end, where nothing may follow.
    pub fn open(&mut self, frame: &mut Vec<u8>) -> Result<Option<Kind>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut head = [0; FRAME_HEAD];
        fill(&mut self.file, &self.path, &mut head)?.ok_or_else(|| self.broken())?;
        let kind = match head[0] {
            0 => Kind::Rows,
            1 => Kind::End,
            _ => return Err(self.broken()),
        };
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if !(TAG..=LONGEST).contains(&length) {
            return Err(self.broken());
        }
        frame.clear();
        frame.resize(length, 0);
        fill(&mut self.file, &self.path, frame)?.ok_or_else(|| self.broken())?;
        let nonce = Nonce::try_assume_unique_for_key(&head[5..]).expect("a nonce has 12 bytes");
        let opened = self
            .cipher
            .0
            .open_in_place(nonce, bound(kind, self.number), frame);
        let plain = opened.map(|plain| plain.len()).map_err(|_| self.broken())?;
        frame.truncate(plain);
        self.number += 1;
        if kind == Kind::End {
            self.ended = true;
            if self.file.read(&mut [0]).map_err(Error::io(&self.path))? != 0 {
                return Err(self.broken());
            }
        }
        Ok(Some(kind))
    }

    /// Says that the frame read last is not what was written.
    pub fn last_is_broken(&self) -> Error {
        Error::Broken {
            path: self.path.clone(),
            frame: self.number.saturating_sub(1),
        }
    }

    /// The number of the frame read last.
    pub fn last(&self) -> u64 {
        self.number.saturating_sub(1)
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn broken(&self) -> Error {
        Error::Broken {
            path: self.path.clone(),
            frame: self.number,
        }
    }
}

/// Fills all of `bytes`; none where the file ends before.
fn fill(file: &mut BufReader<File>, path: &Path, bytes: &mut [u8]) -> Result<Option<()>, Error> {
    match file.read_exact(bytes) {
        Ok(()) => Ok(Some(())),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}
