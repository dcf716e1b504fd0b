//! National numbers that come in with a Patient. By them a person is found from then on, so that one which is no real
//! person's, or whose key tells a slip of the pen, is refused at its place. Patients come in by imports alone: no deposit
//! makes one, and nobody amends one but the register, whose rows are checked by enrolment.

use hygie_fhir::{Fault, Json, Resource};
use hygie_identity::{Ins, InsSystem, NationalNumbers};

use crate::Record;

/// A number that is not taken in.
pub(crate) struct Untaken {
    /// System and value, as they were sent.
    pub name: (String, String),
    /// Where it stands and what is wrong with it; holds nothing of the number.
    pub fault: Fault,
}

impl Record {
    /// Which national numbers this installation takes in.
    pub fn national_numbers(&self) -> NationalNumbers {
        self.numbers
    }
}

/// The national numbers of a Patient that are not among those taken in. What has not their form is a word such as
/// `unknown`, by which nobody is found.
pub(crate) fn untaken(patient: &Resource, taken: NationalNumbers) -> Vec<Untaken> {
    let identifiers = patient.json().get("identifier").map(Json::items);
    let identifiers = identifiers.unwrap_or_default().iter().enumerate();
    let untaken = identifiers.filter_map(|(place, identifier)| {
        let text = |name| identifier.get(name).and_then(Json::as_str);
        let (system, value) = (text("system")?, text("value")?);
        let ins = Ins::parse(InsSystem::from_uri(system)?, value).ok()?;
        let finding = ins.check(taken).err()?;
        let place = format!("Patient.identifier[{place}]");
        Some(Untaken {
            name: (system.to_owned(), value.to_owned()),
            fault: Fault::error("value", place, finding.to_string()),
        })
    });
    untaken.collect()
}
