use std::fmt;

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use hygie_notice::Entropy;
use zeroize::Zeroizing;

/// A key that wraps other keys with AES-256-KWP (NIST SP 800-38F, section 6.3; RFC 5649).
#[derive(Clone)]
pub(crate) struct WrappingKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappingKey(…)")
    }
}

impl WrappingKey {
    /// Takes the raw key.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// A new key.
    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The raw key, to be wrapped by the one above it.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Wraps a key together with its place, so that it opens nowhere else: KWP itself has no
    /// associated data, and a wrapped key moved to another row must not open there.
    pub(crate) fn wrap_at(&self, place: &[u8], key: &[u8; 32]) -> Vec<u8> {
        let mut plain = Zeroizing::new(Vec::with_capacity(32 + place.len()));
        plain.extend_from_slice(key);
        plain.extend_from_slice(place);
        self.wrap(&plain)
            .expect("a key and its place are a few dozen bytes")
    }

    /// Opens what [`WrappingKey::wrap_at`] made for this very place; `None` when anything differs.
    pub(crate) fn unwrap_at(&self, place: &[u8], wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let plain = self.unwrap(wrapped)?;
        let (key, rest) = plain.split_first_chunk::<32>()?;
        (rest == place).then(|| Zeroizing::new(*key))
    }

    /// [`WrappingKey::wrap_at`] for any bytes; the place has 18 bytes.
    pub(crate) fn wrap_bytes_at(&self, place: &[u8; 18], bytes: &[u8]) -> Vec<u8> {
        let plain = Zeroizing::new([place.as_slice(), bytes].concat());
        self.wrap(&plain)
            .expect("an archive is a few thousand bytes")
    }

    /// Opens what [`WrappingKey::wrap_bytes_at`] made for this very place.
    pub(crate) fn unwrap_bytes_at(&self, place: &[u8; 18], wrapped: &[u8]) -> Option<Vec<u8>> {
        let plain = self.unwrap(wrapped)?;
        plain.strip_prefix(place.as_slice()).map(<[u8]>::to_vec)
    }

    /// KWP-AE: `None` for nothing or too much to wrap.
    pub(crate) fn wrap(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; plain.len() + 15];
        let length = self.kek().wrap_with_padding(plain, &mut out).ok()?.len();
        out.truncate(length);
        Some(out)
    }

    /// KWP-AD: `None` when a bit, the length or the padding differs.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(vec![0; wrapped.len()]);
        let length = self
            .kek()
            .unwrap_with_padding(wrapped, &mut out)
            .ok()?
            .len();
        out.truncate(length);
        Some(out)
    }

    fn kek(&self) -> AesKek {
        AesKek::new(&AES_256, self.0.as_ref()).expect("the key has 32 bytes")
    }
}

#[cfg(test)]
mod tests;
