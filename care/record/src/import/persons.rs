//! Which person a Patient is: by an identifier of a strong system, or by its import key; else a new one.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_fhir::{Resource, patient_references};
use hygie_identity::{Ins, InsSystem};
use hygie_notice::{PersonId, Subject};

use super::draft::{Draft, Drafts, hex, is_sure};
use crate::{Caller, Error, Record};

/// The tag domain of import keys.
const IMPORT: &str = "import";
/// The longest import key that is looked up as it is, in bytes; the keeper takes no longer value.
const KEY: usize = 1_024;

impl Record {
    /// Finds or makes the person of every Patient, then the homes of all the rest, then writes.
    pub(super) async fn import_persons(
        &self,
        caller: &Caller,
        drafts: &mut Drafts,
    ) -> Result<(), Error> {
        for place in drafts.open(|draft| draft.resource.kind() == "Patient") {
            match self.person_of(caller, &drafts.drafts[place]).await? {
                Some(person) => drafts.drafts[place].homes = BTreeSet::from([person]),
                None => drafts.reject(
                    place,
                    Some("Patient.identifier".to_owned()),
                    "its national identifiers are those of two persons here; correct them in the source",
                ),
            }
        }
        let outside: HashSet<String> = drafts
            .drafts
            .iter()
            .flat_map(|draft| patient_references(&draft.resource))
            .filter(|reference| drafts.named(reference).is_none())
            .filter(|reference| drafts.named_source || is_sure(reference))
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
            drafts
                .before
                .insert((None, reference), format!("Patient/{person}"));
        }
        self.write_persons(caller, drafts).await
    }

    /// The person that a Patient is. Whoever binds a tag first makes the person; a second import at the
    /// same moment gets the same one. `None` when its identifiers belong to several: whichever were
    /// chosen, two records would mix.
    async fn person_of(&self, caller: &Caller, draft: &Draft) -> Result<Option<PersonId>, Error> {
        let strong = strong_identifiers(&draft.resource);
        let value = import_key(&draft.origin.source, &draft.origin.url);
        let mut known = BTreeSet::new();
        for (system, value) in &strong {
            known.extend(self.tagged(caller, system, value, None).await?);
        }
        if known.len() > 1 {
            return Ok(None);
        }
        let mut found = known.pop_first();
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
        Ok(Some(person))
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

/// The identifiers by which two Patients are one person: an INS in its form, and not a word such as
/// `unknown` in its place.
pub(super) fn strong_identifiers(patient: &Resource) -> Vec<(&str, &str)> {
    patient
        .identifiers()
        .into_iter()
        .filter_map(|(system, value)| Some((system?, value)))
        .filter(|(system, value)| {
            InsSystem::from_uri(system).is_some_and(|system| Ins::parse(system, value).is_ok())
        })
        .collect()
}

/// What an import key is looked up by: its hash where it is longer than the keeper takes.
fn import_key(source: &str, url: &str) -> String {
    let key = format!("{source}\n{url}");
    if key.len() <= KEY {
        return key;
    }
    format!("sha256\n{}", hex(digest(&SHA256, key.as_bytes()).as_ref()))
}
