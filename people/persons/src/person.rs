use hygie_identity::InsSystem;

use crate::bundle::{Uuid, concept, refer};
use crate::day::{Day, TODAY};
use crate::household::{Household, Member, Part};
use crate::json::{Fields, Json, fields, list, object};
use crate::numbers;
use crate::random::{Purpose, Random};
use crate::relatives::{phone, relation};

/// One person of a population, in his household.
pub struct Person {
    pub seed: u64,
    pub index: u64,
    pub household: Household,
    place: usize,
}

impl Person {
    pub fn new(seed: u64, index: u64) -> Self {
        let household = Household::of(seed, index);
        let place = usize::try_from(index - household.first).expect("households are small");
        Self {
            seed,
            index,
            household,
            place,
        }
    }

    pub fn me(&self) -> &Member {
        &self.household.members[self.place]
    }

    /// Whole years today.
    pub fn age(&self) -> i32 {
        self.age_on(TODAY)
    }

    pub fn age_on(&self, day: Day) -> i32 {
        day.years_since(self.me().born)
    }

    /// The URL of the Patient, and the resource.
    pub fn patient(&self, doctor: &str) -> (Uuid, Fields) {
        let mut random = Random::new(self.seed, Purpose::Person, self.index);
        let id = random.uuid();
        let home = &self.household;
        let mut fields = self.me().traits();
        fields.insert(1, ("active", true.into()));
        fields.push(("telecom", phone(&mut random)));
        fields.push((
            "address",
            list![object! {
                "use": "home",
                "type": "both",
                "line": list![&home.street],
                "city": home.department.town,
                "district": home.department.name,
                "postalCode": home.department.postal,
                "country": "FR",
            }],
        ));
        let language = concept("urn:ietf:bcp:47", "fr-FR", "Français");
        fields.push((
            "communication",
            list![object! { "language": language, "preferred": true }],
        ));
        fields.push(("generalPractitioner", list![refer(doctor)]));
        (id, fields)
    }

    /// The others of the household, as what they are to this person.
    pub fn relatives(&self) -> impl Iterator<Item = (&Member, Json)> {
        let others = self.household.members.iter();
        others
            .filter(|other| other.index != self.index)
            .map(|other| (other, relation(self.me().part, other)))
    }

    /// The youngest child of the household, if this person may have borne it.
    pub fn last_born(&self) -> Option<&Member> {
        let me = self.me();
        let child = self.household.members.last()?;
        (me.woman && me.part != Part::Child && child.part == Part::Child).then_some(child)
    }

    /// Children of the household.
    pub fn children(&self) -> usize {
        let members = self.household.members.iter();
        members.filter(|member| member.part == Part::Child).count()
    }
}

impl Member {
    /// The INS: with it, a relative in one record is the holder of another.
    pub fn ins(&self) -> String {
        numbers::ins(self.woman, self.born, self.origin.code, self.index)
    }

    /// Identifier, name, gender and birth date: what identifies a person in France.
    pub fn traits(&self) -> Fields {
        fields! {
            "identifier": list![object! {
                "use": "official",
                "system": InsSystem::Test.uri(),
                "value": self.ins(),
            }],
            "name": list![object! {
                "use": "official",
                "family": self.family,
                "given": list![self.given[0], self.given[1]],
            }],
            "gender": if self.woman { "female" } else { "male" },
            "birthDate": self.born.to_string(),
        }
    }

    /// "Louise Martin".
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given[0], self.family)
    }
}
