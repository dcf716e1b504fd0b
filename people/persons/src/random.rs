use crate::bundle::Uuid;

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
/// 2014): enough for invented people, never for keys.
pub struct Random(u64);

/// What a stream is for: streams of two purposes never meet.
#[derive(Clone, Copy)]
pub enum Purpose {
    Household = 1,
    Person,
    /// Whether a person leads a life; the life's own purposes begin at `LIVES`.
    Professional,
    Structure,
    Numbers,
    Team,
}

/// The first purpose of the lives: two for each.
const LIVES: u64 = 16;

impl Random {
    /// The stream of one purpose, for one household, person or professional of one population.
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        Self::start(seed, purpose as u64, index)
    }

    /// The stream that decides whether a person leads the life of this number.
    pub fn lot(seed: u64, life: u64, person: u64) -> Self {
        Self::start(seed, LIVES + 2 * life, person)
    }

    /// The stream of what happens in that life: a change in one life leaves the others as they are.
    pub fn of_life(seed: u64, life: u64, person: u64) -> Self {
        Self::start(seed, LIVES + 2 * life + 1, person)
    }

    fn start(seed: u64, purpose: u64, index: u64) -> Self {
        let mut first = Self(seed ^ purpose.wrapping_mul(0xa076_1d64_78bd_642f));
        Self(first.next() ^ index.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `low..=high`.
    pub fn within(&mut self, low: i32, high: i32) -> i32 {
        let span =
            u64::try_from(i64::from(high) - i64::from(low) + 1).expect("low is not above high");
        let step = i64::try_from(self.next() % span).expect("it is below 2^32");
        i32::try_from(i64::from(low) + step).expect("it is between two that fit")
    }

    /// About `middle`, seldom farther than `spread` from it: the mean of three throws.
    pub fn about(&mut self, middle: i32, spread: i32) -> i32 {
        middle + (0..3).map(|_| self.within(-spread, spread)).sum::<i32>() / 2
    }

    /// One of `all`.
    pub fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// A place in a list of `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).expect("lists are short");
        usize::try_from(self.next() % count).expect("it is below the count")
    }

    /// True `percent` times of a hundred.
    pub fn chance(&mut self, percent: i32) -> bool {
        self.within(0, 99) < percent
    }

    pub fn uuid(&mut self) -> Uuid {
        Uuid((u128::from(self.next()) << 64) | u128::from(self.next()))
    }
}
