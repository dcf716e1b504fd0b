use std::sync::Arc;

use hygie_fhir::{Patch, check};
use hygie_notice::{Act, PersonId};

use crate::change::{Right, RightsChange, encode};
use crate::door::Ask;
use crate::masking::Masks;
use crate::view::{Sight, hidden};
use crate::{Caller, Error, Item, Lineage, Record, masking};

impl Record {
    /// Masks an item to professionals, or shows it to them again, as a patch of its `securityLabel`
    /// says. The item keeps its version: a change of visibility is nothing that others may see.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the caller can't reach, [`Error::Refused`] for what is not his;
    /// [`Error::Invalid`] and [`Error::Unprocessable`] for a patch that says something else.
    pub async fn mask(
        &self,
        caller: &Caller,
        person: PersonId,
        (kind, id): (&str, &str),
        patch: &Patch,
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
        if hidden(&folder, &entered.rights, &sight, Act::Read).contains(&reference) {
            return Err(Error::NotFound);
        }
        let class = sight.class(lineage, &entered.rights.masks);
        let seen = self.may_search(&sight) && sight.permits(Act::Read, class);
        if !sight.permits(Act::Mask, class) {
            if seen {
                self.refuse_item(&ask).await?;
                return Err(Error::Refused);
            }
            return Err(Error::NotFound);
        }
        if lineage.current().is_none() {
            return Err(Error::Gone);
        }
        let place = asked(&masking::shown(lineage, &entered.rights.masks), patch)?;
        let change = RightsChange {
            at: self.clock.now(),
            author: caller.actor.clone(),
            right: Right::Mask {
                item: reference.clone(),
                masked: place.is_some(),
                place: place.unwrap_or_default(),
            },
        };
        let desk = self
            .reopen_rights(&ask, &entered.verdict, entered.desk)
            .await?;
        self.write(&desk, &encode(&change)).await?;
        let masks = Masks::from([(reference, place)]);
        Ok(Arc::clone(masking::shown(lineage, &masks).newest()))
    }
}

/// What a patch makes of the labels that are shown.
fn asked(shown: &Lineage, patch: &Patch) -> Result<Option<usize>, Error> {
    let before = &shown.newest().resource();
    let after = patch
        .apply(before)
        .map_err(|fault| Error::Invalid(vec![fault]))?;
    let faults = check(&after);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    masking::asked(before.json(), after.json())
}
