//! The text of a resource, looked at without parsing what is in it: enough to give it its version.

use std::ops::Range;

use crate::definitions::TypeId;
use crate::json::print::string;

#[cfg(test)]
mod tests;

/// The top-level members of a resource's text, as [`crate::Resource::print`] gave it: compact, in order.
#[derive(Debug, Clone)]
pub struct Outline<'a> {
    text: &'a [u8],
    /// Each name, and where its value stands.
    members: Vec<(&'a [u8], Range<usize>)>,
}

impl<'a> Outline<'a> {
    /// Finds where the members stand. `None` for what is no compact object, as far as that is looked at: values are
    /// skipped, not checked.
    pub fn of(text: &'a [u8]) -> Option<Self> {
        let (members, end) = members(text, 0)?;
        (end == text.len()).then_some(Self { text, members })
    }

    /// Whether the resource has this member.
    pub fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The text of a member's value.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        self.place(name).map(|place| &self.text[place])
    }

    /// The resource type: `Patient`. `None` where it is none of R4's.
    pub fn kind(&self) -> Option<&'static str> {
        let name = self.text[self.place("resourceType")?]
            .strip_prefix(b"\"")?
            .strip_suffix(b"\"")?;
        Some(TypeId::of_resource(std::str::from_utf8(name).ok()?)?.path())
    }

    /// The text with what [`crate::Resource::set_version`] sets, byte for byte. `None` where `meta` says already
    /// something that the order depends on: then it is to be parsed.
    pub fn stamped(&self, version_id: &str, last_updated: &str) -> Option<Vec<u8>> {
        let mut stamp = Vec::with_capacity(96);
        stamp.extend_from_slice(br#""versionId":"#);
        string(version_id, &mut stamp);
        stamp.extend_from_slice(br#","lastUpdated":"#);
        string(last_updated, &mut stamp);
        match self.place("meta") {
            Some(meta) => self.stamped_in(meta, &stamp),
            None => {
                let before = self.place("id").or_else(|| self.place("resourceType"))?;
                Some(self.spliced(before.end, &[br#","meta":{"#, &stamp, b"}"]))
            }
        }
    }

    fn stamped_in(&self, meta: Range<usize>, stamp: &[u8]) -> Option<Vec<u8>> {
        let (members, _) = members(self.text, meta.start)?;
        let placed: [&[u8]; 4] = [b"versionId", b"lastUpdated", b"extension", b"id"];
        if members.iter().any(|(name, _)| placed.contains(name)) {
            return None;
        }
        let comma: &[u8] = if members.is_empty() { b"" } else { b"," };
        Some(self.spliced(meta.start + 1, &[stamp, comma]))
    }

    fn spliced(&self, at: usize, parts: &[&[u8]]) -> Vec<u8> {
        let (before, behind) = self.text.split_at(at);
        let mut text = Vec::with_capacity(self.text.len() + 128);
        text.extend_from_slice(before);
        parts.iter().for_each(|part| text.extend_from_slice(part));
        text.extend_from_slice(behind);
        text
    }

    fn place(&self, name: &str) -> Option<Range<usize>> {
        let mut members = self.members.iter();
        let (_, place) = members.find(|(key, _)| *key == name.as_bytes())?;
        Some(place.clone())
    }
}

/// Names, each with the place of its value.
type Members<'a> = Vec<(&'a [u8], Range<usize>)>;

/// The members of the object that begins at `at`, and where it ends.
fn members(text: &[u8], at: usize) -> Option<(Members<'_>, usize)> {
    let mut members = Vec::with_capacity(24);
    let mut at = behind(text, at, b'{')?;
    if text.get(at) == Some(&b'}') {
        return Some((members, at + 1));
    }
    loop {
        let named = behind_string(text, at)?;
        let name = &text[at + 1..named - 1];
        let from = behind(text, named, b':')?;
        let end = behind_value(text, from)?;
        members.push((name, from..end));
        match text.get(end)? {
            b',' => at = end + 1,
            b'}' => return Some((members, end + 1)),
            _ => return None,
        }
    }
}

fn behind(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    (*text.get(at)? == byte).then_some(at + 1)
}

fn behind_string(text: &[u8], at: usize) -> Option<usize> {
    let mut at = behind(text, at, b'"')?;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn behind_value(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => at = behind_string(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
        if depth == 0 && matches!(text.get(at)?, b',' | b'}' | b']') {
            return Some(at);
        }
    }
}
