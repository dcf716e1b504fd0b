//! A well child: birth, the examinations that the law asks for (art. L. 2132-2 CSP), growth, vaccinations.

mod growth;

use growth::{Build, measure};

use super::Life;
use crate::day::Day;
use crate::record::{Record, Setting};
use crate::tables::trades::Trade;
use crate::tables::vaccines::CALENDAR;
use crate::tables::{diseases, kinds, measures, medicines};

pub const LIFE: Life = Life {
    name: "well child",
    weight: 1,
    happens: |person, _| person.age() < 16,
    live,
};

/// Ages of the twenty examinations, in months, without the one of the first week.
const EXAMINATIONS: [i32; 19] = [
    1, 2, 3, 4, 5, 8, 11, 12, 16, 23, 25, 36, 48, 60, 72, 100, 140, 150, 186,
];
/// Months after which the certificates of art. L. 2132-3 CSP are written, and the school's.
const CERTIFIED: [i32; 4] = [8, 23, 72, 140];

fn live(record: &mut Record) {
    let born = record.person.me().born;
    let build = Build {
        weight: 1_000 + record.random.about(0, 80),
        height: 1_000 + record.random.about(0, 25),
    };
    birth(record, born, &build);
    for months in EXAMINATIONS {
        let day = born
            .plus_months(months)
            .plus(record.random.within(0, 9))
            .working();
        if day.is_past() {
            examination(record, day, months, &build);
        }
    }
    vaccinations(record, born);
}

fn birth(record: &mut Record, born: Day, build: &Build) {
    let visit = record.visit(born, Setting::Stay(3), Trade::Paediatrician, "Naissance");
    record.condition(&visit, &diseases::BORN, Some(born.plus(3)));
    measure(record, &visit, 0, build);
    let first = record.random.within(8, 10);
    record.observe(&visit, &measures::APGAR_1, first);
    record.observe(&visit, &measures::APGAR_5, 10);
    let lines = [
        "Enfant né à terme, par voie basse, présentation céphalique.".to_owned(),
        format!("Score d'Apgar : {first} à une minute, 10 à cinq minutes."),
        "Examen clinique normal. Dépistages néonataux faits le troisième jour, avec l'accord des parents."
            .to_owned(),
        "Vitamine K donnée. Sortie au domicile avec la mère.".to_owned(),
    ];
    record.document(&visit.after(3), &kinds::MATERNITY_CHILD, &lines);
    let week = record.visit(
        born.plus(7).working(),
        Setting::Office,
        Trade::Midwife,
        "Examen des huit premiers jours",
    );
    measure(record, &week, 0, build);
    record.give(&week, &medicines::NURSLING_D, 90);
}

fn examination(record: &mut Record, day: Day, months: i32, build: &Build) {
    let trade = if months < 24 && record.random.chance(40) {
        Trade::Paediatrician
    } else {
        Trade::Doctor
    };
    let visit = record.visit(day, Setting::Office, trade, "Examen de l'enfant");
    measure(record, &visit, months, build);
    if CERTIFIED.contains(&months) {
        let lines = [
            format!("Examen de l'enfant à l'âge de {}.", age(months)),
            "Croissance régulière sur les courbes. Développement conforme à l'âge.".to_owned(),
            "Vision et audition sans anomalie au dépistage. Vaccinations à jour.".to_owned(),
        ];
        record.document(&visit, &kinds::CHILD, &lines);
    }
}

fn vaccinations(record: &mut Record, born: Day) {
    for (months, vaccine, dose, first, last) in &CALENDAR {
        let day = born
            .plus_months(*months)
            .plus(record.random.within(0, 20))
            .working();
        let meant = (*first..=*last).contains(&born.year());
        if meant && day.is_past() && record.random.chance(95) {
            let visit = record.without_visit(day, Trade::Doctor);
            record.vaccinate(&visit, vaccine, *dose);
        }
    }
}

fn age(months: i32) -> String {
    match months {
        ..30 => format!("{months} mois"),
        _ => format!("{} ans", months / 12),
    }
}
