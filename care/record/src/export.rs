use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use hygie_fhir::Json;
use hygie_notice::{Act, PersonId, Purpose};

use crate::door::Ask;
use crate::folder::Folder;
use crate::{Caller, Error, Item, Query, Record, directory};

impl Record {
    /// Everything that is kept about a person, as a Bundle `collection` with every directory resource
    /// that it refers to (GDPR art. 20). `base` is the address before `Type/id` in the fullUrls.
    ///
    /// # Errors
    /// [`Error::Refused`] when policy has no rule for this caller and purpose.
    pub async fn export(
        &self,
        caller: &Caller,
        person: PersonId,
        base: &str,
    ) -> Result<Json, Error> {
        let caller = Caller {
            purpose: Purpose::Portability,
            ..caller.clone()
        };
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Export,
            what: "everything".to_owned(),
        };
        let view = self.enter(&ask).await?.view(self, &caller).await?;
        let listed = self
            .look_up(
                &caller,
                Act::Read,
                "what an exported record refers to".to_owned(),
            )
            .await?;
        let mut items: Vec<Arc<Item>> = view.items().cloned().collect();
        let referred = closure(&items, &listed);
        items.extend(referred);
        Ok(bundle(&items, base))
    }

    /// All that the caller may see of a person's record, in the form of an export: what the person takes elsewhere
    /// himself (GDPR art. 20).
    ///
    /// # Errors
    /// As [`Record::everything`].
    pub async fn take_away(
        &self,
        caller: &Caller,
        person: PersonId,
        base: &str,
    ) -> Result<Json, Error> {
        let items = self.everything(caller, person, "everything, to take away");
        Ok(bundle(&items.await?, base))
    }

    /// What of a person's record the caller may see, whole, with the directory resources that it
    /// refers to. `what` is the request's own words.
    ///
    /// # Errors
    /// [`Error::Refused`] when the caller may not search this record.
    pub async fn everything(
        &self,
        caller: &Caller,
        person: PersonId,
        what: &str,
    ) -> Result<Vec<Arc<Item>>, Error> {
        let query = Query {
            kind: None,
            criteria: Vec::new(),
            what: what.to_owned(),
        };
        let mut items = self.search(caller, person, &query).await?.matches;
        let listed = self
            .look_up(caller, Act::Read, "what a record refers to".to_owned())
            .await?;
        let referred = closure(&items, &listed);
        items.extend(referred);
        Ok(items)
    }
}

/// The directory resources that `items` refer to, and those that these refer to, and so on.
fn closure(items: &[Arc<Item>], listed: &Folder) -> Vec<Arc<Item>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut queue: VecDeque<Arc<Item>> = items.iter().cloned().collect();
    while let Some(item) = queue.pop_front() {
        for (_, reference) in item.resource().references() {
            let kind = reference.split('/').next().unwrap_or_default();
            if !directory::holds(kind) || !seen.insert(reference.to_owned()) {
                continue;
            }
            if let Some(target) = listed.item(reference) {
                found.push(Arc::clone(target));
                queue.push_back(Arc::clone(target));
            }
        }
    }
    found
}

fn bundle(items: &[Arc<Item>], base: &str) -> Json {
    let text = |text: &str| Json::String(text.into());
    let entries = items.iter().map(|item| {
        Json::object([
            ("fullUrl", text(&format!("{base}/{}", item.reference()))),
            ("resource", item.resource().json().clone()),
        ])
    });
    Json::object([
        ("resourceType", text("Bundle")),
        ("type", text("collection")),
        ("entry", Json::array(entries)),
    ])
}
