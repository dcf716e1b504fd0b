//! Chance out of a seed, so that a failed run can be run again.

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to choose requests and moments.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The chance of this seed, for the one of several who use it that `who` says.
    pub fn of(seed: u64, who: u64) -> Self {
        let mut chance = Self(seed ^ who.wrapping_mul(0xd129_42f0_52a1_cb25));
        chance.next();
        chance
    }

    /// A seed from the environment variable `name`, else a new one.
    pub fn seed(name: &str) -> u64 {
        let said = std::env::var(name).ok();
        said.map_or_else(
            || {
                let letters = super::word(13);
                letters
                    .bytes()
                    .fold(0, |seed, byte| seed << 5 ^ u64::from(byte))
            },
            |text| text.parse().expect("a seed is a whole number"),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A place in a list of `length`.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap())).unwrap()
    }

    /// True so many times out of a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }
}
