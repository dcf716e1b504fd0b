use std::sync::Arc;

use hygie_notice::{Act, PersonId};

use crate::door::Ask;
use crate::view::View;
use crate::{Caller, Error, Item, Lineage, Record, directory, ids};

impl Record {
    /// One version of one resource.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], or [`Error::Gone`] for the version that deletes.
    pub async fn version_of(
        &self,
        caller: &Caller,
        kind: &str,
        id: &str,
        version: &str,
    ) -> Result<Arc<Item>, Error> {
        let what = format!("{kind}/{id}/_history/{version}");
        let lineage = self.lineage(caller, kind, id, what).await?;
        let found = lineage
            .versions()
            .iter()
            .find(|item| item.version == version)
            .ok_or(Error::NotFound)?;
        if found.deleted {
            return Err(Error::Gone);
        }
        Ok(Arc::clone(found))
    }

    /// Every version of one resource, newest first.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::NotFound`].
    pub async fn history(
        &self,
        caller: &Caller,
        kind: &str,
        id: &str,
    ) -> Result<Vec<Arc<Item>>, Error> {
        let what = format!("{kind}/{id}/_history");
        let lineage = self.lineage(caller, kind, id, what).await?;
        Ok(lineage.versions().iter().rev().cloned().collect())
    }

    /// Every version of every resource of one type in a person's record, newest first.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not read this record.
    pub async fn history_of_type(
        &self,
        caller: &Caller,
        person: PersonId,
        kind: &str,
    ) -> Result<Vec<Arc<Item>>, Error> {
        let view = self
            .past(caller, person, format!("{kind}/_history"))
            .await?;
        let mut versions: Vec<Arc<Item>> = view
            .lineages
            .iter()
            .filter(|lineage| lineage.newest().kind() == kind)
            .flat_map(|lineage| lineage.versions().iter().cloned())
            .collect();
        // Stable: versions of one moment keep their order of arrival, reversed.
        versions.reverse();
        versions.sort_by_key(|item| std::cmp::Reverse(item.updated));
        Ok(versions)
    }

    async fn lineage(
        &self,
        caller: &Caller,
        kind: &str,
        id: &str,
        what: String,
    ) -> Result<Arc<Lineage>, Error> {
        if directory::holds(kind) {
            let folder = self.look_up(caller, Act::Read, what).await?;
            let reference = format!("{kind}/{id}");
            return folder.lineage(&reference).cloned().ok_or(Error::NotFound);
        }
        let person = ids::person(id).ok_or(Error::NotFound)?;
        let view = self.past(caller, person, what).await?;
        view.lineage(kind, id).cloned().ok_or(Error::NotFound)
    }

    async fn past(&self, caller: &Caller, person: PersonId, what: String) -> Result<View, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::History,
            what,
        };
        self.enter(&ask).await?.view(self, caller).await
    }
}
