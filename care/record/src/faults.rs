//! What went wrong with keeper and store since the start, for metrics.

use crate::Record;

/// Counts of faults since the start; none tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// Of the keeper.
    pub keeper: hygie_keeper::Faults,
    /// Of the store.
    pub store: hygie_vault::Faults,
}

impl Faults {
    /// Each count with its name.
    pub fn all(&self) -> [(&'static str, u64); 9] {
        let Self { keeper, store } = self;
        [
            ("keeper-unreachable", keeper.unreachable),
            ("keeper-slow", keeper.slow),
            ("keeper-broken", keeper.broken),
            ("keeper-spared", keeper.spared),
            ("store-full", store.full),
            ("store-unavailable", store.unavailable),
            ("store-poisoned", store.poisoned),
            ("store-damaged", store.damaged),
            ("store-altered", store.altered),
        ]
    }
}

impl Record {
    /// What went wrong so far.
    pub fn faults(&self) -> Faults {
        Faults {
            keeper: self.keeper.faults(),
            store: self.vault.faults(),
        }
    }

    /// What the keeper counted of itself.
    ///
    /// # Errors
    /// [`crate::Error::Keeper`] when it does not answer.
    pub async fn keeper_measures(&self) -> Result<hygie_notice::measures::Measures, crate::Error> {
        Ok(self.keeper.measures().await?)
    }

    /// Resolves once the store failed while committing: the process must end, and a new one reads
    /// what is really there.
    pub async fn store_failed(&self) {
        self.vault.failed().await;
    }
}
