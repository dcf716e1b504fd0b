use crate::record::{Record, Visit};
use crate::tables::measures;

/// Age in months, usual weight in grams, height in millimetres (rounded from the curves of the
/// French health booklet).
const GROWTH: [(i32, i32, i32); 17] = [
    (0, 3_300, 500),
    (1, 4_300, 540),
    (2, 5_300, 575),
    (3, 6_100, 605),
    (4, 6_700, 630),
    (6, 7_600, 665),
    (9, 8_800, 715),
    (12, 9_700, 755),
    (18, 11_000, 820),
    (24, 12_300, 870),
    (36, 14_400, 960),
    (48, 16_400, 1_030),
    (60, 18_400, 1_100),
    (72, 20_700, 1_160),
    (100, 26_500, 1_290),
    (144, 39_000, 1_490),
    (200, 57_000, 1_680),
];

/// What a child is like beside the usual, in thousandths.
pub struct Build {
    pub weight: i32,
    pub height: i32,
}

pub fn measure(record: &mut Record, visit: &Visit, months: i32, build: &Build) {
    let (weight, height) = usual(months);
    let grams = weight * build.weight / 1_000 + record.random.within(-weight / 100, weight / 100);
    let millimetres = height * build.height / 1_000 + record.random.within(-3, 3);
    match months {
        ..36 => record.observe(visit, &measures::NURSLING_WEIGHT, grams / 10),
        _ => record.observe(visit, &measures::WEIGHT, grams / 100),
    };
    record.observe(visit, &measures::CHILD_HEIGHT, millimetres);
    if months < 36 {
        let head = 345 + 130 * months.min(12) / 12 * (36 - months) / 36 + months * 4;
        let head = head + record.random.within(-5, 5);
        record.observe(visit, &measures::HEAD, head);
    }
}

/// Usual weight and height at an age, between the lines of the table.
fn usual(months: i32) -> (i32, i32) {
    let after = GROWTH.iter().position(|row| row.0 >= months);
    let after = after.unwrap_or(GROWTH.len() - 1).max(1);
    let (from, to) = (GROWTH[after - 1], GROWTH[after]);
    let between = |low: i32, high: i32| low + (high - low) * (months - from.0) / (to.0 - from.0);
    (between(from.1, to.1), between(from.2, to.2))
}
