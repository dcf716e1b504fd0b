//! Asthma: found in youth, followed twice a year, with one bad night.

use super::Life;
use crate::day::{Day, TODAY};
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::{acts, diseases, kinds, measures, medicines};

pub const LIFE: Life = Life {
    name: "asthma",
    weight: 1,
    happens: |person, random| person.age() >= 8 && random.chance(7),
    live,
};

fn live(record: &mut Record) {
    let years = record.random.within(2, 5).min(record.person.age() - 4);
    let found = record.near(TODAY.plus(-years * 365), 60);
    let best = best_flow(record);
    discovery(record, found, best);
    let mut day = found.plus(150);
    while day.is_past() {
        let day_of_visit = record.near(day, 10);
        if day_of_visit.is_past() {
            follow_up(record, day_of_visit, best);
        }
        day = day.plus(182);
    }
    let bad = record.random.within(60, years * 365 - 100);
    exacerbation(record, found.plus(bad), best);
}

/// The best flow of someone of this age and sex, in litres a minute.
fn best_flow(record: &mut Record) -> i32 {
    let me = record.person.me();
    let grown = if me.woman { 410 } else { 550 };
    let age = record.person.age().clamp(8, 18);
    let usual = 220 + (grown - 220) * (age - 8) / 10;
    record.random.about(usual, 40)
}

fn discovery(record: &mut Record, day: Day, best: i32) {
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Pneumologist,
        "Gêne respiratoire et toux nocturne",
    );
    let asthma = record.condition(&visit, &diseases::ASTHMA, None);
    record.condition(&visit, &diseases::HAY_FEVER, None);
    record.allergy(
        &visit,
        "Pollens de graminées",
        "Rhinite et conjonctivite au printemps",
    );
    record.act_for(&visit, &acts::SPIROMETRY, Some(&asthma));
    let expired = record.random.about(best * 6 / 10, 15);
    record.observe(&visit, &measures::EXPIRED, expired);
    record.observe(&visit, &measures::PEAK_FLOW, best * 3 / 4);
    record.observe(&visit, &measures::SATURATION, 97);
    record.give(&visit, &medicines::BUDESONIDE, 90);
    record.give(&visit, &medicines::SALBUTAMOL, 90);
    record.give(&visit, &medicines::DESLORATADINE, 30);
    let lines = [
        "Toux nocturne et sifflements à l'effort depuis plusieurs mois, terrain atopique."
            .to_owned(),
        "Spirométrie : trouble ventilatoire obstructif, réversible après bronchodilatateur."
            .to_owned(),
        "Conclusion : asthme allergique. Traitement de fond, plan d'action écrit remis.".to_owned(),
    ];
    record.document(&visit, &kinds::CONSULTATION, &lines);
    if record.person.age_on(day) < 18 {
        let doctor = record.visit(
            day.plus(12).working(),
            Setting::Office,
            Trade::Doctor,
            "Accueil à l'école",
        );
        let lines = [
            "Asthme : traitement de secours dans la trousse de l'élève, à portée de main.".to_owned(),
            "En cas de gêne : deux bouffées de salbutamol, à répéter après dix minutes ; sans effet, appeler le 15."
                .to_owned(),
            "Le sport est permis, avec deux bouffées avant l'effort si besoin.".to_owned(),
        ];
        record.document(&doctor, &kinds::SCHOOL, &lines);
    }
}

fn follow_up(record: &mut Record, day: Day, best: i32) {
    let visit = record.visit(day, Setting::Office, Trade::Doctor, "Suivi de l'asthme");
    let flow = best * record.random.within(82, 100) / 100;
    record.observe(&visit, &measures::PEAK_FLOW, flow);
    record.observe(&visit, &measures::SATURATION, 98);
    record.give(&visit, &medicines::BUDESONIDE_FORMOTEROL, 180);
    record.give(&visit, &medicines::SALBUTAMOL, 180);
}

fn exacerbation(record: &mut Record, day: Day, best: i32) {
    let visit = record.visit(day, Setting::Emergency, Trade::Emergency, "Crise d'asthme");
    record.condition(&visit, &diseases::ASTHMA, Some(day.plus(6)));
    record.observe(&visit, &measures::PEAK_FLOW, best * 45 / 100);
    record.observe(&visit, &measures::SATURATION, 92);
    let (pulse, saturation) = (record.random.about(112, 10), record.random.within(96, 98));
    record.observe(&visit, &measures::PULSE, pulse);
    record.act(&visit, &acts::CHEST);
    record.observe(&visit, &measures::SATURATION, saturation);
    record.give(&visit, &medicines::PREDNISOLONE, 5);
    let lines = [
        "Crise d'asthme modérée depuis le soir, gêne persistante malgré le salbutamol.".to_owned(),
        format!(
            "À l'arrivée : saturation 92 %, pouls {pulse}, débit de pointe {} L/min.",
            best * 45 / 100
        ),
        format!(
            "Trois nébulisations. Amélioration : saturation {saturation} %. Radiographie normale."
        ),
        "Retour au domicile avec corticoïdes pendant cinq jours ; revoir le médecin traitant."
            .to_owned(),
    ];
    record.document(&visit, &kinds::EMERGENCY, &lines);
}
