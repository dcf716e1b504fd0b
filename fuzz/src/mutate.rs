/// Values at which lengths and counters break.
const EDGES: [u8; 8] = [0x00, 0x01, 0x1f, 0x20, 0x7f, 0x80, 0xfe, 0xff];

/// Changes inputs as a fuzzer does, but the same way each time for the same seed. Not for secrets.
pub struct Mutator(u64);

impl Mutator {
    /// A run of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("lengths fit 64 bits");
        usize::try_from(self.next() % bound).expect("it is below a length")
    }

    /// One to six changes of `input`, pieces of `other` among them.
    pub fn mutate(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(6) {
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let length = self.below((bytes.len() - at).min(64) + 1);
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + length)),
            2 => {
                let again = bytes[at..at + length].to_vec();
                bytes.splice(at..at, again);
            }
            3 => {
                let from = self.below(other.len() + 1);
                let length = self.below((other.len() - from).min(256) + 1);
                bytes.splice(at..at, other[from..from + length].iter().copied());
            }
            4 => {
                let edge = EDGES[self.below(EDGES.len())];
                bytes.splice(at..at + length.min(8), [edge; 4]);
            }
            5 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            6 if at < bytes.len() => bytes[at] = EDGES[self.below(EDGES.len())],
            _ if at < bytes.len() => bytes[at] = self.next().to_le_bytes()[0],
            _ => bytes.push(self.next().to_le_bytes()[0]),
        }
    }
}
