//! Knee surgery: a meniscus, a ligament, or an artificial knee; images, anaesthesia, operation, exercises.

mod operation;

use operation::{IMPLANT, LIGAMENT, MENISCUS, Operation, surgery};

use super::Life;
use crate::day::{Day, TODAY};
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::{acts, kinds, measures, medicines};

pub const LIFE: Life = Life {
    name: "knee",
    weight: 1,
    happens: |person, random| match person.age() {
        18..=55 => random.chance(4),
        56..=84 => random.chance(8),
        _ => false,
    },
    live,
};

fn live(record: &mut Record) {
    let operation = match record.person.age() {
        56.. => &IMPLANT,
        _ if record.random.chance(55) => &MENISCUS,
        _ => &LIGAMENT,
    };
    let day = TODAY.plus(-record.random.within(100, 1_500)).working();
    let side = if record.random.chance(50) {
        "droit"
    } else {
        "gauche"
    };
    before(record, day, operation, side);
    surgery(record, day, operation, side);
    after(record, day, operation, side);
}

fn before(record: &mut Record, day: Day, operation: &Operation, side: &str) {
    let doctor = record.visit(
        day.plus(-80).working(),
        Setting::Office,
        Trade::Doctor,
        operation.complaint,
    );
    record.condition(&doctor, &operation.disease, Some(day.plus(90)));
    let pain = record.random.within(4, 8);
    record.observe(&doctor, &measures::PAIN, pain);
    record.give(&doctor, &medicines::PARACETAMOL, 30);
    let rays = record.visit(
        day.plus(-70).working(),
        Setting::Office,
        Trade::Radiologist,
        "Imagerie du genou",
    );
    record.act(&rays, &acts::KNEE_RAYS);
    record.act(&rays, &acts::KNEE_MRI);
    let lines = [
        format!("Radiographie et IRM du genou {side}."),
        operation.images.to_owned(),
    ];
    record.document(&rays, &kinds::IMAGES, &lines);
    let surgeon = record.visit(
        day.plus(-45).working(),
        Setting::Office,
        Trade::Surgeon,
        "Avis chirurgical",
    );
    let lines = [
        format!("{}, à {side}.", operation.complaint),
        operation.images.to_owned(),
        format!(
            "Indication opératoire retenue avec le patient : {}.",
            operation.act.1
        ),
        "Risques et suites expliqués, délai de réflexion donné.".to_owned(),
    ];
    record.document(&surgeon, &kinds::CONSULTATION, &lines);
    let sleep = record.visit(
        day.plus(-14).working(),
        Setting::Office,
        Trade::Anaesthetist,
        "Consultation pré-anesthésique",
    );
    record.pressure(&sleep, 130);
    let (weight, height) = (record.random.about(760, 140), record.random.about(170, 9));
    record.observe(&sleep, &measures::WEIGHT, weight);
    record.observe(&sleep, &measures::HEIGHT, height);
    let blood = [
        record.random.about(138, 12),
        record.random.about(700, 180),
        record.random.about(250, 50),
    ];
    record.examine(day.plus(-12).working(), &measures::PANEL_BLOOD, &blood);
    let lines =
        ["Classe ASA 2. Rachianesthésie ou anesthésie générale, au choix du patient.".to_owned()];
    record.document(&sleep, &kinds::ANAESTHESIA, &lines);
}

fn after(record: &mut Record, day: Day, operation: &Operation, side: &str) {
    for session in 0..operation.sessions {
        let day = day.plus(10 + session * 4).working();
        let visit = record.visit(
            day,
            Setting::Office,
            Trade::Physiotherapist,
            "Rééducation du genou",
        );
        if session % 3 == 0 {
            let pain = (5 - session / 3 + record.random.within(-1, 1)).max(0);
            record.observe(&visit, &measures::PAIN, pain);
        }
    }
    let visit = record.visit(
        day.plus(45).working(),
        Setting::Office,
        Trade::Surgeon,
        "Contrôle après chirurgie",
    );
    record.act(&visit, &acts::KNEE_RAYS);
    let bend = record.random.within(105, 135);
    let lines = [
        format!("Genou {side} sec, flexion {bend} degrés, extension complète. Marche sans canne."),
        "Radiographie de contrôle satisfaisante. Reprise progressive des activités.".to_owned(),
    ];
    record.document(&visit, &kinds::CONSULTATION, &lines);
}
