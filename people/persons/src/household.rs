mod shape;

use shape::Shape;

use crate::day::{Day, TODAY};
use crate::random::{Purpose, Random};
use crate::tables::departments::{DEPARTMENTS, Department};
use crate::tables::names::{FAMILIES, MEN, STREETS, WOMEN};

/// Persons of one block: households do not cross its end, so that any person can be made alone.
const BLOCK: u64 = 20;

/// What someone is in the household.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Adult,
    Partner,
    Child,
}

/// Someone of a household. All of them are persons of the population.
pub struct Member {
    /// Whose number it is in the population.
    pub index: u64,
    pub part: Part,
    pub woman: bool,
    pub born: Day,
    /// The department of birth.
    pub origin: &'static Department,
    pub given: [&'static str; 2],
    /// The name at birth.
    pub family: &'static str,
}

/// People who live together: one, two, or parents with children.
pub struct Household {
    /// The index of its first member.
    pub first: u64,
    pub department: &'static Department,
    pub street: String,
    pub members: Vec<Member>,
}

impl Household {
    /// The household of a person, whatever the number of persons asked for.
    pub fn of(seed: u64, person: u64) -> Self {
        let block = person / BLOCK;
        let mut random = Random::new(seed, Purpose::Household, block);
        let mut first = block * BLOCK;
        loop {
            let left = (block + 1) * BLOCK - first;
            let shape = Shape::draw(&mut random, left);
            let household = Self::settle(&mut random, first, &shape);
            first += shape.size();
            if person < first {
                return household;
            }
        }
    }

    fn settle(random: &mut Random, first: u64, shape: &Shape) -> Self {
        let department = department(random);
        let street = format!("{} {}", random.within(1, 140), random.pick(&STREETS));
        let mut household = Self {
            first,
            department,
            street,
            members: Vec::new(),
        };
        // The one who is drawn first is the mother where there are children and two adults.
        let woman = random.chance(if shape.children.is_empty() { 52 } else { 84 });
        let woman = woman || shape.partner;
        household.join(random, Part::Adult, woman, shape.adult, None);
        if shape.partner {
            let age = (shape.adult + random.about(2, 5)).max(18);
            let woman = shape.children.is_empty() && random.chance(2);
            household.join(random, Part::Partner, woman, age, None);
        }
        let family = household.members[household.members.len() - 1].family;
        for age in &shape.children {
            let woman = random.chance(49);
            household.join(random, Part::Child, woman, *age, Some(family));
        }
        household
    }

    fn join(
        &mut self,
        random: &mut Random,
        part: Part,
        woman: bool,
        age: i32,
        family: Option<&'static str>,
    ) {
        let born = TODAY.plus(-(age * 36_525 / 100) - random.within(12, 364));
        let fashion = match born.year() {
            ..1960 => 0,
            1960..1995 => 1,
            _ => 2,
        };
        let names = if woman { &WOMEN } else { &MEN };
        let stayed = random.chance(if part == Part::Child { 92 } else { 60 });
        let origin = if stayed {
            self.department
        } else {
            department(random)
        };
        let given = [
            *random.pick(&names[fashion]),
            *random.pick(&names[if fashion == 0 { 1 } else { fashion - 1 }]),
        ];
        let drawn = *random.pick(&FAMILIES);
        let place = u64::try_from(self.members.len()).expect("households are small");
        self.members.push(Member {
            index: self.first + place,
            part,
            woman,
            born,
            origin,
            given,
            family: family.unwrap_or(drawn),
        });
    }
}

/// A department, by its share of the people.
fn department(random: &mut Random) -> &'static Department {
    let people = DEPARTMENTS.iter().map(|each| each.people).sum();
    let mut drawn = random.within(1, people);
    DEPARTMENTS
        .iter()
        .find(|each| {
            drawn -= each.people;
            drawn <= 0
        })
        .expect("the number drawn is at most all people")
}
