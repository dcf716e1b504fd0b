//! A resource as a value: its JSON, whose type R4 defines.

use std::fmt;

use crate::definitions::TypeId;
use crate::fault::Fault;
use crate::json::{Json, Limits};

mod equal;
mod references;
#[cfg(test)]
mod tests;

/// A FHIR resource of a type that R4 defines. Nothing else is checked: see
/// [`crate::check`].
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    kind: TypeId,
    json: Json,
}

impl Resource {
    /// Parses a resource.
    ///
    /// # Errors
    /// What [`Json::parse`] refuses; a value that is no object; a missing or
    /// unknown `resourceType`.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Resource, Fault> {
        Resource::from_json(Json::parse(bytes, limits)?)
    }

    /// Takes a value as a resource.
    ///
    /// # Errors
    /// A value that is no object; a missing or unknown `resourceType`.
    pub fn from_json(json: Json) -> Result<Resource, Fault> {
        let kind = kind_of(&json)?;
        Ok(Resource { kind, json })
    }

    /// The resource type: `Patient`.
    pub fn kind(&self) -> &'static str {
        self.kind.path()
    }

    /// The row of the resource type in the tables.
    pub fn type_id(&self) -> TypeId {
        self.kind
    }

    /// The logical id, when there is one.
    pub fn id(&self) -> Option<&str> {
        self.json.get("id")?.as_str()
    }

    pub fn json(&self) -> &Json {
        &self.json
    }

    pub fn into_json(self) -> Json {
        self.json
    }

    /// The resource as compact JSON, members in their order, numbers as they
    /// were written.
    pub fn print(&self) -> Vec<u8> {
        self.json.print()
    }

    /// Sets the logical id: in its place, else right after `resourceType`.
    pub fn set_id(&mut self, id: &str) {
        insert_after(&mut self.json, &["resourceType"], "id", id.into());
    }

    /// Sets `meta.versionId` and `meta.lastUpdated` (an R4 instant); a new
    /// `meta` goes after the id, and other members of it stay.
    pub fn set_version(&mut self, version_id: &str, last_updated: &str) {
        if !matches!(self.json.get("meta"), Some(Json::Object(_))) {
            let meta = Json::Object(Vec::new());
            insert_after(&mut self.json, &["id", "resourceType"], "meta", meta);
        }
        if let Some(meta) = self.json.get_mut("meta") {
            insert_after(meta, &["extension", "id"], "versionId", version_id.into());
            insert_after(meta, &["versionId"], "lastUpdated", last_updated.into());
        }
    }

    /// Sets a top-level member, or removes it.
    pub fn set_member(&mut self, name: &str, value: Option<Json>) {
        match value {
            Some(value) => self.json.set(name, value),
            None => {
                self.json.remove(name);
            }
        }
    }

    /// The resource's own business identifiers that have a value, with their
    /// systems.
    pub fn identifiers(&self) -> Vec<(Option<&str>, &str)> {
        let identifiers = self.json.get("identifier").map(Json::items);
        identifiers
            .unwrap_or_default()
            .iter()
            .filter_map(|identifier| {
                let value = identifier.get("value")?.as_str()?;
                Some((identifier.get("system").and_then(Json::as_str), value))
            })
            .collect()
    }
}

/// Sets a member in its place; a new one goes after the first of `before`
/// that is there, else to the front.
pub(crate) fn insert_after(object: &mut Json, before: &[&str], name: &str, value: Json) {
    if let Some(old) = object.get_mut(name) {
        *old = value;
        return;
    }
    let Json::Object(members) = object else {
        return;
    };
    let place = before
        .iter()
        .find_map(|other| members.iter().position(|(key, _)| &**key == *other))
        .map_or(0, |place| place + 1);
    members.insert(place, (name.into(), value));
}

/// The row of the type that a resource's JSON says it has.
pub(crate) fn kind_of(json: &Json) -> Result<TypeId, Fault> {
    let refused = |code, rule: &str| Fault::error(code, "Resource", rule);
    if json.as_object().is_none() {
        return Err(refused("structure", "a resource must be a JSON object"));
    }
    let Some(name) = json.get("resourceType") else {
        return Err(refused(
            "structure",
            "a resource must say its `resourceType`",
        ));
    };
    let Some(name) = name.as_str() else {
        return Err(refused("structure", "`resourceType` must be a string"));
    };
    TypeId::of_resource(name).ok_or_else(|| {
        refused(
            "not-supported",
            "`resourceType` must be one of the resource types of FHIR R4",
        )
        .echoing(name)
    })
}

/// Shows the type only: the content may be about a person.
impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}
