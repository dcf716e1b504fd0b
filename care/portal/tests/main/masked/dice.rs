//! Random numbers that a seed repeats (splitmix64), and the entropy that a record draws from.

use std::sync::Mutex;

use hygie_notice::Entropy;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        // Mixed once, so that neighbouring seeds share no numbers.
        let mixed = Self(seed).next();
        Self(mixed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The entropy of one step: both twins draw the same for the same step.
pub struct Chosen(Mutex<Dice>);

impl Chosen {
    pub fn new() -> Self {
        Self(Mutex::new(Dice::new(0)))
    }

    pub fn choose(&self, step: u64) {
        *self.0.lock().unwrap() = Dice::new(step);
    }
}

impl Entropy for Chosen {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            let number = dice.next().to_be_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}
