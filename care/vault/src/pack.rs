//! What is sealed in an entry: the length of a zstd frame as four big-endian bytes, the frame,
//! and zeros up to a size that tells little. In a snapshot several frames stand behind their number,
//! in four bytes too: what one of them says shows in no other's size.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::{Error, dictionary};

/// An entry's content may not be larger, compressed or not: it is held in memory whole.
pub const LIMIT: usize = 256 * 1024 * 1024;

const LENGTH: usize = 4;
/// Nothing is shorter: all the short entries (a consent given, a consent taken back) look alike.
const FLOOR: usize = 256;

/// Compresses with the newest dictionary, and pads.
pub fn pack(plain: &[u8]) -> Result<Vec<u8>, Error> {
    if plain.len() > LIMIT {
        return Err(Error::TooLarge);
    }
    let frame = compressed(plain);
    let mut packed = Vec::with_capacity(padded(LENGTH + frame.len()));
    put(&mut packed, &frame)?;
    packed.resize(padded(packed.len()), 0);
    Ok(packed)
}

/// The same for what a snapshot holds: each part is a frame of its own.
pub fn pack_parts(parts: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    if parts.iter().map(Vec::len).sum::<usize>() > LIMIT {
        return Err(Error::TooLarge);
    }
    let count = u32::try_from(parts.len()).map_err(|_| Error::TooLarge)?;
    let mut packed = count.to_be_bytes().to_vec();
    for part in parts {
        put(&mut packed, &compressed(part))?;
    }
    packed.resize(padded(packed.len()), 0);
    Ok(packed)
}

fn put(packed: &mut Vec<u8>, frame: &[u8]) -> Result<(), Error> {
    let length = u32::try_from(frame.len()).map_err(|_| Error::TooLarge)?;
    packed.extend_from_slice(&length.to_be_bytes());
    packed.extend_from_slice(frame);
    Ok(())
}

fn compressed(plain: &[u8]) -> Vec<u8> {
    compress(plain).expect("memory takes any frame, and the dictionary is our own")
}

thread_local! {
    /// A thread's compressor: to make one costs more than to compress a short entry.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|ready| {
        let compressor = match ready {
            Some(compressor) => compressor,
            none => {
                let mut made = Compressor::with_prepared_dictionary(dictionary::encoder())?;
                // The entry's own header names the dictionary.
                made.include_dictid(false)?;
                none.insert(made)
            }
        };
        compressor.compress(plain)
    })
}

/// Unpacks entries one after the other. It keeps zstd's context between them: to make one takes
/// ten times as long as to decompress a short entry.
#[derive(Default)]
pub struct Unpacker {
    ready: Option<(u16, Decompressor<'static>)>,
}

impl Unpacker {
    /// Unpacks what [`pack`] made with the dictionary `id`, up to `limit` bytes; says what is wrong.
    pub fn unpack(
        &mut self,
        packed: &[u8],
        id: u16,
        limit: usize,
    ) -> Result<Vec<u8>, &'static str> {
        let mut rest = packed;
        let plain = self.frame(&mut rest, id, limit)?;
        only_zeros(rest)?;
        Ok(plain)
    }

    /// The same for what [`pack_parts`] made; all parts together are within `limit`.
    pub fn unpack_parts(
        &mut self,
        packed: &[u8],
        id: u16,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, &'static str> {
        let mut rest = packed;
        let count = number(&mut rest)?;
        let (mut parts, mut left) = (Vec::new(), limit);
        for _ in 0..count {
            let part = self.frame(&mut rest, id, left)?;
            left -= part.len();
            parts.push(part);
        }
        only_zeros(rest)?;
        Ok(parts)
    }

    /// Decompresses the frame at the beginning of `rest`, and leaves what stands behind it.
    fn frame(&mut self, rest: &mut &[u8], id: u16, limit: usize) -> Result<Vec<u8>, &'static str> {
        let length = number(rest)?;
        let (frame, behind) = rest.split_at_checked(length).ok_or("it is cut")?;
        *rest = behind;
        // The frame says its size before a byte is decompressed, and is held to it.
        let size = match get_frame_content_size(frame) {
            Ok(Some(size)) => size,
            _ => return Err("it does not tell its size"),
        };
        let size = usize::try_from(size).map_err(|_| "it is past the limit")?;
        if size > limit {
            return Err("it is past the limit");
        }
        let plain = self
            .decompressor(id)?
            .decompress(frame, size)
            .map_err(|_| "it does not decompress")?;
        if plain.len() != size {
            return Err("it is not as long as it says");
        }
        Ok(plain)
    }

    fn decompressor(&mut self, id: u16) -> Result<&mut Decompressor<'static>, &'static str> {
        if !matches!(self.ready, Some((ready, _)) if ready == id) {
            let dictionary = dictionary::decoder(id)
                .ok_or("its dictionary is unknown here; upgrade this program")?;
            let made = Decompressor::with_prepared_dictionary(dictionary);
            let made = made.map_err(|_| "there is no memory to decompress it")?;
            self.ready = Some((id, made));
        }
        let (_, decompressor) = self.ready.as_mut().expect("it was made above");
        Ok(decompressor)
    }
}

fn number(rest: &mut &[u8]) -> Result<usize, &'static str> {
    let (number, behind) = rest
        .split_first_chunk::<LENGTH>()
        .ok_or("it is too short")?;
    *rest = behind;
    usize::try_from(u32::from_be_bytes(*number)).map_err(|_| "it is too long")
}

fn only_zeros(padding: &[u8]) -> Result<(), &'static str> {
    if padding.iter().any(|byte| *byte != 0) {
        return Err("its padding is not zeros");
    }
    Ok(())
}

/// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
/// PURBs", PoPETs 2019): a size keeps as many leading bits as its exponent has, so that it tells
/// O(log log size) bits and grows by at most 12 %.
pub fn padded(size: usize) -> usize {
    let size = size.max(FLOOR);
    let exponent = size.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1usize << (exponent - kept)) - 1;
    (size + mask) & !mask
}

#[cfg(test)]
mod tests;
