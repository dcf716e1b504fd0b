//! Which person a Patient is: by an identifier of a strong system, or by its import key; else a new one.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use hygie_fhir::{Fault, Resource, patient_references};
use hygie_identity::{Ins, InsSystem};
use hygie_notice::wire::Tag;
use hygie_notice::{PersonId, Subject};

use super::draft::{Drafts, hex, is_sure};
use crate::numbers::{Untaken, untaken};
use crate::{Caller, Error, NationalNumbers, Record};

/// The tag domain of import keys.
const IMPORT: &str = "import";
/// The longest import key that is looked up as it is, in bytes; the keeper takes no longer value.
const KEY: usize = 1_024;
/// How many tags are looked up at once; the keeper takes no more.
const TAGS: usize = 1_000;
/// Why a Patient is nobody's, of whom two are known.
const TWO_PERSONS: &str =
    "its national identifiers are those of two persons here; correct them in the source";

/// What somebody is known by: domain and value.
type Name = (String, String);

/// Who is known by what, as far as this unit needs to know.
type Known = HashMap<Name, PersonId>;

/// A Patient of the unit, and what it is known by.
struct Named {
    place: usize,
    /// Identifiers of strong systems.
    strong: Vec<Name>,
    /// Those of them that nobody is given here.
    untaken: Vec<Untaken>,
    /// Its import key.
    key: Name,
}

/// What is bound to whom.
#[derive(Default)]
struct Binds {
    /// The name by which each new person is met; whoever binds it first makes the person.
    deciding: Vec<(Name, PersonId)>,
    /// The others.
    rest: Vec<(Name, PersonId)>,
}

impl Record {
    /// Finds or makes the person of every Patient, then the homes of all the rest.
    pub(super) async fn find_persons(
        &self,
        caller: &Caller,
        drafts: &mut Drafts,
    ) -> Result<(), Error> {
        let patients = drafts.patients(self.numbers);
        let outside: Vec<(String, Name)> = drafts
            .outside_patients()
            .into_iter()
            .map(|reference| (reference.to_owned(), import_key(&drafts.source, reference)))
            .collect();
        let names: HashSet<&Name> = patients
            .iter()
            .flat_map(|patient| patient.strong.iter().chain([&patient.key]))
            .chain(outside.iter().map(|(_, key)| key))
            .collect();
        let (homes, known) = loop {
            let mut known = self.known(caller, &names).await?;
            let (homes, binds) = self.persons_of(&patients, &mut known);
            // Another process that bound one of the names first has made the person: it is known now.
            let won =
                self.bind(caller, binds.deciding).await? && self.bind(caller, binds.rest).await?;
            if won {
                break (homes, known);
            }
        };
        for (patient, home) in patients.iter().zip(homes) {
            match home {
                Ok(person) => drafts.drafts[patient.place].homes = BTreeSet::from([person]),
                Err(fault) => drafts.reject(patient.place, Some(fault.place), &fault.rule),
            }
        }
        let outside: HashMap<String, PersonId> = outside
            .into_iter()
            .filter_map(|(reference, key)| Some((reference, *known.get(&key)?)))
            .collect();
        drafts.find_homes(&outside);
        for (reference, person) in outside {
            drafts
                .before
                .insert((None, reference), format!("Patient/{person}"));
        }
        Ok(())
    }

    /// The person that each Patient is, in their order. None when its identifiers belong to several, for whichever were
    /// chosen, two records would mix; and none when one is new that is not taken in.
    fn persons_of(
        &self,
        patients: &[Named],
        known: &mut Known,
    ) -> (Vec<Result<PersonId, Fault>>, Binds) {
        let mut binds = Binds::default();
        let homes = patients
            .iter()
            .map(|patient| {
                let strong: BTreeSet<PersonId> = patient
                    .strong
                    .iter()
                    .filter_map(|name| known.get(name).copied())
                    .collect();
                if strong.len() > 1 {
                    return Err(Fault::error("conflict", "Patient.identifier", TWO_PERSONS));
                }
                let mut untaken = patient.untaken.iter();
                if let Some(one) = untaken.find(|one| !known.contains_key(&one.name)) {
                    return Err(one.fault.clone());
                }
                // Without a strong identifier the import key is what makes two imports meet.
                let by_key = known
                    .get(&patient.key)
                    .filter(|_| patient.strong.is_empty());
                let found = strong.first().or(by_key).copied();
                let person = found.unwrap_or_else(|| PersonId::random(self.entropy.as_ref()));
                let mut is_met = found.is_some();
                for name in patient.strong.iter().chain([&patient.key]) {
                    if known.contains_key(name) {
                        continue;
                    }
                    known.insert(name.clone(), person);
                    let list = if is_met {
                        &mut binds.rest
                    } else {
                        &mut binds.deciding
                    };
                    is_met = true;
                    list.push((name.clone(), person));
                }
                Ok(person)
            })
            .collect();
        (homes, binds)
    }

    /// Who is known by these names by now.
    async fn known(&self, caller: &Caller, names: &HashSet<&Name>) -> Result<Known, Error> {
        let names: Vec<&Name> = names.iter().copied().collect();
        let mut known = Known::with_capacity(names.len());
        for part in names.chunks(TAGS) {
            let tags = part.iter().map(|name| tag(name, None)).collect();
            let found = self.keeper.tags(&caller.assertion, tags).await?;
            known.extend(
                part.iter()
                    .zip(found)
                    .filter_map(|(name, subject)| Some(((*name).clone(), subject?.id))),
            );
        }
        Ok(known)
    }

    /// Binds names; whether each was free.
    async fn bind(&self, caller: &Caller, binds: Vec<(Name, PersonId)>) -> Result<bool, Error> {
        let mut won = true;
        for part in binds.chunks(TAGS) {
            let tags = part
                .iter()
                .map(|(name, person)| tag(name, Some(*person)))
                .collect();
            let found = self.keeper.tags(&caller.assertion, tags).await?;
            won &= part
                .iter()
                .zip(found)
                .all(|((_, person), subject)| subject == Some(Subject::person(*person)));
        }
        Ok(won)
    }
}

impl Drafts {
    /// The Patients of the unit.
    fn patients(&self, taken: NationalNumbers) -> Vec<Named> {
        self.open(|draft| draft.resource.kind() == "Patient")
            .into_iter()
            .map(|place| {
                let draft = &self.drafts[place];
                let strong = strong_identifiers(&draft.resource);
                Named {
                    place,
                    strong: strong
                        .into_iter()
                        .map(|(system, value)| (system.to_owned(), value.to_owned()))
                        .collect(),
                    untaken: untaken(&draft.resource, taken),
                    key: import_key(&draft.origin.source, &draft.origin.url),
                }
            })
            .collect()
    }

    /// The references to patients that lead out of the unit and mean one for sure.
    fn outside_patients(&self) -> HashSet<&str> {
        self.drafts
            .iter()
            .flat_map(|draft| patient_references(&draft.resource))
            .filter(|reference| self.named(reference).is_none())
            .filter(|reference| self.named_source || is_sure(reference))
            .collect()
    }
}

fn tag((domain, value): &Name, bind: Option<PersonId>) -> Tag {
    Tag {
        domain: domain.clone(),
        value: value.clone(),
        bind: bind.map(Subject::person),
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
fn import_key(source: &str, url: &str) -> Name {
    let key = format!("{source}\n{url}");
    let value = if key.len() <= KEY {
        key
    } else {
        format!("sha256\n{}", hex(digest(&SHA256, key.as_bytes()).as_ref()))
    };
    (IMPORT.to_owned(), value)
}
