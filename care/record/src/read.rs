use std::sync::Arc;

use hygie_notice::Act;

use crate::door::Ask;
use crate::{Caller, Error, Item, Record, directory, ids};

impl Record {
    /// One resource, as the caller may see it.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::NotFound`], neither of which tells whether anything is hidden.
    pub async fn read(&self, caller: &Caller, kind: &str, id: &str) -> Result<Arc<Item>, Error> {
        let what = format!("{kind}/{id}");
        if directory::holds(kind) {
            let folder = self.look_up(caller, Act::Read, what.clone()).await?;
            return folder.item(&what).cloned().ok_or(Error::NotFound);
        }
        let person = ids::person(id).ok_or(Error::NotFound)?;
        let ask = Ask {
            caller,
            person,
            act: Act::Read,
            what: what.clone(),
        };
        self.enter(&ask).await?.item(self, caller, &what).await
    }
}
