use std::hash::Hash;

use cedar_policy::{
    Context, Entities, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema,
};
use hygie_notice::{Act, ActorKind, Purpose};

use crate::relevance::Relevant;
use crate::{Mark, Request, Target, standing};

/// Bytes of the longest sector that is remembered as it came.
const SECTOR: usize = 16;

/// What rules may ask about a request, each true or not; [`Fact::word`] is its name in `rules/schema.cedarschema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fact {
    Named,
    Holder,
    Parent,
    Guardian,
    Helper,
    Minor,
    Synthetic,
    Opposed,
    Closed,
    FeedingRefused,
    ResearchRefused,
    Restricted,
    Blocked,
    Authorised,
    Team,
    Treating,
    Breaking,
    Regulates,
    RefusesBreakGlass,
    RefusesRegulation,
    InStructure,
    InTeam,
    ScopeReads,
    ScopeWrites,
    Covered,
    InMandate,
    InMatrix,
    Emergency,
    Own,
    OfStructure,
    Granted,
    InScope,
    Masked,
    Unannounced,
    Secret,
}

impl Fact {
    pub(crate) const ALL: [Self; 35] = [
        Self::Named,
        Self::Holder,
        Self::Parent,
        Self::Guardian,
        Self::Helper,
        Self::Minor,
        Self::Synthetic,
        Self::Opposed,
        Self::Closed,
        Self::FeedingRefused,
        Self::ResearchRefused,
        Self::Restricted,
        Self::Blocked,
        Self::Authorised,
        Self::Team,
        Self::Treating,
        Self::Breaking,
        Self::Regulates,
        Self::RefusesBreakGlass,
        Self::RefusesRegulation,
        Self::InStructure,
        Self::InTeam,
        Self::ScopeReads,
        Self::ScopeWrites,
        Self::Covered,
        Self::InMandate,
        Self::InMatrix,
        Self::Emergency,
        Self::Own,
        Self::OfStructure,
        Self::Granted,
        Self::InScope,
        Self::Masked,
        Self::Unannounced,
        Self::Secret,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Holder => "holder",
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Helper => "helper",
            Self::Minor => "minor",
            Self::Synthetic => "synthetic",
            Self::Opposed => "opposed",
            Self::Closed => "closed",
            Self::FeedingRefused => "feedingRefused",
            Self::ResearchRefused => "researchRefused",
            Self::Restricted => "restricted",
            Self::Blocked => "blocked",
            Self::Authorised => "authorised",
            Self::Team => "team",
            Self::Treating => "treating",
            Self::Breaking => "breaking",
            Self::Regulates => "regulates",
            Self::RefusesBreakGlass => "refusesBreakGlass",
            Self::RefusesRegulation => "refusesRegulation",
            Self::InStructure => "inStructure",
            Self::InTeam => "inTeam",
            Self::ScopeReads => "scopeReads",
            Self::ScopeWrites => "scopeWrites",
            Self::Covered => "covered",
            Self::InMandate => "inMandate",
            Self::InMatrix => "inMatrix",
            Self::Emergency => "emergency",
            Self::Own => "own",
            Self::OfStructure => "ofStructure",
            Self::Granted => "granted",
            Self::InScope => "inScope",
            Self::Masked => "masked",
            Self::Unannounced => "unannounced",
            Self::Secret => "secret",
        }
    }
}

/// All of a request that a decision rests on: the question to the rules is made of this and of nothing else, and it
/// names nobody, so that the answer for one person serves for all who stand in the same relation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    kind: ActorKind,
    act: Act,
    purpose: Purpose,
    on: On,
    sector: Option<String>,
    true_ones: u64,
}

/// The kind of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum On {
    Record,
    Directory,
    Roll,
    Account,
    Oppositions,
    Trail,
    Entry,
    Mark(Mark),
}

impl Facts {
    pub(crate) fn of(request: &Request<'_>) -> Self {
        let mut facts = Self {
            kind: request.actor.kind,
            act: request.act,
            purpose: request.purpose,
            on: match request.target {
                Target::Record => On::Record,
                Target::Directory => On::Directory,
                Target::Roll => On::Roll,
                Target::Account => On::Account,
                Target::Oppositions => On::Oppositions,
                Target::Trail => On::Trail,
                Target::Entry(_) => On::Entry,
                Target::Mark(_, mark) => On::Mark(mark),
            },
            sector: request.actor.sector.clone().map(bounded),
            true_ones: 0,
        };
        match request.target {
            // Nobody's rights govern these.
            Target::Directory | Target::Roll | Target::Account | Target::Oppositions => {}
            Target::Trail => standing::of(request, &mut facts),
            Target::Record => {
                standing::of(request, &mut facts);
                standing::of_record(request, &mut facts);
            }
            Target::Entry(class) | Target::Mark(class, _) => {
                standing::of(request, &mut facts);
                standing::of_item(request, class, &mut facts);
            }
        }
        facts
    }

    pub(crate) fn say(&mut self, fact: Fact, holds: bool) {
        if holds {
            self.true_ones |= 1 << fact as u8;
        }
    }

    /// The same question, with what can't matter to it as not true.
    pub(crate) fn relevant(self, relevant: &Relevant) -> Self {
        let asked = relevant.get(&(self.kind, self.act, self.on));
        Self {
            true_ones: self.true_ones & asked.copied().unwrap_or(u64::MAX),
            ..self
        }
    }

    fn holds(&self, fact: Fact) -> bool {
        self.true_ones & 1 << fact as u8 != 0
    }

    /// The question in Cedar's terms; `None` when it does not fit the schema, which a test excludes.
    pub(crate) fn question(&self, schema: &Schema) -> Option<cedar_policy::Request> {
        let facts = Fact::ALL.into_iter().map(|fact| {
            let holds = RestrictedExpression::new_bool(self.holds(fact));
            (fact.word().to_owned(), holds)
        });
        let purpose = RestrictedExpression::new_entity_uid(uid("Purpose", self.purpose.word())?);
        let sector = self.sector.iter().map(|code| {
            let code = RestrictedExpression::new_string(code.clone());
            ("sector".to_owned(), code)
        });
        let pairs = facts.chain([("purpose".to_owned(), purpose)]).chain(sector);
        cedar_policy::Request::new(
            uid(actor(self.kind), "one")?,
            uid("Action", self.act.word())?,
            uid("Target", self.on.word())?,
            Context::from_pairs(pairs).ok()?,
            Some(schema),
        )
        .ok()
    }
}

impl On {
    pub(crate) const ALL: [Self; 10] = [
        Self::Record,
        Self::Directory,
        Self::Roll,
        Self::Account,
        Self::Oppositions,
        Self::Trail,
        Self::Entry,
        Self::Mark(Mark::Masked),
        Self::Mark(Mark::Unannounced),
        Self::Mark(Mark::Secret),
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Directory => "directory",
            Self::Roll => "roll",
            Self::Account => "account",
            Self::Oppositions => "oppositions",
            Self::Trail => "trail",
            Self::Entry => "item",
            Self::Mark(Mark::Masked) => "mark-masked",
            Self::Mark(Mark::Unannounced) => "mark-unannounced",
            Self::Mark(Mark::Secret) => "mark-secret",
        }
    }
}

/// A sector as it is remembered: codes have four characters, and what is longer is none.
fn bounded(sector: String) -> String {
    if sector.len() <= SECTOR {
        sector
    } else {
        "none of the value set".to_owned()
    }
}

/// The type of an actor in the rules.
pub(crate) fn actor(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Holder => "Holder",
        ActorKind::Representative => "Representative",
        ActorKind::Professional => "Professional",
        ActorKind::Software => "Software",
        ActorKind::Operator => "Operator",
        ActorKind::Enrolment => "Enrolment",
        ActorKind::Support => "Support",
        ActorKind::App => "App",
        ActorKind::Crossing => "Crossing",
        ActorKind::SignIn => "SignIn",
        ActorKind::Officer => "Officer",
    }
}

pub(crate) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind: EntityTypeName = kind.parse().ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// Rules speak of relations, not of entities that would have to be looked up.
pub(crate) fn no_entities() -> Entities {
    Entities::empty()
}

#[cfg(test)]
mod tests;
