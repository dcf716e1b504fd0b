use super::Pregnancy;
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::{acts, diseases, kinds, measures, medicines};

pub fn birth(record: &mut Record, pregnancy: &Pregnancy) {
    let visit = record.visit(
        pregnancy.born,
        Setting::Stay(3),
        Trade::Obstetrician,
        "Accouchement",
    );
    let reason = record.condition(&visit, &diseases::DELIVERY, Some(pregnancy.born));
    record.condition(&visit, &diseases::LIVE_BIRTH, Some(pregnancy.born));
    let act = if pregnancy.first {
        &acts::FIRST_DELIVERY
    } else {
        &acts::DELIVERY
    };
    record.act_for(&visit, act, Some(&reason));
    let blood = [
        record.random.about(108, 12),
        record.random.about(1_150, 200),
        record.random.about(230, 40),
    ];
    record.examine_at(&visit, &measures::PANEL_BLOOD, &blood);
    record.give(&visit.after(3), &medicines::PARACETAMOL, 10);
    let child = record.person.last_born().map(|child| child.given[0]);
    let lines = [
        format!(
            "Accouchement le {} par voie basse, sous péridurale.",
            pregnancy.born.french()
        ),
        format!(
            "Naissance d'un enfant vivant : {}. Il a crié aussitôt.",
            child.unwrap_or("sans prénom encore")
        ),
        "Délivrance complète. Suites immédiates simples.".to_owned(),
    ];
    record.document(&visit, &kinds::DELIVERY, &lines);
}

pub fn afterwards(record: &mut Record, pregnancy: &Pregnancy) {
    let day = pregnancy.born.plus(46).working();
    if !day.is_past() {
        return;
    }
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Midwife,
        "Consultation postnatale",
    );
    record.condition(&visit, &diseases::AFTER_BIRTH, Some(day));
    record.observe(&visit, &measures::WEIGHT, pregnancy.weight + 25);
    record.pressure(&visit, 115);
    let lines =
        ["Rééducation périnéale et abdominale après l'accouchement : dix séances.".to_owned()];
    record.document(&visit, &kinds::ORDER_EXERCISES, &lines);
}
