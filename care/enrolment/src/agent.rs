//! The telephone: an agent helps a caller (decision 0026). He finds nobody but by number and birth date, acts under his own
//! assertion, and is shown nothing before the ledger says so; the keeper counts whom he met. What he records, he records
//! of somebody whom he called back on the number on record.

use hygie_record::notice::{Act, Entropy, Millis};
use hygie_record::policy::PersonId;
use hygie_record::{Caller, Error, Scope};

use crate::oppose::Unlocked;
use crate::page::{Line, News};
use crate::stage::{Stage, Way};
use crate::telephone::Recorded;
use crate::tray::BETWEEN;
use crate::{Enrolment, Insured, Proof, Wish};

/// How long after an agent was shown a number he may record what was said there.
pub(crate) const CALL: Millis = 2 * 60 * 60 * 1_000;

/// How far somebody's letters and six weeks are. What he does with a space that is there is not an agent's to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// No letter is on its way.
    Waiting,
    /// A letter left, and did not come back.
    Announced {
        /// When.
        sent: Millis,
        /// The first moment after the six weeks.
        deadline: Millis,
    },
    /// The six weeks are over, or there was a space before.
    Over,
}

/// What an agent sees of a caller: never health data, never a code, never whether there is a space or what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// Given names and family name.
    pub name: String,
    /// `YYYY-MM-DD`.
    pub birth: String,
    /// His letters and six weeks.
    pub reached: Reached,
    /// Since when he opposes.
    pub opposed: Option<Millis>,
    /// Whether he is known to be dead: then nothing can be done here.
    pub died: bool,
    /// The last two digits of the number on record.
    pub phone: Option<String>,
    /// The first letter of the address on record, and its domain.
    pub email: Option<String>,
    /// Whether a code may go there by text message.
    pub sms: bool,
    /// Whether a letter finds him.
    pub post: bool,
    /// From when on another code may be sent, where that is not now.
    pub code_from: Option<Millis>,
}

/// Whom an agent calls back.
#[derive(Clone, PartialEq, Eq)]
pub struct CallBack {
    /// Given names and family name.
    pub name: String,
    /// The number on record.
    pub phone: String,
    /// Whether he opposes.
    pub opposed: bool,
}

/// What somebody says on the telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// That he opposes.
    No,
    /// That he no longer does.
    Yes,
}

/// What came of recording it.
pub enum Told {
    /// It holds.
    Done(Proof),
    /// Nobody has this number and birth date.
    Nobody,
    /// The agent did not call him back, or too long ago.
    NotCalled,
}

impl Enrolment {
    /// Looks a caller up; none where nobody has this number and birth date.
    ///
    /// # Errors
    /// [`Error::Refused`] for who is no agent; those of the keeper, a spent budget among them; those of the store.
    pub async fn look_up(&self, agent: &Caller, who: &Wish) -> Result<Option<Seen>, Error> {
        let met = self.met(agent, who, (Act::Search, LOOKED_UP)).await?;
        let now = self.roll.record().now();
        Ok(met.and_then(|met| {
            let line = met.line().ok()?;
            let sms = self.sends_texts() && self.is_grown_up(line, now);
            Some(Seen::of(line, now, sms))
        }))
    }

    /// Shows an agent the number on record, to call it: written on the person's line, by whom and when. None where there
    /// is nobody to call.
    ///
    /// # Errors
    /// As [`Enrolment::look_up`].
    pub async fn call_back(&self, agent: &Caller, who: &Wish) -> Result<Option<CallBack>, Error> {
        let what = "the number on record was shown to an agent, to call back";
        let Some(met) = self.met(agent, who, (Act::Deposit, what)).await? else {
            return Ok(None);
        };
        let phone = self.show_number(&met, agent).await?;
        Ok(met.line().ok().zip(phone).map(|(line, phone)| CallBack {
            name: named(&line.insured),
            phone,
            opposed: line.standing.opposed.is_some(),
        }))
    }

    /// Writes down that an agent is shown the number, then gives it.
    pub(crate) async fn show_number(
        &self,
        met: &Unlocked,
        agent: &Caller,
    ) -> Result<Option<String>, Error> {
        let Ok(line) = met.line() else {
            return Ok(None);
        };
        if line.insured.phone.is_empty() || line.standing.died.is_some() {
            return Ok(None);
        }
        let called = News::Called {
            line: line.place,
            agent: agent.actor.id.clone(),
        };
        self.roll.write(&met.opened, vec![called]).await?;
        Ok(Some(line.insured.phone.clone()))
    }

    /// Records what somebody said whom this agent called back. It holds before this returns.
    ///
    /// Crash before it holds: the list of calls says that it was about to be, and a second agent who is sent there finds
    /// no such receipt on the line, and goes on. Nothing holds by telephone that the list does not know.
    ///
    /// # Errors
    /// As [`Enrolment::look_up`].
    pub async fn record_call(&self, agent: &Caller, who: &Wish, says: Says) -> Result<Told, Error> {
        let what = match says {
            Says::No => "opposition by telephone",
            Says::Yes => "opposition taken back by telephone",
        };
        let Some(met) = self.met(agent, who, (Act::Oppose, what)).await? else {
            return Ok(Told::Nobody);
        };
        let now = self.roll.record().now();
        let Some(line) = met.line().ok().filter(|line| line.standing.died.is_none()) else {
            return Ok(Told::Nobody);
        };
        if !line.was_called(&agent.actor.id, now) {
            return Ok(Told::NotCalled);
        }
        let number = Proof::number(&self.roll);
        self.list(Recorded {
            page: met.opened.page.id,
            line: line.place,
            agent: agent.actor.id.clone(),
            receipt: number.clone(),
            opposes: says == Says::No,
            sampled: self.draws(),
        })
        .await?;
        let way = (Way::Telephone, number);
        let proof = match says {
            Says::No => self.say_no(met, way, &Scope::Space, what).await?,
            Says::Yes => self.say_yes(met, way, &Scope::Space, what).await?,
        };
        Ok(Told::Done(proof))
    }

    /// Opens a caller's page in the agent's name, and has it said in the person's own trail. Whoever can't be found
    /// counts as a meeting too: asking in vain is asking.
    pub(crate) async fn met(
        &self,
        agent: &Caller,
        who: &Wish,
        (act, what): (Act, &str),
    ) -> Result<Option<Unlocked>, Error> {
        let agent = self.roll.agent(agent)?;
        let name = (who.number.as_str(), who.birth.as_str());
        let unlocked = self
            .unlock_by(Some(&agent), act, name, what, |_, _| true)
            .await?;
        let persons = match &unlocked {
            Some(unlocked) => self.persons(unlocked).await?,
            None => vec![self.nobody(&who.number)],
        };
        for person in persons {
            self.roll.meet(&agent, person, what).await?;
        }
        Ok(unlocked)
    }

    /// An id that nobody has, the same for the same number as long as this process lives.
    fn nobody(&self, number: &str) -> PersonId {
        PersonId::random(&Hashed(self.keyed(&format!("nobody {number}"))))
    }
}

/// In the trail, when an agent looks somebody up.
const LOOKED_UP: &str = "looked up by an agent, on the telephone";

/// Bytes of a hash, where random ones would stand.
struct Hashed([u8; 32]);

impl Entropy for Hashed {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, hashed) in bytes.iter_mut().zip(self.0) {
            *byte = hashed;
        }
    }
}

impl Seen {
    fn of(line: &Line, now: Millis, sms: bool) -> Self {
        let insured = &line.insured;
        Self {
            name: named(insured),
            birth: insured.birth_date.clone(),
            reached: match line.standing.stage {
                Stage::Waiting => Reached::Waiting,
                Stage::Announced { sent, deadline } => Reached::Announced { sent, deadline },
                _ => Reached::Over,
            },
            opposed: line.standing.opposed,
            died: line.standing.died.is_some(),
            phone: masked_phone(&insured.phone),
            email: masked_email(&insured.email),
            sms: sms && line.text_to().is_some(),
            post: !insured.address.is_empty(),
            code_from: line.asked.map(|at| at + BETWEEN).filter(|from| now < *from),
        }
    }
}

/// As he is spoken to.
pub(crate) fn named(insured: &Insured) -> String {
    format!("{} {}", insured.given, insured.family)
}

/// The last two digits.
fn masked_phone(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let shown = digits.get(digits.len().checked_sub(2)?..)?;
    Some(shown.iter().collect())
}

/// The first letter, and the domain.
fn masked_email(email: &str) -> Option<String> {
    let (name, domain) = email.rsplit_once('@')?;
    Some(format!("{}…@{domain}", name.chars().next()?))
}

#[cfg(test)]
mod tests {
    //! Danger: a mask that shows what it hides.

    use proptest::prelude::*;

    use super::{masked_email, masked_phone};

    #[test]
    fn masks_show_what_they_say() {
        assert_eq!(masked_phone("+33199001234").as_deref(), Some("34"));
        assert_eq!(masked_phone(""), None);
        let shown = masked_email("camille@mail.example");
        assert_eq!(shown.as_deref(), Some("c…@mail.example"));
        assert_eq!(masked_email("nowhere"), None);
    }

    proptest! {
        #[test]
        fn no_mask_shows_a_number_or_a_name(digits in "[0-9]{5,15}", name in "[a-z]{2,20}") {
            let phone = masked_phone(&format!("+{digits}")).unwrap_or_default();
            prop_assert_eq!(phone.len(), 2);
            let email = masked_email(&format!("{name}@a.example")).unwrap_or_default();
            prop_assert_eq!(email.chars().count(), "x…@a.example".chars().count());
        }
    }
}
