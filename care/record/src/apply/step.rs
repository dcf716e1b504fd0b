use std::sync::Arc;

use hygie_fhir::Patch;
use hygie_fhir::search::Criterion;
use hygie_fhir::{Json, Resource};
use hygie_notice::PersonId;

use crate::{Error, Item, documents, ids};

/// One step of a write.
pub struct Step {
    /// The name that other steps refer to it by: a fullUrl.
    pub name: Option<String>,
    /// The id in the URL, for all but a create.
    pub id: Option<String>,
    /// The resource type.
    pub kind: String,
    /// What is done.
    pub verb: Verb,
    /// The version it must still have (`If-Match`).
    pub if_match: Option<String>,
    /// Whether it changes what is there already.
    pub amends: bool,
}

/// What a step does.
pub enum Verb {
    /// Makes a resource, unless one is found that matches.
    Create {
        /// The resource; its id is given by the server.
        resource: Resource,
        /// `If-None-Exist`, as criteria.
        if_none_exist: Option<Vec<Criterion>>,
    },
    /// Replaces the content of a resource.
    Update {
        /// The new content.
        resource: Resource,
    },
    /// Changes parts of a resource.
    Patch {
        /// JSON Patch or FHIRPath Patch.
        patch: Patch,
    },
    /// Marks a resource as deleted.
    Delete,
}

impl Step {
    /// Makes a resource.
    pub fn create(
        name: Option<String>,
        resource: Resource,
        if_none_exist: Option<Vec<Criterion>>,
    ) -> Self {
        Self {
            name,
            id: None,
            kind: resource.kind().to_owned(),
            verb: Verb::Create {
                resource,
                if_none_exist,
            },
            if_match: None,
            amends: false,
        }
    }

    /// Changes the resource of this type and id.
    pub fn amend(kind: &str, id: &str, verb: Verb, if_match: Option<String>) -> Self {
        Self {
            name: None,
            id: Some(id.to_owned()),
            kind: kind.to_owned(),
            verb,
            if_match,
            amends: true,
        }
    }

    /// Whether it needs nothing of what the record holds: no condition, and no business identifier
    /// by which a repeated deposit is recognised.
    pub(crate) fn is_plain_create(&self) -> bool {
        match &self.verb {
            Verb::Create {
                resource,
                if_none_exist,
            } => if_none_exist.is_none() && unique_id(resource).is_none(),
            _ => false,
        }
    }
}

impl Step {
    /// Whether it brings something that lies outside the entry.
    pub(crate) fn has_documents(&self) -> bool {
        match &self.verb {
            Verb::Create { resource, .. } | Verb::Update { resource } => {
                documents::has_any(resource)
            }
            Verb::Patch { .. } | Verb::Delete => false,
        }
    }
}

/// What became of a step.
pub struct Done {
    /// The version that stands now.
    pub item: Arc<Item>,
    /// Whether the resource was made by this step.
    pub created: bool,
}

impl Done {
    pub(crate) fn there(item: Arc<Item>) -> Self {
        Self {
            item,
            created: false,
        }
    }

    pub(crate) fn made(item: Arc<Item>, created: bool) -> Self {
        Self { item, created }
    }
}

/// The producer's unique id of a document: `masterIdentifier` (IHE MHD).
pub(crate) fn unique_id(resource: &Resource) -> Option<(Option<&str>, &str)> {
    if resource.kind() != "DocumentReference" {
        return None;
    }
    let identifier = resource.json().get("masterIdentifier")?;
    let value = identifier.get("value")?.as_str()?;
    Some((identifier.get("system").and_then(Json::as_str), value))
}

/// Rewrites references, and the addresses of a document's attachments, to what `leads` says.
pub(crate) fn rewrite(resource: &mut Resource, leads: impl Fn(&str) -> Option<String>) {
    resource.rewrite_references(&leads);
    if resource.kind() != "DocumentReference" {
        return;
    }
    let Some(contents) = resource.json().get("content").and_then(Json::as_array) else {
        return;
    };
    let contents = contents.iter().map(|content| {
        let mut content = content.clone();
        let address = content
            .get_mut("attachment")
            .and_then(|attachment| attachment.get_mut("url"));
        if let Some(address) = address
            && let Some(target) = address.as_str().and_then(&leads)
        {
            *address = Json::String(target.into());
        }
        content
    });
    let contents = Json::array(contents);
    resource.set_member("content", Some(contents));
}

/// A request touches one person: references into another record are refused, but for one that was joined. (The directory's ids
/// have a person's form without a tail, so only Patients are read without one.)
pub(crate) fn of_one_person(
    resource: &Resource,
    id: &str,
    leading: impl Fn(PersonId) -> PersonId,
) -> Result<(), Error> {
    let own = ids::person(id).map(&leading);
    let strays = resource.references().into_iter().any(|(_, reference)| {
        let mut parts = reference.split('/');
        let (kind, id) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let other = ids::person(id).filter(|_| kind == "Patient" || id.contains('-'));
        other.is_some() && other.map(&leading) != own
    });
    if strays {
        return Err(Error::Unprocessable(
            "the resource refers to another person's record; a request touches one person",
        ));
    }
    Ok(())
}
