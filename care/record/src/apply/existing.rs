//! What a write can meet: only what the caller sees, and what he or his structure deposited
//! (INVARIANT masked is absent: a duplicate is accepted rather than a hidden item revealed).

use std::collections::HashMap;
use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_notice::{Act, PersonId, Receipt};
use hygie_policy::Rights;

use super::step::unique_id;
use super::{Step, Target, Verb};
use crate::desk::Desk;
use crate::folder::{Item, Lineage};
use crate::rights::RightsFolder;
use crate::view::{Sight, View, view};
use crate::{Caller, Error, Record, ids};

/// What a write can meet.
#[derive(Default)]
pub(crate) struct Reach {
    /// What the caller made, or his structure: he may amend it.
    own: Vec<Arc<Lineage>>,
    /// What he sees besides: he may find it, and not amend it.
    seen: Vec<Arc<Lineage>>,
}

impl Record {
    /// Reads what the caller's write can meet, from the opened record.
    pub(super) async fn reach(
        &self,
        receipt: Receipt,
        desk: &Desk,
        weighed: &RightsFolder,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Reach, Error> {
        let folder = self.folder(receipt, desk).await?;
        let rights: Rights = weighed.rights();
        let sight = Sight {
            caller,
            person,
            rights: &rights,
            now: self.clock.now(),
        };
        let mut reach = Reach::default();
        let visible = if self.may_search(&sight) {
            view(&folder, weighed, &sight, Act::Read)
        } else {
            View {
                lineages: Vec::new(),
            }
        };
        let no_masks = HashMap::new();
        for lineage in folder.lineages() {
            let class = sight.class(lineage, &no_masks);
            if sight.permits(Act::Amend, class) {
                reach.own.push(Arc::clone(lineage));
            }
        }
        reach.seen = visible.lineages;
        Ok(reach)
    }

    /// What one step is about.
    pub(super) fn target(
        &self,
        person: PersonId,
        reach: &Reach,
        step: &Step,
    ) -> Result<Target, Error> {
        let Some(id) = &step.id else {
            return self.new_or_there(person, reach, step);
        };
        let own = find(&reach.own, &step.kind, id);
        let Some(lineage) = own else {
            return Err(match find(&reach.seen, &step.kind, id) {
                Some(_) => Error::Refused,
                None => Error::NotFound,
            });
        };
        let item = lineage.newest();
        if step
            .if_match
            .as_ref()
            .is_some_and(|wanted| *wanted != item.version)
        {
            return Err(Error::Stale);
        }
        match (item.deleted, &step.verb) {
            // Deleting twice is done once; the answer is the same.
            (true, Verb::Delete) => Ok(Target::There(Arc::clone(item))),
            (true, _) => Err(Error::Gone),
            (false, _) => Ok(Target::Old(Arc::clone(item))),
        }
    }

    fn new_or_there(&self, person: PersonId, reach: &Reach, step: &Step) -> Result<Target, Error> {
        let Verb::Create {
            resource,
            if_none_exist,
        } = &step.verb
        else {
            return Err(Error::NotFound);
        };
        if let Some(criteria) = if_none_exist
            && let Some(item) = reach.one(&step.kind, criteria)?
        {
            return Ok(Target::There(item));
        }
        if let Some(item) = reach.same_document(resource) {
            return Ok(Target::There(item));
        }
        Ok(Target::New(format!(
            "{}/{}",
            step.kind,
            ids::fresh(person, self.entropy.as_ref())
        )))
    }
}

impl Reach {
    /// The one current item that matches; none, or an error when there are several.
    fn one(&self, kind: &str, criteria: &[Criterion]) -> Result<Option<Arc<Item>>, Error> {
        let mut found: Vec<&Arc<Item>> = Vec::new();
        for item in self.current() {
            let matches = item.resource.kind() == kind
                && criteria
                    .iter()
                    .all(|criterion| criterion.matches(&item.resource))
                && !found
                    .iter()
                    .any(|other| other.reference() == item.reference());
            if matches {
                found.push(item);
            }
        }
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(Arc::clone(one))),
            _ => Err(Error::Several),
        }
    }

    /// The document that the depositor already brought under the same unique id.
    fn same_document(&self, resource: &hygie_fhir::Resource) -> Option<Arc<Item>> {
        let wanted = unique_id(resource)?;
        self.own
            .iter()
            .filter_map(|lineage| lineage.current())
            .find(|item| unique_id(&item.resource) == Some(wanted))
            .cloned()
    }

    fn current(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.seen
            .iter()
            .chain(&self.own)
            .filter_map(|lineage| lineage.current())
    }
}

fn find<'a>(lineages: &'a [Arc<Lineage>], kind: &str, id: &str) -> Option<&'a Arc<Lineage>> {
    lineages.iter().find(|lineage| {
        let resource = &lineage.newest().resource;
        resource.kind() == kind && resource.id() == Some(id)
    })
}
