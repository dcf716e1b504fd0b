//! Numbers, shares and days as each language writes them.

use super::labels::{Labels, Language};

const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Labels {
    /// 12 345 or 12,345.
    pub(super) fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mark = match self.language {
            Language::French => '\u{202f}',
            Language::English => ',',
        };
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }

    /// A number that is not below zero, with as many decimals as it has.
    pub(super) fn decimal(&self, number: f64) -> String {
        let text = number.to_string();
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole
            .parse()
            .map_or_else(|_| whole.to_owned(), |whole| self.number(whole));
        match (rest, self.language) {
            ("", _) => whole,
            (rest, Language::French) => format!("{whole},{rest}"),
            (rest, Language::English) => format!("{whole}.{rest}"),
        }
    }

    /// 0,5 % or 0.5%.
    pub(super) fn percent(&self, percent: f64) -> String {
        match self.language {
            Language::French => format!("{}\u{a0}%", self.decimal(percent)),
            Language::English => format!("{}%", self.decimal(percent)),
        }
    }

    /// A part of a whole in percent, two decimals at most: 0 of nothing but nothing, and 100 of the whole alone.
    pub(super) fn share(&self, part: u64, whole: u64) -> String {
        let share = (part as f64 / whole.max(1) as f64 * 10_000.0).round() / 100.0;
        self.percent(match part {
            0 => 0.0,
            part if part < whole => share.clamp(0.01, 99.99),
            _ => 100.0,
        })
    }

    /// Whole euros; the sign first.
    pub(super) fn euros(&self, euros: f64) -> String {
        let sign = if euros <= -0.5 { "−" } else { "" };
        // A cast saturates, and the report has no amount beyond.
        format!("{sign}{}", self.number(euros.abs().round() as u64))
    }

    /// `YYYY-MM` as "mars 2024".
    pub(super) fn month(&self, month: &str) -> String {
        let names = match self.language {
            Language::French => FRENCH,
            Language::English => ENGLISH,
        };
        let (year, number) = month.split_once('-').unwrap_or((month, ""));
        let name = number
            .parse::<usize>()
            .ok()
            .and_then(|number| names.get(number.checked_sub(1)?));
        name.map_or_else(|| month.to_owned(), |name| format!("{name} {year}"))
    }

    /// `YYYY-MM-DD` as "1er mars 2024".
    pub(super) fn day(&self, day: &str) -> String {
        let Some((month, date)) = day.rsplit_once('-') else {
            return day.to_owned();
        };
        let date = match (date.trim_start_matches('0'), self.language) {
            ("1", Language::French) => "1er",
            (date, _) => date,
        };
        format!("{date} {}", self.month(month))
    }
}

#[cfg(test)]
mod tests;
