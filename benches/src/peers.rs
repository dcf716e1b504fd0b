//! What others do: figures of other runs, on this kind of machine or as published, to hold ours against.
//! None of them is measured here.

/// A figure of somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Whose.
    pub name: &'static str,
    /// In the unit of the figure beside it.
    pub value: f64,
    /// How it came about.
    pub source: &'static str,
}

/// Measured, elsewhere and before.
const OTHER_RUN: &str = "other run: 2 cores, client and server together; Helios HFS 0.2.7, release, SQLite with \
     synchronous=NORMAL, no authentication, no audit, validation off";

const fn helios(value: f64) -> Peer {
    Peer {
        name: "Helios HFS 0.2.7",
        value,
        source: OTHER_RUN,
    }
}

/// Import of 28,888 Synthea resources, resources/s.
pub const HELIOS_IMPORT: Peer = helios(1_941.0);
/// The same with validation on.
pub const HELIOS_IMPORT_CHECKED: Peer = Peer {
    name: "the same, validating",
    value: 522.0,
    source: "other run, as above, with validation on",
};
/// Import, resources/s.
pub const BLAZE_IMPORT: Peer = Peer {
    name: "Blaze",
    value: 23_829.0,
    source: "published by its makers: 128 cores, no masking, no audit",
};
/// The mix of 1.4 KB Observations with 16 clients, requests/s.
pub const HELIOS_CRUD: Peer = helios(1_019.0);
/// Its median, in ms.
pub const HELIOS_CRUD_P50: Peer = helios(14.0);
/// Its 99th percentile, in ms.
pub const HELIOS_CRUD_P99: Peer = helios(47.0);
/// `$everything` of 352 KB, requests/s.
pub const HELIOS_EVERYTHING: Peer = helios(100.0);
/// Search by patient and code, requests/s.
pub const HELIOS_SEARCH_CODE: Peer = helios(526.0);
/// Its 99th percentile, in ms.
pub const HELIOS_SEARCH_CODE_P99: Peer = helios(30.0);
/// Search sorted by date, requests/s.
pub const HELIOS_SEARCH_DATE: Peer = helios(249.0);
/// Bytes on disk per resource.
pub const HELIOS_BYTES: Peer = helios(9_516.0);
/// Bytes on disk per resource.
pub const BLAZE_BYTES: Peer = Peer {
    name: "Blaze",
    value: 1_075.0,
    source: "published by its makers; not sealed",
};
/// MiB in memory after the import.
pub const HELIOS_MEMORY_IMPORT: Peer = helios(190.0);
/// MiB in memory after searches.
pub const HELIOS_MEMORY_SEARCH: Peer = helios(886.0);
