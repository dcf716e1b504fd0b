use std::hash::{Hash, Hasher};

use aws_lc_rs::digest::{Context, SHA256};
use hygie_notice::{Act, ActorKind, PersonId, Purpose};

use crate::{Grantee, Request, Target};

/// All of a request that a decision rests on: the question to the rules is made of this and of nothing
/// else, so that two requests of one name have one answer.
#[derive(Hash)]
pub(crate) struct Asked<'a> {
    pub(crate) actor: Acting<'a>,
    pub(crate) act: Act,
    pub(crate) purpose: Purpose,
    pub(crate) target: Target,
    pub(crate) person: Option<PersonId>,
    /// Who may read at the time of the request.
    pub(crate) readers: Vec<&'a Grantee>,
    pub(crate) blocked: &'a [Grantee],
    pub(crate) opposed: bool,
    pub(crate) closed: bool,
}

/// What rules tell apart about an actor.
#[derive(Hash)]
pub(crate) struct Acting<'a> {
    pub(crate) kind: ActorKind,
    pub(crate) id: &'a str,
    pub(crate) person: Option<PersonId>,
    pub(crate) structure: Option<&'a str>,
    pub(crate) sector: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(request: &Request<'a>) -> Self {
        let actor = request.actor;
        let authorisations = request.rights.authorisations.iter();
        Self {
            actor: Acting {
                kind: actor.kind,
                id: &actor.id,
                person: actor.person,
                structure: actor.structure.as_deref(),
                sector: actor.sector.as_deref(),
            },
            act: request.act,
            purpose: request.purpose,
            target: request.target,
            person: request.person,
            readers: authorisations
                .filter(|one| one.in_force(request.now))
                .map(|one| &one.grantee)
                .collect(),
            blocked: &request.rights.blocked,
            opposed: request.rights.opposed,
            closed: request.rights.closed,
        }
    }

    /// SHA-256 of all of it: no two requests that differ have the same, and nobody is named by it.
    pub(crate) fn name(&self) -> [u8; 32] {
        let mut name = Name(Context::new(&SHA256));
        self.hash(&mut name);
        let digest = name.0.finish();
        digest.as_ref().try_into().expect("SHA-256 gives 32 bytes")
    }
}

/// Feeds what a derived `Hash` writes, every field with its length, into SHA-256.
struct Name(Context);

impl Hasher for Name {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finish();
        let first = digest.as_ref().first_chunk::<8>();
        u64::from_be_bytes(*first.expect("SHA-256 gives 32 bytes"))
    }
}

#[cfg(test)]
mod tests;
