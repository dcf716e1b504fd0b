//! Streams of chance, one for each purpose and person.

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): enough for invented
/// people, never for keys.
#[derive(Clone)]
pub struct Random(u64);

/// What a stream is for: streams of two purposes never meet, so that a change of the layout changes no life.
#[derive(Clone, Copy)]
pub enum Purpose {
    Pair = 1,
    Person,
    Course,
    Care,
    Layout,
    Lag,
}

impl Random {
    /// The stream of one purpose for one person.
    pub fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut first = Self(seed ^ (purpose as u64).wrapping_mul(0xa076_1d64_78bd_642f));
        Self(first.bits() ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    /// 64 of them.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is at least 1; its bias is below 2⁻³².
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A number of `low..=high`.
    pub fn within(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as u32) as i32
    }

    /// At least 0, below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// The waiting time for an event of rate 1.
    pub fn exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }

    /// The place in `weights` that chance falls on; they sum to more than 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (at, weight) in weights.enumerate() {
            if left < weight {
                return at;
            }
            left -= weight;
        }
        unreachable!("what is left is below the sum")
    }
}
