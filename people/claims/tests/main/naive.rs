//! A reader who keeps to the rules, as simply as can be, and independent of how the files were written.

pub mod claims;
pub mod others;
pub mod stays;

use std::collections::BTreeMap;
use std::path::Path;

use crate::main::reading::rows;

/// `31/12/2023`, `31DEC2023:00:00:00` or `2023-12-31` as the last; nothing for the year 1600.
pub fn date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let found = if text.contains('/') {
        format!("{}-{}-{}", &text[6..10], &text[3..5], &text[..2])
    } else if text.contains(':') {
        let month = 1 + MONTHS
            .iter()
            .position(|month| *month == &text[2..5])
            .unwrap();
        format!("{}-{month:02}-{}", &text[5..9], &text[..2])
    } else {
        text.to_owned()
    };
    (!found.starts_with("1600")).then_some(found)
}

/// A day some days later, by adding one at a time.
pub fn later(date: &str, days: i64) -> String {
    let part = |from: usize, to: usize| date[from..to].parse::<i64>().unwrap();
    let (mut year, mut month, mut day) = (part(0, 4), part(5, 7), part(8, 10));
    for _ in 0..days {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > length {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
    format!("{year:04}-{month:02}-{day:02}")
}

/// BEN_IDT_ANO by number and rank.
pub type Persons = BTreeMap<(String, String), String>;

/// Who has which number.
pub fn persons(folder: &Path) -> Persons {
    let insured = rows(folder, "IR_BEN_R", b';');
    let named = insured.iter().map(|row| {
        let number = (row["BEN_NIR_PSA"].clone(), row["BEN_RNG_GEM"].clone());
        (number, row["BEN_IDT_ANO"].clone())
    });
    named.collect()
}
