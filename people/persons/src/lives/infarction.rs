//! Myocardial infarction: emergency, angioplasty, long-term disease, follow-up.

mod after;

use after::{SEEN, follow_up, leaving};

use super::Life;
use crate::day::{Day, TODAY};
use crate::record::{Record, Setting, Visit};
use crate::tables::trades::Trade;
use crate::tables::{acts, diseases, kinds, measures};

pub const LIFE: Life = Life {
    name: "infarction",
    weight: 2,
    happens: |person, random| {
        let often = if person.me().woman { 3 } else { 7 };
        person.age() >= 50 && random.chance(often)
    },
    live,
};

fn live(record: &mut Record) {
    let day = TODAY.plus(-record.random.within(120, 1_800));
    let anterior = record.random.chance(45);
    emergency(record, day, anterior);
    let stay = angioplasty(record, day, anterior);
    leaving(record, &stay, anterior);
    for (place, days) in SEEN.into_iter().enumerate() {
        let day = record.near(day.plus(days), 12);
        if day.is_past() {
            follow_up(record, day, place);
        }
    }
}

fn wall(anterior: bool) -> &'static str {
    if anterior { "antérieur" } else { "inférieur" }
}

fn emergency(record: &mut Record, day: Day, anterior: bool) {
    let visit = record.visit(
        day,
        Setting::Emergency,
        Trade::Emergency,
        "Douleur thoracique",
    );
    let over = day.plus(28);
    record.condition(
        &visit,
        &diseases::INFARCTIONS[usize::from(!anterior)],
        Some(over),
    );
    record.act(&visit, &acts::CARDIOGRAM);
    record.pressure(&visit, 152);
    let (pulse, saturation, pain) = (
        record.random.about(94, 14),
        record.random.within(93, 98),
        record.random.within(7, 9),
    );
    record.observe(&visit, &measures::PULSE, pulse);
    record.observe(&visit, &measures::SATURATION, saturation);
    record.observe(&visit, &measures::PAIN, pain);
    let troponin = record.random.within(180, 2_400);
    record.examine_at(&visit, &measures::PANEL_TROPONIN, &[troponin]);
    let potassium = record.random.about(41, 4);
    record.examine_at(&visit, &measures::PANEL_SALTS, &[potassium]);
    let hour = visit.hour;
    let lines = [
        format!(
            "Douleur thoracique constrictive depuis {} h, adressé par le SAMU.",
            (hour + 22) % 24
        ),
        format!(
            "Électrocardiogramme : sus-décalage du segment ST en {}.",
            wall(anterior)
        ),
        format!(
            "Troponine T ultrasensible : {troponin} ng/L. Pouls {pulse}, douleur {pain} sur 10."
        ),
        "Aspirine et héparine données. Transfert immédiat en salle de coronarographie.".to_owned(),
    ];
    record.document(&visit, &kinds::EMERGENCY, &lines);
}

fn angioplasty(record: &mut Record, day: Day, anterior: bool) -> Visit {
    let visit = record.visit(
        day,
        Setting::Stay(5),
        Trade::Cardiologist,
        "Infarctus du myocarde",
    );
    let stent = record.condition(&visit, &diseases::STENT, None);
    record.act_for(&visit, &acts::ANGIOPLASTY, Some(&stent));
    record.act(&visit, &acts::MONITORING);
    record.implant(&visit, "Endoprothèse coronaire à élution de principe actif");
    let echo = visit.after(2);
    record.act(&echo, &acts::HEART_ECHO);
    let ejection = record.random.about(49, 7);
    record.observe(&echo, &measures::EJECTION, ejection);
    let fats = [
        record.random.about(158, 30),
        record.random.about(42, 8),
        record.random.about(160, 50),
    ];
    record.examine_at(&echo, &measures::PANEL_LIPIDS, &fats);
    let vessel = if anterior {
        "interventriculaire antérieure"
    } else {
        "coronaire droite"
    };
    let lines = [
        format!(
            "Infarctus transmural {}, pris en charge à la phase aiguë.",
            wall(anterior)
        ),
        format!(
            "Coronarographie : occlusion de l'artère {vessel}. Dilatation et pose d'une endoprothèse."
        ),
        format!("Échographie : fraction d'éjection {ejection} %. Pas de complication rythmique."),
        "Facteurs de risque : tabac, cholestérol, hypertension. Réadaptation cardiaque proposée."
            .to_owned(),
    ];
    record.document(&visit.after(5), &kinds::STAY, &lines);
    record.document(
        &visit,
        &kinds::IMPLANT,
        &["Endoprothèse coronaire posée ce jour.".to_owned()],
    );
    visit
}
