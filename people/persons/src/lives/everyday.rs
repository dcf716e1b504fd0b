//! What happens to everybody: visits for small things, long diseases, vaccinations of adults.

mod prevention;

use prevention::{vaccinations, wishes};

use crate::day::{Day, TODAY};
use crate::record::{Record, Setting};
use crate::tables::diseases::{ACUTE, LONG};
use crate::tables::trades::Trade;
use crate::tables::{kinds, measures, medicines};

/// Days of everyday life that a record goes back.
const BACK: i32 = 3_200;
/// A record of so many resources gets no further long disease.
const ENOUGH: usize = 150;

/// Adds everyday life, until the record has the length that it should have.
pub fn fill(record: &mut Record) {
    super::everyday(record);
    let age = record.person.age();
    if age >= 18 {
        vaccinations(record);
    }
    if age >= 18 && record.len() < ENOUGH {
        long_diseases(record);
    }
    if age >= 18 && record.random.chance(30) {
        wishes(record);
    }
    let length = usize::try_from(record.random.within(44, 78)).expect("it is small");
    // A longer record has its everyday too, but less of it.
    let least = record.len() + 6;
    while record.len() < length.max(least) {
        visit(record);
    }
}

/// A working day of this life, not too far back, and not before the first weeks.
fn day(record: &mut Record) -> Day {
    let lived = TODAY.since(record.person.me().born);
    let back = record.random.within(3, (lived - 10).clamp(4, BACK));
    let day = TODAY.plus(-back).working();
    if day.is_past() { day } else { TODAY.plus(-1) }
}

fn visit(record: &mut Record) {
    let day = day(record);
    let age = record.person.age_on(day);
    let fitting: Vec<_> = ACUTE.iter().filter(|acute| acute.2 <= age).collect();
    let (disease, words, _) = *record.random.pick(&fitting);
    let visit = record.visit(day, Setting::Office, Trade::Doctor, words);
    let over = day.plus(record.random.within(4, 14));
    record.condition(&visit, disease, Some(over));
    if age >= 16 {
        record.pressure(&visit, 112 + age / 3);
    }
    if record.random.chance(45) {
        let heat = record.random.about(376, 9);
        record.observe(&visit, &measures::TEMPERATURE, heat);
    }
    if record.random.chance(30) {
        let pulse = record.random.about(74, 10);
        record.observe(&visit, &measures::PULSE, pulse);
    }
    let medicine = record.random.pick(&medicines::SHORT);
    let prescribed = record.prescribe(&visit, medicine, 8);
    if record.random.chance(70) {
        record.dispense(&prescribed);
    }
    if age >= 16 && record.random.chance(22) {
        blood(record, day);
    }
    if (6..40).contains(&age) && record.random.chance(8) {
        let lines = [format!(
            "Pas de sport pendant dix jours à compter du {}.",
            day.french()
        )];
        record.document(&visit, &kinds::CERTIFIED, &lines);
    }
    if record.random.chance(30) {
        let lines = [
            format!("Motif : {words}."),
            format!("Conclusion : {}.", disease.1),
            format!("Traitement : {}, {}.", medicine.words, medicine.dose),
            "Revoir en l'absence d'amélioration sous huit jours.".to_owned(),
        ];
        record.document(&visit, &kinds::CONSULTATION, &lines);
    }
}

fn blood(record: &mut Record, day: Day) {
    let day = day.plus(3).working();
    if !day.is_past() {
        return;
    }
    if record.random.chance(50) {
        let counts = [
            record.random.about(138, 16),
            record.random.about(680, 220),
            record.random.about(250, 60),
        ];
        record.examine(day, &measures::PANEL_BLOOD, &counts);
    } else {
        let thyroid = record.random.about(1_900, 900).max(210);
        record.examine(day, &measures::PANEL_TSH, &[thyroid]);
        let protein = record.random.within(5, 90);
        record.examine(day, &measures::PANEL_REACTIVE, &[protein]);
    }
}

/// At most one long disease that has no life of its own here.
fn long_diseases(record: &mut Record) {
    let age = record.person.age();
    let fitting: Vec<_> = LONG.iter().filter(|long| long.2 + 3 <= age).collect();
    if fitting.is_empty() || !record.random.chance(10 + age / 2) {
        return;
    }
    let (disease, medicine, _) = *record.random.pick(&fitting);
    let years = record.random.within(1, 4);
    let mut day = record.near(TODAY.plus(-years * 365 - 30), 20);
    let first = record.visit(day, Setting::Office, Trade::Doctor, disease.1);
    record.condition(&first, disease, None);
    while day.is_past() {
        let visit = record.visit(day, Setting::Office, Trade::Doctor, "Renouvellement");
        record.pressure(&visit, 132);
        record.give(&visit, &medicines::LONG[*medicine], 180);
        day = record.near(day.plus(182), 12);
    }
}
