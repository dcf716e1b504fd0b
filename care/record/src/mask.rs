use std::sync::Arc;

use hygie_notice::{Act, PersonId};

use crate::change::{Right, RightsChange, encode};
use crate::door::Ask;
use crate::view::Sight;
use crate::{Caller, Error, Item, Record, masking};

impl Record {
    /// Masks an item to professionals, or shows it to them again. The item keeps its version: a change
    /// of visibility is nothing that others may see.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the caller can't reach, [`Error::Refused`] for what is not his.
    pub async fn mask(
        &self,
        caller: &Caller,
        person: PersonId,
        (kind, id): (&str, &str),
        masked: bool,
    ) -> Result<Arc<Item>, Error> {
        let reference = format!("{kind}/{id}");
        let ask = Ask {
            caller,
            person,
            act: Act::Mask,
            what: reference.clone(),
        };
        let entered = self.enter(&ask).await?;
        let rights = entered.rights.rights();
        let sight = Sight {
            caller,
            person,
            rights: &rights,
            now: self.clock.now(),
        };
        let folder = self.folder(entered.receipt, &entered.desk).await?;
        let lineage = folder.lineage(&reference).ok_or(Error::NotFound)?;
        let class = sight.class(lineage, &entered.rights.masks);
        let seen = self.may_search(&sight) && sight.permits(Act::Read, class);
        if !sight.permits(Act::Mask, class) {
            return Err(if seen {
                Error::Refused
            } else {
                Error::NotFound
            });
        }
        if lineage.current().is_none() {
            return Err(Error::Gone);
        }
        let change = RightsChange {
            at: self.clock.now(),
            author: caller.actor.clone(),
            right: Right::Mask {
                item: reference.clone(),
                masked,
            },
        };
        let desk = self
            .reopen_rights(&ask, &entered.verdict, entered.desk)
            .await?;
        self.write(&desk, &encode(&change)).await?;
        let masks = std::collections::HashMap::from([(reference, masked)]);
        Ok(Arc::clone(masking::shown(lineage, &masks).newest()))
    }
}
