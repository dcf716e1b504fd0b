use hygie_notice::{Act, PersonId};

use crate::change::{Right, RightsChange, Wishes, encode};
use crate::door::Ask;
use crate::{Caller, Error, Record};

/// Longest e-mail address (RFC 5321, 4.5.3.1.3), in bytes.
const ADDRESS: usize = 254;

impl Record {
    /// Writes down what the person wishes; what is not said stays as it was. It holds from the next request on.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the person and who represents him; [`Error::Part`] for an address that
    /// is none.
    pub async fn wish(
        &self,
        caller: &Caller,
        person: PersonId,
        wishes: Wishes,
    ) -> Result<Wishes, Error> {
        let letters = wishes.letters.as_ref();
        if letters.is_some_and(|letters| !fits(&letters.address)) {
            return Err(Error::Part(
                "letters",
                "the address for letters is an e-mail address, or empty for none",
            ));
        }
        let ask = Ask {
            caller,
            person,
            act: Act::Share,
            what: "$wishes".to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let mut known = entered.rights.wishes.clone();
        if wishes == Wishes::default() {
            return Ok(known);
        }
        let change = RightsChange {
            at: self.clock.now(),
            author: caller.actor.clone(),
            right: Right::Wish(wishes.clone()),
        };
        self.write(&entered.desk, &encode(&change)).await?;
        known.presumption = wishes.presumption.or(known.presumption);
        known.break_glass = wishes.break_glass.or(known.break_glass);
        known.regulation = wishes.regulation.or(known.regulation);
        known.letters = wishes.letters.or(known.letters);
        Ok(known)
    }
}

/// Whether a text may be an e-mail address, or is empty. Whether anybody reads there, a letter shows.
fn fits(address: &str) -> bool {
    let sane = |char: char| !char.is_whitespace() && !char.is_control() && !"<>,;\"".contains(char);
    let parts = address.split_once('@');
    address.is_empty()
        || address.len() <= ADDRESS
            && address.chars().all(sane)
            && parts.is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.contains('@')
            })
}
