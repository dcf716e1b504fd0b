use std::fmt;

use hygie_notice::{Act, ActorRef, Millis, PersonId, Purpose};

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
    /// A person's trail: who opened what. The act on it is [`Act::Account`].
    Trail,
    /// An item of a record that the actor was let into. Items are decided by class, so that a record
    /// of a thousand items costs a handful of decisions.
    Entry(Class),
}

/// All that rules tell apart about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Class {
    /// The actor made it.
    pub own: bool,
    /// Somebody made it for the structure that the actor acts for.
    pub of_structure: bool,
    /// It is masked to professionals (`MASQUE_PS`).
    pub masked: bool,
}

/// To whom the holder opened his record.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Grantee {
    /// A professional, by RPPS number as in [`ActorRef::id`].
    Professional(String),
    /// A structure, its professionals and its software, by FINESS number.
    Structure(String),
}

impl fmt::Debug for Grantee {
    /// The kind only: whom somebody trusts says something about him.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Professional(_) => "Professional(…)",
            Self::Structure(_) => "Structure(…)",
        })
    }
}

/// The holder's permission to read (art. R. 1111-32 CSP). It governs reading, not depositing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authorisation {
    /// Who may read.
    pub grantee: Grantee,
    /// The first moment at which it holds; none for from the beginning.
    pub from: Option<Millis>,
    /// The first moment at which it no longer holds; none while the holder says nothing else.
    pub until: Option<Millis>,
}

impl Authorisation {
    /// Whether it holds at `now`.
    pub fn in_force(&self, now: Millis) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// What a person's `rights` stream says, folded to its present state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Every authorisation not taken back, those of the past and the future too.
    pub authorisations: Vec<Authorisation>,
    /// Who may do nothing at all here, authorised or not.
    pub blocked: Vec<Grantee>,
    /// The person opposes the space (art. L. 1111-13-1 CSP).
    pub opposed: bool,
    /// The holder closed the space (art. R. 1111-36 CSP).
    pub closed: bool,
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
    /// The time of the request.
    pub now: Millis,
}
