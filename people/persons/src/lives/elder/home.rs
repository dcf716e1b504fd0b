use crate::day::Day;
use crate::record::{Author, Record, Setting, Visit};
use crate::tables::trades::Trade;
use crate::tables::vaccines::{COVID, INFLUENZA};
use crate::tables::{kinds, measures, medicines};

pub fn nursing(record: &mut Record, begun: Day) {
    let mut day = begun.plus(20);
    for month in 0..24 {
        day = day.plus(30).working();
        if !day.is_past() || (month >= 6 && month % 3 != 0) {
            continue;
        }
        let visit = record.visit(
            day,
            Setting::Home,
            Trade::Nurse,
            "Soins infirmiers à domicile",
        );
        record.pressure(&visit, 136);
        let (pulse, weight) = (record.random.about(74, 9), record.random.about(610, 30));
        record.observe(&visit, &measures::PULSE, pulse);
        if month % 2 == 0 {
            record.observe(&visit, &measures::WEIGHT, weight);
        }
        if month % 6 == 0 {
            let lines = [
                "Toilette aidée, état cutané bon, pilulier pris. Moral conservé.".to_owned(),
                format!("Pouls {pulse}. Les repas livrés sont finis. Pas de chute signalée."),
            ];
            record.document(&visit, &kinds::ASSISTANT, &lines);
        }
    }
}

pub fn doctor(record: &mut Record, begun: Day) {
    for (round, days) in [90, 270, 450, 630].into_iter().enumerate() {
        let day = record.near(begun.plus(days), 9);
        if !day.is_past() {
            return;
        }
        let visit = record.visit(day, Setting::Home, Trade::Doctor, "Visite à domicile");
        record.pressure(&visit, 138);
        record.give(&visit, &medicines::AMLODIPINE, 180);
        record.give(&visit, &medicines::VITAMIN_D, 90);
        let vaccine = if round % 2 == 0 { &INFLUENZA } else { &COVID };
        record.vaccinate(&visit, vaccine, 1);
    }
}

pub fn wishes(record: &mut Record, visit: &Visit) {
    let care = record.random.chance(70);
    let lines = [
        if care {
            "Je ne souhaite pas de réanimation si je ne peux plus retrouver une vie de relation."
        } else {
            "Je souhaite que tout ce qui est raisonnable soit tenté."
        }
        .to_owned(),
        "Je désigne mon enfant qui m'aide comme personne de confiance.".to_owned(),
        "Je souhaite finir ma vie chez moi si c'est possible.".to_owned(),
    ];
    record.document_by(Author::Person, visit, &kinds::DIRECTIVES, &lines);
    let lines = [
        "Personne à prévenir : voir les proches inscrits. Un double des clés est chez la voisine."
            .to_owned(),
    ];
    record.document_by(Author::Person, visit, &kinds::CONTACTS, &lines);
}
