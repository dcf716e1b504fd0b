use std::sync::Arc;

use hygie_fhir::{Patch, check};
use hygie_notice::{Act, PersonId};
use hygie_policy::Mark;

use crate::change::{Right, RightsChange, encode};
use crate::door::Ask;
use crate::masking::Said;
use crate::view::{Sight, hidden};
use crate::{Caller, Error, Item, Lineage, Record, masking};

impl Record {
    /// Marks an item (masked to professionals, not yet announced, invisible to representatives), or takes a mark away,
    /// as a patch of its `securityLabel` says. The item keeps its version: a change of visibility is nothing that others may see.
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
        let sight = Sight {
            caller,
            person: entered.person,
            rights: entered.rights.rights(),
            terms: &self.terms,
            now: self.clock.now(),
        };
        let folder = self
            .folder_told(entered.receipt, &entered.desk, &entered.rights)
            .await?;
        let lineage = folder.lineage(&reference).ok_or(Error::NotFound)?;
        if hidden(&folder, &entered.rights, &sight, Act::Read).contains(&reference) {
            return Err(Error::NotFound);
        }
        let class = sight.class(lineage, &entered.rights);
        // What is not hidden from him, he sees.
        let seen = self.may_search(&sight);
        let shown = masking::shown(lineage, &entered.rights.masks);
        if lineage.current().is_none() {
            return Err(if seen || sight.permits_any_mark(class) {
                Error::Gone
            } else {
                Error::NotFound
            });
        }
        let changes = asked(&shown, patch)?;
        let mut marks = changes.iter().map(|(mark, _)| *mark);
        if !marks.all(|mark| sight.permits_mark(class, mark)) || !sight.permits_any_mark(class) {
            if seen {
                self.refuse_item(&ask).await?;
                return Err(Error::Refused);
            }
            return Err(Error::NotFound);
        }
        if changes.is_empty() {
            return Ok(Arc::clone(shown.newest()));
        }
        let mut masks = entered.rights.masks.clone();
        let mut desk = entered.desk;
        for (mark, place) in changes {
            let at = self.clock.now();
            masks.say(reference.clone(), mark, Said { place, at });
            desk = self.reopen_rights(&ask, &entered.verdict, desk).await?;
            let right = Right::Mask {
                item: reference.clone(),
                masked: place.is_some(),
                mark: mark.into(),
                place: place.unwrap_or_default(),
            };
            let author = caller.actor.clone();
            let change = RightsChange { at, author, right };
            self.write(&desk, &encode(&change)).await?;
        }
        Ok(Arc::clone(masking::shown(lineage, &masks).newest()))
    }
}

/// What a patch makes of the labels that are shown.
fn asked(shown: &Lineage, patch: &Patch) -> Result<Vec<(Mark, Option<usize>)>, Error> {
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
