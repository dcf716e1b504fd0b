use hygie_notice::{Act, ActorKind, Millis, PersonId, symbols};
use hygie_policy::{Category, Role};

use crate::change::{Letters, MandateForm, Right, RightsChange, encode};
use crate::door::Ask;
use crate::rights::role;
use crate::{Caller, Error, Record};

/// Symbols of a mandate's id: 65 bits.
const ID: usize = 13;
/// Longest account and name, in bytes.
const NAME: usize = 128;
/// The longest mandate of a helper, in milliseconds: two years; he may be appointed again.
const HELPER: Millis = 2 * 366 * 24 * 3_600_000;

/// Whom somebody appoints.
#[derive(Debug, Clone)]
pub struct Who {
    /// The id of the account that acts.
    pub account: String,
    /// The name to show.
    pub name: String,
    /// `parent`, `guardian` or `helper`.
    pub role: String,
    /// Codes of the classes a helper sees; all where it names none.
    pub classes: Option<Vec<String>>,
    /// The first moment at which it holds; none for at once.
    pub from: Option<Millis>,
    /// The first moment at which it no longer holds; a helper's mandate has one.
    pub until: Option<Millis>,
}

/// A change of who acts for a person.
#[derive(Debug, Clone)]
pub enum Appointment {
    /// Somebody may act.
    Appoint(Who),
    /// The mandate of this id ends.
    End(String),
    /// The person is of age from this moment on (none: as far as is known, always was).
    OfAge(Option<Millis>),
    /// A parent is told there that something is new for the person, by enrolment's word.
    Letters {
        /// The id of the account that acts.
        account: String,
        /// Where he is told; an empty address for nowhere.
        letters: Letters,
    },
}

/// Who acts for a person, as the person may read it.
#[derive(Debug, Clone)]
pub struct Appointed {
    /// The mandate's id.
    pub id: String,
    /// Who, as what.
    pub who: Who,
}

impl Record {
    /// Changes who acts for the person: the holder appoints helpers, and ends their mandates; the operator enters
    /// parents and guardians, and the day the person is of age; enrolment enters a minor's parents, as the register names
    /// them, ends their mandates, and says where they are told of what is new: who is one already stays so. Gives the id
    /// of the mandate.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else; [`Error::Part`] for a mandate that is none, with the part that is wrong:
    /// `account`, `name`, `role`, `class` or `until`; [`Error::NotFound`] when there is none to end.
    pub async fn appoint(
        &self,
        caller: &Caller,
        person: PersonId,
        appointment: Appointment,
    ) -> Result<String, Error> {
        let now = self.clock.now();
        let ask = Ask {
            caller,
            person,
            act: Act::Appoint,
            what: "$appoint".to_owned(),
        };
        let operator = caller.actor.kind == ActorKind::Operator;
        let enrolled = caller.actor.kind == ActorKind::Enrolment;
        if let Appointment::Appoint(who) = &appointment {
            check(who, caller.actor.kind, now)?;
        }
        if matches!(appointment, Appointment::Letters { .. }) && !enrolled {
            return Err(Error::Refused);
        }
        let entered = self.enter(&ask).await?;
        if let (true, Appointment::Appoint(who)) = (enrolled, &appointment)
            && let Some((id, _)) = entered
                .rights
                .mandates
                .iter()
                .find(|one| one.1.is(who, now))
        {
            return Ok(id.clone());
        }
        let id = symbols(self.entropy.as_ref(), ID);
        let (id, right) = match appointment {
            Appointment::Appoint(who) => {
                let mandate = MandateForm {
                    account: who.account,
                    name: who.name,
                    role: who.role,
                    classes: who.classes,
                    from: who.from,
                    until: who.until,
                    letters: None,
                };
                (id.clone(), Right::Mandate { id, mandate })
            }
            Appointment::End(id) => {
                ends(&entered.rights.mandates, &id, caller.actor.kind)?;
                (id.clone(), Right::EndMandate { id })
            }
            Appointment::OfAge(_) if !operator => {
                return Err(Error::Unprocessable(
                    "the operator enters when somebody is of age",
                ));
            }
            Appointment::OfAge(at) => (id, Right::OfAge { at }),
            Appointment::Letters { account, letters } => {
                match told_at(&entered.rights.mandates, (&account, letters), now)? {
                    (id, Some(mandate)) => (id.clone(), Right::Mandate { id, mandate }),
                    (id, None) => return Ok(id),
                }
            }
        };
        let change = RightsChange {
            at: now,
            author: caller.actor.clone(),
            right,
        };
        self.write(&entered.desk, &encode(&change)).await?;
        Ok(id)
    }

    /// Who acts for the person, those whose mandate is over too; read by the person and who represents him.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else.
    pub async fn appointed(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Vec<Appointed>, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            what: "$appointed".to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let mandates = entered.rights.mandates.iter().map(|(id, form)| Appointed {
            id: id.clone(),
            who: Who {
                account: form.account.clone(),
                name: form.name.clone(),
                role: form.role.clone(),
                classes: form.classes.clone(),
                from: form.from,
                until: form.until,
            },
        });
        Ok(mandates.collect())
    }
}

/// Whether a mandate may be ended by who is of this kind.
fn ends(mandates: &[(String, MandateForm)], id: &str, by: ActorKind) -> Result<(), Error> {
    let mut known = mandates.iter();
    let (_, form) = known
        .find(|(known, _)| known == id)
        .ok_or(Error::NotFound)?;
    let free = match role(&form.role) {
        Some(Role::Helper) => true,
        Some(Role::Parent) => matches!(by, ActorKind::Operator | ActorKind::Enrolment),
        _ => by == ActorKind::Operator,
    };
    match free {
        true => Ok(()),
        false => Err(Error::Unprocessable(
            "a parent or a guardian is entered by registers and courts: ask the operator",
        )),
    }
}

/// A parent's mandate with where he is told from now on; nothing to write where that is so already.
fn told_at(
    mandates: &[(String, MandateForm)],
    (account, letters): (&str, Letters),
    now: Millis,
) -> Result<(String, Option<MandateForm>), Error> {
    let mut mandates = mandates.iter();
    let (id, form) = mandates
        .find(|(_, form)| form.is_parent(now) && form.account == account)
        .ok_or(Error::NotFound)?;
    let letters = Some(letters).filter(|letters| !letters.address.is_empty());
    let changed = (letters != form.letters).then(|| MandateForm {
        letters,
        ..form.clone()
    });
    Ok((id.clone(), changed))
}

impl MandateForm {
    /// Whether it lets a parent act at this moment.
    pub(crate) fn is_parent(&self, now: Millis) -> bool {
        self.holds(now) && role(&self.role) == Some(Role::Parent)
    }

    /// Whether it lets the same account act in the same role at this moment.
    fn is(&self, who: &Who, now: Millis) -> bool {
        self.holds(now) && self.account == who.account && self.role == who.role
    }

    fn holds(&self, now: Millis) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|end| now < end)
    }
}

/// Whether a mandate is one, and of the kind that the caller gives.
fn check(who: &Who, by: ActorKind, now: Millis) -> Result<(), Error> {
    let registers = matches!(by, ActorKind::Operator | ActorKind::Enrolment);
    let named = !who.account.is_empty() && who.account.len() <= NAME;
    let known =
        |code: &String| Category::from_code(code).is_some_and(|class| class != Category::Identity);
    let classes = who.classes.as_deref().unwrap_or_default();
    let helper = role(&who.role) == Some(Role::Helper);
    let over = |until: Millis| until <= now.max(who.from.unwrap_or(now));
    let wrong = if role(&who.role).is_none() {
        ("role", "the role is `parent`, `guardian` or `helper`")
    } else if helper == registers {
        (
            "role",
            "the holder appoints helpers; parents and guardians are entered by the operator",
        )
    } else if by == ActorKind::Enrolment && role(&who.role) != Some(Role::Parent) {
        ("role", "enrolment enters parents alone")
    } else if !named {
        (
            "account",
            "name the account that acts, in at most 128 bytes",
        )
    } else if who.name.len() > NAME {
        ("name", "the name to show has at most 128 bytes")
    } else if who.classes.as_ref().is_some_and(Vec::is_empty) || !classes.iter().all(known) {
        (
            "class",
            "the scope names classes of documents: 10, 11, 31, 42, 43, 44, 45, 52, 60, 90, 95; leave it out for all",
        )
    } else if !helper && who.classes.is_some() {
        (
            "class",
            "a parent or a guardian sees all: leave the classes out",
        )
    } else if who.until.is_some_and(over) {
        ("until", "the mandate ends before it begins")
    } else if helper && who.until.is_none_or(|until| until - now > HELPER) {
        (
            "until",
            "a helper's mandate has an end, within two years; appoint him again then",
        )
    } else {
        return Ok(());
    };
    let (part, why) = wrong;
    Err(Error::Part(part, why))
}
