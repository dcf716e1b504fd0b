//! Claims of a provider, told apart into the fields known here. Which claim gives which field is settings.

mod identity;
mod path;
mod rule;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

pub use identity::{Citizen, Identity, Practice, Professional};
pub(super) use rule::Rule;

use super::Error;
use path::Place;

/// The most practices of a professional that are looked at.
const MOST: usize = 64;

/// Who signs in at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// A person with a space of his own.
    Citizen,
    /// Somebody with an RPPS number.
    Professional,
}

/// What is looked for in the claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Field {
    GivenName,
    FamilyName,
    UsualName,
    Birthdate,
    Gender,
    Birthplace,
    Birthcountry,
    Email,
    Number,
    Profession,
    Speciality,
    Sector,
    Structure,
    StructureName,
}

impl Field {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::UsualName => "usual_name",
            Self::Birthdate => "birthdate",
            Self::Gender => "gender",
            Self::Birthplace => "birthplace",
            Self::Birthcountry => "birthcountry",
            Self::Email => "email",
            Self::Number => "number",
            Self::Profession => "profession",
            Self::Speciality => "speciality",
            Self::Sector => "sector",
            Self::Structure => "structure",
            Self::StructureName => "structure_name",
        }
    }

    /// Whether it says something of one practice among several.
    pub(super) fn is_of_practice(self) -> bool {
        matches!(
            self,
            Self::Profession
                | Self::Speciality
                | Self::Sector
                | Self::Structure
                | Self::StructureName
        )
    }

    /// Whether it is a field of `who`.
    pub(super) fn is_of(self, who: Who) -> bool {
        match self {
            Self::GivenName | Self::FamilyName | Self::Email => true,
            Self::UsualName
            | Self::Birthdate
            | Self::Gender
            | Self::Birthplace
            | Self::Birthcountry => who == Who::Citizen,
            Self::Number => who == Who::Professional,
            _ => self.is_of_practice() && who == Who::Professional,
        }
    }
}

/// The rules of a provider, checked.
pub(super) struct Mapping {
    who: Who,
    rules: BTreeMap<Field, Rule>,
}

impl Mapping {
    /// Takes `rules` for `who`.
    ///
    /// # Errors
    /// What is wrong with them, to follow `claims`.
    pub(super) fn new(who: Who, rules: BTreeMap<Field, Rule>) -> Result<Self, String> {
        for (field, rule) in &rules {
            let word = field.word();
            if !field.is_of(who) {
                return Err(format!(
                    "has `{word}`, which is no field of a {}",
                    who_word(who)
                ));
            }
            if !field.is_of_practice() && rule.has_star() {
                return Err(format!(
                    "has a `*` in `{word}`: only fields of a practice are many"
                ));
            }
        }
        if who == Who::Professional && !rules.contains_key(&Field::Number) {
            return Err("has no `number`, by which a professional is known".to_owned());
        }
        Ok(Self { who, rules })
    }

    pub(super) fn who(&self) -> Who {
        self.who
    }

    /// Who the claims speak of.
    pub(super) fn identity(
        &self,
        issuer: &str,
        subject: &str,
        claims: &Map<String, Value>,
    ) -> Result<Identity, Error> {
        let one = |field| self.one(field, claims);
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        Ok(match self.who {
            Who::Citizen => Identity::Citizen(Citizen {
                issuer,
                subject,
                given_name: one(Field::GivenName)?,
                family_name: one(Field::FamilyName)?,
                usual_name: one(Field::UsualName)?,
                birthdate: one(Field::Birthdate)?,
                gender: one(Field::Gender)?,
                birthplace: one(Field::Birthplace)?,
                birthcountry: one(Field::Birthcountry)?,
                email: one(Field::Email)?,
            }),
            Who::Professional => Identity::Professional(Professional {
                issuer,
                subject,
                number: one(Field::Number)?.ok_or(Error::Mapping {
                    field: Field::Number.word(),
                    why: "is missing; a professional signs in with an RPPS number",
                })?,
                given_name: one(Field::GivenName)?,
                family_name: one(Field::FamilyName)?,
                email: one(Field::Email)?,
                practices: self.practices(claims)?,
            }),
        })
    }

    fn one(&self, field: Field, claims: &Map<String, Value>) -> Result<Option<String>, Error> {
        Ok(self.all(field, claims)?.pop_first().map(|(_, value)| value))
    }

    /// The values of a field, each at its place: the numbers that stood for `*`.
    fn all(
        &self,
        field: Field,
        claims: &Map<String, Value>,
    ) -> Result<BTreeMap<Place, String>, Error> {
        match self.rules.get(&field) {
            None => Ok(BTreeMap::new()),
            Some(rule) => rule.values(claims).map_err(|why| Error::Mapping {
                field: field.word(),
                why,
            }),
        }
    }

    /// One practice for each place that has no finer one within it: a profession with three activities gives
    /// three practices of that profession, one without any gives one.
    fn practices(&self, claims: &Map<String, Value>) -> Result<Vec<Practice>, Error> {
        let profession = self.all(Field::Profession, claims)?;
        let speciality = self.all(Field::Speciality, claims)?;
        let sector = self.all(Field::Sector, claims)?;
        let structure = self.all(Field::Structure, claims)?;
        let structure_name = self.all(Field::StructureName, claims)?;
        let every = [
            &profession,
            &speciality,
            &sector,
            &structure,
            &structure_name,
        ];
        let places: BTreeSet<&Place> = every.into_iter().flat_map(BTreeMap::keys).collect();
        let finest = places
            .iter()
            .filter(|place| !places.iter().any(|other| is_within(other, place)));
        let at = |values: &BTreeMap<Place, String>, place: &Place| {
            // What is said of the whole is said of its parts.
            (0..=place.len())
                .rev()
                .find_map(|depth| values.get(&place[..depth]).cloned())
        };
        let practices = finest.take(MOST).map(|place| Practice {
            profession: at(&profession, place),
            speciality: at(&speciality, place),
            sector: at(&sector, place),
            structure: at(&structure, place),
            structure_name: at(&structure_name, place),
        });
        Ok(practices.collect())
    }
}

/// Whether `inner` is a finer place inside `outer`.
fn is_within(inner: &[usize], outer: &[usize]) -> bool {
    inner.len() > outer.len() && inner.starts_with(outer)
}

fn who_word(who: Who) -> &'static str {
    match who {
        Who::Citizen => "citizen",
        Who::Professional => "professional",
    }
}
