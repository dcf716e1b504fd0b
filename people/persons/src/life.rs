use hygie_identity::{Ins, InsSystem};

use crate::json::{Json, fields, list, object};
use crate::providers::Providers;
use crate::random::Random;
use crate::tables::{CITIES, City, FAMILIES, MEN, STREETS, WOMEN};
use crate::{Bundle, refer};

/// The year that the population is seen from; there is no clock here.
const NOW: usize = 2024;

/// One invented person, and his own randomness.
pub struct Life {
    pub random: Random,
    pub woman: bool,
    pub born: usize,
    pub department: &'static City,
}

impl Life {
    /// Anyone between two and ninety-five years of age.
    pub fn new(mut random: Random) -> Self {
        let woman = random.chance(51);
        let born = NOW - random.within(2, 95);
        let department = random.pick(&CITIES);
        Self {
            random,
            woman,
            born,
            department,
        }
    }

    /// A day of this life, not more than twelve years back.
    pub fn day(&mut self) -> String {
        let first = (self.born + 1).max(NOW - 12);
        let year = self.random.within(first, NOW);
        self.day_in(year)
    }

    /// A day of a year, within this life.
    pub fn day_in(&mut self, year: usize) -> String {
        let (month, day) = (self.random.within(1, 12), self.random.within(1, 28));
        format!("{:04}-{month:02}-{day:02}", year.clamp(self.born + 1, NOW))
    }

    pub fn patient(&mut self, bundle: &mut Bundle, providers: &Providers) -> String {
        let month = self.random.within(1, 12);
        let day = self.random.within(1, 28);
        let birth = format!("{:04}-{month:02}-{day:02}", self.born);
        let (given, gender) = if self.woman {
            (&WOMEN, "female")
        } else {
            (&MEN, "male")
        };
        let given = [*self.random.pick(given), *self.random.pick(given)];
        let family = *self.random.pick(&FAMILIES);
        let street = format!(
            "{} {}",
            self.random.within(1, 140),
            self.random.pick(&STREETS)
        );
        let phone = format!("+3363998{:04}", self.random.within(0, 9_999));
        let id = self.random.uuid();
        let fields = fields! {
            "identifier": list![object! {
                "use": "official",
                "system": InsSystem::Test.uri(),
                "value": self.ins(month),
            }],
            "active": true,
            "name": list![object! {
                "use": "official",
                "family": family,
                "given": list![given[0], given[1]],
            }],
            "telecom": list![object! { "system": "phone", "value": phone, "use": "mobile" }],
            "gender": gender,
            "birthDate": birth,
            "address": list![object! {
                "use": "home",
                "type": "both",
                "line": list![street],
                "city": self.department.name,
                "district": self.department.department,
                "postalCode": self.department.postal,
                "country": "FR",
            }],
            "communication": list![object! {
                "language": crate::concept("urn:ietf:bcp:47", "fr-FR", "Français"),
                "preferred": true,
            }],
            "generalPractitioner": list![refer(&providers.doctor)],
        };
        bundle.add(id, "Patient", fields)
    }

    /// An INS-NIR with its right key, of commune 999, which no department has.
    fn ins(&mut self, month: usize) -> String {
        let sex = if self.woman { 2 } else { 1 };
        let order = self.random.within(1, 999);
        let code = self.department.code;
        let number = format!("{sex}{:02}{month:02}{code}999{order:03}", self.born % 100);
        Ins::complete(InsSystem::Test, &number)
            .expect("sex, year, month, department, commune and order are a number")
            .to_string()
    }
}

/// A measured value with its unit.
pub fn quantity(value: String, unit: &str, code: &str) -> Json {
    object! {
        "value": Json::Number(value),
        "unit": unit,
        "system": "http://unitsofmeasure.org",
        "code": code,
    }
}
