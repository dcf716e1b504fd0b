use super::{Record, Visit};
use crate::bundle::{concept, refer};
use crate::json::{fields, list, object};
use crate::tables::vaccines::Vaccine;

const ATC: &str = "http://www.whocc.no/atc";
const SITES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActSite";
const ROUTES: &str = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration";

impl Record<'_> {
    /// A dose of a vaccine, given at a visit.
    pub fn vaccinate(&mut self, visit: &Visit, vaccine: &Vaccine, dose: i32) {
        let Vaccine(atc, words) = *vaccine;
        let lot = format!("L{:05}", self.random.within(0, 99_999));
        let (site, side) = *self
            .random
            .pick(&[("LA", "bras gauche"), ("RA", "bras droit")]);
        let mut fields = fields! {
            "status": "completed",
            "vaccineCode": concept(ATC, atc, words),
            "patient": refer(&self.patient),
        };
        if let Some(encounter) = &visit.encounter {
            fields.push(("encounter", refer(encounter)));
        }
        fields.extend(fields! {
            "occurrenceDateTime": visit.day.to_string(),
            "primarySource": true,
            "lotNumber": lot,
            "site": concept(SITES, site, side),
            "route": concept(ROUTES, "IM", "voie intramusculaire"),
            "performer": list![object! { "actor": refer(&visit.who.role) }],
            "protocolApplied": list![object! { "doseNumberPositiveInt": dose }],
        });
        self.add("Immunization", fields);
    }
}
