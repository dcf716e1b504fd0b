//! Prints compact JSON: members in their order, numbers as they were written.

use super::{Elsewhere, Json};

impl Json {
    /// The value without white space between its parts. It must hold no text that lies elsewhere: that is
    /// printed by [`Json::print_around`].
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.print_into(&mut out);
        out
    }

    /// Appends what `print` gives.
    pub fn print_into(&self, out: &mut Vec<u8>) {
        self.print_around(out, &mut |_, _| {
            panic!("a text that lies elsewhere is printed around");
        });
    }

    /// Appends the value, and tells of every text that lies elsewhere, in order, where in `out` it belongs:
    /// between the two quotes that stand there.
    pub fn print_around<'a>(
        &'a self,
        out: &mut Vec<u8>,
        elsewhere: &mut impl FnMut(usize, &'a Elsewhere),
    ) {
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Bool(true) => out.extend_from_slice(b"true"),
            Json::Bool(false) => out.extend_from_slice(b"false"),
            Json::Number(text) => out.extend_from_slice(text.as_bytes()),
            Json::String(text) => string(text, out),
            Json::Elsewhere(text) => {
                out.push(b'"');
                elsewhere(out.len(), text);
                out.push(b'"');
            }
            Json::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.print_around(out, elsewhere);
                }
                out.push(b']');
            }
            Json::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    string(name, out);
                    out.push(b':');
                    value.print_around(out, elsewhere);
                }
                out.push(b'}');
            }
        }
    }
}

/// Escapes what RFC 8259, section 7, requires and nothing else.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(length) = rest
        .iter()
        .position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'))
    {
        out.extend_from_slice(&rest[..length]);
        let byte = rest[length];
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x8 => out.extend_from_slice(b"\\b"),
            0xc => out.extend_from_slice(b"\\f"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[(byte >> 4) as usize]);
                out.push(HEX[(byte & 15) as usize]);
            }
        }
        rest = &rest[length + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
