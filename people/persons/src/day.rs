use std::fmt;

/// A day of the Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

/// The day that the population is seen from: nothing happens after it. There is no clock here.
pub const TODAY: Day = Day::new(2026, 6, 30);

/// Days of a year on average, in hundredths.
const YEAR: i32 = 36_525;

impl Day {
    /// Years count from March here, so that the leap day is the last one.
    pub const fn new(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let since_march = (month + 9) % 12;
        let of_year = (153 * since_march + 2) / 5 + day - 1;
        Self(
            year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
                - 719_468,
        )
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let of_years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * of_years + of_years / 4 - of_years / 100);
        let since_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * since_march + 2) / 5 + 1;
        let month = (since_march + 2) % 12 + 1;
        (of_years + era * 400 + i32::from(month <= 2), month, day)
    }

    pub fn year(self) -> i32 {
        self.civil().0
    }

    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// This many days after `before`.
    pub fn since(self, before: Day) -> i32 {
        self.0 - before.0
    }

    /// Whole years after `before`.
    pub fn years_since(self, before: Day) -> i32 {
        self.since(before) * 100 / YEAR
    }

    /// This many months, of 30.44 days, later.
    pub fn plus_months(self, months: i32) -> Self {
        self.plus(months * YEAR / 1_200)
    }

    pub fn is_past(self) -> bool {
        self <= TODAY
    }

    /// This day, or the Monday after it. 1970-01-01 was a Thursday.
    pub fn working(self) -> Self {
        let place = (self.0 + 3).rem_euclid(7);
        self.plus(if place < 5 { 0 } else { 7 - place })
    }

    /// An instant in metropolitan France, which is two hours ahead of UTC in summer.
    pub fn at(self, hour: i32, minute: i32) -> String {
        let offset = if self.is_summer() { 2 } else { 1 };
        format!("{self}T{hour:02}:{minute:02}:00+{offset:02}:00")
    }

    /// From the last Sunday of March up to the last Sunday of October.
    fn is_summer(self) -> bool {
        let last_sunday = |month| {
            let last = Day::new(self.year(), month, 31);
            last.plus(-(last.0 + 4).rem_euclid(7))
        };
        last_sunday(3) <= self && self < last_sunday(10)
    }

    /// As the French write it.
    pub fn french(self) -> String {
        let (year, month, day) = self.civil();
        format!("{day:02}/{month:02}/{year:04}")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
