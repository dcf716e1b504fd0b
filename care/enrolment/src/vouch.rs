//! An agent at a counter who saw somebody's identity document vouches for him: for thirty days that stands in the place of
//! the one-time code, beside the letter's, which the agent never sees. It is written down with the agent's id.

use hygie_record::Error;
use hygie_record::notice::{Act, ActorKind, ActorRef};

use crate::page::{Line, News, Page};
use crate::{Enrolment, Pace, Wish};

impl Enrolment {
    /// How fast an agent may vouch, whoever for.
    pub fn vouch_pace(&self, agent: &ActorRef, who: &Wish) -> Pace {
        self.pace_of(&format!("agent {}", agent.id), &who.number)
    }

    /// Writes down that an agent saw the identity document of who has this number and birth date. Whether there is such a
    /// person is not told: the agent learns nothing that the document does not say.
    ///
    /// # Errors
    /// [`Error::Refused`] for whoever is no agent; those of keeper and store.
    pub async fn vouch(&self, agent: &ActorRef, who: &Wish) -> Result<(), Error> {
        if agent.kind != ActorKind::Support {
            return Err(Error::Refused);
        }
        let what = format!("an identity document, seen by agent {}", agent.id);
        let fits = |_: &Line, _: &Page| true;
        let named = (who.number.as_str(), who.birth.as_str());
        let Some(unlocked) = self.unlock_to(Act::Deposit, named, &what, fits).await? else {
            return Ok(());
        };
        let until = self.calendar.reversal(self.roll.record().now());
        let vouched = News::Vouched {
            line: unlocked.place,
            agent: agent.id.clone(),
            until,
        };
        self.write(&unlocked.opened, vec![vouched]).await
    }
}
