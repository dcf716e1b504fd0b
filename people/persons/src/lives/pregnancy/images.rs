use super::Pregnancy;
use crate::record::{Record, Setting, Visit};
use crate::tables::acts::{self, Act};
use crate::tables::trades::Trade;
use crate::tables::{kinds, measures};

/// Weeks, act, biparietal diameter and femur in millimetres, weight in grams, what it is called.
pub const ULTRASOUNDS: [(i32, Act, [i32; 3], &str); 3] = [
    (12, acts::ECHO_FIRST, [21, 8, 60], "premier"),
    (22, acts::ECHO_SECOND, [55, 38, 480], "deuxième"),
    (32, acts::ECHO_THIRD, [82, 61, 1_850], "troisième"),
];

pub fn images(record: &mut Record, pregnancy: &Pregnancy, ultrasound: &(i32, Act, [i32; 3], &str)) {
    let (weeks, act, [head, femur, grams], trimester) = ultrasound;
    let reason = format!("Échographie du {trimester} trimestre");
    let visit = record.visit(
        pregnancy.week(*weeks),
        Setting::Office,
        Trade::Obstetrician,
        &reason,
    );
    record.act(&visit, act);
    let head = head + record.random.within(-2, 2);
    let femur = femur + record.random.within(-1, 1);
    let grams = grams * record.random.within(90, 110) / 100;
    record.observe(&visit, &measures::FETAL_HEAD, head);
    record.observe(&visit, &measures::FETAL_FEMUR, femur);
    record.observe(&visit, &measures::FETAL_WEIGHT, grams);
    let lines = [
        format!("{reason}, à {weeks} semaines d'aménorrhée : grossesse unique, évolutive."),
        format!("Diamètre bipariétal {head} mm, fémur {femur} mm, poids estimé {grams} g."),
        "Morphologie sans anomalie décelable. Placenta et liquide amniotique normaux.".to_owned(),
    ];
    record.document(&visit, &kinds::IMAGES, &lines);
}

pub fn anaesthesia(record: &mut Record, visit: &Visit) {
    let day = visit.day.plus(6).working();
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Anaesthetist,
        "Consultation pré-anesthésique",
    );
    let lines = [
        "Consultation du huitième mois en vue de l'accouchement.".to_owned(),
        "Pas d'antécédent anesthésique notable. Analgésie péridurale possible et expliquée."
            .to_owned(),
    ];
    record.document(&visit, &kinds::ANAESTHESIA, &lines);
}
