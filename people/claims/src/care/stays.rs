//! Why people lie in hospitals: diagnosis, group (GHM), procedure, nights, and how often. Rates are chosen, near the orders of the
//! PMSI's tables of 2022 (ATIH, ScanSanté): 12 million persons, 18 million stays and sessions a year.

use crate::care::scribe::{EVEN, OFFICE, Season, WINTER};
use crate::tables::procedure_of;

/// One reason.
pub struct Reason {
    /// DGN_PAL: up to six characters of ICD-10-FR.
    pub main: &'static str,
    /// GRG_GHM.
    pub group: &'static str,
    /// What is done, under anaesthesia where `sleeps`.
    pub procedure: Option<u8>,
    pub sleeps: bool,
    /// The mean of nights; 0 is a day.
    pub nights: u16,
    /// Stays of 1000 men a year by decade of age.
    pub yearly: [f64; 10],
    /// How often a woman, for once a man; only women where it is `ONLY`.
    pub woman: f64,
    pub season: &'static Season,
}

/// For what only women have: their rate stands in `yearly`.
pub const ONLY: f64 = f64::INFINITY;

const fn reason(
    main: &'static str,
    group: &'static str,
    nights: u16,
    woman: f64,
    season: &'static Season,
    yearly: [f64; 10],
) -> Reason {
    Reason {
        main,
        group,
        procedure: None,
        sleeps: false,
        nights,
        yearly,
        woman,
        season,
    }
}

const fn with(procedure: &str, sleeps: bool, reason: Reason) -> Reason {
    Reason {
        procedure: Some(procedure_of(procedure)),
        sleeps,
        ..reason
    }
}

/// All reasons but those that a course's event gives.
pub const REASONS: &[Reason] = &[
    with(
        "BFGA427",
        true,
        reason(
            "H251",
            "02C05J",
            0,
            1.1,
            &OFFICE,
            [0.0, 0.0, 0.1, 0.3, 1.0, 4.0, 14.0, 38.0, 40.0, 14.0],
        ),
    ),
    with(
        "HHQE002",
        true,
        reason(
            "K635",
            "06K04J",
            0,
            0.95,
            &OFFICE,
            [0.1, 0.5, 1.5, 4.0, 11.0, 23.0, 29.0, 24.0, 8.0, 1.0],
        ),
    ),
    with(
        "NFKA007",
        true,
        reason(
            "M171",
            "08C242",
            4,
            1.4,
            &OFFICE,
            [0.0, 0.0, 0.0, 0.0, 0.2, 1.4, 4.2, 5.6, 2.4, 0.2],
        ),
    ),
    with(
        "NEKA020",
        true,
        reason(
            "M169",
            "08C482",
            4,
            1.0,
            &OFFICE,
            [0.0, 0.0, 0.0, 0.1, 0.5, 1.6, 3.3, 4.4, 2.6, 0.5],
        ),
    ),
    with(
        "NEKA020",
        true,
        reason(
            "S7200",
            "08C473",
            9,
            1.7,
            &EVEN,
            [0.0, 0.0, 0.0, 0.05, 0.1, 0.2, 0.6, 2.0, 8.0, 22.0],
        ),
    ),
    with(
        "HHFA001",
        true,
        reason(
            "K359",
            "06C091",
            2,
            0.9,
            &EVEN,
            [0.8, 2.4, 1.6, 1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2],
        ),
    ),
    with(
        "HMFC004",
        true,
        reason(
            "K802",
            "07C141",
            1,
            1.8,
            &EVEN,
            [0.0, 0.1, 0.7, 1.1, 1.3, 1.6, 1.9, 2.0, 1.4, 0.6],
        ),
    ),
    with(
        "LMMC002",
        true,
        reason(
            "K409",
            "06C12J",
            0,
            0.12,
            &OFFICE,
            [1.2, 0.4, 0.9, 1.5, 2.6, 4.2, 6.3, 6.6, 4.6, 1.8],
        ),
    ),
    with(
        "JQGD010",
        false,
        reason(
            "O800",
            "14Z13A",
            3,
            ONLY,
            &EVEN,
            [0.0, 1.5, 62.0, 72.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        ),
    ),
    with(
        "JQGA002",
        true,
        reason(
            "O820",
            "14C08A",
            4,
            ONLY,
            &EVEN,
            [0.0, 0.3, 14.0, 20.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        ),
    ),
    with(
        "ZBQK002",
        false,
        reason(
            "J189",
            "04M053",
            8,
            0.8,
            &WINTER,
            [2.5, 0.4, 0.4, 0.6, 1.0, 2.0, 4.0, 8.0, 22.0, 55.0],
        ),
    ),
    reason(
        "J210",
        "04M182",
        3,
        0.8,
        &WINTER,
        [4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ),
    reason(
        "A099",
        "06M032",
        2,
        1.0,
        &WINTER,
        [3.5, 0.9, 0.8, 0.7, 0.8, 1.0, 1.3, 2.0, 4.5, 8.0],
    ),
    reason(
        "N10",
        "11M041",
        3,
        2.5,
        &EVEN,
        [0.6, 0.4, 0.5, 0.5, 0.6, 0.8, 1.2, 1.8, 3.0, 4.0],
    ),
    reason(
        "R104",
        "06M121",
        1,
        1.3,
        &EVEN,
        [1.2, 1.8, 1.6, 1.4, 1.4, 1.4, 1.5, 1.8, 2.2, 2.5],
    ),
    reason(
        "R55",
        "23M02T",
        0,
        1.0,
        &EVEN,
        [0.1, 0.5, 0.5, 0.5, 0.8, 1.2, 2.0, 4.0, 8.0, 10.0],
    ),
    with(
        "ACQK001",
        false,
        reason(
            "S0600",
            "01M13T",
            0,
            0.7,
            &EVEN,
            [1.8, 1.7, 1.1, 0.7, 0.6, 0.6, 0.7, 1.0, 2.2, 4.0],
        ),
    ),
    reason(
        "D649",
        "16M11T",
        0,
        1.1,
        &EVEN,
        [0.2, 0.2, 0.3, 0.5, 0.8, 1.2, 2.2, 4.2, 7.0, 8.0],
    ),
    reason(
        "Z501",
        "23M20T",
        0,
        1.1,
        &OFFICE,
        [3.0, 3.0, 5.0, 8.0, 12.0, 17.0, 24.0, 30.0, 26.0, 12.0],
    ),
    reason(
        "E86",
        "10M163",
        6,
        1.2,
        &EVEN,
        [0.3, 0.1, 0.1, 0.1, 0.2, 0.4, 0.7, 1.6, 5.0, 11.0],
    ),
];
