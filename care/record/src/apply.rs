//! Writing to one record: creates, updates, patches and deletions, together in one sealed entry, so
//! that all of them stand or none does.

mod again;
mod existing;
mod step;

use std::collections::HashMap;
use std::sync::Arc;

use hygie_fhir::{Resource, check, unresolved};
use hygie_notice::{Act, ActorRef, Millis, PersonId, RequestId};

use crate::change::{Change, Put, encode, fresh};
use crate::desk::Desk;
use crate::documents::Known;
use crate::door::Ask;
use crate::folder::{Folder, Lineage};
use crate::item::Item;
use crate::{Caller, Error, Record, ids};

use existing::Reach;
pub(crate) use step::rewrite;
pub use step::{Done, Step, Verb};

impl Record {
    /// Does all steps on one person's record, or none.
    ///
    /// References between steps by fullUrl (`urn:uuid:…`) are rewritten to the ids that are given.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], [`Error::Gone`], [`Error::Stale`], [`Error::Invalid`],
    /// [`Error::Several`], [`Error::Unprocessable`]; then nothing was written.
    pub async fn apply(
        &self,
        caller: &Caller,
        person: PersonId,
        what: &str,
        steps: Vec<Step>,
    ) -> Result<Vec<Done>, Error> {
        let ask = Ask {
            caller,
            person,
            act: act(&steps),
            what: what.to_owned(),
        };
        let entered = self.enter_items(&ask).await?;
        let person = entered.person;
        if ask.act == Act::Delete && steps.iter().any(|step| !matches!(step.verb, Verb::Delete)) {
            // What is deleted lets nothing else in beside it that would be refused alone.
            let adds = Ask {
                act: Act::Amend,
                person,
                what: ask.what.clone(),
                ..ask
            };
            let request = RequestId::random(self.entropy.as_ref());
            self.judge(&adds, &request, &entered.rights).await?;
        }
        let plain = steps.iter().all(Step::is_plain_create);
        // What is kept already is met in the folder, whether or not there is any.
        let folder = if plain && !steps.iter().any(Step::has_documents) {
            None
        } else {
            Some(
                self.folder_told(entered.receipt, &entered.desk, &entered.rights)
                    .await?,
            )
        };
        let reach = match &folder {
            Some(folder) if !plain => {
                let named = named(folder, &steps);
                let among = named.as_deref().unwrap_or(folder.lineages());
                self.reach(folder, among, &entered.rights, caller, person)
            }
            _ => Reach::default(),
        };
        let at = self.clock.now();
        let plan = match self.plan(person, &reach, steps) {
            // The record opened, and an item in it turned out to be another's: that stands in the
            // trail too.
            Err(Error::Refused) => {
                self.refuse_item(&ask).await?;
                return Err(Error::Refused);
            }
            other => other?,
        };
        let written = Written {
            at,
            author: Arc::new(caller.actor.clone()),
            folder,
        };
        self.write_plan(&entered.desk, written, plan).await
    }

    /// Writes what a plan puts, in one entry; gives what became of each step.
    async fn write_plan(
        &self,
        desk: &Desk,
        written: Written,
        plan: Vec<Planned>,
    ) -> Result<Vec<Done>, Error> {
        let Written { at, author, folder } = written;
        let mut done = Vec::with_capacity(plan.len());
        let (mut puts, mut items) = (Vec::new(), Vec::new());
        let mut new = Known::default();
        for planned in plan {
            match planned {
                Planned::There(item) => done.push(Done::there(item)),
                Planned::Put {
                    mut put,
                    resource,
                    created,
                } => {
                    self.lay_out(&mut put, folder.as_deref(), &mut new).await?;
                    let item = if put.documents.is_empty() {
                        Item::with(resource, &put, at, Arc::clone(&author))
                    } else {
                        Item::of(&put, at, Arc::clone(&author))?
                    };
                    let item = Arc::new(item);
                    items.push(Arc::clone(&item));
                    done.push(Done::made(item, created));
                    puts.push(*put);
                }
            }
        }
        if puts.is_empty() {
            return Ok(done);
        }
        let documents = fresh(&puts);
        // What refers to documents is read back from the entry, as everybody else will read it.
        let plain = puts.iter().all(|put| put.documents.is_empty());
        let change = Change {
            at,
            author: author.as_ref().clone(),
            puts,
        };
        // Nobody else holds the folder while it follows, so that it need not be copied.
        drop(folder);
        self.begin(desk, encode(&change), documents, plain.then_some(items))
            .done()
            .await?;
        Ok(done)
    }

    /// What each step comes to: nothing to write, or a put. Ids first, then references, then checks.
    fn plan(
        &self,
        person: PersonId,
        reach: &Reach,
        steps: Vec<Step>,
    ) -> Result<Vec<Planned>, Error> {
        let mut names = HashMap::new();
        let mut targets = Vec::with_capacity(steps.len());
        let mut again = again::recognised(reach, &steps);
        for (place, step) in steps.iter().enumerate() {
            let target = match again.remove(&place) {
                Some(item) => Target::There(item),
                None => self.target(person, reach, step)?,
            };
            if let Some(name) = &step.name {
                names.insert(name.clone(), target.reference().to_owned());
            }
            targets.push(target);
        }
        let mut seen = std::collections::HashSet::new();
        let mut plan = Vec::with_capacity(steps.len());
        for (step, target) in steps.into_iter().zip(targets) {
            if target.is_written() && !seen.insert(target.reference().to_owned()) {
                return Err(Error::Unprocessable(
                    "two steps of one transaction write the same resource; keep one of them",
                ));
            }
            plan.push(self.planned(step, target, &names)?);
        }
        Ok(plan)
    }

    fn planned(
        &self,
        step: Step,
        target: Target,
        names: &HashMap<String, String>,
    ) -> Result<Planned, Error> {
        let (reference, item) = match target {
            Target::There(item) => return Ok(Planned::There(item)),
            Target::New(reference) => (reference, None),
            Target::Old(item) => (item.reference(), Some(item)),
        };
        let amends = step.amends;
        let (kind, id) = reference.split_once('/').unwrap_or((&reference, ""));
        let deleted = matches!(step.verb, Verb::Delete);
        let mut resource = match (step.verb, item) {
            (Verb::Create { resource, .. } | Verb::Update { resource }, _) => resource,
            (Verb::Patch { patch }, Some(item)) => {
                let patched = patch
                    .apply(item.resource())
                    .map_err(|fault| Error::Invalid(vec![fault]))?;
                // What a repeated patch says is there already: no version is made of it.
                if patched == *item.resource() {
                    return Ok(Planned::There(item));
                }
                patched
            }
            (Verb::Delete | Verb::Patch { .. }, _) => tombstone(kind)?,
        };
        resource.set_id(id);
        step::rewrite(&mut resource, |reference| names.get(reference).cloned());
        if !deleted {
            let mut faults = check(&resource);
            faults.extend(unresolved(&resource, |_| false));
            if !faults.is_empty() {
                return Err(Error::Invalid(faults));
            }
        }
        step::of_one_person(&resource, id, |person| self.leading(person))?;
        let version = ids::version(self.entropy.as_ref());
        let put = Put {
            deleted,
            ..Put::of(id.to_owned(), version, resource.json())
        };
        Ok(Planned::Put {
            put: Box::new(put),
            resource,
            created: !amends,
        })
    }
}

/// What the steps are about, where each says it by an id: nothing else can be met then.
fn named(folder: &Folder, steps: &[Step]) -> Option<Vec<Arc<Lineage>>> {
    let references = steps.iter().map(|step| {
        let id = step.id.as_ref()?;
        Some(format!("{}/{id}", step.kind))
    });
    let references = references.collect::<Option<Vec<_>>>()?;
    let lineages = references.iter().filter_map(|name| folder.lineage(name));
    Some(lineages.cloned().collect())
}

/// Under what a plan is written.
struct Written {
    at: Millis,
    author: Arc<ActorRef>,
    /// What the record holds, where a step needed to know.
    folder: Option<Arc<Folder>>,
}

/// What a step comes to.
enum Planned {
    /// Nothing is written: it is there already.
    There(Arc<Item>),
    /// A new version, and the resource that its JSON was printed from.
    Put {
        put: Box<Put>,
        resource: Resource,
        created: bool,
    },
}

/// What a step is about.
pub(crate) enum Target {
    /// A resource to be made, by its new reference.
    New(String),
    /// A resource that gets a new version.
    Old(Arc<Item>),
    /// A resource that a create found.
    There(Arc<Item>),
}

impl Target {
    fn reference(&self) -> String {
        match self {
            Self::New(reference) => reference.clone(),
            Self::Old(item) | Self::There(item) => item.reference(),
        }
    }

    fn is_written(&self) -> bool {
        !matches!(self, Self::There(_))
    }
}

/// The act that names what is done in the notice: the strongest of the steps.
fn act(steps: &[Step]) -> Act {
    let has = |wanted: fn(&Verb) -> bool| steps.iter().any(|step| wanted(&step.verb));
    if has(|verb| matches!(verb, Verb::Delete)) {
        Act::Delete
    } else if has(|verb| matches!(verb, Verb::Update { .. } | Verb::Patch { .. })) {
        Act::Amend
    } else {
        Act::Deposit
    }
}

/// A deleted version holds its type and id, and nothing else.
fn tombstone(kind: &str) -> Result<Resource, Error> {
    let json = hygie_fhir::Json::object([("resourceType", hygie_fhir::Json::String(kind.into()))]);
    Resource::from_json(json).map_err(|_| Error::UnknownForm)
}
