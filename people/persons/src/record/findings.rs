use super::{Record, Visit};
use crate::bundle::{code, concept, refer};
use crate::day::Day;
use crate::json::{Fields, Json, fields, list, object};
use crate::tables::diseases::Disease;
use crate::tables::measures::Measure;

const CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
const CONDITIONS: &str = "http://terminology.hl7.org/CodeSystem/condition-category";
const OBSERVATIONS: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const INTERPRETATIONS: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
pub(super) const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
pub(super) const LOINC: &str = "http://loinc.org";

impl Record<'_> {
    /// A diagnosis of this visit, over on a day or lasting.
    pub fn condition(&mut self, visit: &Visit, disease: &Disease, over: Option<Day>) -> String {
        let over = over.filter(|day| day.is_past());
        let (status, category) = match over {
            Some(_) => ("resolved", "encounter-diagnosis"),
            None => ("active", "problem-list-item"),
        };
        let Disease(icd, words) = *disease;
        let mut fields = fields! {
            "clinicalStatus": code(CLINICAL, status),
            "verificationStatus": code(VERIFICATION, "confirmed"),
            "category": list![code(CONDITIONS, category)],
            "code": concept(ICD_10, icd, words),
        };
        self.about(visit, &mut fields);
        fields.push(("onsetDateTime", visit.day.to_string().into()));
        if let Some(day) = over {
            fields.push(("abatementDateTime", day.to_string().into()));
        }
        fields.push(("recordedDate", visit.day.to_string().into()));
        fields.push(("recorder", refer(&visit.who.role)));
        self.add("Condition", fields)
    }

    /// What every observation says, up to its value.
    pub(super) fn observation(
        &self,
        visit: &Visit,
        category: &'static str,
        name: (&'static str, &'static str),
    ) -> Fields {
        let mut fields = fields! {
            "status": "final",
            "category": list![code(OBSERVATIONS, category)],
            "code": concept(LOINC, name.0, name.1),
        };
        self.about(visit, &mut fields);
        fields.push(("effectiveDateTime", visit.day.at(visit.hour, 15).into()));
        fields.push(("performer", list![refer(&visit.who.role)]));
        fields
    }

    /// A measurement at a visit, in units of its last decimal.
    pub fn observe(&mut self, visit: &Visit, measure: &Measure, number: i32) -> String {
        let name = (measure.code, measure.display);
        let mut fields = self.observation(visit, category(measure), name);
        fields.push(("valueQuantity", quantity(measure, number)));
        if let Some((low, high)) = measure.usual {
            let meaning = match number {
                _ if number < low => "L",
                _ if number > high => "H",
                _ => "N",
            };
            let range = object! { "low": quantity(measure, low), "high": quantity(measure, high) };
            fields.push(("interpretation", list![code(INTERPRETATIONS, meaning)]));
            fields.push(("referenceRange", list![range]));
        }
        self.add("Observation", fields)
    }

    /// A blood pressure of about this height, in mmHg.
    pub fn pressure(&mut self, visit: &Visit, about: i32) {
        let high = self.random.about(about, 9);
        let low = high * 6 / 10 + self.random.within(-4, 4);
        let component = |code, display, value: i32| {
            let value = object! {
                "value": value,
                "unit": "mmHg",
                "system": UCUM,
                "code": "mm[Hg]",
            };
            object! { "code": concept(LOINC, code, display), "valueQuantity": value }
        };
        let name = ("85354-9", "Pression artérielle");
        let mut fields = self.observation(visit, "vital-signs", name);
        let parts = list![
            component("8480-6", "Pression artérielle systolique", high),
            component("8462-4", "Pression artérielle diastolique", low),
        ];
        fields.push(("component", parts));
        self.add("Observation", fields);
    }

    /// The day on which a child is expected.
    pub fn expect(&mut self, visit: &Visit, day: Day) {
        let name = ("11778-8", "Date estimée d'accouchement");
        let mut fields = self.observation(visit, "exam", name);
        fields.push(("valueDateTime", day.to_string().into()));
        self.add("Observation", fields);
    }
}

const UCUM: &str = "http://unitsofmeasure.org";

/// Vital signs in R4's sense are few; what a laboratory compares with the usual is its own.
fn category(measure: &Measure) -> &'static str {
    let vital = [
        "29463-7", "8302-2", "8287-5", "39156-5", "8867-4", "8310-5", "59408-5",
    ];
    match measure.usual {
        Some(_) => "laboratory",
        None if vital.contains(&measure.code) => "vital-signs",
        None => "exam",
    }
}

fn quantity(measure: &Measure, number: i32) -> Json {
    object! {
        "value": Json::Number(decimal(number, measure.decimals)),
        "unit": measure.unit,
        "system": UCUM,
        "code": measure.ucum,
    }
}

/// 725 with one decimal is `72.5`; zeros at the end stay, as a laboratory prints them.
pub fn decimal(number: i32, decimals: usize) -> String {
    if decimals == 0 {
        return number.to_string();
    }
    let digits = format!("{number:0width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    format!("{whole}.{part}")
}
