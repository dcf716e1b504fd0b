use hygie_ledger::Inclusion;
use hygie_notice::{Millis, symbols};

use crate::{Error, Record, ids};

/// What a person keeps of an opposition. It holds nothing about the person: it can be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Number of the receipt: `ABCD-EFGH-JKMN`.
    pub number: String,
    /// Since when the opposition holds, RFC 3339, UTC.
    pub at: String,
    /// That the ledger holds the opening by which it was written: a C2SP tlog-proof.
    pub ledger: String,
}

impl Proof {
    /// A new receipt's number.
    pub(super) fn number(record: &Record) -> String {
        let symbols = symbols(record.entropy.as_ref(), 12).to_uppercase();
        format!("{}-{}-{}", &symbols[..4], &symbols[4..8], &symbols[8..])
    }

    /// Proves the opening at `index` of the ledger.
    pub(super) async fn of(
        record: &Record,
        number: String,
        at: Millis,
        index: u64,
    ) -> Result<Self, Error> {
        let proof = record.keeper.prove(index).await?;
        let inclusion = Inclusion {
            entry: proof.entry,
            index,
            path: proof.path,
            checkpoint: proof.checkpoint,
        };
        Ok(Self {
            number,
            at: ids::instant(at),
            ledger: inclusion.to_string(),
        })
    }
}
