use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use hygie_fhir::{Json, Resource};
use hygie_notice::{Act, symbols};

use super::Outcome;
use super::draft::{Draft, Drafts};
use crate::apply::rewrite;
use crate::change::{Change, Put, encode};
use crate::desk::Guard;
use crate::directory::{Number, numbers};
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
        // Those of the unit itself, beside those that stand.
        let mut fresh_numbers: HashMap<Number, String> = HashMap::new();
        for place in drafts.open(Draft::is_listed) {
            let draft = &mut drafts.drafts[place];
            let numbers = numbers(&draft.resource);
            let found = folder
                .seen(&draft.origin)
                .or_else(|| folder.numbered(&numbers))
                .and_then(|item| item.resource().id())
                .or_else(|| {
                    let id = numbers
                        .iter()
                        .find_map(|number| fresh_numbers.get(number))?;
                    Some(id.as_str())
                })
                .map(str::to_owned);
            draft.outcome = Some(if found.is_some() {
                Outcome::Already
            } else {
                Outcome::Directory
            });
            let id = found.unwrap_or_else(|| {
                fresh.push(place);
                symbols(self.entropy.as_ref(), 26)
            });
            for number in numbers {
                fresh_numbers.entry(number).or_insert_with(|| id.clone());
            }
            draft.ids.insert(None, id);
        }
        let mut puts: Vec<Put> = fresh
            .into_iter()
            .map(|place| drafts.put(place, None, self.entropy.as_ref()))
            .collect();
        if puts.is_empty() {
            return Ok(());
        }
        let documents = self.lay_out_all(&mut puts, &folder).await?;
        // The folder in memory follows what is written; while we hold it, it would be copied for that.
        drop(folder);
        let change = Change {
            at: self.clock.now(),
            author: caller.actor.clone(),
            puts,
        };
        self.write_claiming(&desk, &encode(&change), documents)
            .await
    }
}

/// References that lead out of the unit, to what may have been imported before.
fn outside_references(drafts: &Drafts) -> HashSet<String> {
    drafts
        .drafts
        .iter()
        .flat_map(|draft| &draft.refers)
        .filter(|reference| !reference.starts_with('#') && drafts.named(reference).is_none())
        .map(|reference| reference.to_string())
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

    /// A draft as it will be stored in one home: its id there, its references rewritten. From here on only
    /// its id and its type are known.
    pub(super) fn put(
        &mut self,
        place: usize,
        home: Option<hygie_notice::PersonId>,
        entropy: &dyn hygie_notice::Entropy,
    ) -> Put {
        let mut resource = self.resource(place);
        let draft = &self.drafts[place];
        let id = draft.ids[&home].clone();
        resource.set_id(&id);
        rewrite(&mut resource, |reference| self.rewritten(reference, home));
        Put {
            origin: Some(draft.origin.clone()),
            ..Put::of(id, ids::version(entropy), resource.json())
        }
    }

    /// What is stored of a draft: the resource itself, or a copy where several homes have it.
    fn resource(&mut self, place: usize) -> Resource {
        let draft = &mut self.drafts[place];
        if draft.homes.len() > 1 {
            return draft.resource.clone();
        }
        let kind = Json::String(draft.resource.kind().into());
        let bare = Resource::from_json(Json::object([("resourceType", kind)]));
        std::mem::replace(&mut draft.resource, bare.expect("its type is known"))
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
