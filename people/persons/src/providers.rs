mod structures;

use hygie_identity::Rpps;
use structures::{number, structure};

use crate::bundle::{Bundle, concept, refer};
use crate::json::{fields, list, object};
use crate::numbers;
use crate::random::{Purpose, Random};
use crate::tables::departments::Department;
use crate::tables::names::{FAMILIES, MEN, WOMEN};
use crate::tables::trades::{Place, Trade};

/// Professions and specialties: value set JDV_J01.
const PROFESSIONS: &str = "urn:oid:1.2.250.1.213.1.1.4.5";
/// Room for places and for trades in a department, and for each of them: numbers never meet.
const KINDS: u64 = 32;
const EACH: u64 = 16;

/// A professional in a structure: URLs in a bundle, and what papers call them.
pub struct Who {
    pub person: String,
    pub role: String,
    pub structure: String,
    pub name: String,
    pub place: String,
    /// The structure's kind.
    pub works: Place,
    /// National identifiers of the professional and of the structure.
    pub number: String,
    pub structure_number: String,
}

/// Adds the professional of this trade whom a household goes to, with role and structure. The same
/// full URL is the same resource in every bundle; `structures` are those that are there already.
pub fn add(
    bundle: &mut Bundle,
    structures: &mut Vec<u64>,
    (seed, household): (u64, u64),
    department: &'static Department,
    trade: Trade,
) -> Who {
    let post = trade.post();
    let kind = trade as u64;
    let mut chosen = Random::new(seed, Purpose::Team, household * KINDS + kind);
    let which = chosen.below(usize::try_from(post.count).expect("it is small"));
    let which = u64::try_from(which).expect("it is small");
    let slot = (number(department) * KINDS + kind) * EACH + which;
    let mut own = Random::new(seed, Purpose::Professional, slot);
    let (id, role_id) = (own.uuid(), own.uuid());
    let woman = own.chance(52);
    let names = if woman { &WOMEN } else { &MEN };
    let (given, family) = (*own.pick(&names[1]), *own.pick(&FAMILIES));
    let title = if post.doctor { Some("Dr") } else { None };
    let spoken = title.unwrap_or(if woman { "Mme" } else { "M." });
    let (code, words) = post.profession;
    let national = numbers::rpps(seed, slot);
    let practitioner = fields! {
        "identifier": list![object! {
            "use": "official",
            "system": Rpps::NATIONAL,
            "value": &national,
        }],
        "active": true,
        "name": list![object! {
            "family": family,
            "given": list![given],
            "prefix": list![spoken],
        }],
        "gender": if woman { "female" } else { "male" },
        "qualification": list![object! { "code": concept(PROFESSIONS, code, words) }],
    };
    let person = bundle.add(id, "Practitioner", practitioner);
    let found = structure(bundle, structures, seed, department, post.place, which);
    let mut role = fields! {
        "active": true,
        "practitioner": refer(&person),
        "organization": refer(&found.url),
        "code": list![concept(PROFESSIONS, code, words)],
    };
    if let Some((code, words)) = post.specialty {
        role.push(("specialty", list![concept(PROFESSIONS, code, words)]));
    }
    let role = bundle.add(role_id, "PractitionerRole", role);
    Who {
        person,
        role,
        structure: found.url,
        name: format!("{spoken} {given} {family}"),
        place: found.name,
        works: post.place,
        number: national,
        structure_number: found.number,
    }
}
