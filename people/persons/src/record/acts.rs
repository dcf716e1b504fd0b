use super::{Record, Visit};
use crate::bundle::{concept, refer};
use crate::json::{fields, list, object};
use crate::tables::acts::Act;

/// The French table of medical acts, under the OID that the CI-SIS's own examples give it.
const CCAM: &str = "urn:oid:1.2.250.1.215.300.1";

impl Record<'_> {
    /// An act done at a visit.
    pub fn act(&mut self, visit: &Visit, act: &Act) -> String {
        self.act_for(visit, act, None)
    }

    /// An act with the diagnosis that is its reason.
    pub fn act_for(&mut self, visit: &Visit, act: &Act, reason: Option<&str>) -> String {
        let Act(ccam, words) = *act;
        let mut fields = fields! {
            "status": "completed",
            "code": concept(CCAM, ccam, words),
        };
        self.about(visit, &mut fields);
        fields.push(("performedDateTime", visit.day.at(visit.hour, 20).into()));
        let performer = object! {
            "actor": refer(&visit.who.role),
            "onBehalfOf": refer(&visit.who.structure),
        };
        fields.push(("performer", list![performer]));
        if let Some(condition) = reason {
            fields.push(("reasonReference", list![refer(condition)]));
        }
        self.add("Procedure", fields)
    }

    /// An implant, named on the card that its bearer is given.
    pub fn implant(&mut self, visit: &Visit, words: &'static str) -> String {
        let lot = format!("LOT{:06}", self.random.within(0, 999_999));
        let serial = format!("SN{:08}", self.random.within(0, 99_999_999));
        let fields = fields! {
            "status": "active",
            "manufactureDate": visit.day.plus(-200).to_string(),
            "lotNumber": lot,
            "serialNumber": serial,
            "type": object! { "text": words },
            "patient": refer(&self.patient),
            "owner": refer(&visit.who.structure),
        };
        self.add("Device", fields)
    }
}
