use crate::bundle::concept;
use crate::household::{Member, Part};
use crate::json::{Fields, Json, fields, list, object};
use crate::random::Random;

/// Relations between persons (HL7 v3 RoleCode; value set JDV_J11 takes its codes from there).
const RELATIONS: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

/// A number of the range that is kept for fiction (ARCEP, decision 2018-0881).
pub fn phone(random: &mut Random) -> Json {
    let number = format!("+3363998{:04}", random.within(0, 9_999));
    list![object! { "system": "phone", "value": number, "use": "mobile" }]
}

/// What `other` is to someone of this part.
pub fn relation(mine: Part, other: &Member) -> Json {
    let (code, display) = match (mine, other.part, other.woman) {
        (Part::Child, Part::Child, true) => ("SIS", "Soeur"),
        (Part::Child, Part::Child, false) => ("BRO", "Frère"),
        (Part::Child, _, true) => ("MTH", "Mère"),
        (Part::Child, _, false) => ("FTH", "Père"),
        (_, Part::Child, true) => ("DAUC", "Fille"),
        (_, Part::Child, false) => ("SONC", "Fils"),
        _ => ("SIGOTHR", "Conjoint"),
    };
    concept(RELATIONS, code, display)
}

/// A relative who is no person of the population.
pub fn outsider(family: &'static str, given: &'static str, daughter: bool) -> (Json, Fields) {
    let (code, display) = if daughter {
        ("DAUC", "Fille")
    } else {
        ("SONC", "Fils")
    };
    let fields = fields! {
        "name": list![object! { "family": family, "given": list![given] }],
        "gender": if daughter { "female" } else { "male" },
    };
    (concept(RELATIONS, code, display), fields)
}
