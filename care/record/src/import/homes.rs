//! Whose records the drafts go to.

use std::collections::{BTreeSet, HashMap};

use hygie_fhir::patient_references;
use hygie_notice::PersonId;

use super::draft::{Draft, Drafts};

impl Drafts {
    /// Gives every open draft that is no Patient its homes: the patient that it names; else those of
    /// what refers to it, or of what it refers to (a Medication, a Binary); else the unit's only person.
    /// What is left belongs to nobody and is refused.
    pub fn find_homes(&mut self, patients: &HashMap<String, PersonId>) {
        for place in self.open(|draft| !draft.is_listed() && draft.homes.is_empty()) {
            let home = self.named_patient(place, patients);
            self.drafts[place].homes.extend(home);
        }
        self.spread();
        let persons: BTreeSet<PersonId> = self
            .drafts
            .iter()
            .flat_map(|draft| draft.homes.iter().copied())
            .collect();
        let only = (persons.len() == 1)
            .then(|| persons.first().copied())
            .flatten();
        for place in self.open(|draft| !draft.is_listed() && draft.homes.is_empty()) {
            let names_one = !self.patients_of(&self.drafts[place]).is_empty();
            match only {
                // A resource that names a patient we do not know must not go to another one.
                Some(person) if !names_one => {
                    self.drafts[place].homes.insert(person);
                }
                _ => self.reject(
                    place,
                    None,
                    "it belongs to no person: import its Patient with it, or before it with the same `--source NAME`",
                ),
            }
        }
    }

    fn named_patient(
        &self,
        place: usize,
        patients: &HashMap<String, PersonId>,
    ) -> Option<PersonId> {
        // Only the first reference decides; later ones may name a relative who took part.
        let reference = *self.patients_of(&self.drafts[place]).first()?;
        match self.named(reference) {
            Some(target) => self.drafts[target].homes.first().copied(),
            None => patients.get(reference).copied(),
        }
    }

    /// The references that may name a draft's patient: not those that the unit knows as something else,
    /// which a `urn:uuid` does not tell by itself.
    fn patients_of<'a>(&self, draft: &'a Draft) -> Vec<&'a str> {
        let mut references = patient_references(&draft.resource);
        references.retain(|reference| {
            self.named(reference)
                .is_none_or(|target| self.drafts[target].resource.kind() == "Patient")
        });
        references
    }

    /// Lets drafts without a patient of their own follow the drafts that they are tied to.
    fn spread(&mut self) {
        let ties = self.ties();
        loop {
            let mut moved = false;
            for (place, tied) in &ties {
                if !self.drafts[*place].homes.is_empty() {
                    continue;
                }
                let homes: BTreeSet<PersonId> = tied
                    .iter()
                    .flat_map(|other| self.drafts[*other].homes.iter().copied())
                    .collect();
                moved |= !homes.is_empty();
                self.drafts[*place].homes = homes;
            }
            if !moved {
                return;
            }
        }
    }

    /// For each draft that names no patient: the drafts that refer to it or that it refers to.
    fn ties(&self) -> HashMap<usize, BTreeSet<usize>> {
        let free = |draft: &Draft| {
            !draft.is_listed() && draft.homes.is_empty() && self.patients_of(draft).is_empty()
        };
        let mut ties: HashMap<usize, BTreeSet<usize>> = self
            .open(free)
            .into_iter()
            .map(|place| (place, BTreeSet::new()))
            .collect();
        for place in self.open(|draft| !draft.is_listed()) {
            for reference in &self.drafts[place].refers {
                let Some(target) = self.named(reference) else {
                    continue;
                };
                if let Some(tied) = ties.get_mut(&target) {
                    tied.insert(place);
                }
                if let Some(tied) = ties.get_mut(&place) {
                    tied.insert(target);
                }
            }
        }
        ties
    }
}
