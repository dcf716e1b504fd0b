//! What a write can meet: only what the caller sees, and what he or his structure deposited
//! (INVARIANT masked is absent: a duplicate is accepted rather than a hidden item revealed).

use std::collections::BTreeSet;
use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_notice::{Act, PersonId};

use super::again::members;
use super::step::unique_id;
use super::{Step, Target, Verb};
use crate::door::Ask;
use crate::folder::{Folder, Lineage};
use crate::item::Item;
use crate::rights::RightsFolder;
use crate::view::{Decided, Sight, View, hidden, view_without};
use crate::{Caller, Error, Record, ids, masking};

/// What a write can meet.
#[derive(Default)]
pub(crate) struct Reach {
    /// What the caller made, or his structure: he may amend it.
    own: Vec<Arc<Lineage>>,
    /// What he sees besides: he may find it, and not amend it.
    seen: Vec<Arc<Lineage>>,
}

impl Record {
    /// The id of the one resource that a conditional change means, among what it can meet.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Several`], [`Error::Refused`].
    pub async fn locate(
        &self,
        caller: &Caller,
        person: PersonId,
        kind: &str,
        criteria: &[Criterion],
        what: String,
    ) -> Result<String, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Amend,
            what,
        };
        let entered = self.enter_items(&ask).await?;
        let person = entered.person;
        let folder = self
            .folder_told(entered.receipt, &entered.desk, &entered.rights)
            .await?;
        let reach = self.reach(&folder, folder.lineages(), &entered.rights, caller, person);
        let item = reach.one(kind, criteria)?.ok_or(Error::NotFound)?;
        Ok(item.id().to_owned())
    }

    /// Reads what the caller's write can meet, from the opened record: `among` all there is, or what the write names.
    pub(super) fn reach(
        &self,
        folder: &Folder,
        among: &[Arc<Lineage>],
        weighed: &RightsFolder,
        caller: &Caller,
        person: PersonId,
    ) -> Reach {
        let sight = Sight {
            caller,
            person,
            rights: weighed.rights(),
            terms: &self.terms,
            now: self.clock.now(),
        };
        let mut reach = Reach::default();
        // What a colleague brought and is hidden by now is absent for a write too.
        let hidden = hidden(folder, weighed, &sight, Act::Read);
        let visible = if self.may_search(&sight) {
            view_without(among, weighed, &sight, &hidden)
        } else {
            View {
                lineages: Vec::new(),
            }
        };
        let mut decided = Decided::of(&sight, Act::Amend);
        for lineage in among {
            let amends = decided.permits(sight.class(lineage, weighed));
            let absent = !hidden.is_empty() && hidden.contains(&lineage.newest().reference());
            if amends && !absent {
                reach.own.push(masking::shown(lineage, &weighed.masks));
            }
        }
        reach.seen = visible.lineages;
        reach
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
        let Verb::Create { if_none_exist, .. } = &step.verb else {
            return Err(Error::NotFound);
        };
        if let Some(criteria) = if_none_exist
            && let Some(item) = reach.one(&step.kind, criteria)?
        {
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
            let matches = item.kind() == kind
                && criteria
                    .iter()
                    .all(|criterion| criterion.matches(item.resource()))
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
    pub fn same_document(&self, resource: &hygie_fhir::Resource) -> Option<Arc<Item>> {
        let wanted = unique_id(resource)?;
        self.own_current()
            .find(|item| unique_id(item.resource()) == Some(wanted))
            .cloned()
    }

    /// What the depositor has under this reference (`Type/id`).
    pub fn own_item(&self, reference: &str) -> Option<Arc<Item>> {
        self.own_current()
            .find(|item| item.reference() == reference)
            .cloned()
    }

    /// The depositor's first List of exactly these references.
    pub fn own_list(&self, references: &BTreeSet<String>) -> Option<Arc<Item>> {
        let named = |item: &Item| members(item.resource(), |reference| Some(reference.to_owned()));
        self.own_current()
            .filter(|item| item.kind() == "List" && !references.is_empty())
            .find(|item| named(item) == *references)
            .cloned()
    }

    fn own_current(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.own.iter().filter_map(|lineage| lineage.current())
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
        let newest = lineage.newest();
        newest.kind() == kind && newest.id() == id
    })
}
