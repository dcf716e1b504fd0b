use crate::day::Day;
use crate::record::{Record, Setting};
use crate::tables::acts::{self, Act};
use crate::tables::diseases::{self, Disease};
use crate::tables::trades::Trade;
use crate::tables::{kinds, measures, medicines};

/// One kind of operation.
pub struct Operation {
    pub disease: Disease,
    pub act: Act,
    pub complaint: &'static str,
    pub images: &'static str,
    pub done: &'static str,
    pub nights: i32,
    pub sessions: i32,
}

pub const MENISCUS: Operation = Operation {
    disease: diseases::MENISCUS,
    act: acts::MENISCECTOMY,
    complaint: "Douleur du genou et blocages depuis une torsion",
    images: "Languette méniscale médiale luxée. Ligaments croisés continus.",
    done: "Arthroscopie par deux voies : résection de la languette du ménisque médial, cartilage sain.",
    nights: 0,
    sessions: 6,
};

pub const LIGAMENT: Operation = Operation {
    disease: diseases::CRUCIATE,
    act: acts::CRUCIATE,
    complaint: "Genou instable depuis un accident de ski",
    images: "Rupture complète du ligament croisé antérieur. Ménisques sans lésion.",
    done: "Reconstruction par autogreffe des tendons ischio-jambiers, deux vis résorbables.",
    nights: 1,
    sessions: 12,
};

pub const IMPLANT: Operation = Operation {
    disease: diseases::GONARTHROSIS,
    act: acts::KNEE_IMPLANT,
    complaint: "Douleur mécanique du genou, marche limitée à cinq cents mètres",
    images: "Pincement fémoro-tibial médial complet, ostéophytes. Gonarthrose évoluée.",
    done: "Arthroplastie totale du genou, prothèse tricompartimentaire cimentée.",
    nights: 4,
    sessions: 14,
};

/// The operation itself, up to the day of leaving.
pub fn surgery(record: &mut Record, day: Day, operation: &Operation, side: &str) {
    let visit = record.visit(
        day,
        Setting::Stay(operation.nights),
        Trade::Surgeon,
        operation.act.1,
    );
    record.act(&visit, &operation.act);
    let lines = [
        format!("Intervention du {} sur le genou {side}.", day.french()),
        operation.done.to_owned(),
        "Garrot quarante minutes. Fermeture plan par plan. Pas d'incident.".to_owned(),
    ];
    record.document(&visit, &kinds::OPERATION, &lines);
    if operation.nights > 2 {
        record.implant(&visit, "Prothèse totale de genou tricompartimentaire");
        let lines = [format!("Prothèse totale posée au genou {side}.")];
        record.document(&visit, &kinds::IMPLANT, &lines);
        record.condition(&visit, &diseases::JOINT_IMPLANT, None);
    }
    let leaving = visit.after(operation.nights);
    record.give(&leaving, &medicines::ENOXAPARIN, 15);
    record.give(&leaving, &medicines::PARACETAMOL, 15);
    record.give(&leaving, &medicines::TRAMADOL, 7);
    let pain = record.random.within(2, 5);
    record.observe(&leaving, &measures::PAIN, pain);
    let lines = [
        format!("Suites simples. Douleur {pain} sur 10 à la sortie, appui avec cannes."),
        "Anticoagulant quinze jours, pansements par infirmier, ablation des fils au quinzième jour.".to_owned(),
        "Signes qui doivent faire consulter : fièvre, mollet dur et douloureux, écoulement.".to_owned(),
    ];
    record.document(&leaving, &kinds::DISCHARGE, &lines);
    let lines = [format!(
        "Rééducation du genou {side} : {} séances.",
        operation.sessions
    )];
    record.document(&leaving, &kinds::ORDER_EXERCISES, &lines);
}
