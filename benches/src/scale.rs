//! How much is measured.

use std::time::Duration;

/// Sizes and times.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// How often each measure is run.
    pub runs: u32,
    /// Persons of one bulk import that is timed.
    pub imported: usize,
    /// Persons of the home that is served.
    pub persons: usize,
    /// Persons of the home whose start is timed; those beyond `persons` have two resources each.
    pub started: usize,
    /// Clients at once.
    pub clients: usize,
    /// Patients of each client.
    pub patients: usize,
    /// How long requests are sent before they count.
    pub warm: Duration,
    /// How long requests count.
    pub time: Duration,
    /// Resources in the records that are searched.
    pub records: [usize; 2],
    /// Resources in the record that `$everything` gives.
    pub everything: usize,
    /// Requests of a client that is alone.
    pub alone: usize,
    /// Persons who are erased.
    pub erased: usize,
    /// Insured persons of a register, and of one ten times as large; 0 for none.
    pub insured: [usize; 2],
    /// Insured persons of a campaign.
    pub campaign: usize,
    /// Persons whose claims are imported.
    pub claims: usize,
    /// Invented persons of the snapshots by which the line of cost against size is drawn, rising.
    pub nations: &'static [usize],
    /// Bytes of a document.
    pub document: usize,
}

impl Scale {
    /// What `./bench` measures.
    pub fn usual() -> Self {
        Self {
            runs: 3,
            imported: 500,
            persons: 2_000,
            started: 2_000,
            clients: 16,
            patients: 20,
            warm: Duration::from_secs(2),
            time: Duration::from_secs(8),
            records: [1_000, 10_000],
            everything: 245,
            alone: 200,
            erased: 300,
            insured: [100_000, 0],
            campaign: 20_000,
            claims: 100_000,
            nations: &[50_000, 150_000, 450_000],
            document: 100 << 20,
        }
    }

    /// `--long`.
    pub fn long() -> Self {
        Self {
            started: 100_000,
            insured: [100_000, 1_000_000],
            campaign: 100_000,
            claims: 2_200_000,
            nations: &[230_000, 690_000, 2_300_000, 6_900_000],
            ..Self::usual()
        }
    }

    /// `--small`.
    pub fn small() -> Self {
        Self {
            runs: 1,
            imported: 4,
            persons: 6,
            started: 8,
            clients: 2,
            patients: 2,
            warm: Duration::from_millis(50),
            time: Duration::from_millis(250),
            records: [20, 40],
            everything: 10,
            alone: 3,
            erased: 3,
            insured: [20, 0],
            campaign: 40,
            claims: 300,
            nations: &[100, 400, 1_600],
            document: 300_000,
        }
    }
}
