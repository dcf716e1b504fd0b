//! Splits a file into the raw resources it holds, each with its byte offset,
//! for importers: a bad resource spoils its own entry and no other.

use crate::fault::Fault;
use crate::json::{Broken, Json, Limits};
use crate::place::end_of_string;

#[cfg(test)]
mod tests;

/// One resource of a file, not yet parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Where the resource begins in the file, in bytes; where the entry
    /// begins, when it has no resource.
    pub offset: u64,
    /// The entry's `fullUrl`.
    pub full_url: Option<String>,
    /// The JSON of the resource; empty when the entry has none.
    pub bytes: &'a [u8],
}

/// The resources of a file, and what made the rest of it unreadable.
#[derive(Clone)]
pub struct Entries<'a> {
    pub entries: Vec<Entry<'a>>,
    /// Why nothing after the last entry could be read.
    pub broken: Option<Fault>,
}

/// The entries of a Bundle, or the one resource that the file is. What lies
/// within a resource is not looked at beyond its strings and brackets.
/// Entries beyond `limits.nodes` are not read; `broken` says so.
///
/// # Errors
/// The file is no JSON object, or it is a Bundle only in part and breaks off
/// before its first entry.
pub fn entries<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Entries<'a>, Fault> {
    let mut scan = Scan { bytes, at: 0 };
    let mut found = Vec::new();
    scan.space();
    let start = scan.at;
    if scan.peek() != Some(b'{') {
        let rule = "the file must be one JSON object: a resource or a Bundle";
        return Err(Fault::error("structure", "Resource", rule)
            .at(start)
            .fatal());
    }
    let mut top = Top::default();
    let read = scan.object(|scan, name, _| {
        match name {
            b"resourceType" => {
                let value = scan.value()?;
                top.is_bundle = Some(value == br#""Bundle""#);
            }
            b"entry" if top.is_bundle == Some(true) => {
                top.list = None;
                return scan.list(limits, &mut found);
            }
            b"entry" => {
                top.list = Some(scan.at);
                scan.value()?;
            }
            _ => {
                scan.value()?;
            }
        }
        Ok(())
    });
    let whole = &bytes[start..scan.at];
    let broken = match read {
        Ok(()) => match (top.is_bundle, top.list) {
            // The type came after the entries.
            (Some(true), Some(at)) => Scan { bytes, at }.list(limits, &mut found).err(),
            (Some(true), None) => None,
            _ => {
                found.push(Entry {
                    offset: start as u64,
                    full_url: None,
                    bytes: whole,
                });
                None
            }
        },
        Err(broken) if found.is_empty() => return Err(broken.locate(bytes)),
        Err(broken) => Some(broken),
    };
    let broken = broken.or_else(|| scan.rest());
    Ok(Entries {
        entries: found,
        broken: broken.map(|broken| broken.locate(bytes)),
    })
}

/// The lines of an NDJSON file that are not blank.
pub fn ndjson(bytes: &[u8]) -> Vec<Entry<'_>> {
    let mut offset = 0;
    let mut found = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        if !text.is_empty() {
            let indent = line.len() - line.trim_ascii_start().len();
            found.push(Entry {
                offset: (offset + indent) as u64,
                full_url: None,
                bytes: text,
            });
        }
        offset += line.len() + 1;
    }
    found
}

/// What is learnt of the object that the file is.
#[derive(Default)]
struct Top {
    is_bundle: Option<bool>,
    /// Where the member `entry` begins, when the type is not known yet.
    list: Option<usize>,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn broken(&self, rule: &'static str) -> Broken {
        Broken {
            offset: self.at,
            code: "structure",
            rule,
        }
    }

    fn rest(&mut self) -> Option<Broken> {
        self.space();
        (self.at < self.bytes.len()).then(|| self.broken("nothing may follow the value"))
    }

    /// Steps over the members of an object; `member` steps over the value.
    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a [u8], usize) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.broken("a member name in quotes is expected here"));
            }
            let name = self.value()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.broken("a colon is expected here"));
            }
            self.at += 1;
            self.space();
            member(self, &name[1..name.len() - 1], start)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.broken("a comma or the end of the object is expected here")),
            }
            self.space();
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over the list of a Bundle's entries and keeps them.
    fn list(&mut self, limits: &Limits, found: &mut Vec<Entry<'a>>) -> Result<(), Broken> {
        if self.peek() != Some(b'[') {
            return Err(self.broken("the entries of a Bundle must be an array"));
        }
        if !found.is_empty() {
            return Err(Broken {
                code: "duplicate",
                ..self.broken("the Bundle has a list of entries already")
            });
        }
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if found.len() >= limits.nodes {
                return Err(Broken {
                    code: "too-costly",
                    ..self.broken("the Bundle has more entries than the limit")
                });
            }
            let entry = self.entry()?;
            found.push(entry);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.broken("a comma or the end of the entries is expected here")),
            }
            self.space();
        }
        self.at += 1;
        Ok(())
    }

    fn entry(&mut self) -> Result<Entry<'a>, Broken> {
        let mut entry = Entry {
            offset: self.at as u64,
            full_url: None,
            bytes: &[],
        };
        if self.peek() != Some(b'{') {
            // Kept as it is, so that it is refused as a resource.
            entry.bytes = self.value()?;
            return Ok(entry);
        }
        self.object(|scan, name, _| {
            let at = scan.at;
            let value = scan.value()?;
            match name {
                b"fullUrl" => {
                    let text = Json::parse(value, &Limits::default()).ok();
                    entry.full_url = text.and_then(|text| text.as_str().map(str::to_owned));
                }
                b"resource" => {
                    entry.offset = at as u64;
                    entry.bytes = value;
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(entry)
    }

    /// Steps over a value and gives its bytes: to the bracket that closes it,
    /// whatever else is wrong within.
    fn value(&mut self) -> Result<&'a [u8], Broken> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.peek() {
                None => return Err(self.broken("the input ends within a value")),
                Some(b'"') => match end_of_string(self.bytes, self.at) {
                    Some(end) => self.at = end + 1,
                    None => return Err(self.broken("the input ends within this string")),
                },
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b'}' | b']') if depth == 0 => {
                    return Err(self.broken("a JSON value is expected here"));
                }
                Some(_) if depth == 0 => self.word(),
                Some(_) => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Ok(&self.bytes[start..self.at]);
            }
        }
    }

    /// Steps over a number or a literal, whether right or wrong.
    fn word(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| !b",]}{[\" \n\r\t:".contains(&byte))
        {
            self.at += 1;
        }
    }
}
