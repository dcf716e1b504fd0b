//! SHAKE-128 (FIPS 202) of the empty and of any input: only what C2SP's accumulated test needs.

const RATE: usize = 168;

/// An extendable-output function that absorbs first and is read afterwards.
pub struct Shake128 {
    state: [u64; 25],
    at: usize,
    reading: bool,
}

impl Shake128 {
    pub fn new() -> Self {
        Self {
            state: [0; 25],
            at: 0,
            reading: false,
        }
    }

    pub fn absorb(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(self.at, *byte);
            self.at += 1;
            if self.at == RATE {
                permute(&mut self.state);
                self.at = 0;
            }
        }
    }

    pub fn read(&mut self, out: &mut [u8]) {
        if !self.reading {
            self.mix(self.at, 0x1f);
            self.mix(RATE - 1, 0x80);
            self.reading = true;
            self.at = RATE;
        }
        for byte in out {
            if self.at == RATE {
                permute(&mut self.state);
                self.at = 0;
            }
            *byte = self.state[self.at / 8].to_le_bytes()[self.at % 8];
            self.at += 1;
        }
    }

    fn mix(&mut self, at: usize, byte: u8) {
        self.state[at / 8] ^= u64::from(byte) << (8 * (at % 8));
    }
}

/// Keccak-f[1600], lanes at `x + 5 y`.
fn permute(a: &mut [u64; 25]) {
    let mut register = 1u8;
    for _ in 0..24 {
        let c: [u64; 5] =
            std::array::from_fn(|x| a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
        for (i, lane) in a.iter_mut().enumerate() {
            *lane ^= c[(i + 4) % 5] ^ c[(i + 1) % 5].rotate_left(1);
        }
        let (mut x, mut y, mut lane) = (1, 0, a[1]);
        for step in 1..=24u32 {
            (x, y) = (y, (2 * x + 3 * y) % 5);
            let next = a[x + 5 * y];
            a[x + 5 * y] = lane.rotate_left((step * (step + 1) / 2) % 64);
            lane = next;
        }
        for row in a.chunks_exact_mut(5) {
            let b: [u64; 5] = std::array::from_fn(|x| row[x]);
            for x in 0..5 {
                row[x] = b[x] ^ (!b[(x + 1) % 5] & b[(x + 2) % 5]);
            }
        }
        for j in 0..7 {
            if register & 1 == 1 {
                a[0] ^= 1 << ((1u32 << j) - 1);
            }
            register = (register << 1) ^ ((register >> 7) * 0x71);
        }
    }
}

#[test]
fn the_tests_own_shake_is_wrong() {
    // FIPS 202 example: SHAKE128 of the empty message.
    let mut out = [0; 16];
    Shake128::new().read(&mut out);
    assert_eq!(
        out,
        0x7f9c_2ba4_e88f_827d_6160_4550_7605_853e_u128.to_be_bytes()
    );
}
