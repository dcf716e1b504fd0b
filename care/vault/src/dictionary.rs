use std::sync::LazyLock;

use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// The compression level of zstd.
pub const LEVEL: i32 = 3;

/// The dictionary that new entries are compressed with; 0 is none. Entries name theirs, and every
/// dictionary that was ever used is kept for ever.
pub const NEWEST: u16 = 0;

/// To compress with the newest dictionary.
pub fn encoder() -> &'static EncoderDictionary<'static> {
    static ENCODER: LazyLock<EncoderDictionary<'static>> =
        LazyLock::new(|| EncoderDictionary::copy(b"", LEVEL));
    &ENCODER
}

/// To decompress what names the dictionary `id`; `None` when there is no such one.
pub fn decoder(id: u16) -> Option<&'static DecoderDictionary<'static>> {
    static NONE: LazyLock<DecoderDictionary<'static>> =
        LazyLock::new(|| DecoderDictionary::copy(b""));
    match id {
        0 => Some(&NONE),
        _ => None,
    }
}
