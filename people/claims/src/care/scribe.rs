//! Writes claims down as they happen; knows the person's age, cover, and when things happen next.

use crate::calendar::{Day, date};
use crate::care::professionals::Home;
use crate::hazards::Event;
use crate::life::{Claim, Item, Life};
use crate::plan::Plan;
use crate::random::{Purpose, Random};
use crate::tables::rate;

/// How much more often something happens in each month; at most 2.
pub type Season = [f64; 12];
/// Infections come with winter (chosen; Réseau Sentinelles has the shape).
pub const WINTER: Season = [1.7, 1.6, 1.3, 1.0, 0.8, 0.7, 0.6, 0.4, 0.7, 1.0, 1.2, 1.6];
/// Appointments: few in August (chosen).
pub const OFFICE: Season = [
    1.15, 1.1, 1.15, 1.0, 0.95, 1.05, 0.85, 0.6, 1.05, 1.15, 1.05, 0.9,
];
/// Falls on the same all year.
pub const EVEN: Season = [1.0; 12];

/// The pen, and what it must know.
pub struct Scribe<'l> {
    pub life: &'l mut Life,
    pub random: Random,
    /// The first day lived within the time observed.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
    /// From when a recognised illness is paid for in full.
    covered: Option<Day>,
    home: Home,
    sheet: u32,
}

impl<'l> Scribe<'l> {
    pub fn new(plan: &Plan, life: &'l mut Life, from: Day, until: Day) -> Self {
        let covered = life.illnesses.iter().map(|one| one.from).min();
        let random = Random::new(plan.seed, Purpose::Care, life.person.number);
        let home = Home::of(&life.person);
        Self {
            life,
            random,
            from,
            until,
            covered,
            home,
            sheet: 0,
        }
    }

    /// Whole years of age, near enough for rates.
    pub fn age(&self, on: Day) -> i32 {
        (on - self.life.person.born).max(0) * 4 / 1461
    }

    /// The decade of age, 0 to 9.
    pub fn decade(&self, on: Day) -> usize {
        (self.age(on) / 10).min(9) as usize
    }

    pub fn holds(&self, event: Event, on: Day) -> bool {
        self.life.course.day(event).is_some_and(|day| day <= on)
    }

    /// The next day after `now` on which something of this yearly rate happens, if within the time observed.
    pub fn next(&mut self, now: &mut f64, yearly: f64, season: &Season) -> Option<Day> {
        loop {
            // Twice as often, of which the season keeps its part: it is at most 2.
            *now += self.random.exponential() * 365.25 / (2.0 * yearly.max(1e-9));
            if *now >= f64::from(self.until) {
                return None;
            }
            let day = *now as Day;
            let month = date(day).1 as usize - 1;
            if self.random.chance(season[month] / 2.0) {
                return Some(day);
            }
        }
    }

    /// What follows belongs to a new sheet.
    pub fn sheet(&mut self) {
        self.sheet += 1;
    }

    /// Somebody of a trade: one of the `few` nearest, as far as there are so many.
    pub fn performer(&mut self, trade: u8, few: u32) -> u32 {
        let neighbour = self.random.below(few);
        self.home.professional(trade, neighbour)
    }

    /// Eight of ten deliveries come from the usual pharmacy, the others from the two next ones (chosen).
    pub fn pharmacy(&mut self) -> u32 {
        let neighbour = self.random.below(10).saturating_sub(7);
        self.home.professional(50, neighbour)
    }

    /// One claim; `price` in cents for one.
    pub fn claim(&mut self, on: Day, nature: u16, item: Item, quantity: u16, price: u32, who: Who) {
        if on >= self.until || on < self.from {
            return;
        }
        let charged = price * u32::from(quantity);
        let full = self.covered.is_some_and(|day| day <= on);
        let percent = if full { 100 } else { rate(nature) };
        self.life.claims.push(Claim {
            from: on,
            to: on,
            nature,
            item,
            quantity,
            charged,
            paid: (charged * percent + 50) / 100,
            specialty: who.specialty,
            performer: who.performer,
            establishment: who.establishment,
            sheet: self.sheet,
        });
    }
}

/// Who did it.
#[derive(Clone, Copy)]
pub struct Who {
    pub specialty: u8,
    pub performer: u32,
    pub establishment: u32,
}

/// Somebody in town.
pub fn town(specialty: u8, performer: u32) -> Who {
    Who {
        specialty,
        performer,
        establishment: 0,
    }
}
