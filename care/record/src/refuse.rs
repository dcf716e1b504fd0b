//! What a person opposes, whole space or part of it, as an entry of his `rights`.

use hygie_notice::{Act, Millis, PersonId};

use crate::change::Right;
use crate::door::Ask;
use crate::{Caller, Error, Record, Scope};

/// What a person opposes short of the whole space, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What.
    pub scope: Scope,
    /// Since when.
    pub at: Millis,
    /// Number of the receipt that was given.
    pub receipt: String,
}

/// That somebody opposes, or no longer does.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What.
    pub scope: &'a Scope,
    /// Whether he opposes it from now on.
    pub opposed: bool,
    /// Number of the receipt that he is given.
    pub receipt: &'a str,
}

impl Record {
    /// What the person opposes short of the whole space, in the order in which it was said.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the person and who represents him.
    pub async fn refusals(&self, caller: &Caller, person: PersonId) -> Result<Vec<Refusal>, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            what: "$oppositions".to_owned(),
        };
        Ok(self.enter(&ask).await?.rights.refusals.clone())
    }
}

impl Said<'_> {
    /// As an entry of `rights`.
    pub(crate) fn right(&self) -> Right {
        let receipt = self.receipt.to_owned();
        let scope = self.scope.clone();
        match (self.scope, self.opposed) {
            (Scope::Space, true) => Right::Oppose { receipt },
            (Scope::Space, false) => Right::Relent { receipt },
            (_, true) => Right::Refuse { scope, receipt },
            (_, false) => Right::Allow { scope, receipt },
        }
    }
}
