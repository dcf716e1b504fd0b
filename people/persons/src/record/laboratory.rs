use super::findings::{LOINC, decimal};
use super::{Record, Visit};
use crate::bundle::{code, coding, refer};
use crate::day::Day;
use crate::json::{Json, fields, list, object};
use crate::tables::kinds::LABORATORY;
use crate::tables::measures::Panel;
use crate::tables::trades::Trade;

/// The French table of laboratory acts, under the OID that the CI-SIS's own examples give it.
const NABM: &str = "urn:oid:1.2.250.1.213.2.7";
const SECTIONS: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";

impl Record<'_> {
    /// The household's laboratory measures a panel and reports to whoever ordered it.
    pub fn examine(&mut self, day: Day, panel: &Panel, values: &[i32]) -> Visit {
        let visit = self.without_visit(day, Trade::Biologist);
        self.examine_at(&visit, panel, values);
        visit
    }

    /// A panel measured at a visit, as in an emergency.
    pub fn examine_at(&mut self, visit: &Visit, panel: &Panel, values: &[i32]) {
        let pairs = panel.measures.iter().zip(values);
        let results: Vec<Json> = pairs
            .map(|(measure, number)| refer(&self.observe(visit, measure, *number)))
            .collect();
        let name = object! {
            "coding": list![
                coding(LOINC, LABORATORY.code, LABORATORY.title),
                coding(NABM, panel.nabm, panel.words),
            ],
            "text": panel.words,
        };
        let mut fields = fields! {
            "status": "final",
            "category": list![code(SECTIONS, "LAB")],
            "code": name,
        };
        self.about(visit, &mut fields);
        fields.push(("effectiveDateTime", visit.day.at(visit.hour, 15).into()));
        fields.push(("issued", visit.day.at(17, 30).into()));
        fields.push(("performer", list![refer(&visit.who.structure)]));
        fields.push(("resultsInterpreter", list![refer(&visit.who.role)]));
        fields.push(("result", Json::List(results)));
        self.add("DiagnosticReport", fields);
    }

    /// The lines of a laboratory's paper for a panel.
    pub fn lines(panel: &Panel, values: &[i32]) -> Vec<String> {
        let pairs = panel.measures.iter().zip(values);
        pairs
            .map(|(measure, number)| {
                let french = |number| decimal(number, measure.decimals).replace('.', ",");
                let usual = measure.usual.map(|(low, high)| {
                    format!("   (valeurs usuelles : {} à {})", french(low), french(high))
                });
                format!(
                    "{} : {} {}{}",
                    measure.display,
                    french(*number),
                    measure.unit,
                    usual.unwrap_or_default()
                )
            })
            .collect()
    }
}
