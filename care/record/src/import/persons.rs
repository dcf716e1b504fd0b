//! Which person a Patient is: by an identifier of a strong system, or by its import key; else a new one.

use std::collections::{BTreeSet, HashMap, HashSet};

use hygie_fhir::patient_references;
use hygie_identity::InsSystem;
use hygie_notice::{PersonId, Subject};

use super::draft::{Draft, Drafts};
use crate::{Caller, Error, Record};

/// The tag domain of import keys.
const IMPORT: &str = "import";

impl Record {
    /// Finds or makes the person of every Patient, then the homes of all the rest, then writes.
    pub(super) async fn import_persons(&self, caller: &Caller, drafts: &mut Drafts) -> Result<(), Error> {
        for place in drafts.open(|draft| draft.resource.kind() == "Patient") {
            let person = self.person_of(caller, &drafts.drafts[place]).await?;
            drafts.drafts[place].homes = BTreeSet::from([person]);
        }
        let outside: HashSet<String> = drafts
            .drafts
            .iter()
            .flat_map(|draft| patient_references(&draft.resource))
            .filter(|reference| drafts.named(reference).is_none())
            .map(str::to_owned)
            .collect();
        let mut patients = HashMap::new();
        for reference in outside {
            let value = import_key(&drafts.source, &reference);
            if let Some(person) = self.tagged(caller, IMPORT, &value, None).await? {
                patients.insert(reference, person);
            }
        }
        drafts.find_homes(&patients);
        for (reference, person) in patients {
            drafts.before.insert(reference, format!("Patient/{person}"));
        }
        self.write_persons(caller, drafts).await
    }

    /// The person that a Patient is. Whoever binds a tag first makes the person; a second import at the
    /// same moment gets the same one.
    async fn person_of(&self, caller: &Caller, draft: &Draft) -> Result<PersonId, Error> {
        let strong: Vec<(&str, &str)> = draft
            .resource
            .identifiers()
            .into_iter()
            .filter_map(|(system, value)| Some((system?, value)))
            .filter(|(system, _)| InsSystem::from_uri(system).is_some())
            .collect();
        let value = import_key(&draft.origin.source, &draft.origin.url);
        let mut found = None;
        for (system, value) in &strong {
            found = found.or(self.tagged(caller, system, value, None).await?);
        }
        if found.is_none() && strong.is_empty() {
            found = self.tagged(caller, IMPORT, &value, None).await?;
        }
        let mut person = found.unwrap_or_else(|| PersonId::random(self.entropy.as_ref()));
        for (system, value) in &strong {
            person = self
                .tagged(caller, system, value, Some(person))
                .await?
                .unwrap_or(person);
        }
        let by_key = self.tagged(caller, IMPORT, &value, Some(person)).await?;
        // Without a strong identifier the import key is what makes two imports meet.
        if strong.is_empty() {
            person = by_key.unwrap_or(person);
        }
        Ok(person)
    }

    async fn tagged(
        &self,
        caller: &Caller,
        domain: &str,
        value: &str,
        bind: Option<PersonId>,
    ) -> Result<Option<PersonId>, Error> {
        let bind = bind.map(Subject::person);
        let subject = self
            .keeper
            .tag(&caller.assertion, domain, value, bind)
            .await?;
        Ok(subject.map(|subject| subject.id))
    }
}

fn import_key(source: &str, url: &str) -> String {
    format!("{source}\n{url}")
}
