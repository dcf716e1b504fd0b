//! A person: who he is, and under which pseudonyms the insurer knows him.

use crate::calendar::Day;
use crate::plan::Plan;
use crate::random::{Purpose, Random};
use crate::tables::population::{AGES, BIRTHS, DEPARTMENTS};

/// How many pairs of neighbours in the numbering are twins. 3.2 % of the new-born are (INSEE, 2022).
const TWINS: f64 = 0.03;
/// How many persons changed their number within the time observed: from a provisional one to their own (chosen).
const RENUMBERED: f64 = 0.02;

/// A pseudonym as the SNDS has them: 17 letters and digits that say nothing.
pub type Pseudonym = [u8; 17];

/// One invented person.
pub struct Person {
    /// From 0.
    pub number: u64,
    /// The day of birth.
    pub born: Day,
    /// Otherwise a man.
    pub woman: bool,
    /// BEN_RES_DPT, three characters.
    pub department: &'static str,
    /// BEN_IDT_ANO: one person, one of them.
    pub ano: Pseudonym,
    /// BEN_NIR_PSA until `renumbered`, and from then on; the same where nothing changed.
    pub nirs: [Pseudonym; 2],
    /// The day from which the second number is used.
    pub renumbered: Option<Day>,
    /// BEN_RNG_GEM: twins of the same sex share a BEN_NIR_PSA and differ in this. 1 or 2.
    pub rank: u8,
    /// Whether he has a twin.
    pub twin: bool,
}

/// The person of this number.
pub fn person(plan: &Plan, number: u64) -> Person {
    let pair = number / 2;
    let mut common = Random::new(plan.seed, Purpose::Pair, pair);
    let mut own = Random::new(plan.seed, Purpose::Person, number);
    let twin = common.chance(TWINS);
    let rank = if twin { 1 + (number % 2) as u8 } else { 1 };
    // Twins have in common what the first one's stream says; the second's own is drawn after it.
    let shared = if twin { &mut common } else { &mut own };
    let (born, woman) = birth(plan, shared);
    let department = DEPARTMENTS[shared.weighted(DEPARTMENTS.iter().map(|row| row.1))].0;
    let nir = pseudonym(shared);
    let ano = pseudonym(&mut own);
    let renumbered = (!twin && own.chance(RENUMBERED)).then(|| {
        let (from, until) = (plan.from().max(born), plan.until());
        own.within(from + 1, until.max(from + 2))
    });
    let nirs = [
        if renumbered.is_some() {
            pseudonym(&mut own)
        } else {
            nir
        },
        nir,
    ];
    Person {
        number,
        born,
        woman,
        department,
        ano,
        nirs,
        renumbered,
        rank,
        twin,
    }
}

impl Person {
    /// The number in use on a day.
    pub fn nir(&self, on: Day) -> &Pseudonym {
        match self.renumbered {
            Some(day) if on < day => &self.nirs[0],
            _ => &self.nirs[1],
        }
    }
}

/// Alive when the time observed begins, or born within it.
fn birth(plan: &Plan, random: &mut Random) -> (Day, bool) {
    let (from, until) = (plan.from(), plan.until());
    let within = BIRTHS * f64::from(plan.years);
    if random.chance(within / (1.0 + within)) {
        return (random.within(from, until - 1), random.chance(0.488));
    }
    let band = random.weighted(AGES.iter().map(|row| row.0));
    let woman = random.below(100) < AGES[band].1;
    // A year of age lasts 365.25 days, so that bands do not drift.
    let oldest = from - ((band as f64 + 1.0) * 5.0 * 365.25) as Day + 1;
    let youngest = from - (band as f64 * 5.0 * 365.25) as Day;
    (random.within(oldest, youngest), woman)
}

/// 101 bits of chance as letters and digits.
fn pseudonym(random: &mut Random) -> Pseudonym {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = [0; 17];
    let mut bits = random.bits();
    for (at, place) in text.iter_mut().enumerate() {
        if at == 9 {
            bits = random.bits();
        }
        *place = LETTERS[(bits % 62) as usize];
        bits /= 62;
    }
    text
}
