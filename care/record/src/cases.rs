//! What is said in cases about a person's rights (GDPR arts. 15 to 22). It lies in his `rights`, under the key that his
//! erasure destroys; cases themselves, and what can be said in them, enrolment knows.

use hygie_notice::{Act, ActorRef, Millis, PersonId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::change::{Right, RightsChange, decode, encode};
use crate::door::Ask;
use crate::{Caller, Error, Record};

/// Something that was said in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InCase<S> {
    /// The case's number.
    pub case: String,
    /// When.
    pub at: Millis,
    /// Who wrote it down.
    pub author: ActorRef,
    /// What.
    pub said: S,
}

/// What a case says of the restriction of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// It is kept and not read.
    Holds,
    /// No more.
    Ends,
    /// No more from this moment on, which its person was told of.
    EndsAt(Millis),
}

impl Record {
    /// Writes down what is said in a case, and tells the person unless it was he who said it; durable when this
    /// returns.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the holder, who represents him, and enrolment, which is told of a space that
    /// ended: [`Error::Closed`], [`Error::Erased`].
    pub async fn say_in_case<S: Serialize>(
        &self,
        caller: &Caller,
        person: PersonId,
        (case, what): (&str, &str),
        said: &S,
    ) -> Result<(), Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Case,
            what: what.to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let right = Right::Case {
            case: case.to_owned(),
            said: encode(said),
        };
        self.write_right(&entered, caller, self.clock.now(), right)
            .await?;
        self.tell(&ask, &entered.rights);
        Ok(())
    }

    /// Restricts the record for a case, or no more (GDPR art. 18); from the next request on, or from the moment on that
    /// the person is told of (art. 18(3)).
    ///
    /// # Errors
    /// As [`Record::say_in_case`].
    pub async fn restrict(
        &self,
        caller: &Caller,
        person: PersonId,
        (case, what): (&str, &str),
        restriction: Restriction,
    ) -> Result<(), Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Case,
            what: what.to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let case = case.to_owned();
        let right = match restriction {
            Restriction::Holds => Right::Restrict { case },
            Restriction::Ends => Right::Release { case, from: None },
            Restriction::EndsAt(at) => Right::Release {
                case,
                from: Some(at),
            },
        };
        self.write_right(&entered, caller, self.clock.now(), right)
            .await?;
        self.tell(&ask, &entered.rights);
        Ok(())
    }

    /// All that was said in the person's cases, oldest first.
    ///
    /// # Errors
    /// As [`Record::say_in_case`]; [`Error::UnknownForm`] when something was said in a later version.
    pub async fn said_in_cases<S: DeserializeOwned>(
        &self,
        caller: &Caller,
        person: PersonId,
        what: &str,
    ) -> Result<Vec<InCase<S>>, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Case,
            what: what.to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let mut all = Vec::new();
        for plain in self.entries(&entered.desk).await? {
            let change: RightsChange = decode(&plain)?;
            if let Right::Case { case, said } = change.right {
                all.push(InCase {
                    case,
                    at: change.at,
                    author: change.author,
                    said: decode(&said)?,
                });
            }
        }
        Ok(all)
    }
}
