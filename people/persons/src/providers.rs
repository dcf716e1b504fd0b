use hygie_identity::{Finess, Rpps};

use crate::json::{fields, list, object};
use crate::random::Random;
use crate::tables::{CITIES, FAMILIES, MEN, SPECIALTIES, STRUCTURES, WOMEN};
use crate::{Bundle, concept, refer};

/// Professions and specialties: value set J01.
const PROFESSIONS: &str = "urn:oid:1.2.250.1.213.1.1.4.5";
/// How many structures, general practitioners and specialists a population shares, each.
const POOL: usize = 25;
/// Keeps the providers' randomness apart from the persons'.
const STRUCTURE: u64 = 1 << 40;
const GENERAL: u64 = 2 << 40;
const SPECIALIST: u64 = 3 << 40;

/// Those who care for one person: URLs in his bundle.
pub struct Providers {
    pub hospital: String,
    pub hospital_name: String,
    pub doctor: String,
    pub doctor_name: String,
    pub specialist: String,
    pub specialist_name: String,
}

/// Adds a general practitioner, a specialist and the specialist's structure to the bundle.
pub fn choose(bundle: &mut Bundle, seed: u64, random: &mut Random) -> Providers {
    let general = number(random);
    let special = number(random);
    let (doctor, doctor_name) = practitioner(bundle, &mut Random::new(seed, GENERAL + general));
    let mut own = Random::new(seed, SPECIALIST + special);
    let (specialist, specialist_name) = practitioner(bundle, &mut own);
    let structure = number(&mut own);
    let (hospital, hospital_name) =
        organization(bundle, &mut Random::new(seed, STRUCTURE + structure));
    let (id, (code, display)) = (own.uuid(), *own.pick(&SPECIALTIES));
    let role = fields! {
        "active": true,
        "practitioner": refer(&specialist),
        "organization": refer(&hospital),
        "code": list![concept(PROFESSIONS, "G15_10", "Médecin")],
        "specialty": list![concept(PROFESSIONS, code, display)],
    };
    bundle.add(id, "PractitionerRole", role);
    Providers {
        hospital,
        hospital_name,
        doctor,
        doctor_name,
        specialist,
        specialist_name,
    }
}

fn number(random: &mut Random) -> u64 {
    u64::try_from(random.within(0, POOL - 1)).expect("the pool is small")
}

fn organization(bundle: &mut Bundle, random: &mut Random) -> (String, String) {
    let id = random.uuid();
    let city = random.pick(&CITIES);
    let name = format!("{} {}", random.pick(&STRUCTURES), of(city.name));
    let finess = Finess::complete(&format!("99{:06}", random.within(0, 999_999)))
        .expect("eight digits are a number without its key");
    let fields = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": Finess::NATIONAL,
            "value": finess.national(),
        }],
        "active": true,
        "name": name.clone(),
        "address": list![object! {
            "city": city.name,
            "postalCode": city.postal,
            "country": "FR",
        }],
    };
    (bundle.add(id, "Organization", fields), name)
}

fn practitioner(bundle: &mut Bundle, random: &mut Random) -> (String, String) {
    let id = random.uuid();
    let (given, gender) = if random.chance(50) {
        (&WOMEN, "female")
    } else {
        (&MEN, "male")
    };
    let (given, family) = (*random.pick(given), *random.pick(&FAMILIES));
    let rpps = Rpps::complete(&format!("99{:08}", random.within(0, 99_999_999)))
        .expect("ten digits are a number without its key");
    let fields = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": Rpps::NATIONAL,
            "value": rpps.national(),
        }],
        "active": true,
        "name": list![object! {
            "family": family,
            "given": list![given],
            "prefix": list!["Dr"],
        }],
        "gender": gender,
        "qualification": list![object! {
            "code": concept(PROFESSIONS, "G15_10", "Médecin"),
        }],
    };
    (
        bundle.add(id, "Practitioner", fields),
        format!("Dr {given} {family}"),
    )
}

/// "de Lyon", "d'Orléans".
fn of(name: &str) -> String {
    let vowel = name.starts_with(['A', 'E', 'É', 'I', 'O', 'U']);
    format!("{}{name}", if vowel { "d'" } else { "de " })
}
