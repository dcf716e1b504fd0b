//! Diabetes of type 2, followed by general practitioner, pharmacy and laboratory, and the eyes once a year.

mod followed;

use followed::{advice, consultation, eyes, laboratory, report};

use super::Life;
use crate::day::{Day, TODAY};
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::{diseases, kinds, measures, medicines};

pub const LIFE: Life = Life {
    name: "diabetes",
    weight: 3,
    happens: |person, random| person.age() >= 46 && random.chance(14),
    live,
};

/// Days between two measurements of the haemoglobin A1c.
const QUARTER: i32 = 91;

/// How someone's diabetes goes.
pub struct Course {
    /// Tenths of a percent.
    hba1c: i32,
    /// Hundreds of grams.
    weight: i32,
    /// Low-density cholesterol, hundredths of g/L.
    cholesterol: i32,
    /// Creatinine, tenths of mg/L.
    creatinine: i32,
}

fn live(record: &mut Record) {
    let quarters = record.random.within(12, 20);
    let mut course = Course {
        hba1c: record.random.within(82, 99),
        weight: record.random.about(880, 150),
        cholesterol: record.random.about(145, 30),
        creatinine: record.random.about(85, 18),
    };
    let found = TODAY
        .plus(-quarters * QUARTER - record.random.within(10, 80))
        .working();
    discovery(record, found, &course);
    for quarter in 1..=quarters {
        let day = record.near(found.plus(quarter * QUARTER), 8);
        if !day.is_past() {
            return;
        }
        course.go_on(record, quarter);
        laboratory(record, day.plus(-5), &course, quarter);
        if quarter <= 4 || quarter % 2 == 0 {
            consultation(record, day, &course, quarter);
        }
        if quarter == 9 {
            advice(record, day.plus(30).working(), &course);
        }
        if quarter % 4 == 2 {
            eyes(record, day.plus(20).working());
        }
    }
}

impl Course {
    /// A year and a half of getting better, then slowly worse, with ups and downs.
    fn go_on(&mut self, record: &mut Record, quarter: i32) {
        let trend = if quarter <= 6 {
            -(self.hba1c - 66) / 3
        } else {
            1
        };
        self.hba1c = (self.hba1c + trend + record.random.about(0, 2)).clamp(58, 112);
        self.weight += record.random.about(if quarter <= 6 { -6 } else { 1 }, 6);
        self.cholesterol = (self.cholesterol * 9 / 10 + record.random.about(11, 5)).clamp(45, 230);
        self.creatinine += record.random.about(0, 2) + i32::from(quarter % 5 == 0);
    }

    /// About what the formula of CKD-EPI gives, in mL/min/1.73 m2.
    fn filtration(&self, age: i32) -> i32 {
        (820 * 10 / self.creatinine.max(40) - age / 5).clamp(20, 120)
    }
}

fn discovery(record: &mut Record, day: Day, course: &Course) {
    report(
        record,
        day.plus(-6),
        &measures::PANEL_GLUCOSE,
        &[course.hba1c * 2],
        true,
    );
    report(
        record,
        day.plus(-6),
        &measures::PANEL_HBA1C,
        &[course.hba1c],
        true,
    );
    let visit = record.visit(day, Setting::Office, Trade::Doctor, "Résultats d'analyses");
    let diabetes = record.condition(&visit, &diseases::DIABETES, None);
    record.condition(&visit, &diseases::HYPERTENSION, None);
    record.long_disease(
        &visit,
        "ALD 8 : diabète de type 1 et diabète de type 2",
        &diabetes,
    );
    let height = record.random.about(168, 9);
    record.observe(&visit, &measures::HEIGHT, height);
    record.observe(&visit, &measures::WEIGHT, course.weight);
    let index = course.weight * 1_000 * 10 / (height * height);
    record.observe(&visit, &measures::MASS_INDEX, index);
    record.pressure(&visit, 148);
    record.give(&visit, &medicines::METFORMIN, 90);
    record.give(&visit, &medicines::RAMIPRIL, 90);
    let lines = [
        "Diabète de type 2 découvert sur bilan systématique.".to_owned(),
        "Actes et prestations : consultations, biologie trimestrielle, fond d'œil annuel, examen des pieds, bilan rénal et lipidique annuel."
            .to_owned(),
        "Traitements prévus : antidiabétiques, antihypertenseur.".to_owned(),
        "Durée prévue : dix ans, à compter de ce jour.".to_owned(),
    ];
    record.document(&visit, &kinds::LONG_DISEASE, &lines);
}
