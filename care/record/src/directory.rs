//! The directory of organisations and professionals: a sealed subject of its own. Entries are merged
//! only by national identifier, and a deposit never overwrites one.

use std::collections::HashSet;
use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_fhir::{Resource, check, unresolved};
use hygie_notice::{Act, Subject, symbols};
use hygie_policy::Target;

use crate::apply::Done;
use crate::change::{Change, Put, encode, fresh};
use crate::desk::{Desk, Guard};
use crate::documents::Known;
use crate::folder::Folder;
use crate::subject::Errand;
use crate::{Caller, Error, Item, Record, ids};

/// The resource types that the directory holds.
const KINDS: [&str; 6] = [
    "Endpoint",
    "HealthcareService",
    "Location",
    "Organization",
    "Practitioner",
    "PractitionerRole",
];

/// Identifier systems under which one value means one professional or one structure in the nation
/// (ANS: national ids of persons and of structures; the French core profiles' RPPS and FINESS).
const NATIONAL: [&str; 4] = [
    "urn:oid:1.2.250.1.71.4.2.1",
    "urn:oid:1.2.250.1.71.4.2.2",
    "https://rpps.esante.fr",
    "https://finess.esante.gouv.fr",
];

/// Whether resources of this type live in the directory.
pub fn holds(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// A national identifier of the directory: the type of what has it, its system and its value.
pub(crate) type Number = (&'static str, String, String);

/// The national identifiers of an entry.
pub(crate) fn numbers(resource: &Resource) -> Vec<Number> {
    let national = national(resource).into_iter();
    national
        .map(|(system, value)| (resource.kind(), system.to_owned(), value.to_owned()))
        .collect()
}

fn national(resource: &Resource) -> Vec<(&str, &str)> {
    resource
        .identifiers()
        .into_iter()
        .filter_map(|(system, value)| Some((system?, value)))
        .filter(|(system, _)| NATIONAL.contains(system))
        .collect()
}

impl Record {
    /// The directory as the caller may read it: everybody who is believed may.
    pub(crate) async fn look_up(
        &self,
        caller: &Caller,
        act: Act,
        what: String,
    ) -> Result<Arc<Folder>, Error> {
        let (folder, _desk) = self.open_directory(caller, act, what).await?;
        Ok(folder)
    }

    /// The directory's entries of these references.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not read the directory.
    pub async fn listed(
        &self,
        caller: &Caller,
        references: &HashSet<String>,
    ) -> Result<Vec<Arc<Item>>, Error> {
        let what = "what an answer includes".to_owned();
        let folder = self.look_up(caller, Act::Read, what).await?;
        Ok(references
            .iter()
            .filter_map(|reference| folder.item(reference))
            .cloned()
            .collect())
    }

    /// Decides, writes the notice down, and opens the directory. It has no `rights` stream to weigh:
    /// nobody's consent governs who works where.
    pub(crate) async fn open_directory(
        &self,
        caller: &Caller,
        act: Act,
        what: String,
    ) -> Result<(Arc<Folder>, Desk), Error> {
        let guard = self.guard(Subject::directory(), act == Act::Deposit).await;
        self.open_directory_behind(caller, act, what, Arc::new(guard))
            .await
    }

    /// The same for whoever has the directory's lock already.
    pub(crate) async fn open_directory_behind(
        &self,
        caller: &Caller,
        act: Act,
        what: String,
        guard: Arc<Guard>,
    ) -> Result<(Arc<Folder>, Desk), Error> {
        let errand = Errand {
            caller,
            subject: Subject::directory(),
            target: Target::Directory,
            act,
            what: &what,
        };
        let (receipt, desk) = self.open_subject(&errand, guard).await?;
        let folder = self.folder(receipt, &desk).await?;
        Ok((folder, desk))
    }

    /// Adds one entry, or gives the one that has its national identifier already.
    pub(crate) async fn list(
        &self,
        caller: &Caller,
        mut resource: Resource,
        if_none_exist: Option<Vec<Criterion>>,
    ) -> Result<Done, Error> {
        let mut faults = check(&resource);
        faults.extend(unresolved(&resource, |_| false));
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let what = resource.kind().to_owned();
        let (folder, desk) = self.open_directory(caller, Act::Deposit, what).await?;
        if let Some(item) = folder.numbered(&numbers(&resource)) {
            return Ok(Done::there(Arc::clone(item)));
        }
        if let Some(criteria) = if_none_exist {
            let mut matches = folder.items().filter(|item| {
                item.kind() == resource.kind()
                    && criteria
                        .iter()
                        .all(|criterion| criterion.matches(item.resource()))
            });
            match (matches.next(), matches.next()) {
                (Some(_), Some(_)) => return Err(Error::Several),
                (Some(item), None) => return Ok(Done::there(Arc::clone(item))),
                _ => {}
            }
        }
        let entropy = self.entropy.as_ref();
        let id = symbols(entropy, 26);
        resource.set_id(&id);
        let mut put = Put::of(id, ids::version(entropy), resource.json());
        self.lay_out(&mut put, Some(&folder), &mut Known::default())
            .await?;
        let at = self.clock.now();
        let item = Item::of(&put, at, Arc::new(caller.actor.clone()))?;
        let documents = fresh([&put]);
        let change = Change {
            at,
            author: caller.actor.clone(),
            puts: vec![put],
        };
        self.write_claiming(&desk, &encode(&change), documents)
            .await?;
        Ok(Done::made(Arc::new(item), true))
    }
}
