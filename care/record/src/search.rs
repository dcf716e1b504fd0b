use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_notice::{Act, PersonId};

use crate::door::Ask;
use crate::folder::View;
use crate::{Caller, Error, Item, Record};

/// A search within one record, or within the directory: every criterion must hold.
pub struct Query {
    /// The resource type; `None` for everything.
    pub kind: Option<String>,
    /// What must hold.
    pub criteria: Vec<Criterion>,
    /// The request's own words, for the holder's trail.
    pub what: String,
}

impl Query {
    fn matches(&self, item: &Item) -> bool {
        self.kind
            .as_deref()
            .is_none_or(|kind| kind == item.resource.kind())
            && self
                .criteria
                .iter()
                .all(|criterion| criterion.matches(&item.resource))
    }

    /// Answers from a view: it never had what is hidden (INVARIANT masked is absent).
    fn answer(&self, view: View) -> Vec<Arc<Item>> {
        let mut items = view.items;
        items.retain(|item| self.matches(item));
        items
    }
}

impl Record {
    /// What of a person's record the caller may see and the query asks for, in order of arrival.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not search this record.
    pub async fn search(
        &self,
        caller: &Caller,
        person: PersonId,
        query: &Query,
    ) -> Result<Vec<Arc<Item>>, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Search,
            what: query.what.clone(),
        };
        let view = self.enter(&ask).await?.view(self, caller).await?;
        Ok(query.answer(view))
    }

    /// What of the directory the query asks for.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not read the directory.
    pub async fn search_directory(&self, caller: &Caller, query: &Query) -> Result<Vec<Arc<Item>>, Error> {
        let folder = self
            .look_up(caller, Act::Search, query.what.clone())
            .await?;
        let items = folder.items().to_vec();
        Ok(query.answer(View { items }))
    }
}
