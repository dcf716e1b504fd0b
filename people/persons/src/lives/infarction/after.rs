use super::wall;
use crate::day::Day;
use crate::record::{Record, Setting, Visit};
use crate::tables::medicines::Medicine;
use crate::tables::trades::Trade;
use crate::tables::{acts, diseases, kinds, measures, medicines};

/// What is taken after an infarction.
const AFTER: [&Medicine; 5] = [
    &medicines::ASPIRIN,
    &medicines::TICAGRELOR,
    &medicines::ATORVASTATIN,
    &medicines::BISOPROLOL,
    &medicines::RAMIPRIL,
];

/// Days after which the cardiologist sees the person again.
pub const SEEN: [i32; 6] = [35, 180, 365, 730, 1_095, 1_460];

pub fn leaving(record: &mut Record, stay: &Visit, anterior: bool) {
    let visit = stay.after(5);
    let mut lines = vec![format!(
        "Sortie après un infarctus {} traité par angioplastie. Traitement :",
        wall(anterior)
    )];
    for medicine in AFTER {
        record.give(&visit, medicine, 90);
        lines.push(format!("- {} : {}", medicine.words, medicine.dose));
    }
    record.give(&visit, &medicines::NITROGLYCERIN, 90);
    record.document(&visit, &kinds::PRESCRIPTION, &lines[1..]);
    lines.push("Ne pas arrêter les deux antiagrégants avant un an. Arrêt du tabac.".to_owned());
    record.document(&visit, &kinds::DISCHARGE, &lines);
    let day = visit.day.plus(9).working();
    if !day.is_past() {
        return;
    }
    let doctor = record.visit(
        day,
        Setting::Office,
        Trade::Doctor,
        "Retour d'hospitalisation",
    );
    let old = record.condition(&doctor, &diseases::OLD_INFARCTION, None);
    record.long_disease(&doctor, "ALD 13 : maladie coronaire", &old);
    record.condition(&doctor, &diseases::CHOLESTEROL, None);
    record.pressure(&doctor, 126);
    let lines = [
        "Maladie coronaire : infarctus du myocarde récent, endoprothèse.".to_owned(),
        "Actes et prestations : suivi cardiologique, électrocardiogramme, bilan lipidique, réadaptation.".to_owned(),
    ];
    record.document(&doctor, &kinds::LONG_DISEASE, &lines);
}

pub fn follow_up(record: &mut Record, day: Day, place: usize) {
    let cholesterol = record.random.about(58, 12);
    let fats = [
        cholesterol,
        record.random.about(46, 8),
        record.random.about(120, 30),
    ];
    record.examine(day.plus(-7).working(), &measures::PANEL_LIPIDS, &fats);
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Cardiologist,
        "Suivi cardiologique",
    );
    record.act(&visit, &acts::CARDIOGRAM);
    record.pressure(&visit, 124);
    let pulse = record.random.about(62, 6);
    record.observe(&visit, &measures::PULSE, pulse);
    let second = if place < 3 {
        &medicines::TICAGRELOR
    } else {
        &medicines::CLOPIDOGREL
    };
    record.give(&visit, second, 180);
    record.give(&visit, &medicines::ATORVASTATIN, 180);
    let lines = [
        "Pas de douleur, bonne tolérance à l'effort. Électrocardiogramme : séquelle, sans fait nouveau.".to_owned(),
        format!("Cholestérol LDL : 0,{cholesterol:02} g/L, objectif sous 0,55 g/L. Pouls {pulse}."),
        "Poursuite du traitement.".to_owned(),
    ];
    record.document(&visit, &kinds::CONSULTATION, &lines);
}
