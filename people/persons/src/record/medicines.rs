use super::{Record, Visit};
use crate::bundle::{code, coding, refer};
use crate::day::{Day, TODAY};
use crate::json::{Json, fields, list, object};
use crate::tables::medicines::Medicine;
use crate::tables::trades::Trade;

const ATC: &str = "http://www.whocc.no/atc";
/// Packages of medicines (CIP13), under the OID that the CI-SIS's own examples give them.
const CIP: &str = "urn:oid:1.2.250.1.213.2.3.2";
const COURSES: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy";
const UCUM: &str = "http://unitsofmeasure.org";

/// What was prescribed, for a pharmacy to hand over.
pub struct Prescribed {
    request: String,
    medicine: &'static Medicine,
    day: Day,
    days: i32,
}

impl Record<'_> {
    /// A medicine for so many days.
    pub fn prescribe(
        &mut self,
        visit: &Visit,
        medicine: &'static Medicine,
        days: i32,
    ) -> Prescribed {
        let goes_on = visit.day.plus(days) > TODAY;
        let course = if days > 60 { "continuous" } else { "acute" };
        let mut fields = fields! {
            "status": if goes_on { "active" } else { "completed" },
            "intent": "order",
            "medicationCodeableConcept": named(medicine),
        };
        self.about(visit, &mut fields);
        fields.push(("authoredOn", visit.day.at(visit.hour, 25).into()));
        fields.push(("requester", refer(&visit.who.role)));
        fields.push(("courseOfTherapyType", code(COURSES, course)));
        fields.push((
            "dosageInstruction",
            list![object! { "text": medicine.dose }],
        ));
        let supply = object! { "value": days, "unit": "jours", "system": UCUM, "code": "d" };
        fields.push((
            "dispenseRequest",
            object! { "expectedSupplyDuration": supply },
        ));
        Prescribed {
            request: self.add("MedicationRequest", fields),
            medicine,
            day: visit.day,
            days,
        }
    }

    /// The household's pharmacy hands over what was prescribed.
    pub fn dispense(&mut self, prescribed: &Prescribed) {
        let day = prescribed.day.plus(self.random.within(0, 1));
        if !day.is_past() {
            return;
        }
        let pharmacist = self.who(Trade::Pharmacist);
        let performers = list![
            object! { "actor": refer(&pharmacist.role) },
            object! { "actor": refer(&pharmacist.structure) },
        ];
        let boxes = (prescribed.days + 15) / 30;
        let fields = fields! {
            "status": "completed",
            "medicationCodeableConcept": named(prescribed.medicine),
            "subject": refer(&self.patient),
            "performer": performers,
            "authorizingPrescription": list![refer(&prescribed.request)],
            "quantity": object! { "value": boxes.max(1), "unit": "boîte", "system": UCUM, "code": "{box}" },
            "whenHandedOver": day.at(18, 10),
            "dosageInstruction": list![object! { "text": prescribed.medicine.dose }],
        };
        self.add("MedicationDispense", fields);
    }

    /// Prescribed and handed over.
    pub fn give(&mut self, visit: &Visit, medicine: &'static Medicine, days: i32) {
        let prescribed = self.prescribe(visit, medicine, days);
        self.dispense(&prescribed);
    }
}

fn named(medicine: &'static Medicine) -> Json {
    let mut codings = vec![coding(ATC, medicine.atc, medicine.words)];
    if let Some((code, name)) = medicine.package {
        codings.push(coding(CIP, code, name));
    }
    object! { "coding": Json::List(codings), "text": medicine.words }
}
