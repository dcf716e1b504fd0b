//! Canonical base64 (RFC 4648, section 4), decoded as it comes: only what encodes to the very same text again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters that are decoded at once; a multiple of four.
pub const BLOCK: usize = 64 * 1024;

/// What became of characters that were fed.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed {
    /// Bytes that are decoded now; none while there are too few.
    Bytes(Vec<u8>),
    /// It is not canonical.
    Broken,
}

/// Decodes a text in parts.
#[derive(Debug, Default)]
pub struct Decoder {
    text: Vec<u8>,
}

impl Decoder {
    /// Adds characters.
    pub fn feed(&mut self, text: &[u8]) -> Fed {
        self.text.extend_from_slice(text);
        if self.text.len() <= BLOCK {
            return Fed::Bytes(Vec::new());
        }
        // The last four may end in padding, and stay.
        let whole = (self.text.len() - 1) / 4 * 4;
        match STANDARD.decode(&self.text[..whole]) {
            Ok(bytes) if bytes.len() == whole / 4 * 3 => {
                self.text.drain(..whole);
                Fed::Bytes(bytes)
            }
            _ => Fed::Broken,
        }
    }

    /// Characters that are not decoded yet.
    pub fn rest(&self) -> &[u8] {
        &self.text
    }

    /// The last bytes; none when the end is not canonical.
    pub fn finish(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.text).ok()
    }
}
