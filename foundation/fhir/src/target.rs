//! What the text of a reference points to (R4, 2.3.0.1).

use crate::check::is_id;
use crate::definitions::TypeId;

/// What a `Reference.reference` points to, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `#id`: a contained resource; the empty id is the container itself.
    Contained(&'a str),
    /// `Patient/1`, `https://example.org/fhir/Patient/1/_history/2`.
    Resource {
        /// The server's base with its last `/`; none for a relative reference.
        base: Option<&'a str>,
        kind: &'static str,
        id: &'a str,
        version: Option<&'a str>,
    },
    /// `Patient?identifier=…`, allowed in transactions.
    Search { kind: &'static str, query: &'a str },
    /// `urn:uuid:…` or `urn:oid:…`, to be found among the full URLs around.
    Urn(&'a str),
    /// An absolute address that tells no type.
    Elsewhere(&'a str),
    /// A relative reference that names no type and id.
    Malformed,
}

impl<'a> Target<'a> {
    pub fn of(text: &'a str) -> Target<'a> {
        if let Some(id) = text.strip_prefix('#') {
            return Target::Contained(id);
        }
        if text.starts_with("urn:") {
            return Target::Urn(text);
        }
        if let Some((name, query)) = text.split_once('?')
            && let Some(kind) = TypeId::of_resource(name)
        {
            let kind = kind.path();
            return Target::Search { kind, query };
        }
        let absolute = is_absolute(text);
        match resource(text) {
            Some(target) if absolute || target.base().is_none() => target,
            _ if absolute => Target::Elsewhere(text),
            _ => Target::Malformed,
        }
    }

    fn base(&self) -> Option<&'a str> {
        match self {
            Target::Resource { base, .. } => *base,
            _ => None,
        }
    }

    /// The resource type, when the text tells it.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Target::Resource { kind, .. } | Target::Search { kind, .. } => Some(kind),
            _ => None,
        }
    }
}

/// Whether the text begins with the scheme of a URI.
fn is_absolute(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The target of a text that ends in `Type/id` or
/// `Type/id/_history/version`.
fn resource(text: &str) -> Option<Target<'_>> {
    let (text, version) = match text.split_once("/_history/") {
        Some((text, version)) if is_id(version) => (text, Some(version)),
        Some(_) => return None,
        None => (text, None),
    };
    let (rest, id) = text.rsplit_once('/')?;
    let start = rest.rfind('/').map_or(0, |slash| slash + 1);
    let kind = TypeId::of_resource(&rest[start..])?.path();
    if !is_id(id) {
        return None;
    }
    let base = (start > 0).then(|| &rest[..start]);
    Some(Target::Resource {
        base,
        kind,
        id,
        version,
    })
}
