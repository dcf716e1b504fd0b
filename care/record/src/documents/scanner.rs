//! Finds long base64 in JSON as it comes, before a parser sees it: a string that is the value of a member
//! `data` and is longer than an entry takes. All else passes as it is; the parser judges it.

use super::base64::{BLOCK, Decoder, Fed};
use super::{INLINE, MEMBER};

/// What the scanner came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Scanned {
    /// It needs more.
    More,
    /// A long text begins.
    Begun,
    /// Decoded bytes of it.
    Bytes(Vec<u8>),
    /// The last bytes of it.
    Ended(Vec<u8>),
    /// It is not canonical base64: what came of it belongs back into the JSON, with these characters behind
    /// what was decoded. The rest of it passes.
    Broken(Vec<u8>),
}

#[derive(Debug)]
enum State {
    /// Between strings.
    Outside { behind: Behind },
    /// Within a string that passes.
    Within { escaped: bool, name: Option<usize> },
    /// Within a text that may be long: it is held.
    Held { text: Vec<u8>, escaped: bool },
    /// Within a long text.
    Long { decoder: Decoder, escaped: bool },
}

/// What stood before, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Name,
    Colon,
    Other,
}

/// Scans JSON in parts of any size.
#[derive(Debug)]
pub struct Scanner {
    /// The longest text that passes, in characters.
    inline: usize,
    state: State,
    /// JSON without its long texts, so far.
    small: Vec<u8>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::of(INLINE)
    }
}

impl Scanner {
    /// A scanner that lets texts of `inline` characters pass, at most 64 Ki.
    pub fn of(inline: usize) -> Self {
        Self {
            inline: inline.min(BLOCK),
            state: State::Outside {
                behind: Behind::Other,
            },
            small: Vec::new(),
        }
    }
}

/// Characters of base64, the padding included.
static ALPHABET: [bool; 256] = {
    let mut table = [false; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    let mut at = 0;
    while at < letters.len() {
        table[letters[at] as usize] = true;
        at += 1;
    }
    table
};

impl Scanner {
    /// JSON without its long texts, so far.
    pub fn small(&self) -> &[u8] {
        &self.small
    }

    /// The same, when all came.
    pub fn into_small(mut self) -> Vec<u8> {
        // The JSON ended within a string: the parser will say so.
        match self.state {
            State::Held { text, .. } => self.small.extend(text),
            State::Long { decoder, .. } => self.small.extend_from_slice(decoder.rest()),
            State::Outside { .. } | State::Within { .. } => {}
        }
        self.small
    }

    /// Puts something into the JSON where a long text was.
    pub fn put(&mut self, text: &[u8]) {
        self.small.extend_from_slice(text);
    }

    /// Scans until something happens or all is scanned; gives how many bytes it took.
    pub fn step(&mut self, bytes: &[u8]) -> (usize, Scanned) {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let (used, scanned) = match &mut self.state {
                State::Outside { .. } => (self.outside(rest), Scanned::More),
                State::Within { .. } => (self.within(rest), Scanned::More),
                State::Held { .. } => self.held(rest),
                State::Long { .. } => self.long(rest),
            };
            at += used;
            if scanned != Scanned::More {
                return (at, scanned);
            }
        }
        (at, Scanned::More)
    }

    fn outside(&mut self, bytes: &[u8]) -> usize {
        let State::Outside { behind } = &mut self.state else {
            return 0;
        };
        for (at, byte) in bytes.iter().enumerate() {
            match (byte, *behind) {
                (b' ' | b'\n' | b'\r' | b'\t', _) => {}
                (b':', Behind::Name) => *behind = Behind::Colon,
                (b'"', behind) => {
                    self.small.extend_from_slice(&bytes[..=at]);
                    self.state = if behind == Behind::Colon {
                        State::Held {
                            text: Vec::new(),
                            escaped: false,
                        }
                    } else {
                        State::Within {
                            escaped: false,
                            name: Some(0),
                        }
                    };
                    return at + 1;
                }
                _ => *behind = Behind::Other,
            }
        }
        self.small.extend_from_slice(bytes);
        bytes.len()
    }

    fn within(&mut self, bytes: &[u8]) -> usize {
        let State::Within { escaped, name } = &mut self.state else {
            return 0;
        };
        for (at, byte) in bytes.iter().enumerate() {
            if *escaped {
                *escaped = false;
            } else if *byte == b'"' {
                let behind = if *name == Some(MEMBER.len()) {
                    Behind::Name
                } else {
                    Behind::Other
                };
                self.small.extend_from_slice(&bytes[..=at]);
                self.state = State::Outside { behind };
                return at + 1;
            } else {
                *escaped = *byte == b'\\';
            }
            // A name that is written with escapes is not found: its text passes.
            *name = name
                .filter(|matched| MEMBER.as_bytes().get(*matched) == Some(byte))
                .map(|matched| matched + 1);
        }
        self.small.extend_from_slice(bytes);
        bytes.len()
    }

    fn held(&mut self, bytes: &[u8]) -> (usize, Scanned) {
        let State::Held { text, escaped } = &mut self.state else {
            return (0, Scanned::More);
        };
        let room = self.inline + 1 - text.len();
        let (used, end) = gather(bytes, text, escaped, room);
        match end {
            _ if text.len() > self.inline => {
                let mut decoder = Decoder::default();
                // So few are not decoded yet.
                let _none = decoder.feed(text);
                let escaped = *escaped;
                self.state = State::Long { decoder, escaped };
                (used, Scanned::Begun)
            }
            End::Input => (used, Scanned::More),
            End::Quote | End::Other => {
                self.small.append(text);
                if *escaped {
                    self.small.push(b'\\');
                }
                self.pass();
                (used, Scanned::More)
            }
        }
    }

    fn long(&mut self, bytes: &[u8]) -> (usize, Scanned) {
        let State::Long { decoder, escaped } = &mut self.state else {
            return (0, Scanned::More);
        };
        let mut text = Vec::new();
        let (used, end) = gather(bytes, &mut text, escaped, usize::MAX);
        match (decoder.feed(&text), end) {
            // How it ends is met again by the next step.
            (Fed::Bytes(bytes), _) if !bytes.is_empty() => return (used, Scanned::Bytes(bytes)),
            (Fed::Bytes(_), End::Input) => return (used, Scanned::More),
            (Fed::Bytes(_), End::Quote) => {
                if let Some(last) = decoder.finish() {
                    self.state = State::Outside {
                        behind: Behind::Other,
                    };
                    return (used + 1, Scanned::Ended(last));
                }
            }
            (Fed::Bytes(_), End::Other) | (Fed::Broken, _) => {}
        }
        let mut rest = decoder.rest().to_vec();
        if *escaped {
            rest.push(b'\\');
        }
        self.pass();
        (used, Scanned::Broken(rest))
    }

    /// Lets the rest of a string pass.
    fn pass(&mut self) {
        let (State::Held { escaped, .. } | State::Long { escaped, .. }) = self.state else {
            return;
        };
        self.state = State::Within {
            escaped,
            name: None,
        };
    }
}

/// Why gathering stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All is gathered, or there is no room for more.
    Input,
    /// The string ends here.
    Quote,
    /// Something else than base64 comes here.
    Other,
}

/// Gathers base64, in which a slash may be escaped; gives how many bytes it took.
fn gather(bytes: &[u8], text: &mut Vec<u8>, escaped: &mut bool, room: usize) -> (usize, End) {
    let mut at = 0;
    let mut room = room;
    while at < bytes.len() && room > 0 {
        if *escaped {
            if bytes[at] != b'/' {
                return (at, End::Other);
            }
            *escaped = false;
            text.push(b'/');
            room -= 1;
            at += 1;
            continue;
        }
        let rest = &bytes[at..bytes.len().min(at.saturating_add(room))];
        let run = rest.iter().position(|byte| !ALPHABET[usize::from(*byte)]);
        let length = run.unwrap_or(rest.len());
        text.extend_from_slice(&rest[..length]);
        room -= length;
        at += length;
        match run.map(|_| bytes[at]) {
            None => {}
            Some(b'"') => return (at, End::Quote),
            Some(b'\\') => {
                *escaped = true;
                at += 1;
            }
            Some(_) => return (at, End::Other),
        }
    }
    (at, End::Input)
}

#[cfg(test)]
mod tests;
