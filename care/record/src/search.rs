use std::sync::Arc;

use hygie_fhir::search::Criterion;
use hygie_notice::{Act, PersonId};

use crate::door::Ask;
use crate::view::View;
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
        self.kind.as_deref().is_none_or(|kind| kind == item.kind())
            && self
                .criteria
                .iter()
                .all(|criterion| criterion.matches(item.resource()))
    }

    /// Answers from a view: it never had what is hidden (INVARIANT masked is absent).
    fn answer(&self, view: &View) -> Vec<Arc<Item>> {
        view.items()
            .filter(|item| self.matches(item))
            .cloned()
            .collect()
    }
}

/// What a search found, or nothing at all: the matches, and what the caller sees around them, for includes.
#[derive(Default)]
pub struct Found {
    /// The matches, in order of arrival.
    pub matches: Vec<Arc<Item>>,
    /// Everything of the record that the caller sees.
    pub visible: Vec<Arc<Item>>,
}

impl Record {
    /// What of a person's record the caller may see and the query asks for.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not search this record.
    pub async fn search(
        &self,
        caller: &Caller,
        person: PersonId,
        query: &Query,
    ) -> Result<Found, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Search,
            what: query.what.clone(),
        };
        let view = self.enter(&ask).await?.view(self, caller).await?;
        Ok(Found {
            matches: query.answer(&view),
            visible: view.items().cloned().collect(),
        })
    }

    /// What of the directory the query asks for.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not read the directory.
    pub async fn search_directory(&self, caller: &Caller, query: &Query) -> Result<Found, Error> {
        let folder = self
            .look_up(caller, Act::Search, query.what.clone())
            .await?;
        let view = View {
            lineages: folder.lineages().to_vec(),
        };
        Ok(Found {
            matches: query.answer(&view),
            visible: view.items().cloned().collect(),
        })
    }
}
