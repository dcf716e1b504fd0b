use crate::Uuid;

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
/// 2014): enough for invented people, never for keys.
pub struct Random(u64);

impl Random {
    /// The stream of one person, or of one provider, of one population.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut start = Self(seed);
        Self(start.next() ^ index.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `low..=high`.
    pub fn within(&mut self, low: usize, high: usize) -> usize {
        let span = u64::try_from(high - low + 1).expect("a span fits 64 bits");
        low + usize::try_from(self.next() % span).expect("it is below the span")
    }

    /// One of `all`.
    pub fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.within(0, all.len() - 1)]
    }

    /// True `percent` times of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.within(0, 99) < percent
    }

    pub fn uuid(&mut self) -> Uuid {
        Uuid((u128::from(self.next()) << 64) | u128::from(self.next()))
    }
}
