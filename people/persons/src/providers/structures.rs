use hygie_identity::Finess;

use super::{EACH, KINDS};
use crate::bundle::{Bundle, Uuid, concept};
use crate::json::{fields, list, object};
use crate::numbers;
use crate::random::{Purpose, Random};
use crate::tables::departments::{DEPARTMENTS, Department};
use crate::tables::trades::Place;

/// Sectors of activity: value set JDV_J02.
const SECTORS: &str = "urn:oid:1.2.250.1.71.4.2.4";

/// A structure: its URL in a bundle, what papers call it, and its national identifier.
pub struct Structure {
    pub url: String,
    pub name: String,
    pub number: String,
}

/// The structure in which the professional of this number works.
pub fn structure(
    bundle: &mut Bundle,
    there: &mut Vec<u64>,
    seed: u64,
    department: &'static Department,
    place: Place,
    which: u64,
) -> Structure {
    let (sector, words, count) = place.sector();
    let slot = (number(department) * KINDS + place as u64) * EACH + which % count;
    let mut own = Random::new(seed, Purpose::Structure, slot);
    let id = own.uuid();
    let mut name = format!("{} {}", place.name(), of(department.town));
    if count > 1 {
        name = format!("{name} {}", which % count + 1);
    }
    let national = numbers::finess(seed, slot);
    if !there.contains(&slot) {
        there.push(slot);
        add_structure(bundle, id, (&name, sector, words), department, &national);
    }
    Structure {
        url: id.url(),
        name,
        number: national,
    }
}

fn add_structure(
    bundle: &mut Bundle,
    id: Uuid,
    (name, sector, words): (&str, &'static str, &'static str),
    department: &'static Department,
    finess: &str,
) {
    let fields = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": Finess::NATIONAL,
            "value": finess.to_owned(),
        }],
        "active": true,
        "type": list![concept(SECTORS, sector, words)],
        "name": name.to_owned(),
        "address": list![object! {
            "city": department.town,
            "district": department.name,
            "postalCode": department.postal,
            "country": "FR",
        }],
    };
    bundle.add(id, "Organization", fields);
}

pub fn number(department: &'static Department) -> u64 {
    let place = DEPARTMENTS
        .iter()
        .position(|each| std::ptr::eq(each, department));
    u64::try_from(place.expect("a department is one of the table")).expect("there are a hundred")
}

/// "de Lyon", "d'Orléans", "du Mans".
fn of(town: &str) -> String {
    if let Some(rest) = town.strip_prefix("Le ") {
        return format!("du {rest}");
    }
    let vowel = town.starts_with(['A', 'E', 'É', 'I', 'O', 'U']);
    format!("{}{town}", if vowel { "d'" } else { "de " })
}
