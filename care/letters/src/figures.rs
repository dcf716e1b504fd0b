/// What became of letters since the start: counts alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Waiting now, or being sent.
    pub waiting: u64,
    /// Sent.
    pub sent: u64,
    /// News that needed no letter of their own: one was waiting already.
    pub joined: u64,
    /// Tries that failed and are made again.
    pub retried: u64,
    /// Given up: refused for good, or tried too often.
    pub lost: u64,
    /// Not taken: too many were waiting.
    pub dropped: u64,
}

impl Figures {
    /// Each count of events with its name.
    pub fn all(&self) -> [(&'static str, u64); 5] {
        [
            ("sent", self.sent),
            ("joined", self.joined),
            ("retried", self.retried),
            ("lost", self.lost),
            ("dropped", self.dropped),
        ]
    }
}
