//! The record as one actor may see it. Whatever answers a request works on a view and can't reach the
//! folder behind it (INVARIANT masked is absent).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use hygie_fhir::{Json, Resource};
use hygie_notice::{Act, ActorKind, ActorRef, Millis, PersonId};
use hygie_policy::{Class, Request, Rights, Target, decide};

use crate::folder::{Folder, Item, Lineage};
use crate::rights::RightsFolder;
use crate::{Caller, Error, masking};

/// What is visible, in order of first arrival.
pub(crate) struct View {
    /// Each visible resource with its versions.
    pub lineages: Vec<Arc<Lineage>>,
}

impl View {
    /// The current items.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.lineages.iter().filter_map(|lineage| lineage.current())
    }

    /// The visible resource of this type and id.
    pub fn lineage(&self, kind: &str, id: &str) -> Option<&Arc<Lineage>> {
        self.lineages.iter().find(|lineage| {
            let resource = &lineage.newest().resource;
            resource.kind() == kind && resource.id() == Some(id)
        })
    }

    /// The current item of this type and id.
    pub fn item(&self, kind: &str, id: &str) -> Result<Arc<Item>, Error> {
        let lineage = self.lineage(kind, id).ok_or(Error::NotFound)?;
        lineage.current().cloned().ok_or(Error::Gone)
    }
}

/// Who looks, and under which rights.
pub(crate) struct Sight<'a> {
    /// Who looks.
    pub caller: &'a Caller,
    /// Whose record.
    pub person: PersonId,
    /// What the person allows.
    pub rights: &'a Rights,
    /// When.
    pub now: Millis,
}

impl Sight<'_> {
    /// Whether policy lets this caller do `act` to an item of this class.
    pub fn permits(&self, act: Act, class: Class) -> bool {
        decide(&Request {
            actor: &self.caller.actor,
            act,
            purpose: self.caller.purpose,
            target: Target::Entry(class),
            person: Some(self.person),
            rights: self.rights,
            now: self.now,
        })
        .permits()
    }

    /// The class of an item for this caller.
    pub fn class(&self, lineage: &Lineage, masks: &HashMap<String, bool>) -> Class {
        let actor = &self.caller.actor;
        let structure = structure(actor);
        Class {
            own: same(lineage.author(), actor),
            of_structure: structure.is_some() && structure == structure_of(lineage.author()),
            masked: masking::is_masked(lineage, masks),
        }
    }
}

fn structure(actor: &ActorRef) -> Option<&str> {
    structure_of(actor)
}

/// The structure somebody acts for: software is known by it.
fn structure_of(actor: &ActorRef) -> Option<&str> {
    match actor.kind {
        ActorKind::Software => Some(&actor.id),
        ActorKind::Professional => actor.structure.as_deref(),
        ActorKind::Holder | ActorKind::Operator | ActorKind::Enrolment => None,
    }
}

/// Whether two references mean one actor.
fn same(one: &ActorRef, other: &ActorRef) -> bool {
    one.kind == other.kind
        && match one.kind {
            ActorKind::Holder => one.person == other.person,
            _ => one.id == other.id,
        }
}

/// Filters a folder for one caller; `act` is what items are decided for.
pub(crate) fn view(folder: &Folder, rights: &RightsFolder, sight: &Sight<'_>, act: Act) -> View {
    let mut decided: HashMap<Class, bool> = HashMap::new();
    let mut hidden = HashSet::new();
    for lineage in folder.lineages() {
        let class = sight.class(lineage, &rights.masks);
        let visible = *decided
            .entry(class)
            .or_insert_with(|| sight.permits(act, class));
        if !visible {
            hidden.insert(lineage.newest().reference());
        }
    }
    if !hidden.is_empty() {
        hide_what_leads_there(folder, &mut hidden);
    }
    let mut lineages: Vec<Arc<Lineage>> = folder
        .lineages()
        .iter()
        .filter(|lineage| hidden.is_empty() || !hidden.contains(&lineage.newest().reference()))
        .map(|lineage| masking::shown(lineage, &rights.masks))
        .collect();
    // Who is authorised is the holder's own affair: a professional does not learn of the others.
    if matches!(
        sight.caller.actor.kind,
        ActorKind::Holder | ActorKind::Operator
    ) {
        lineages.extend(rights.consents.iter().cloned());
    }
    View { lineages }
}

/// Hides what would tell that a hidden item exists: what refers to it, in any version, and the bytes
/// that only hidden documents have.
fn hide_what_leads_there(folder: &Folder, hidden: &mut HashSet<String>) {
    loop {
        let before = hidden.len();
        let mut shown_bytes = HashSet::new();
        let mut hidden_bytes = HashSet::new();
        for lineage in folder.lineages() {
            let reference = lineage.newest().reference();
            let resources = lineage.versions().iter().map(|item| &item.resource);
            let links: Vec<String> = resources.flat_map(links).collect();
            if !hidden.contains(&reference) && links.iter().any(|link| hidden.contains(link)) {
                hidden.insert(reference.clone());
            }
            let bytes = links.into_iter().filter(|link| link.starts_with("Binary/"));
            if hidden.contains(&reference) {
                hidden_bytes.extend(bytes);
            } else {
                shown_bytes.extend(bytes);
            }
        }
        hidden.extend(hidden_bytes.difference(&shown_bytes).cloned());
        if hidden.len() == before {
            return;
        }
    }
}

/// Where a resource leads: its references, and the addresses of its attachments, as `Type/id`.
fn links(resource: &Resource) -> Vec<String> {
    let references = resource.references().into_iter().map(|(_, text)| text);
    references
        .chain(attachments(resource.json()))
        .map(relative)
        .collect()
}

/// The addresses of a DocumentReference's attachments.
pub(crate) fn attachments(resource: &Json) -> impl Iterator<Item = &str> {
    let contents = resource.get("content").map(Json::items).unwrap_or_default();
    contents
        .iter()
        .filter_map(|content| content.get("attachment")?.get("url")?.as_str())
}

/// The last two parts of an address, without a version: `http://…/Binary/x/_history/1` → `Binary/x`.
fn relative(text: &str) -> String {
    let text = text.split("/_history/").next().unwrap_or(text);
    let mut parts = text.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) => format!("{kind}/{id}"),
        _ => text.to_owned(),
    }
}
