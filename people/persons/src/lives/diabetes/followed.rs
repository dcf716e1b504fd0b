use super::Course;
use crate::day::Day;
use crate::record::{Record, Setting, Visit};
use crate::tables::measures::{self, Panel};
use crate::tables::trades::Trade;
use crate::tables::{acts, kinds, medicines};

pub fn laboratory(record: &mut Record, day: Day, course: &Course, quarter: i32) {
    let yearly = quarter % 4 == 0;
    report(record, day, &measures::PANEL_HBA1C, &[course.hba1c], yearly);
    if quarter % 4 == 0 {
        let filtration = course.filtration(record.person.age_on(day));
        report(
            record,
            day,
            &measures::PANEL_KIDNEY,
            &[course.creatinine, filtration],
            false,
        );
        let fats = [
            course.cholesterol,
            record.random.about(46, 9),
            record.random.about(150, 50),
        ];
        report(record, day, &measures::PANEL_LIPIDS, &fats, false);
        let albumin = record.random.within(3, 34);
        report(record, day, &measures::PANEL_ALBUMIN, &[albumin], false);
    }
}

pub fn report(record: &mut Record, day: Day, panel: &Panel, values: &[i32], paper: bool) {
    let visit = record.examine(day.working(), panel, values);
    if paper {
        let mut lines = vec![panel.words.to_owned()];
        lines.extend(Record::lines(panel, values));
        record.document(&visit, &kinds::LABORATORY, &lines);
    }
}

pub fn consultation(record: &mut Record, day: Day, course: &Course, quarter: i32) {
    let visit = record.visit(day, Setting::Office, Trade::Doctor, "Suivi du diabète");
    record.observe(&visit, &measures::WEIGHT, course.weight);
    record.pressure(&visit, 136);
    treatment(record, &visit, course, quarter);
    if quarter == 1 {
        dispensed(record, &visit);
    }
    if quarter % 8 == 0 {
        let lines = [
            format!(
                "Diabète de type 2 suivi. Dernière HbA1c : {},{} %.",
                course.hba1c / 10,
                course.hba1c % 10
            ),
            "Examen des pieds : pouls perçus, monofilament perçu. Pas d'hypoglycémie.".to_owned(),
            "Hypertension contrôlée. Activité physique et alimentation revues.".to_owned(),
        ];
        record.document(&visit, &kinds::SYNTHESIS_OF_CARE, &lines);
    }
}

fn treatment(record: &mut Record, visit: &Visit, course: &Course, quarter: i32) {
    let days = if quarter <= 4 { 90 } else { 180 };
    let metformin = if course.hba1c > 72 {
        &medicines::METFORMIN_1000
    } else {
        &medicines::METFORMIN
    };
    record.give(visit, metformin, days);
    record.prescribe(visit, &medicines::RAMIPRIL, days);
    if course.hba1c > 76 && quarter > 2 {
        record.give(visit, &medicines::GLICLAZIDE, days);
    }
    if course.hba1c > 86 && quarter > 6 {
        record.give(visit, &medicines::GLARGINE, days);
    }
}

pub fn eyes(record: &mut Record, day: Day) {
    if !day.is_past() {
        return;
    }
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Ophthalmologist,
        "Dépistage de la rétinopathie",
    );
    record.act(&visit, &acts::RETINA);
    let lines = [
        "Rétinographie des deux yeux, sans injection.".to_owned(),
        "Pas de rétinopathie diabétique. Contrôle dans un an.".to_owned(),
    ];
    record.document(&visit, &kinds::EYES, &lines);
}

/// The hospital's advice, once.
pub fn advice(record: &mut Record, day: Day, course: &Course) {
    if !day.is_past() {
        return;
    }
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Endocrinologist,
        "Avis de diabétologie",
    );
    record.observe(&visit, &measures::WEIGHT, course.weight);
    let lines = [
        format!(
            "Diabète de type 2, HbA1c {},{} %.",
            course.hba1c / 10,
            course.hba1c % 10
        ),
        "Éducation thérapeutique : autosurveillance, repas, pieds. Carnet relu ensemble."
            .to_owned(),
        "Objectif d'HbA1c : 7 % ou moins. Suite chez le médecin traitant.".to_owned(),
    ];
    record.document(&visit, &kinds::CONSULTATION, &lines);
}

/// What the pharmacy writes down when it first hands over a treatment.
fn dispensed(record: &mut Record, visit: &Visit) {
    let pharmacy = record.without_visit(visit.day, Trade::Pharmacist);
    let lines = [
        "Première délivrance d'un traitement du diabète, trois mois.".to_owned(),
        "Conseils : prendre pendant le repas ; digestion troublée les premières semaines."
            .to_owned(),
        "Pas d'interaction relevée dans le dossier.".to_owned(),
    ];
    record.document(&pharmacy, &kinds::DISPENSATION, &lines);
}
