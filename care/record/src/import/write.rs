use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use hygie_notice::{Act, PersonId};

use super::Outcome;
use super::draft::{Draft, Drafts};
use super::persons::strong_identifiers;
use crate::change::{Change, Put, encode};
use crate::desk::{Desk, Guard, Writing};
use crate::door::Ask;
use crate::folder::Folder;
use crate::{Caller, Error, Record, ids};

/// How many records of a unit are written at once; they share their commits.
const AT_ONCE: usize = 32;

/// A record that is open for this unit.
struct Open {
    folder: Arc<Folder>,
    desk: Desk,
}

impl Record {
    /// Opens every record of the unit, gives ids, rewrites references, and writes: one entry a person,
    /// so that each person has all of it or nothing.
    pub(super) async fn write_persons(
        &self,
        caller: &Caller,
        drafts: &mut Drafts,
        guards: BTreeMap<PersonId, Arc<Guard>>,
    ) -> Result<(), Error> {
        let mut records = self.open_all(caller, drafts, guards).await?;
        for (person, open) in &records {
            drafts.refuse_doubtful(*person, &open.folder);
        }
        drafts.know_before(&records);
        let known: HashSet<String> = drafts
            .directory
            .keys()
            .chain(drafts.before.keys().map(|(_, reference)| reference))
            .cloned()
            .collect();
        drafts.reject_unresolved(|draft| !draft.is_listed(), &known);

        let mut fresh: BTreeMap<PersonId, Vec<usize>> = BTreeMap::new();
        for place in drafts.open(|draft| !draft.is_listed()) {
            let homes = drafts.drafts[place].homes.clone();
            for person in homes {
                let folder = &records[&person].folder;
                if self.give_id(
                    &mut drafts.drafts[place],
                    person,
                    folder,
                    drafts.named_source,
                ) {
                    fresh.entry(person).or_default().push(place);
                }
            }
        }
        let mut writing: VecDeque<(Writing, Vec<usize>)> = VecDeque::new();
        for (person, places) in fresh {
            let Some(Open { folder, desk }) = records.remove(&person) else {
                continue;
            };
            let puts = places
                .iter()
                .map(|place| drafts.put(*place, Some(person), self.entropy.as_ref()));
            let mut puts: Vec<Put> = puts.collect();
            let documents = self.lay_out_all(&mut puts, &folder).await?;
            // The folder in memory follows what is written; while we hold it, it would be copied for that.
            drop(folder);
            let change = Change {
                at: self.clock.now(),
                author: caller.actor.clone(),
                puts,
            };
            if writing.len() == AT_ONCE
                && let Some(first) = writing.pop_front()
            {
                drafts.taken(first).await?;
            }
            let written = self.begin_write(&desk, encode(&change), documents);
            writing.push_back((written, places));
        }
        for first in writing {
            drafts.taken(first).await?;
        }
        for place in drafts.open(|_| true) {
            drafts.drafts[place].outcome = Some(Outcome::Already);
        }
        Ok(())
    }

    /// Opens the records. Where the holder's rights refuse, his entries are refused.
    async fn open_all(
        &self,
        caller: &Caller,
        drafts: &mut Drafts,
        guards: BTreeMap<PersonId, Arc<Guard>>,
    ) -> Result<BTreeMap<PersonId, Open>, Error> {
        let mut records = BTreeMap::new();
        for (person, guard) in guards {
            let ask = Ask {
                caller,
                person,
                act: Act::Create,
                what: format!("import from {}", drafts.source),
            };
            match self.enter_behind(&ask, guard).await {
                Ok(entered) => {
                    let folder = self.folder(entered.receipt, &entered.desk).await?;
                    let desk = entered.desk;
                    records.insert(person, Open { folder, desk });
                }
                Err(Error::Refused) => drafts.leave_out(
                    person,
                    "the person's space may not be fed: it is opposed or closed",
                ),
                Err(Error::Erased) => drafts.leave_out(
                    person,
                    "the person's record was erased: it is not made again",
                ),
                Err(Error::Closed) => drafts.leave_out(
                    person,
                    "the person's record is closed: `hygie reopen` brings it back",
                ),
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// The draft's id in one record; true when there is something to write.
    fn give_id(
        &self,
        draft: &mut Draft,
        person: PersonId,
        folder: &Folder,
        named_source: bool,
    ) -> bool {
        let latest = folder.imported(&draft.origin.source, &draft.origin.url);
        let (continued, same) = if draft.key_is_sure(named_source) {
            // A sure key with another content is a later state of the same resource: a new version.
            let same = latest.is_some_and(|(_, hash)| hash == draft.origin.hash);
            (latest.map(|(item, _)| item), same)
        } else {
            // Under an unsure key several resources may have come: only the same content is the same.
            let seen = folder.seen(&draft.origin);
            (seen, seen.is_some())
        };
        let id = if draft.resource.kind() == "Patient" {
            person.to_string()
        } else {
            continued
                .and_then(|item| item.resource().id())
                .map_or_else(|| ids::fresh(person, self.entropy.as_ref()), str::to_owned)
        };
        draft.ids.insert(Some(person), id);
        !same
    }
}

impl Drafts {
    /// Waits until these drafts are written.
    async fn taken(&mut self, (writing, places): (Writing, Vec<usize>)) -> Result<(), Error> {
        writing.done().await?;
        for place in places {
            self.drafts[place].outcome = Some(Outcome::Taken);
        }
        Ok(())
    }

    /// Refuses everything that goes to a record which may not be fed; copies in other records stay.
    fn leave_out(&mut self, person: PersonId, reason: &'static str) {
        for place in self.open(|draft| draft.homes.contains(&person)) {
            self.drafts[place].homes.remove(&person);
            if self.drafts[place].homes.is_empty() {
                self.reject(place, None, reason);
            }
        }
    }

    /// Two files may both say `Patient/1` and mean two people. Where no strong identifier and no named
    /// source tells that it is the same one, guessing would mix two records: it is refused.
    fn refuse_doubtful(&mut self, person: PersonId, folder: &Folder) {
        let named_source = self.named_source;
        let doubtful = self
            .open(|draft| draft.resource.kind() == "Patient" && draft.homes.contains(&person))
            .into_iter()
            .any(|place| {
                let draft = &self.drafts[place];
                let known = folder.imported(&draft.origin.source, &draft.origin.url);
                let other = known.is_some() && folder.seen(&draft.origin).is_none();
                other
                    && !draft.key_is_sure(named_source)
                    && strong_identifiers(&draft.resource).is_empty()
            });
        if doubtful {
            for place in self.open(|draft| draft.homes.contains(&person)) {
                self.reject(
                    place,
                    None,
                    "its Patient has the id of another one of this source; say `--source NAME` for each system",
                );
            }
        }
    }

    /// Notes where references out of the unit lead in the opened records.
    fn know_before(&mut self, records: &BTreeMap<PersonId, Open>) {
        let mut before = Vec::new();
        for draft in &self.drafts {
            for reference in &draft.refers {
                if self.named(reference).is_some() {
                    continue;
                }
                // Each record has its own copy of what several share.
                before.extend(draft.homes.iter().filter_map(|person| {
                    let (item, _) = records
                        .get(person)?
                        .folder
                        .imported(&self.source, reference)?;
                    Some(((Some(*person), reference.to_string()), item.reference()))
                }));
            }
        }
        self.before.extend(before);
    }
}
