use crate::day::Day;
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::{acts, diseases, kinds, medicines};

/// A fall at home, and the emergency department.
pub fn fall(record: &mut Record, day: Day, broken: bool) {
    let visit = record.visit(
        day,
        Setting::Emergency,
        Trade::Emergency,
        "Chute au domicile",
    );
    let (injury, words) = if broken {
        (
            &diseases::WRIST,
            "fracture de l'extrémité inférieure du radius, sans déplacement",
        )
    } else {
        (&diseases::SCALP, "plaie du cuir chevelu, suturée")
    };
    record.condition(&visit, injury, Some(day.plus(45)));
    record.condition(&visit, &diseases::FALL_AT_HOME, Some(day));
    record.pressure(&visit, 138);
    if broken {
        record.act(&visit, &acts::WRIST_CAST);
    }
    record.give(&visit, &medicines::PARACETAMOL, 10);
    let lines = [
        "Chute de sa hauteur dans la cuisine, sans perte de connaissance.".to_owned(),
        format!("Lésion : {words}. Examen neurologique normal."),
        "Retour au domicile, accompagné. Bilan de chute demandé.".to_owned(),
    ];
    record.document(&visit, &kinds::EMERGENCY, &lines);
}
