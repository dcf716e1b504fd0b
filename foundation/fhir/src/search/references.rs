//! References (R4, 3.1.1.4.9).

use crate::definitions::TypeId;
use crate::json::Json;

use super::table::Parameter;
use super::tokens::{self, Token};

/// A reference of a resource, taken apart. A canonical URL is one too.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Reference<'a> {
    /// The resource type that it leads to, as far as the reference says.
    pub kind: Option<&'a str>,
    /// The id of a resource of this server.
    pub id: Option<&'a str>,
    /// What is no relative reference: a URL, a URN, a canonical.
    pub url: Option<&'a str>,
    pub identifier: Option<Token<'a>>,
}

impl<'a> Reference<'a> {
    /// Takes an element of type Reference apart; `resource` holds what it may
    /// contain.
    pub fn of(element: &'a Json, resource: &'a Json) -> Reference<'a> {
        let text = |name| element.get(name).and_then(Json::as_str);
        let identifier = element.get("identifier").map(|identifier| {
            let part = |name| identifier.get(name).and_then(Json::as_str);
            Token::new(part("system"), part("value"))
        });
        let mut reference = text("reference")
            .map(Reference::of_text)
            .unwrap_or_default();
        if let Some(local) = reference.url.and_then(|url| url.strip_prefix('#')) {
            reference.kind = contained_kind(local, resource);
        }
        // The type that the reference itself shows goes first: it is what
        // following it would find.
        reference.kind = reference.kind.or_else(|| text("type"));
        Reference {
            identifier,
            ..reference
        }
    }

    fn of_text(text: &'a str) -> Reference<'a> {
        if let Some((kind, id)) = relative(text) {
            return Reference {
                kind: Some(kind),
                id: Some(id),
                ..Reference::default()
            };
        }
        // `Practitioner?identifier=…`, as transactions hold it.
        let conditional = text
            .split_once('?')
            .map(|(kind, _)| kind)
            .filter(|kind| is_resource_type(kind));
        let kind = conditional.or_else(|| {
            let path = text.split_once("/_history/").map_or(text, |(path, _)| path);
            let (path, _id) = path.rsplit_once('/')?;
            path.rsplit('/')
                .next()
                .filter(|kind| is_resource_type(kind))
        });
        Reference {
            kind,
            url: Some(text),
            ..Reference::default()
        }
    }

    /// Whether the reference is known to lead to this type. What `resolve()`
    /// cannot find is not of it.
    pub fn leads_to(&self, target: &str) -> bool {
        self.kind == Some(target)
    }
}

fn contained_kind<'a>(local: &str, resource: &'a Json) -> Option<&'a str> {
    let contained = resource.get("contained")?.items().iter();
    let found = contained
        .into_iter()
        .find(|inner| inner.get("id").and_then(Json::as_str) == Some(local))?;
    found.get("resourceType").and_then(Json::as_str)
}

fn is_resource_type(name: &str) -> bool {
    TypeId::of_resource(name).is_some()
}

/// `Type/id`, with or without a version.
fn relative(text: &str) -> Option<(&str, &str)> {
    let (kind, rest) = text.split_once('/')?;
    let id = rest.split_once("/_history/").map_or(rest, |(id, _)| id);
    (is_resource_type(kind) && is_id(id)).then_some((kind, id))
}

/// R4's `id`.
fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// One alternative of a reference search.
pub enum Query {
    Id(String),
    Typed { kind: String, id: String },
    Url(String),
    Identifier(tokens::Query),
}

impl Query {
    /// `id`, `Type/id` or a URL; with `modifier`, a resource type, an id or a
    /// `Type/id` of it. None when it is none of these, or of a type that the
    /// parameter cannot lead to.
    pub fn parse(text: &str, modifier: Option<&str>, parameter: &Parameter) -> Option<Query> {
        if text.contains(':') {
            return modifier.is_none().then(|| Query::Url(text.to_owned()));
        }
        if is_id(text) {
            let id = text.to_owned();
            return Some(match modifier {
                Some(kind) => Query::Typed {
                    kind: kind.to_owned(),
                    id,
                },
                None => Query::Id(id),
            });
        }
        let (kind, id) = relative(text).filter(|_| !text.contains("/_history/"))?;
        let fits =
            modifier.map_or_else(|| may_lead_to(parameter, kind), |modifier| modifier == kind);
        fits.then(|| Query::Typed {
            kind: kind.to_owned(),
            id: id.to_owned(),
        })
    }

    pub fn matches(&self, reference: &Reference<'_>) -> bool {
        match self {
            Query::Id(id) => reference.id == Some(id),
            Query::Typed { kind, id } => reference.id == Some(id) && reference.kind == Some(kind),
            Query::Url(url) => reference
                .url
                .is_some_and(|stored| canonical_fits(url, stored)),
            Query::Identifier(token) => reference
                .identifier
                .as_ref()
                .is_some_and(|found| token.matches(found)),
        }
    }
}

/// Whether a reference parameter may lead to this resource type.
pub fn may_lead_to(parameter: &Parameter, kind: &str) -> bool {
    let any = parameter.targets.is_empty() && is_resource_type(kind);
    any || parameter.targets.contains(&kind)
}

/// A URL without a version means every version of a canonical.
pub fn canonical_fits(asked: &str, stored: &str) -> bool {
    let unversioned = || stored.split_once('|').map(|(url, _version)| url);
    stored == asked || (!asked.contains('|') && unversioned() == Some(asked))
}
