use hygie_notice::{Act, ActorRef, Millis, PersonId, Purpose};

use crate::{Category, Rights, Terms};

/// What the act is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A person's record, its sharing included.
    Record,
    /// The directory of professionals and structures.
    Directory,
    /// A page of the roll of the insured.
    Roll,
    /// A sign-in account.
    Account,
    /// The list of oppositions that the crossing reads.
    Oppositions,
    /// A person's trail: who opened what. The act on it is [`Act::Account`].
    Trail,
    /// An item of a record that the actor was let into. Items are decided by class, so that a record
    /// of a thousand items costs a handful of decisions.
    Entry(Class),
    /// A mark of such an item, which the act sets or takes away.
    Mark(Class, Mark),
}

/// All that rules tell apart about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Class {
    /// The class of documents; none for a type that nobody gave one.
    pub category: Option<Category>,
    /// It belongs to what an emergency shows: who, whom to warn, synthesis, allergies, treatments, directives.
    pub emergency: bool,
    /// The actor made it.
    pub own: bool,
    /// Somebody made it for the structure that the actor acts for.
    pub of_structure: bool,
    /// The holder shows this very item to this very actor, now.
    pub granted: bool,
    /// An app's scopes name its type.
    pub in_scope: bool,
    /// Its marks.
    pub marks: Marks,
}

/// A mark of visibility (ANS, value set J08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `MASQUE_PS`: masked to professionals.
    Masked,
    /// `INVISIBLE_PATIENT`: not yet announced to the person.
    Unannounced,
    /// `INVISIBLE_REPRESENTANTS_LEGAUX`: invisible to who acts for the person.
    Secret,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 3] = [Self::Masked, Self::Unannounced, Self::Secret];
}

/// The marks of an item; none of them is "normal".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks {
    /// See [`Mark::Masked`].
    pub masked: bool,
    /// See [`Mark::Unannounced`].
    pub unannounced: bool,
    /// See [`Mark::Secret`].
    pub secret: bool,
}

impl Marks {
    /// Whether there is one.
    pub fn any(self) -> bool {
        self.masked || self.unannounced || self.secret
    }

    /// Whether this one is set.
    pub fn has(self, mark: Mark) -> bool {
        match mark {
            Mark::Masked => self.masked,
            Mark::Unannounced => self.unannounced,
            Mark::Secret => self.secret,
        }
    }

    /// The same with one mark set or taken away.
    #[must_use]
    pub fn with(mut self, mark: Mark, set: bool) -> Self {
        match mark {
            Mark::Masked => self.masked = set,
            Mark::Unannounced => self.unannounced = set,
            Mark::Secret => self.secret = set,
        }
        self
    }
}

/// Everything a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who, as his verified assertion says.
    pub actor: &'a ActorRef,
    /// What he is about to do. [`Act::Weigh`] is never permitted here: weighing comes before a
    /// decision and rests on none.
    pub act: Act,
    /// What for.
    pub purpose: Purpose,
    /// On what.
    pub target: Target,
    /// Whose; none for the directory, and for a person not yet made.
    pub person: Option<PersonId>,
    /// What that person allows; [`Rights::default`] for the directory.
    pub rights: &'a Rights,
    /// What the operator laid down.
    pub terms: &'a Terms,
    /// The time of the request.
    pub now: Millis,
}

#[cfg(test)]
mod tests;
