use crate::json::{fields, list, object};
use crate::random::Random;
use crate::tables::{CITIES, FAMILIES, MEN, SPECIALTIES, STRUCTURES, WOMEN};
use crate::{Bundle, concept, refer};

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
        "code": list![concept("urn:oid:1.2.250.1.213.1.1.5.1", "G15_10", "Médecin")],
        "specialty": list![concept("urn:oid:1.2.250.1.213.2.28", code, display)],
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
    let name = format!("{} de {}", random.pick(&STRUCTURES), city.name);
    let finess = luhn(&format!("99{:06}", random.within(0, 999_999)));
    let fields = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": "urn:oid:1.2.250.1.71.4.2.2",
            "value": format!("1{finess}"),
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
    let (given, gender) = if random.chance(50) { (&WOMEN, "female") } else { (&MEN, "male") };
    let (given, family) = (*random.pick(given), *random.pick(&FAMILIES));
    let rpps = luhn(&format!("99{:08}", random.within(0, 99_999_999)));
    let fields = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": "urn:oid:1.2.250.1.71.4.2.1",
            "value": format!("8{rpps}"),
        }],
        "active": true,
        "name": list![object! {
            "family": family,
            "given": list![given],
            "prefix": list!["Dr"],
        }],
        "gender": gender,
        "qualification": list![object! {
            "code": concept("urn:oid:1.2.250.1.213.1.1.5.1", "G15_10", "Médecin"),
        }],
    };
    (bundle.add(id, "Practitioner", fields), format!("Dr {given} {family}"))
}

/// Digits and their Luhn check digit (ISO/IEC 7812-1), as RPPS and FINESS numbers end.
pub fn luhn(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// An INS-NIR and its key: 97 less the remainder by 97, with 19 for 2A and 18 for 2B.
pub fn with_key(digits: &str) -> String {
    let number: u64 = digits
        .replace("2A", "19")
        .replace("2B", "18")
        .parse()
        .expect("the parts are digits");
    format!("{digits}{:02}", 97 - number % 97)
}
