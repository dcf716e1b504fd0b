use hygie_record::Error;
use hygie_record::notice::Millis;
use hygie_record::notice::symbols;
use hygie_record::{Roll, instant};

/// What a person keeps of an opposition. It holds nothing about the person: it can be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Number of the receipt: `ABCD-EFGH-JKMN`.
    pub number: String,
    /// Since when it holds, RFC 3339, UTC.
    pub at: String,
    /// That the ledger holds the opening by which it was written: a C2SP tlog-proof.
    pub ledger: String,
}

impl Proof {
    /// A new receipt's number.
    pub(crate) fn number(roll: &Roll) -> String {
        let symbols = symbols(roll.record().entropy(), 12).to_uppercase();
        format!("{}-{}-{}", &symbols[..4], &symbols[4..8], &symbols[8..])
    }

    /// Proves the opening at `index` of the ledger.
    pub(crate) async fn of(
        roll: &Roll,
        number: String,
        at: Millis,
        index: u64,
    ) -> Result<Self, Error> {
        Ok(Self {
            number,
            at: instant(at),
            ledger: roll.proof(index).await?,
        })
    }
}
