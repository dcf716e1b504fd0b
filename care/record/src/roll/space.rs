//! Making the space of an insured person: his record, with who he is and nothing else.

use hygie_keeper::Error as KeeperError;
use hygie_notice::wire::Failure;
use hygie_notice::{Act, PersonId};

use super::Roll;
use crate::change::{Change, Put, encode};
use crate::door::Ask;
use crate::{Error, Identity, ids};

/// What came of making a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// It is there now.
    Made(PersonId),
    /// It was there.
    There(PersonId),
    /// The person opposes, or the space was closed or erased: nothing was made.
    Barred,
}

impl Roll {
    /// Makes a person's space, once: the same number again finds it there.
    ///
    /// Crash between binding the number and writing the Patient: the next call finds the person and an empty record,
    /// and writes it.
    ///
    /// # Errors
    /// Those of keeper and store; [`Error::UnknownForm`] for what is no number.
    pub async fn make_space(&self, identity: &Identity, what: &str) -> Result<Space, Error> {
        let persons = self
            .persons(&identity.numbers().collect::<Vec<_>>())
            .await?;
        let Some(person) = persons.first().copied() else {
            return Ok(Space::Barred);
        };
        let caller = self.caller();
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Create,
            what: what.to_owned(),
        };
        let entered = match self.record().enter(&ask).await {
            Ok(entered) => entered,
            Err(Error::Refused | Error::Erased | Error::Closed) => return Ok(Space::Barred),
            // Something stands in the record: it was made before, or imported.
            Err(Error::Keeper(KeeperError::Refused(Failure::StaleHead(_)))) => {
                return Ok(Space::There(person));
            }
            Err(error) => return Err(error),
        };
        let mut patient = identity.patient()?;
        patient.set_id(&person.to_string());
        let version = ids::version(self.record().entropy.as_ref());
        let change = Change {
            at: entered.receipt.at,
            author: caller.actor.clone(),
            puts: vec![Put::of(person.to_string(), version, patient.json())],
        };
        self.record().write(&entered.desk, &encode(&change)).await?;
        Ok(Space::Made(person))
    }
}
