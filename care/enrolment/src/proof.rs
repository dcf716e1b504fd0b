use hygie_letters::Choice;
use hygie_record::notice::Millis;
use hygie_record::notice::symbols;
use hygie_record::{Error, Scope};
use hygie_record::{Roll, instant};

/// What a person keeps of an opposition. It holds nothing about the person: it can be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Number of the receipt: `ABCD-EFGH-JKMN`.
    pub number: String,
    /// What was opposed, or no longer is.
    pub scope: Scope,
    /// Since when it holds, RFC 3339, UTC.
    pub at: String,
    /// The same, in milliseconds since 1970.
    pub since: Millis,
    /// What was said.
    pub choice: Choice,
    /// That the ledger holds the opening by which it was written: a C2SP tlog-proof.
    pub ledger: String,
}

impl Proof {
    /// A new receipt's number.
    pub(crate) fn number(roll: &Roll) -> String {
        let symbols = symbols(roll.record().entropy(), 12).to_uppercase();
        format!("{}-{}-{}", &symbols[..4], &symbols[4..8], &symbols[8..])
    }

    /// The same, about this instead of the whole space.
    pub(crate) fn about(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Proves the opening at `index` of the ledger.
    pub(crate) async fn of(
        roll: &Roll,
        (choice, number): (Choice, String),
        at: Millis,
        index: u64,
    ) -> Result<Self, Error> {
        Ok(Self {
            choice,
            number,
            scope: Scope::Space,
            at: instant(at),
            since: at,
            ledger: roll.proof(index).await?,
        })
    }
}
