//! The table itself, to which ARCHITECTURE.md points. A row may stand here before its crate exists.

/// What one crate may know.
pub struct Row {
    /// The package.
    pub name: &'static str,
    /// Those of ours that it may import.
    pub may: &'static [&'static str],
    /// Those of others that it may never import.
    pub never: &'static [&'static str],
    /// Whether its dev-dependencies count too.
    pub tests_count: bool,
    /// Those of ours that only its tests may import, where they count.
    pub tests_may: &'static [&'static str],
    /// What to do instead of a forbidden import.
    pub instead: &'static str,
}

/// Networks, servers, runtimes and clocks: a value does not need them.
const OUTSIDE: &[&str] = &[
    "tokio", "axum", "hyper", "reqwest", "chrono", "time", "rusqlite",
];

const fn row(
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
    instead: &'static str,
) -> Row {
    Row {
        name,
        may,
        never,
        tests_count: false,
        tests_may: &[],
        instead,
    }
}

/// A crate of research: its tests count.
const fn research(
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
) -> Row {
    let instead = "research knows columns and no names: take what you need from a snapshot";
    Row {
        name,
        may,
        never,
        tests_count: true,
        tests_may: &[],
        instead,
    }
}

const PURE: &str = "take what you need as a parameter";
const SEALED: &str = "the keeper and the vault see identifiers, hashes and bytes, never content";
const DOOR: &str = "go through record: it alone opens what is sealed";

/// Every crate of the house.
pub const TABLE: &[Row] = &[
    row("hygie-identity", &[], OUTSIDE, PURE),
    row("hygie-fhir", &["hygie-identity"], OUTSIDE, PURE),
    row(
        "hygie-ledger",
        &[],
        OUTSIDE,
        "the ledger does not know what an entry means",
    ),
    row(
        "hygie-oppositions",
        &["hygie-ledger"],
        OUTSIDE,
        "the crossing checks the list with nothing of care or keeping",
    ),
    row(
        "hygie-notice",
        &["hygie-ledger"],
        &["tokio", "axum", "hyper", "rusqlite"],
        PURE,
    ),
    row(
        "hygie-keeper",
        &["hygie-notice", "hygie-ledger"],
        &["axum", "hyper", "reqwest"],
        SEALED,
    ),
    row(
        "hygie-proof",
        &["hygie-ledger"],
        &["tokio", "axum", "hyper", "rusqlite"],
        "whoever checks a proof runs nothing of the house but the ledger's own rules",
    ),
    row(
        "hygie-policy",
        &["hygie-notice"],
        OUTSIDE,
        "a decision is a pure function of its request",
    ),
    row(
        "hygie-vault",
        &["hygie-notice"],
        &["axum", "hyper", "cedar-policy"],
        SEALED,
    ),
    row(
        "hygie-record",
        &[
            "hygie-fhir",
            "hygie-identity",
            "hygie-policy",
            "hygie-vault",
            "hygie-notice",
            "hygie-keeper",
            "hygie-ledger",
            "hygie-proof",
            "hygie-oppositions",
        ],
        &["axum", "hyper", "rusqlite", "tokio-postgres", "sqlx"],
        "HTTP belongs to portal, SQL to vault",
    ),
    row(
        "hygie-letters",
        &["hygie-notice"],
        &["axum"],
        "letters are given their text",
    ),
    row(
        "hygie-enrolment",
        &[
            "hygie-record",
            "hygie-identity",
            "hygie-policy",
            "hygie-notice",
            "hygie-letters",
        ],
        &["axum", "rusqlite"],
        DOOR,
    ),
    row(
        "hygie-web",
        &[],
        &["rusqlite"],
        "web knows only opaque account ids",
    ),
    row(
        "hygie-portal",
        &[
            "hygie-record",
            "hygie-enrolment",
            "hygie-letters",
            "hygie-fhir",
            "hygie-identity",
            "hygie-policy",
            "hygie-web",
        ],
        &["rusqlite", "tokio-postgres", "cedar-policy"],
        DOOR,
    ),
    row(
        "hygie-pseudonym",
        &[],
        OUTSIDE,
        "a pseudonym is made of bytes",
    ),
    row(
        "hygie-bronze",
        &[],
        OUTSIDE,
        "bronze seals rows: it does not know what they say",
    ),
    row(
        "hygie-projection",
        &[
            "hygie-record",
            "hygie-fhir",
            "hygie-identity",
            "hygie-pseudonym",
            "hygie-snapshot",
            "hygie-snds",
            "hygie-oppositions",
        ],
        &["axum", "hyper"],
        DOOR,
    ),
    research("hygie-snapshot", &["hygie-ledger", "hygie-rows"], &["axum"]),
    research("hygie-rows", &[], &["axum"]),
    research("hygie-snds", &["hygie-snapshot", "hygie-rows"], &["axum"]),
    research("hygie-omop", &["hygie-snapshot", "hygie-rows"], &["axum"]),
    Row {
        tests_may: &["hygie-ledger"],
        ..research("hygie-quality", &["hygie-snapshot"], &["axum"])
    },
    research("hygie-cohort", &["hygie-snapshot"], &["axum"]),
    research(
        "hygie-statistics",
        &[],
        &[
            "arrow",
            "parquet",
            "datafusion",
            "tokio",
            "serde",
            "chrono",
            "time",
        ],
    ),
    research(
        "hygie-hub",
        &[
            "hygie-cohort",
            "hygie-quality",
            "hygie-snds",
            "hygie-snapshot",
            "hygie-statistics",
            "hygie-ledger",
            "hygie-web",
        ],
        &[],
    ),
    row(
        "hygie-people-persons",
        &["hygie-fhir", "hygie-identity"],
        OUTSIDE,
        PURE,
    ),
    // Decision 0036: an invented nation goes through the importer's own last pass.
    row(
        "hygie-people-claims",
        &["hygie-snapshot", "hygie-snds"],
        OUTSIDE,
        PURE,
    ),
    row(
        "hygie-services-keeper",
        &["hygie-keeper", "hygie-notice", "hygie-ledger"],
        &["axum"],
        SEALED,
    ),
    row(
        "hygie-services-care",
        &[
            "hygie-portal",
            "hygie-record",
            "hygie-vault",
            "hygie-letters",
            "hygie-enrolment",
            "hygie-notice",
            "hygie-keeper",
        ],
        &[],
        "a program of care constructs and wires the crates of care, and speaks to the keeper",
    ),
    row(
        "hygie-services-crossing",
        &[
            "hygie-projection",
            "hygie-pseudonym",
            "hygie-bronze",
            "hygie-snapshot",
            "hygie-snds",
            "hygie-omop",
            "hygie-ledger",
            "hygie-oppositions",
        ],
        &["axum"],
        "the crossing reads care through projection",
    ),
    research(
        "hygie-services-hub",
        &[
            "hygie-hub",
            "hygie-cohort",
            "hygie-omop",
            "hygie-quality",
            "hygie-snapshot",
            "hygie-statistics",
            "hygie-web",
        ],
        &[],
    ),
    row(
        "hygie-services-hygie",
        &[
            "hygie-ledger",
            "hygie-fhir",
            "hygie-keeper",
            "hygie-proof",
            "hygie-oppositions",
            "hygie-web",
        ],
        &["rusqlite"],
        "the operator's command talks to the services: it never opens a store itself",
    ),
    row(
        "hygie-services-people",
        &["hygie-people-persons", "hygie-people-claims"],
        &["tokio", "axum", "hyper", "rusqlite"],
        "a program of invented people writes files: services are tried with them, and are not part of it",
    ),
    Row {
        name: "hygie-journeys",
        may: &[],
        never: &["rusqlite"],
        tests_count: true,
        tests_may: &["hygie-ledger", "hygie-fhir", "hygie-people-persons"],
        instead: "journeys meet the programs from outside, over HTTP, files and the command line",
    },
    Row {
        name: "hygie-benches",
        may: &[
            "hygie-identity",
            "hygie-ledger",
            "hygie-letters",
            "hygie-notice",
            "hygie-policy",
            "hygie-snapshot",
        ],
        never: &["rusqlite", "tokio", "hyper"],
        tests_count: true,
        tests_may: &[],
        instead: "figures are taken from outside, over HTTP, the keeper's socket, files and the command line; only what is pure is called",
    },
    row(
        "hygie-fuzz",
        &[
            "hygie-bronze",
            "hygie-fhir",
            "hygie-identity",
            "hygie-keeper",
            "hygie-ledger",
            "hygie-notice",
            "hygie-people-persons",
            "hygie-proof",
            "hygie-pseudonym",
            "hygie-record",
            "hygie-rows",
            "hygie-snapshot",
            "hygie-snds",
            "hygie-vault",
            "hygie-web",
        ],
        &["axum", "rusqlite"],
        "a target calls a decoder, and is linked into no program that serves",
    ),
    row(
        "xtask",
        &["hygie-people-persons"],
        &[],
        "a chore is no part of what runs in service",
    ),
];
