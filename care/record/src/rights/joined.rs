//! Two persons' rights that are one's: what either refused is refused; what the one who goes on allowed is allowed.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_fhir::Resource;
use hygie_notice::{ActorKind, ActorRef, Millis, PersonId};

use super::{RightsFolder, Said};
use crate::change::Wishes;
use crate::folder::Lineage;
use crate::identity::{Says, Told};
use crate::item::Item;
use crate::{Error, ids};

/// A record that was joined: what is seen of it in the joined folder.
#[derive(Clone)]
pub(crate) struct JoinedRights {
    /// Whose it was.
    pub person: PersonId,
    /// What is to be seen in his Patient.
    pub told: Vec<Told>,
}

impl RightsFolder {
    /// Takes over what the rights of a joined record say.
    ///
    /// - What it refuses holds: opposition, refusals, restrictions, blocks, wishes that say no, marks.
    /// - What it allows ends: authorisations, the treating doctor, care that was declared, emergencies, mandates. They were
    ///   given over the one record, and the joined one is another. Their Consents stay, inactive.
    /// - Where nothing is said here, its letters and its coming of age hold: these open nothing.
    pub fn join(
        &mut self,
        other: Self,
        (person, joined): (PersonId, PersonId),
        at: Millis,
    ) -> Result<(), Error> {
        self.rights = OnceLock::new();
        self.weight += other.weight;
        self.opposed |= other.opposed;
        for refusal in other.refusals {
            if !self.refuses(&refusal.scope) {
                self.refusals.push(refusal);
            }
        }
        self.restricted.extend(other.restricted);
        refuse(&mut self.wishes, other.wishes);
        self.of_age = self.of_age.or(other.of_age);
        self.masks.join(other.masks);
        let (blocks, grants): (Vec<_>, Vec<_>) = other
            .said
            .into_iter()
            .partition(|(_, said)| matches!(said, Said::Block(_)));
        for mut lineage in other.consents {
            own(&mut lineage, (person, joined));
            let id = lineage.newest().id();
            if grants.iter().any(|(granted, _)| granted == id) {
                let ended = ended(lineage.newest(), joined, at)?;
                Arc::make_mut(&mut lineage).add(Arc::new(ended));
            }
            self.consents.push(lineage);
        }
        self.said.extend(blocks);
        let mut told = other.told;
        told.push(says(Says::ReplacedBy(person), (person, joined), at));
        self.told
            .push(says(Says::Replaces(joined), (person, joined), at));
        self.joined.push(JoinedRights {
            person: joined,
            told,
        });
        self.joined.extend(other.joined);
        Ok(())
    }
}

/// Lets what the one refuses be refused, and letters go where they went.
fn refuse(wishes: &mut Wishes, other: Wishes) {
    let known = [
        (&mut wishes.presumption, other.presumption),
        (&mut wishes.break_glass, other.break_glass),
        (&mut wishes.regulation, other.regulation),
    ];
    for (own, other) in known {
        if other == Some(false) {
            *own = other;
        }
    }
    if wishes.letters.is_none() {
        wishes.letters = other.letters;
    }
}

/// What a joined person wrote is the one person's.
fn own(lineage: &mut Arc<Lineage>, (person, joined): (PersonId, PersonId)) {
    let versions = lineage.versions().iter().map(|item| {
        if item.author.person != Some(joined) {
            return Arc::clone(item);
        }
        let mut copy = item.copied();
        copy.author = Arc::new(ActorRef {
            person: Some(person),
            ..item.author.as_ref().clone()
        });
        Arc::new(copy)
    });
    if let Some(owned) = Lineage::of(versions.collect()) {
        *lineage = Arc::new(owned);
    }
}

/// The version of a Consent that says that it does not hold any more.
fn ended(item: &Arc<Item>, joined: PersonId, at: Millis) -> Result<Item, Error> {
    let mut json = item.resource().json().clone();
    json.set("status", "inactive".into());
    let mut resource = Resource::from_json(json).map_err(|_| Error::UnknownForm)?;
    let version = version(&item.reference(), joined, at);
    resource.set_version(&version, &ids::instant(at));
    Ok(item.followed(resource, (version, at, author())))
}

fn says(says: Says, (person, joined): (PersonId, PersonId), at: Millis) -> Told {
    let whose = match says {
        Says::Replaces(_) => person,
        _ => joined,
    };
    Told {
        at,
        author: author(),
        version: version(&format!("Patient/{whose}"), joined, at),
        says,
    }
}

/// Who joined them.
fn author() -> Arc<ActorRef> {
    Arc::new(ActorRef::new(ActorKind::Enrolment, "enrolment"))
}

/// The opaque version that a joining makes of a resource: the same whenever it is read, for nothing was written.
fn version(reference: &str, joined: PersonId, at: Millis) -> String {
    let said = format!("joined {joined} {at} {reference}");
    ids::version_of(digest(&SHA256, said.as_bytes()).as_ref())
}
