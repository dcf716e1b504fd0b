//! Who a person is, as the register tells it. A space is made with it; what the register corrects later stands in the
//! person's `rights`, which whoever corrects may write without opening the record, and is seen in the Patient from then
//! on: as a version of its own in its history, and over what others write about name, birth, sex and number.

use std::sync::Arc;

use hygie_fhir::{Json, Resource};
use hygie_identity::InsSystem;
use hygie_notice::{ActorRef, Millis, PersonId};
use serde::{Deserialize, Serialize};

use crate::folder::{Folder, Lineage};
use crate::item::Item;
use crate::roll::Number;
use crate::{Error, ids};

/// Who a person is, as the register tells it. What is not known is empty.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// INS systems as FHIR writes them, each with a number of 13 or 15 characters: the one in use, then earlier ones.
    pub numbers: Vec<(String, String)>,
    /// Family name.
    pub family: String,
    /// Given names, with spaces between them.
    pub given: String,
    /// `YYYY-MM-DD`.
    pub birth: String,
    /// FHIR administrative-gender.
    pub sex: String,
    /// Lines of the address, the last with postcode and town.
    pub address: Vec<String>,
    /// The postcode.
    pub postcode: String,
}

/// What was told of somebody, and when.
#[derive(Clone)]
pub(crate) struct Told {
    pub at: Millis,
    pub author: Arc<ActorRef>,
    /// The version of the Patient that it makes.
    pub version: String,
    pub says: Says,
}

/// What is told.
#[derive(Clone)]
pub(crate) enum Says {
    /// Who he is.
    Identity(Box<Identity>),
    /// The record of this person was joined to his.
    Replaces(PersonId),
    /// His was joined to that of this person.
    ReplacedBy(PersonId),
}

/// All that was told by some moment: who he is by the last word, and every joining.
#[derive(Default)]
struct Known<'a> {
    identity: Option<&'a Identity>,
    joined: Vec<&'a Says>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl Identity {
    /// The numbers, the one in use first.
    pub fn numbers(&self) -> impl Iterator<Item = Number<'_>> {
        let numbers = self.numbers.iter();
        numbers.map(|(system, ins)| Number { system, ins })
    }

    /// A Patient that says this and nothing else.
    pub(crate) fn patient(&self) -> Result<Resource, Error> {
        let mut json = Json::object([("resourceType", "Patient".into())]);
        self.write(&mut json);
        self.write_address(&mut json);
        Resource::from_json(json).map_err(|_| Error::UnknownForm)
    }

    /// Numbers, name, sex and birth date; whatever else a Patient says stays.
    fn write(&self, patient: &mut Json) {
        let mut identifiers: Vec<Json> = Vec::new();
        let known = members(patient, "identifier");
        for (place, number) in self.numbers().enumerate() {
            let mut same = known.iter().filter(|one| is_number(one, number));
            let mut identifier = same.next().cloned().unwrap_or_else(|| {
                Json::object([
                    ("use", "official".into()),
                    ("system", number.system.into()),
                    ("value", number.ins.into()),
                ])
            });
            identifier.set("use", if place == 0 { "official" } else { "old" }.into());
            identifiers.push(identifier);
        }
        let others = known.iter().filter(|one| {
            let mut numbers = self.numbers();
            !numbers.any(|number| is_number(one, number))
        });
        identifiers.extend(others.cloned());
        patient.set("identifier", Json::Array(identifiers));
        self.write_name(patient);
        if !self.sex.is_empty() {
            patient.set("gender", self.sex.as_str().into());
        }
        if !self.birth.is_empty() {
            patient.set("birthDate", self.birth.as_str().into());
        }
    }

    fn write_name(&self, patient: &mut Json) {
        let mut names = members(patient, "name").to_vec();
        let is = |name: &Json, wanted| name.get("use").and_then(Json::as_str) == wanted;
        let place = names.iter().position(|name| is(name, Some("official")));
        let place = place.or(names.iter().position(|name| is(name, None)));
        let place = place.unwrap_or_else(|| {
            names.insert(0, Json::object([]));
            0
        });
        let given = Json::array(self.given.split_whitespace().map(Json::from));
        let name = &mut names[place];
        let same = name.get("family").and_then(Json::as_str) == Some(&self.family)
            && name.get("given") == Some(&given);
        if same {
            return;
        }
        // A name that was written out says something else by now.
        name.remove("text");
        name.set("use", "official".into());
        name.set("family", self.family.as_str().into());
        name.set("given", given);
        patient.set("name", Json::Array(names));
    }

    /// Where he lives; nothing where it is not known.
    fn write_address(&self, patient: &mut Json) {
        let Some((last, lines)) = self.address.split_last() else {
            return;
        };
        let town = last.strip_prefix(&self.postcode).map(str::trim);
        let town = town.filter(|town| !self.postcode.is_empty() && !town.is_empty());
        let lines = if town.is_some() { lines } else { &self.address };
        let lines = lines.iter().map(|line| line.as_str().into());
        let mut home = vec![("use", "home".into()), ("line", Json::array(lines))];
        home.extend(town.map(|town| ("city", town.into())));
        if !self.postcode.is_empty() {
            home.push(("postalCode", self.postcode.as_str().into()));
        }
        if home[1].1.items().is_empty() {
            home.remove(1);
        }
        let mut addresses = members(patient, "address").to_vec();
        addresses.retain(|one| one.get("use").and_then(Json::as_str) != Some("home"));
        addresses.insert(0, Json::object(home));
        patient.set("address", Json::Array(addresses));
    }
}

/// The folder of a person of whom this was told, in its order.
pub(crate) fn told(
    folder: Arc<Folder>,
    person: PersonId,
    told: &[Told],
) -> Result<Arc<Folder>, Error> {
    if told.is_empty() {
        return Ok(folder);
    }
    let Some(lineage) = folder.lineage(&format!("Patient/{person}")) else {
        return Ok(folder);
    };
    let mut versions: Vec<Arc<Item>> = Vec::new();
    let mut news = told.iter().peekable();
    let mut known = Known::default();
    for item in lineage.versions() {
        while let Some(told) = news.next_if(|told| told.at < item.updated) {
            versions.extend(told.following(versions.last())?);
            known.learn(told);
        }
        versions.push(known.over(item)?);
    }
    for told in news {
        versions.extend(told.following(versions.last())?);
    }
    let Some(known) = Lineage::of(versions) else {
        return Ok(folder);
    };
    Ok(Arc::new(folder.with(known)))
}

impl Told {
    /// Who he is, where that is told.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.says {
            Says::Identity(identity) => Some(identity),
            _ => None,
        }
    }

    /// The version that it makes behind another; none where it says nothing new.
    fn following(&self, before: Option<&Arc<Item>>) -> Result<Option<Arc<Item>>, Error> {
        let Some(before) = before.filter(|item| !item.deleted) else {
            return Ok(None);
        };
        let mut json = before.resource().json().clone();
        match &self.says {
            Says::Identity(identity) => {
                identity.write(&mut json);
                identity.write_address(&mut json);
            }
            joined => joined.write(&mut json),
        }
        if json == *before.resource().json() {
            return Ok(None);
        }
        let mut resource = Resource::from_json(json).map_err(|_| Error::UnknownForm)?;
        resource.set_version(&self.version, &ids::instant(self.at));
        let made = (self.version.clone(), self.at, Arc::clone(&self.author));
        Ok(Some(Arc::new(before.followed(resource, made))))
    }
}

impl<'a> Known<'a> {
    fn learn(&mut self, told: &'a Told) {
        match &told.says {
            Says::Identity(identity) => self.identity = Some(identity),
            joined => self.joined.push(joined),
        }
    }

    /// A version that somebody wrote later, with what the register knows better.
    fn over(&self, item: &Arc<Item>) -> Result<Arc<Item>, Error> {
        if item.deleted || (self.identity.is_none() && self.joined.is_empty()) {
            return Ok(Arc::clone(item));
        }
        let mut json = item.resource().json().clone();
        if let Some(identity) = self.identity {
            identity.write(&mut json);
        }
        self.joined.iter().for_each(|says| says.write(&mut json));
        if json == *item.resource().json() {
            return Ok(Arc::clone(item));
        }
        let resource = Resource::from_json(json).map_err(|_| Error::UnknownForm)?;
        Ok(Arc::new(item.remarked(resource, item.marks)))
    }
}

impl Says {
    /// Links a Patient with the other one (R4, Patient.link); that of the record which was joined is active no more.
    fn write(&self, patient: &mut Json) {
        let (kind, other) = match self {
            Self::Identity(_) => return,
            Self::Replaces(other) => ("replaces", other),
            Self::ReplacedBy(other) => ("replaced-by", other),
        };
        if kind == "replaced-by" {
            patient.set("active", false.into());
        }
        let reference = format!("Patient/{other}");
        let mut links = members(patient, "link").to_vec();
        links.retain(|link| {
            let named = link.get("other").and_then(|other| other.get("reference"));
            named.and_then(Json::as_str) != Some(&reference)
        });
        links.push(Json::object([
            (
                "other",
                Json::object([("reference", reference.as_str().into())]),
            ),
            ("type", kind.into()),
        ]));
        patient.set("link", Json::Array(links));
    }
}

fn members<'a>(patient: &'a Json, name: &str) -> &'a [Json] {
    patient.get(name).map(Json::items).unwrap_or_default()
}

/// Whether an identifier is this number, with its key or without.
fn is_number(identifier: &Json, number: Number<'_>) -> bool {
    let text = |name| identifier.get(name).and_then(Json::as_str);
    text("system") == Some(number.system)
        && InsSystem::from_uri(number.system).is_some()
        && text("value").and_then(|value| value.get(..13)) == Some(number.bare())
}

#[cfg(test)]
mod tests;
