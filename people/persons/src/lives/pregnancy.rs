//! A pregnancy: seven visits, three ultrasounds, birth of the child with whom the mother lives.

mod birth;
mod images;

use birth::{afterwards, birth};
use images::{ULTRASOUNDS, anaesthesia, images};

use super::Life;
use crate::day::{Day, TODAY};
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::vaccines::BOOSTER;
use crate::tables::{diseases, kinds, measures, medicines};

pub const LIFE: Life = Life {
    name: "pregnancy",
    weight: 1,
    happens: |person, _| {
        let child = person.last_born();
        child.is_some_and(|child| TODAY.years_since(child.born) < 7)
    },
    live,
};

/// Weeks without periods at the visits that the law asks for (art. R. 2122-1 CSP).
const VISITS: [i32; 6] = [16, 20, 25, 29, 34, 37];

/// The days of one pregnancy.
pub struct Pregnancy {
    /// The first day of the last periods.
    start: Day,
    born: Day,
    first: bool,
    /// In hundreds of grams, before.
    weight: i32,
}

impl Pregnancy {
    fn week(&self, weeks: i32) -> Day {
        self.start.plus(weeks * 7).working()
    }
}

fn live(record: &mut Record) {
    let Some(born) = record.person.last_born().map(|child| child.born) else {
        return;
    };
    let pregnancy = Pregnancy {
        start: born.plus(-record.random.within(270, 287)),
        born,
        first: record.person.children() == 1,
        weight: record.random.about(640, 110),
    };
    declaration(record, &pregnancy);
    for (place, weeks) in VISITS.into_iter().enumerate() {
        visit(record, &pregnancy, weeks, place);
    }
    for ultrasound in &ULTRASOUNDS {
        images(record, &pregnancy, ultrasound);
    }
    birth(record, &pregnancy);
    afterwards(record, &pregnancy);
}

fn declaration(record: &mut Record, pregnancy: &Pregnancy) {
    let visit = record.visit(
        pregnancy.week(9),
        Setting::Office,
        Trade::Doctor,
        "Déclaration de grossesse",
    );
    let disease = if pregnancy.first {
        &diseases::FIRST_PREGNANCY
    } else {
        &diseases::PREGNANCY
    };
    record.condition(&visit, disease, Some(pregnancy.born));
    record.expect(&visit, pregnancy.start.plus(287));
    record.observe(&visit, &measures::WEIGHT, pregnancy.weight);
    let height = record.random.about(1_650, 90) / 10;
    record.observe(&visit, &measures::HEIGHT, height);
    record.pressure(&visit, 114);
    record.give(&visit, &medicines::FOLIC_ACID, 60);
    let lines = [
        "Groupe sanguin ABO et rhésus, recherche d'agglutinines irrégulières.".to_owned(),
        "Sérologies de la toxoplasmose et de la rubéole. Glycosurie et protéinurie.".to_owned(),
        "Dépistage du VIH, de la syphilis et de l'hépatite B, avec l'accord de la patiente."
            .to_owned(),
    ];
    record.document(&visit, &kinds::ORDER_TESTS, &lines);
    let blood = [
        record.random.about(125, 9),
        record.random.about(850, 160),
        record.random.about(240, 40),
    ];
    record.examine(visit.day.plus(4).working(), &measures::PANEL_BLOOD, &blood);
}

fn visit(record: &mut Record, pregnancy: &Pregnancy, weeks: i32, place: usize) {
    let trade = if weeks < 34 {
        Trade::Midwife
    } else {
        Trade::Obstetrician
    };
    let reason = format!("Suivi de grossesse, {weeks} semaines d'aménorrhée");
    let visit = record.visit(pregnancy.week(weeks), Setting::Office, trade, &reason);
    record.observe(&visit, &measures::GESTATION, weeks);
    let gained = (weeks - 10) * 4 + record.random.within(-6, 6);
    record.observe(&visit, &measures::WEIGHT, pregnancy.weight + gained);
    record.pressure(&visit, 116);
    let (height, pulse) = (
        weeks - 4 + record.random.within(-1, 1),
        record.random.about(142, 9),
    );
    record.observe(&visit, &measures::FUNDUS, height);
    record.observe(&visit, &measures::FETAL_PULSE, pulse);
    match place {
        1 => record.vaccinate(&visit, &BOOSTER, 1),
        2 => {
            let sugar = record.random.about(82, 9);
            record.examine(
                visit.day.plus(3).working(),
                &measures::PANEL_GLUCOSE,
                &[sugar],
            );
            let iron = record.random.about(22, 13).max(6);
            record.examine(visit.day.plus(3).working(), &measures::PANEL_IRON, &[iron]);
            record.give(&visit, &medicines::IRON, 60);
        }
        4 => anaesthesia(record, &visit),
        _ => {}
    }
    if place % 2 == 1 {
        let lines = [
            format!("Grossesse de {weeks} semaines, d'évolution normale. Mouvements perçus."),
            format!("Hauteur utérine {height} cm, bruits du cœur {pulse} par minute. Pas d'œdème."),
            "Prochaine consultation dans un mois.".to_owned(),
        ];
        record.document(&visit, &kinds::PREGNANCY, &lines);
    }
}
