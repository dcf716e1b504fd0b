//! Who to be in a demonstration: people and professionals of the population that fit each other.

use crate::lives;
use crate::person::Person;
use crate::providers::Who;
use crate::tables::trades::{Place, Trade};
use crate::written;

/// The years from which someone acts for himself.
const OF_AGE: i32 = 18;
/// The life that a demonstration shows best: it brings general practitioner, pharmacy, laboratory and
/// hospital together.
const SHOWN: &str = "diabetes";

/// Someone with a record.
pub struct Insured {
    /// His place in the population, from 0.
    pub index: u64,
    /// Given name and name.
    pub name: String,
    /// Fifteen characters.
    pub ins: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
    /// Where he lives: "Lyon (Rhône)".
    pub home: String,
    /// The lives he leads, or none: "diabetes, asthma".
    pub lives: String,
}

/// Someone who has cared for the citizen.
pub struct Professional {
    /// As papers sign: "Dr Claire Martin".
    pub name: String,
    /// RPPS number, eleven digits.
    pub rpps: String,
    /// FINESS number of the structure, nine characters.
    pub finess: String,
    /// The structure's name.
    pub structure: String,
    /// The structure's sector, value set J02.
    pub sector: &'static str,
}

/// Who to be.
pub struct Roles {
    /// An adult who was cared for in a hospital.
    pub citizen: Insured,
    /// His general practitioner.
    pub treating: Professional,
    /// A doctor of the hospital; the hospital itself is his structure.
    pub hospital: Professional,
    /// An adult of another household.
    pub opposed: Insured,
}

/// The roles among the first `persons` of a population; none where nobody of them was in a hospital,
/// or all of them live together.
pub fn roles(seed: u64, persons: usize) -> Option<Roles> {
    let count = u64::try_from(persons).expect("a count fits 64 bits");
    let adults = || {
        (0..count)
            .map(|index| Person::new(seed, index))
            .filter(|person| person.age() >= OF_AGE)
    };
    let shown = |person: &Person| {
        lives::led(person)
            .iter()
            .any(|place| lives::LIVES[*place].name == SHOWN)
    };
    let (person, treating, hospital) =
        adults().filter(shown).chain(adults()).find_map(|person| {
            let (treating, hospital) = doctors(&person)?;
            Some((person, treating, hospital))
        })?;
    let opposed = adults().find(|other| other.household.first != person.household.first)?;
    Some(Roles {
        citizen: insured(&person),
        treating,
        hospital,
        opposed: insured(&opposed),
    })
}

/// His general practitioner, and a doctor of a hospital whom he has seen.
fn doctors(person: &Person) -> Option<(Professional, Professional)> {
    let record = written(person);
    let treating = record
        .team_so_far()
        .find(|(trade, _)| *trade == Trade::Doctor);
    let hospital = record
        .team_so_far()
        .find(|(trade, who)| trade.post().doctor && who.works == Place::Hospital);
    Some((professional(treating?.1), professional(hospital?.1)))
}

fn professional(who: &Who) -> Professional {
    // A national identifier is the number behind one digit that says its kind.
    let plain = |national: &str| national[1..].to_owned();
    Professional {
        name: who.name.clone(),
        rpps: plain(&who.number),
        finess: plain(&who.structure_number),
        structure: who.place.clone(),
        sector: who.works.sector().0,
    }
}

fn insured(person: &Person) -> Insured {
    let me = person.me();
    let lives: Vec<&str> = lives::led(person)
        .iter()
        .map(|place| lives::LIVES[*place].name)
        .collect();
    let home = person.household.department;
    Insured {
        index: person.index,
        name: me.full_name(),
        ins: me.ins(),
        birth_date: me.born.to_string(),
        home: format!("{} ({})", home.town, home.name),
        lives: lives.join(", "),
    }
}
