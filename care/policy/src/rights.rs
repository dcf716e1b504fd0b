use std::fmt;

use hygie_notice::{ActorRef, Millis};

use crate::Categories;
use crate::standing::names;

/// Whom the holder names.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Grantee {
    /// A professional, by RPPS number as in [`hygie_notice::ActorRef::id`].
    Professional(String),
    /// A structure, its professionals and its software, by FINESS number.
    Structure(String),
    /// A care team and whoever acts in it (art. L. 1110-12 CSP), by its identifier.
    Team(String),
    /// A program, by its name.
    App(String),
}

impl Grantee {
    /// Whether this is the actor, or what he acts for.
    pub fn names(&self, actor: &ActorRef) -> bool {
        names(self, actor)
    }
}

impl fmt::Debug for Grantee {
    /// The kind only: whom somebody trusts says something about him.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Professional(_) => "Professional(…)",
            Self::Structure(_) => "Structure(…)",
            Self::Team(_) => "Team(…)",
            Self::App(_) => "App(…)",
        })
    }
}

/// What an authorisation opens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Over {
    /// These classes of documents.
    Classes(Categories),
    /// One item, as `Type/id`.
    Item(String),
}

impl fmt::Debug for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classes(classes) => classes.fmt(f),
            Self::Item(_) => f.write_str("Item(…)"),
        }
    }
}

/// The holder's permission to read (art. R. 1111-32 CSP). It governs reading, not depositing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authorisation {
    /// Who may read.
    pub grantee: Grantee,
    /// What.
    pub over: Over,
    /// The first moment at which it holds; none for from the beginning.
    pub from: Option<Millis>,
    /// The first moment at which it no longer holds; none while the holder says nothing else.
    pub until: Option<Millis>,
}

impl Authorisation {
    /// Whether it holds at `now`.
    pub fn in_force(&self, now: Millis) -> bool {
        holds(self.from, self.until, now)
    }
}

/// In which role somebody acts for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A parent who has authority over a minor (art. 371-1 C. civ.), until that day.
    Parent,
    /// A guardian whom a court appointed (art. 496 C. civ.).
    Guardian,
    /// Somebody whom the holder trusts, within a mandate (art. 1984 C. civ.).
    Helper,
}

/// That somebody may act for the person.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mandate {
    /// The id of his account.
    pub account: String,
    /// In which role.
    pub role: Role,
    /// What a helper sees; the others see all.
    pub classes: Categories,
    /// The first moment at which it holds.
    pub from: Option<Millis>,
    /// The first moment at which it no longer holds.
    pub until: Option<Millis>,
}

impl Mandate {
    /// Whether it holds at `now`.
    pub fn in_force(&self, now: Millis) -> bool {
        holds(self.from, self.until, now)
    }
}

impl fmt::Debug for Mandate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mandate({:?}, {:?})", self.role, self.classes)
    }
}

/// That a structure or a team cares for the person, who was told so and did not object
/// (art. L. 1110-4 III CSP).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Care {
    /// The structure, or the team.
    pub by: Grantee,
    /// From when.
    pub from: Millis,
    /// The first moment at which it no longer holds.
    pub until: Millis,
}

/// A declared emergency (French "bris de glace").
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Emergency {
    /// RPPS number of who declared it, and alone reads by it.
    pub professional: String,
    /// From when.
    pub from: Millis,
    /// The first moment at which it no longer holds.
    pub until: Millis,
}

impl fmt::Debug for Emergency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emergency(…)")
    }
}

/// What a person's `rights` stream says, folded to its present state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Every authorisation not taken back, those of the past and the future too.
    pub authorisations: Vec<Authorisation>,
    /// Who may read nothing here, authorised or not.
    pub blocked: Vec<Grantee>,
    /// RPPS number of the treating doctor (French "médecin traitant").
    pub treating: Option<String>,
    /// Who cares for the person.
    pub care: Vec<Care>,
    /// The person does not want care teams presumed authorised.
    pub no_presumption: bool,
    /// Who acts for the person.
    pub mandates: Vec<Mandate>,
    /// Emergencies that were declared, those that are over too.
    pub emergencies: Vec<Emergency>,
    /// The person refuses to be read in a declared emergency.
    pub no_break_glass: bool,
    /// The person refuses to be read by regulation centres.
    pub no_regulation: bool,
    /// When the person is of age; none when that was always so, as far as is known.
    pub of_age: Option<Millis>,
    /// The person opposes the space (art. L. 1111-13-1 CSP).
    pub opposed: bool,
    /// The record is kept and not read, as the person asked (GDPR art. 18).
    pub restricted: bool,
    /// From when on it is read again all the same, as the person was told before (GDPR art. 18(3)); none where nobody
    /// said so.
    pub freed: Option<Millis>,
    /// The holder closed the space (art. R. 1111-36 CSP).
    pub closed: bool,
    /// Who may add nothing to the record: professionals, and structures with all who act for them (GDPR art. 21).
    pub no_feeding: Vec<Grantee>,
    /// What of research the person refuses (EHDS art. 71).
    pub no_research: NoResearch,
}

/// What of research a person refuses.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct NoResearch {
    /// All of it.
    pub all: bool,
    /// These projects.
    pub projects: Vec<String>,
}

impl NoResearch {
    /// Whether this project is refused; with none, what is taken out for any.
    pub fn refuses(&self, project: Option<&str>) -> bool {
        self.all || project.is_some_and(|project| self.projects.iter().any(|one| one == project))
    }
}

impl fmt::Debug for NoResearch {
    /// How much only: what somebody refuses says something about him.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "NoResearch({}, {} projects)",
            self.all,
            self.projects.len()
        )
    }
}

impl Rights {
    /// Whether any single item is shown to anybody.
    pub fn shows_items(&self) -> bool {
        let mut given = self.authorisations.iter();
        given.any(|one| matches!(one.over, Over::Item(_)))
    }

    /// Whether this item (`Type/id`) is shown to this actor by name, at `now`.
    pub fn shows(&self, actor: &ActorRef, item: &str, now: Millis) -> bool {
        self.authorisations.iter().any(|one| {
            let this = matches!(&one.over, Over::Item(shown) if shown == item);
            this && one.in_force(now) && names(&one.grantee, actor)
        })
    }
}

fn holds(from: Option<Millis>, until: Option<Millis>, now: Millis) -> bool {
    from.is_none_or(|from| from <= now) && until.is_none_or(|until| now < until)
}

#[cfg(test)]
mod tests;
