//! An elderly person at home with helpers: falls, a plan of care, home nursing, wishes.

mod fall;
mod home;

use fall::fall;
use home::{doctor, nursing, wishes};

use super::Life;
use crate::bundle::refer;
use crate::day::{Day, TODAY};
use crate::json::Json;
use crate::record::{Record, Setting, Visit};
use crate::relatives::{outsider, phone};
use crate::tables::names::{MEN, WOMEN};
use crate::tables::trades::Trade;
use crate::tables::{diseases, kinds, measures};

pub const LIFE: Life = Life {
    name: "elder",
    weight: 2,
    happens: |person, random| person.age() >= 80 && random.chance(55),
    live,
};

fn live(record: &mut Record) {
    let begun = TODAY.plus(-record.random.within(400, 1_000)).working();
    let helper = helper(record);
    let broken = record.random.chance(40);
    fall(record, begun.plus(-40), broken);
    assessment(record, begun);
    let home = plan_at_home(record, begun.plus(12).working(), &helper);
    wishes(record, &home);
    nursing(record, begun);
    doctor(record, begun);
    if broken {
        fall(record, begun.plus(230), false);
    }
}

/// The child who helps, with a telephone number; he is no person of the population.
fn helper(record: &mut Record) -> String {
    let daughter = record.random.chance(65);
    let names = if daughter { &WOMEN[1] } else { &MEN[1] };
    let given = *record.random.pick(names);
    let family = record.person.me().family;
    let (relation, traits) = outsider(family, given, daughter);
    let mut fields = vec![
        ("active", Json::from(true)),
        ("patient", refer(&record.patient)),
        ("relationship", vec![relation].into()),
    ];
    fields.extend(traits);
    fields.insert(4, ("telecom", phone(&mut record.random)));
    record.add("RelatedPerson", fields)
}

fn assessment(record: &mut Record, day: Day) {
    let visit = record.visit(
        day,
        Setting::Office,
        Trade::Geriatrician,
        "Bilan après des chutes",
    );
    record.condition(&visit, &diseases::FALLS, None);
    record.condition(&visit, &diseases::OSTEOPOROSIS, None);
    let memory = record.random.within(19, 29);
    record.observe(&visit, &measures::COGNITION, memory);
    let weight = record.random.about(620, 120);
    record.observe(&visit, &measures::WEIGHT, weight);
    record.pressure(&visit, 134);
    if memory < 22 {
        record.condition(&visit, &diseases::DEMENTIA, None);
    }
    record.flag(&visit, "Risque de chute");
    let dependence = record.random.within(3, 5);
    let lines = [
        format!("Score du MMSE : {memory} sur 30. Groupe iso-ressources : GIR {dependence}."),
        "Marche lente, lever de chaise difficile. Hypotension orthostatique absente.".to_owned(),
        "Conseils : éclairage, tapis, chaussures ; vitamine D ; kinésithérapie de l'équilibre."
            .to_owned(),
    ];
    record.document(&visit, &kinds::FUNCTION, &lines);
}

/// The plan that doctor, nurse and helper follow at home, with its orders; gives the visit at
/// which it was made.
fn plan_at_home(record: &mut Record, day: Day, helper: &str) -> Visit {
    let home = record.visit(day, Setting::Home, Trade::Doctor, "Plan d'aide à domicile");
    let need = record.condition(&home, &diseases::HELP, None);
    let team = record.team(
        &home,
        &[
            Trade::Doctor,
            Trade::Nurse,
            Trade::Physiotherapist,
            Trade::Pharmacist,
        ],
        Some(helper),
    );
    let aims = [
        "Rester à domicile en sécurité",
        "Pas de nouvelle chute",
        "Poids stable",
    ];
    let done = [
        "Aide à la toilette par infirmier, trois fois par semaine",
        "Préparation du pilulier chaque semaine",
        "Kinésithérapie de l'équilibre, une fois par semaine",
        "Portage des repas et téléalarme",
    ];
    record.plan(
        &home,
        &team,
        ("Plan personnalisé de soins à domicile", &need),
        &aims,
        &done,
    );
    let mut lines: Vec<String> = aims
        .iter()
        .map(|aim| format!("Objectif : {aim}."))
        .collect();
    lines.extend(done.iter().map(|words| format!("- {words}")));
    record.document(&home, &kinds::CARE_PLAN, &lines);
    record.document(
        &home,
        &kinds::ORDER_NURSING,
        &[done[0].to_owned(), done[1].to_owned()],
    );
    record.document(&home, &kinds::ORDER_EXERCISES, &[done[2].to_owned()]);
    home
}
