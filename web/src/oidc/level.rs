//! How sure a sign-in is: the table of `acr` and `amr` words, which is data.

use std::sync::LazyLock;

use serde::Deserialize;

/// The table.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("levels.toml"))
        .expect("the table is compiled in, and a test reads it")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    level: Vec<Level>,
    means: Vec<Means>,
}

/// What one `acr` of one provider means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    provider: String,
    pub(super) acr: String,
    pub(super) level: String,
    pub(super) enough: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Means {
    amr: String,
    factor: Factor,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Factor {
    Knowledge,
    Possession,
    Inherence,
    Several,
    None,
}

/// The words of a provider, the least sure first.
pub(super) fn of(provider: &str) -> impl Iterator<Item = &'static Level> {
    let provider = provider.to_owned();
    TABLE
        .level
        .iter()
        .filter(move |level| level.provider == provider)
}

/// Whether these means are of two kinds at least, or say so themselves (`mfa`). Words that are not in the table
/// count for nothing.
pub(super) fn has_two_factors(amr: &[String]) -> bool {
    let factors: Vec<Factor> = amr
        .iter()
        .filter_map(|word| TABLE.means.iter().find(|means| means.amr == *word))
        .map(|means| means.factor)
        .collect();
    let kinds = [Factor::Knowledge, Factor::Possession, Factor::Inherence];
    let used = kinds.iter().filter(|kind| factors.contains(kind)).count();
    used >= 2 || factors.contains(&Factor::Several)
}
