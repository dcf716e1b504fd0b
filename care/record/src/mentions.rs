//! What a resource says of other resources of a record, wherever it says it: in a reference, an
//! address, an extension, a text. Ids are random, so that an id found anywhere means the one resource.

use hygie_fhir::{Json, Resource};

use crate::ids;

/// The length of a person's id, and of an id in his record, in characters.
const PERSON: usize = 26;
const WHOLE: usize = 40;

/// What one version mentions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mentions {
    /// Ids of a person's record, whatever stands around them.
    pub ids: Vec<String>,
    /// Identifiers in logical references, as `system|value`.
    pub identifiers: Vec<String>,
}

impl Mentions {
    /// Reads a resource for them.
    pub fn of(resource: &Resource) -> Self {
        let mut mentions = Self::default();
        for (name, value) in resource.json().members() {
            // Its own id and its own identifier are itself.
            if !matches!(&**name, "id" | "identifier" | "masterIdentifier") {
                mentions.walk(value);
            }
        }
        mentions.ids.retain(|id| Some(id.as_str()) != resource.id());
        mentions
    }

    /// Whether it mentions nothing.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.identifiers.is_empty()
    }

    fn walk(&mut self, json: &Json) {
        match json {
            Json::String(text) => self.ids.extend(ids_in(text).map(str::to_owned)),
            Json::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Json::Object(members) => {
                if let Some(identifier) =
                    json.get("identifier").filter(|it| it.as_object().is_some())
                {
                    self.identifiers.extend(logical(identifier));
                }
                members.iter().for_each(|(_, value)| self.walk(value));
            }
            // Base64 has no hyphen, and every id has one.
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Elsewhere(_) => {}
        }
    }
}

/// An Identifier as `system|value`.
fn logical(identifier: &Json) -> Option<String> {
    let part = |name| identifier.get(name).and_then(Json::as_str);
    Some(format!(
        "{}|{}",
        part("system").unwrap_or_default(),
        part("value")?
    ))
}

/// The name by which logical references may mean a document: its unique id (IHE MHD).
pub(crate) fn unique_name(resource: &Resource) -> Option<String> {
    logical(resource.json().get("masterIdentifier")?)
}

/// The ids of a record that stand in a text.
pub(crate) fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('-').filter_map(|(dash, _)| {
        let from = dash.checked_sub(PERSON)?;
        let id = text.get(from..from + WHOLE)?;
        ids::person(id).map(|_| id)
    })
}

#[cfg(test)]
mod tests;
