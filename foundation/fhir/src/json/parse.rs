//! A strict RFC 8259 parser: duplicate members, lone surrogates, depth and
//! size beyond the limits are refused with their byte and place.

use super::Json;
use crate::fault::Fault;
use crate::place;

/// How large an input may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one resource.
    pub bytes: usize,
    /// Arrays and objects within one another; at most 512 is of use.
    pub depth: usize,
    /// Values of one resource, counting each member and item.
    pub nodes: usize,
}

impl Limits {
    /// What an import takes of one resource: 160 MiB, for a document of 100 MiB is 134 MiB of base64.
    pub const fn of_import() -> Limits {
        Limits {
            bytes: 160 << 20,
            depth: 64,
            nodes: 4_000_000,
        }
    }
}

impl Default for Limits {
    /// 64 MiB, 64 levels, four million values.
    fn default() -> Limits {
        Limits {
            bytes: 64 << 20,
            depth: 64,
            nodes: 4_000_000,
        }
    }
}

/// Objects with more members than this are searched for duplicates by sorting,
/// so that a hostile object costs n·log n.
const FEW_MEMBERS: usize = 16;

/// Bytes that end the plain run of a string: quote, backslash and controls.
static ENDS_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

impl Json {
    /// Parses one value that fills the whole input, but for white space.
    ///
    /// # Errors
    /// A `Fault` with `code` `structure` (or `too-long`, `too-costly` for the
    /// limits, `duplicate` for a member given twice), the byte, and the place
    /// as far as the input names an R4 resource type.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Json, Fault> {
        parse(bytes, limits).map_err(|broken| broken.locate(bytes))
    }
}

/// What the grammar refuses, before its place is looked for.
pub(crate) struct Broken {
    pub(crate) offset: usize,
    pub(crate) code: &'static str,
    pub(crate) rule: &'static str,
}

impl Broken {
    pub(crate) fn locate(self, bytes: &[u8]) -> Fault {
        Fault::error(self.code, place::of_byte(bytes, self.offset), self.rule)
            .at(self.offset)
            .fatal()
    }
}

fn parse(bytes: &[u8], limits: &Limits) -> Result<Json, Broken> {
    if bytes.len() > limits.bytes {
        return Err(Broken {
            offset: limits.bytes,
            code: "too-long",
            rule: "the input is larger than the limit",
        });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Broken {
            offset: 0,
            code: "structure",
            rule: "the input begins with a byte order mark, which JSON does not allow: send it without",
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Broken {
        offset: error.valid_up_to(),
        code: "structure",
        rule: "the input is not valid UTF-8",
    })?;
    let mut parser = Parser {
        text,
        bytes,
        at: 0,
        nodes: limits.nodes,
        items: Vec::new(),
        members: Vec::new(),
        name_offsets: Vec::new(),
    };
    parser.skip_space();
    let value = parser.value(limits.depth)?;
    parser.skip_space();
    if parser.at < bytes.len() {
        return Err(parser.broken("nothing may follow the value"));
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Values that may still come.
    nodes: usize,
    /// Items and members of the arrays and objects that are still open, the
    /// innermost last: each is moved out once, in its final size.
    items: Vec<Json>,
    members: Vec<(Box<str>, Json)>,
    /// Where the name of each of `members` begins.
    name_offsets: Vec<usize>,
}

impl Parser<'_> {
    fn broken(&self, rule: &'static str) -> Broken {
        Broken {
            offset: self.at,
            code: "structure",
            rule,
        }
    }

    #[inline]
    fn peek(&self) -> u8 {
        // A zero byte is valid nowhere, so it can stand for the end.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, Broken> {
        if self.nodes == 0 {
            return Err(Broken {
                offset: self.at,
                code: "too-costly",
                rule: "the input holds more values than the limit",
            });
        }
        self.nodes -= 1;
        match self.peek() {
            b'"' => self.string().map(Json::String),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal("true", Json::Bool(true)),
            b'f' => self.literal("false", Json::Bool(false)),
            b'n' => self.literal("null", Json::Null),
            _ => Err(self.broken("a JSON value is expected here")),
        }
    }

    fn literal(&mut self, word: &str, value: Json) -> Result<Json, Broken> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.broken("a JSON value is expected here"));
        }
        self.at += word.len();
        Ok(value)
    }

    /// Steps into an array or object; the rest of the depth is returned.
    fn descend(&mut self, depth: usize) -> Result<usize, Broken> {
        let rest = depth.checked_sub(1).ok_or(Broken {
            offset: self.at,
            code: "too-costly",
            rule: "arrays and objects lie deeper in one another than the limit",
        })?;
        self.at += 1;
        self.skip_space();
        Ok(rest)
    }

    fn array(&mut self, depth: usize) -> Result<Json, Broken> {
        let depth = self.descend(depth)?;
        let first = self.items.len();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Json::Array(Vec::new()));
        }
        loop {
            let value = self.value(depth)?;
            self.items.push(value);
            self.skip_space();
            match self.peek() {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err(self.broken("a comma or the end of the array is expected here")),
            }
            self.skip_space();
        }
        self.at += 1;
        Ok(Json::Array(self.items.drain(first..).collect()))
    }

    fn object(&mut self, depth: usize) -> Result<Json, Broken> {
        let depth = self.descend(depth)?;
        let first = self.members.len();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Json::Object(Vec::new()));
        }
        loop {
            let offset = self.at;
            if self.peek() != b'"' {
                return Err(self.broken("a member name in quotes is expected here"));
            }
            let name = self.string()?;
            if self.members.len() - first < FEW_MEMBERS
                && self.members[first..]
                    .iter()
                    .any(|(other, _)| *other == name)
            {
                return Err(duplicate(offset));
            }
            self.skip_space();
            if self.peek() != b':' {
                return Err(self.broken("a colon is expected here"));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value(depth)?;
            self.members.push((name, value));
            self.name_offsets.push(offset);
            self.skip_space();
            match self.peek() {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(self.broken("a comma or the end of the object is expected here")),
            }
            self.skip_space();
        }
        self.at += 1;
        if self.members.len() - first > FEW_MEMBERS {
            self.refuse_duplicates(first)?;
        }
        self.name_offsets.truncate(first);
        Ok(Json::Object(self.members.drain(first..).collect()))
    }

    /// Looks for a name given twice among the members from `first`.
    fn refuse_duplicates(&self, first: usize) -> Result<(), Broken> {
        let mut names: Vec<(&str, usize)> = self.members[first..]
            .iter()
            .zip(&self.name_offsets[first..])
            .map(|((name, _), offset)| (&**name, *offset))
            .collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(duplicate(pair[1].1)),
            None => Ok(()),
        }
    }

    /// A number by RFC 8259, section 6, kept as its text.
    fn number(&mut self) -> Result<Json, Broken> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return Err(self.broken("a digit is expected here")),
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].into()))
    }

    fn digits(&mut self) -> Result<(), Broken> {
        if !self.peek().is_ascii_digit() {
            return Err(self.broken("a digit is expected here"));
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    /// The bytes up to the next quote, backslash or control.
    #[inline]
    fn plain_run(&mut self) -> &str {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest
            .iter()
            .position(|byte| ENDS_RUN[*byte as usize])
            .unwrap_or(rest.len());
        self.at += length;
        &self.text[start..start + length]
    }

    #[inline]
    fn string(&mut self) -> Result<Box<str>, Broken> {
        self.at += 1;
        let run: Box<str> = self.plain_run().into();
        if self.peek() == b'"' {
            self.at += 1;
            return Ok(run);
        }
        self.escaped_string(run.into())
    }

    #[cold]
    fn escaped_string(&mut self, mut text: String) -> Result<Box<str>, Broken> {
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(text.into());
                }
                b'\\' => {
                    let letter = self.escape()?;
                    text.push(letter);
                }
                _ if self.at == self.bytes.len() => {
                    return Err(self.broken("the input ends within a string"));
                }
                _ => return Err(self.broken("a control character must be escaped in a string")),
            }
            text.push_str(self.plain_run());
        }
    }

    fn escape(&mut self) -> Result<char, Broken> {
        self.at += 1;
        let letter = match self.peek() {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.broken("this escape is none of JSON's")),
        };
        self.at += 1;
        Ok(letter)
    }

    fn unicode_escape(&mut self) -> Result<char, Broken> {
        const LONE: &str = "a surrogate stands alone: its other half must follow or precede";
        let start = self.at - 1;
        let first = self.hexadecimal()?;
        let lone = Broken {
            offset: start,
            code: "structure",
            rule: LONE,
        };
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or(lone);
        }
        if !self.bytes[self.at..].starts_with(b"\\u") {
            return Err(lone);
        }
        self.at += 1;
        let second = self.hexadecimal()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(lone)
    }

    /// Four hexadecimal digits after a `u`.
    fn hexadecimal(&mut self) -> Result<u32, Broken> {
        self.at += 1;
        let mut number = 0;
        for _ in 0..4 {
            let Some(digit) = (self.peek() as char).to_digit(16) else {
                return Err(self.broken("four hexadecimal digits are expected here"));
            };
            number = number << 4 | digit;
            self.at += 1;
        }
        Ok(number)
    }
}

fn duplicate(offset: usize) -> Broken {
    Broken {
        offset,
        code: "duplicate",
        rule: "the object has a member of this name already",
    }
}
