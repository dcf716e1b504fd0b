use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{Entropy, Error, Stream, Subject};

pub mod xaes;

/// Bytes that sealing adds: nonce 24, commitment 32, tag 16.
const NONCE: usize = 24;
const COMMITMENT: usize = 32;

/// A stream's key: 256 random bits, never derived from another (INVARIANT keys are random).
///
/// Three keys come out of it by HKDF-SHA256 (RFC 5869), one per use: sealing, committing,
/// and the leaves of the ledger. It travels only between keeper and care; it cannot be printed.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataKey(#[serde(with = "serde_bytes")] [u8; 32]);

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// Where a sealed entry belongs; authenticated with it, so that it opens nowhere else
/// (INVARIANT place-bound). What is *not* protected: that the entry exists, and its padded size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Version of the entry's form.
    pub version: u8,
    /// Whose log.
    pub subject: Subject,
    /// Which stream.
    pub stream: Stream,
    /// The entry's number in the stream, from 0.
    pub sequence: u64,
    /// Hash of the entry before it; zero for the first.
    pub previous: [u8; 32],
    /// Key epoch it was sealed under.
    pub epoch: u32,
    /// What kind of entry.
    pub kind: u8,
    /// Compression dictionary; 0 for none.
    pub dictionary: u16,
}

impl Place {
    fn associated(&self) -> Vec<u8> {
        let subject = self.subject.bytes();
        associated(&[
            &[self.version],
            &subject,
            &[self.stream as u8],
            &self.sequence.to_be_bytes(),
            &self.previous,
            &self.epoch.to_be_bytes(),
            &[self.kind],
            &self.dictionary.to_be_bytes(),
        ])
    }
}

/// Where a sealed piece of a document belongs; authenticated with it, so that it opens nowhere else, and
/// none can be left out at the end (INVARIANT place-bound).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Version of the document's form.
    pub version: u8,
    /// The document's name: 128 random bits.
    pub name: [u8; 16],
    /// The piece's number in the document, from 0.
    pub number: u64,
    /// Whether it is the last.
    pub last: bool,
}

impl Piece {
    fn associated(&self) -> Vec<u8> {
        associated(&[
            b"document",
            &[self.version],
            &self.name,
            &self.number.to_be_bytes(),
            &[u8::from(self.last)],
        ])
    }
}

/// Associated data: each field behind its length as four big-endian bytes.
fn associated(fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(128);
    for field in fields {
        let length = u32::try_from(field.len()).expect("fields are a few bytes");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

impl DataKey {
    /// A new key.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Takes the raw key, as unwrapped by the keeper.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// The raw key, for the keeper to wrap. The name is a warning.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plain` at its place: nonce ‖ commitment ‖ ciphertext and tag.
    pub fn seal(&self, place: &Place, entropy: &dyn Entropy, plain: &[u8]) -> Vec<u8> {
        self.seal_bound(&place.associated(), entropy, plain)
    }

    /// Seals a piece of a document at its place, in the same form.
    pub fn seal_piece(&self, piece: &Piece, entropy: &dyn Entropy, plain: &[u8]) -> Vec<u8> {
        self.seal_bound(&piece.associated(), entropy, plain)
    }

    fn seal_bound(&self, associated: &[u8], entropy: &dyn Entropy, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let key = self.derive(b"hygie seal v1");
        let mut sealed = Vec::with_capacity(NONCE + COMMITMENT + plain.len() + 16);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&self.commitment(&nonce, associated));
        sealed.extend_from_slice(&xaes::seal(&key, &nonce, associated, plain));
        sealed
    }

    /// Opens what [`DataKey::seal`] made for this very place.
    ///
    /// # Errors
    /// [`Error::SealBroken`] when key, place or any bit differs.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        self.open_bound(&place.associated(), sealed)
    }

    /// Opens what [`DataKey::seal_piece`] made for this very place.
    ///
    /// # Errors
    /// [`Error::SealBroken`] when key, place or any bit differs.
    pub fn open_piece(&self, piece: &Piece, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        self.open_bound(&piece.associated(), sealed)
    }

    fn open_bound(&self, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (nonce, rest) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(Error::SealBroken)?;
        let (commitment, cipher) = rest
            .split_first_chunk::<COMMITMENT>()
            .ok_or(Error::SealBroken)?;
        verify_slices_are_equal(commitment, &self.commitment(nonce, associated))
            .map_err(|_| Error::SealBroken)?;
        xaes::open(&self.derive(b"hygie seal v1"), nonce, associated, cipher)
    }

    /// The ledger leaf of an event: HMAC-SHA256 under this key's leaf key, so that the public
    /// log shows nothing of the event.
    pub fn leaf(&self, event: &[u8]) -> [u8; 32] {
        mac(self.derive(b"hygie leaf v1").as_ref(), &[event])
    }

    /// The key of this stream's leaves: whoever is given it, with an event, can tell that a leaf is
    /// that event's, and opens nothing with it.
    pub fn leaf_key(&self) -> [u8; 32] {
        *self.derive(b"hygie leaf v1")
    }

    /// GCM does not commit to its key; this does, so that no ciphertext opens under two keys.
    fn commitment(&self, nonce: &[u8; NONCE], associated: &[u8]) -> [u8; 32] {
        mac(
            self.derive(b"hygie commit v1").as_ref(),
            &[nonce, associated],
        )
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        hkdf(&[], &self.0, label, out.as_mut()).expect("32 bytes are within HKDF's range");
        out
    }
}

/// HKDF-SHA256 (RFC 5869) into `out`, at most 255 × 32 bytes.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(out.len()))
        .and_then(|okm| okm.fill(out))
}

/// HMAC-SHA256 (RFC 2104) over the concatenation of `parts`.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

/// AES-256-GCM (NIST SP 800-38D), 96-bit nonce, 128-bit tag behind the ciphertext.
pub(crate) fn gcm_seal(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let key = gcm_key(key);
    let mut bytes = plain.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(*nonce),
        Aad::from(aad),
        &mut bytes,
    )
    .expect("an entry is shorter than GCM's 64 GiB");
    bytes
}

/// The inverse of [`gcm_seal`].
pub(crate) fn gcm_open(
    key: &[u8; 32],
    nonce: &[u8; 12],
    aad: &[u8],
    cipher: &[u8],
) -> Result<Vec<u8>, Error> {
    let key = gcm_key(key);
    let mut bytes = cipher.to_vec();
    let length = key
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(aad),
            &mut bytes,
        )
        .map_err(|_| Error::SealBroken)?
        .len();
    bytes.truncate(length);
    Ok(bytes)
}

fn gcm_key(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes");
    LessSafeKey::new(key)
}

#[cfg(test)]
mod tests;
