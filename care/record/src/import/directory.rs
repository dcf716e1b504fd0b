use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use hygie_notice::{Act, symbols};

use super::Outcome;
use super::draft::{Draft, Drafts};
use crate::apply::rewrite;
use crate::change::{Change, Put, encode};
use crate::desk::Guard;
use crate::directory::Numbers;
use crate::folder::Folder;
use crate::{Caller, Error, Record, ids};

impl Record {
    /// Puts organisations and professionals into the directory. An entry with a known import key or a
    /// known national identifier is there already, and is left as it is.
    pub(super) async fn import_directory(
        &self,
        caller: &Caller,
        drafts: &mut Drafts,
        guard: Arc<Guard>,
    ) -> Result<(), Error> {
        let outside = outside_references(drafts);
        let what = format!("import from {}", drafts.source);
        let (folder, desk) = self
            .open_directory_behind(caller, Act::Deposit, what, guard)
            .await?;
        drafts.known_in_directory(&folder, &outside);
        let known = drafts.directory.keys().cloned().collect();
        drafts.reject_unresolved(Draft::is_listed, &known);

        let mut fresh = Vec::new();
        let mut numbers = Numbers::of(&folder);
        for place in drafts.open(Draft::is_listed) {
            let draft = &mut drafts.drafts[place];
            let found = folder
                .seen(&draft.origin)
                .and_then(|item| item.resource.id())
                .map(str::to_owned)
                .or_else(|| numbers.find(&draft.resource));
            draft.outcome = Some(if found.is_some() {
                Outcome::Already
            } else {
                Outcome::Directory
            });
            let id = found.unwrap_or_else(|| {
                fresh.push(place);
                symbols(self.entropy.as_ref(), 26)
            });
            numbers.add(&draft.resource, &id);
            draft.ids.insert(None, id);
        }
        let puts: Vec<Put> = fresh
            .into_iter()
            .map(|place| drafts.put(place, None, self.entropy.as_ref()))
            .collect();
        if puts.is_empty() {
            return Ok(());
        }
        let change = Change {
            at: self.clock.now(),
            author: caller.actor.clone(),
            puts,
        };
        self.write(&desk, &encode(&change)).await
    }
}

/// References that lead out of the unit, to what may have been imported before.
fn outside_references(drafts: &Drafts) -> HashSet<String> {
    drafts
        .drafts
        .iter()
        .flat_map(|draft| draft.resource.references())
        .filter(|(_, reference)| !reference.starts_with('#') && drafts.named(reference).is_none())
        .map(|(_, reference)| reference.to_owned())
        .collect()
}

impl Drafts {
    /// Whether the directory holds something for this unit, or something of it.
    pub(super) fn needs_directory(&self) -> bool {
        self.drafts
            .iter()
            .any(|draft| draft.is_open() && draft.is_listed())
            || !outside_references(self).is_empty()
    }

    /// Notes which outside references earlier imports put into the directory.
    fn known_in_directory(&mut self, folder: &Folder, outside: &HashSet<String>) {
        let known: HashMap<String, String> = outside
            .iter()
            .filter_map(|reference| {
                let (item, _) = folder.imported(&self.source, reference)?;
                Some((reference.clone(), item.reference()))
            })
            .collect();
        self.directory = known;
    }

    /// A draft as it will be stored in one home: its id there, its references rewritten.
    pub(super) fn put(
        &self,
        place: usize,
        home: Option<hygie_notice::PersonId>,
        entropy: &dyn hygie_notice::Entropy,
    ) -> Put {
        let draft = &self.drafts[place];
        let mut resource = draft.resource.clone();
        let id = draft.ids[&home].clone();
        resource.set_id(&id);
        rewrite(&mut resource, |reference| self.rewritten(reference, home));
        Put {
            id,
            version: ids::version(entropy),
            origin: Some(draft.origin.clone()),
            deleted: false,
            json: resource.print(),
        }
    }

    /// Where a reference leads now, from a resource of this home; `None` leaves it as it came.
    fn rewritten(&self, reference: &str, home: Option<hygie_notice::PersonId>) -> Option<String> {
        let Some(place) = self.named(reference) else {
            return self
                .directory
                .get(reference)
                .or_else(|| self.before.get(&(home, reference.to_owned())))
                .or_else(|| self.before.get(&(None, reference.to_owned())))
                .cloned();
        };
        let target = &self.drafts[place];
        // The copy in the same record first, then the directory, then whichever record holds it.
        let id = target
            .ids
            .get(&home)
            .or_else(|| target.ids.get(&None))
            .or_else(|| {
                target
                    .homes
                    .iter()
                    .find_map(|other| target.ids.get(&Some(*other)))
            })?;
        Some(format!("{}/{id}", target.resource.kind()))
    }
}
