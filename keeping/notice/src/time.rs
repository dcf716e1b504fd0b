use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = u64;

/// Where the time comes from: a parameter, so that tests and replays choose it.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Millis;
}

/// Where randomness comes from: a parameter, so that tests can repeat a run.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with bytes that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the machine's clock stands after 1970");
        u64::try_from(since.as_millis()).expect("milliseconds fit 64 bits for 500 million years")
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl SystemEntropy {
    /// Has the generator gather its seed now, beside whatever else is done at a start: it does so when it is first
    /// asked, which takes some tens of milliseconds that no request should wait for.
    pub fn gather() {
        // Where no thread can be had, the first request waits.
        let _seeding = std::thread::Builder::new().spawn(|| Self.fill(&mut [0]));
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system's generator answers");
    }
}
