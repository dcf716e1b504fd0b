use crate::day::{Day, TODAY};
use crate::record::{Author, Record};
use crate::tables::kinds;
use crate::tables::trades::Trade;
use crate::tables::vaccines::{ADULT_BOOSTER, COVID, INFLUENZA, Vaccine};

/// The ages at which adults have their boosters; every ten years from 65 on.
const BOOSTERS: [i32; 6] = [25, 45, 65, 75, 85, 95];

pub fn vaccinations(record: &mut Record) {
    let born = record.person.me().born;
    for age in BOOSTERS {
        let day = born.plus_months(age * 12 + 2).working();
        if day.is_past() && day > TODAY.plus(-9_000) {
            vaccination(record, day, &ADULT_BOOSTER, 1);
        }
    }
    if record.random.chance(80) {
        for (dose, days) in [(1, 0), (2, 30), (3, 190)] {
            let day = Day::new(2021, 5, 3).plus(days + record.random.within(0, 60));
            vaccination(record, day.working(), &COVID, dose);
        }
    }
    for autumn in 2021..2026 {
        let day = Day::new(autumn, 10, 18).plus(record.random.within(0, 40));
        if record.person.age_on(day) >= 65 && record.random.chance(65) {
            vaccination(record, day.working(), &INFLUENZA, 1);
        }
    }
}

fn vaccination(record: &mut Record, day: Day, vaccine: &Vaccine, dose: i32) {
    let visit = record.without_visit(day, Trade::Pharmacist);
    record.vaccinate(&visit, vaccine, dose);
}

/// A paper of one's own: everybody may write down what he wants.
pub fn wishes(record: &mut Record) {
    let day = super::day(record);
    let visit = record.without_visit(day, Trade::Doctor);
    let organs = if record.random.chance(80) {
        "ne m'oppose pas"
    } else {
        "m'oppose"
    };
    let lines = [
        format!("Je {organs} au prélèvement de mes organes après ma mort."),
        "J'ai été informé de mes droits d'accès, de rectification et d'opposition.".to_owned(),
    ];
    record.document_by(Author::Person, &visit, &kinds::WISHES, &lines);
}
