//! What changes a life, and how often: the table of hazards, which is the truth that statistics must find again.
//!
//! # The model
//!
//! From birth on a person meets the events of [`hazards`], each at most once. The hazard of an event at time t is
//!
//! ```text
//! rate[decade of age] / 1000 per year × woman (if the person is one) × the product of `factors` over the states held at t
//! ```
//!
//! A decade of age is ten times 365.25 days from birth on; the last one has no end. A state is held from the day of its
//! event on, for ever. The statin is a treatment that is begun at its own hazard and then lowers the one of the infarction:
//! a true effect, confounded by its indication. Who observes only claims sees the drug from its first delivery.
//!
//! Every event has one exponential draw E of rate 1, and happens when the integral of its hazard reaches E. Hazards are
//! constant between birthdays of a decade and changes of state, so that the integral is a sum, and the time is exact; the
//! date is the day it falls in. Nobody dies before the time observed begins: those observed are the living, and death's
//! integral begins on the first day observed or at birth. Death ends all else.
//!
//! # The figures
//!
//! They are **chosen**, to come near orders of magnitude of French public figures: mortality tables (INSEE, 2020–2022),
//! incidence of infarction and stroke (Santé publique France, PMSI 2022: about 1 and 2 in a thousand a year), prevalence
//! of treated diabetes (6 %, Cnam, 2022), of treated hypertension (about a fifth of adults) and incidence of cancer (433,000
//! a year, Santé publique France, 2023). Hazard ratios have the size that cohort studies find. None is an estimate.

/// An event of the table, and the state that it leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Event {
    /// Type 2 diabetes, E11.
    Diabetes,
    /// I10.
    Hypertension,
    /// A statin is begun, C10AA.
    Statin,
    /// First myocardial infarction, I21.
    Infarction,
    /// First ischaemic stroke, I63.
    Stroke,
    /// Atrial fibrillation, I48.
    Fibrillation,
    /// I50.
    HeartFailure,
    /// A first malignant tumour, C50, C61, C18 or C34.
    Cancer,
    /// Asthma before 45 years of age, COPD after: J45, J44.
    Airways,
    /// F32, F33.
    Depression,
    /// Chronic kidney disease, N18.
    Kidney,
    /// G30, F03.
    Dementia,
    /// Death of any cause.
    Death,
}

/// One row of the table.
#[derive(Debug)]
pub struct Hazard {
    /// What happens.
    pub event: Event,
    /// Its name in the files of the truth.
    pub name: &'static str,
    /// Events for 1000 person-years of men without any state, by decade of age: 0–9, …, 80–89, 90 and more.
    pub rate: [f64; 10],
    /// The hazard ratio of women to men.
    pub woman: f64,
    /// Hazard ratios of states held.
    pub factors: &'static [(Event, f64)],
}

use Event::{
    Airways, Cancer, Death, Dementia, Depression, Diabetes, Fibrillation, HeartFailure,
    Hypertension, Infarction, Kidney, Statin, Stroke,
};

/// The table, in the order of [`Event`].
pub fn hazards() -> &'static [Hazard; 13] {
    &TABLE
}

static TABLE: [Hazard; 13] = [
    Hazard {
        event: Diabetes,
        name: "diabetes",
        rate: [0.0, 0.05, 0.2, 0.8, 2.4, 5.0, 7.0, 7.0, 5.0, 3.0],
        woman: 0.75,
        factors: &[(Hypertension, 1.5)],
    },
    Hazard {
        event: Hypertension,
        name: "hypertension",
        rate: [0.0, 0.05, 0.5, 2.5, 9.0, 20.0, 28.0, 30.0, 28.0, 20.0],
        woman: 0.9,
        factors: &[(Diabetes, 1.8)],
    },
    Hazard {
        event: Statin,
        name: "statin",
        rate: [0.0, 0.0, 0.05, 0.5, 3.0, 9.0, 13.0, 12.0, 5.0, 1.0],
        woman: 0.8,
        factors: &[(Diabetes, 2.5), (Infarction, 30.0), (Stroke, 10.0)],
    },
    Hazard {
        event: Infarction,
        name: "infarction",
        rate: [0.0, 0.0, 0.02, 0.15, 0.6, 1.3, 2.0, 3.0, 5.0, 8.0],
        woman: 0.45,
        factors: &[
            (Diabetes, 1.8),
            (Hypertension, 1.5),
            (Statin, 0.7),
            (Kidney, 1.5),
        ],
    },
    Hazard {
        event: Stroke,
        name: "stroke",
        rate: [0.0, 0.01, 0.04, 0.1, 0.35, 0.8, 1.6, 3.5, 7.5, 12.0],
        woman: 0.8,
        factors: &[(Hypertension, 1.8), (Diabetes, 1.5), (Fibrillation, 2.5)],
    },
    Hazard {
        event: Fibrillation,
        name: "fibrillation",
        rate: [0.0, 0.0, 0.05, 0.15, 0.5, 1.5, 4.5, 11.0, 20.0, 25.0],
        woman: 0.7,
        factors: &[(Hypertension, 1.5), (HeartFailure, 2.0)],
    },
    Hazard {
        event: HeartFailure,
        name: "heart failure",
        rate: [0.0, 0.0, 0.02, 0.06, 0.2, 0.6, 1.8, 5.0, 15.0, 35.0],
        woman: 0.8,
        factors: &[
            (Infarction, 3.0),
            (Hypertension, 1.6),
            (Fibrillation, 2.0),
            (Diabetes, 1.6),
        ],
    },
    Hazard {
        event: Cancer,
        name: "cancer",
        rate: [0.12, 0.12, 0.3, 1.0, 2.5, 5.5, 9.5, 12.0, 13.0, 12.0],
        woman: 0.9,
        factors: &[],
    },
    Hazard {
        event: Airways,
        name: "airways",
        rate: [3.0, 2.0, 1.0, 1.0, 1.2, 1.8, 2.5, 3.0, 2.5, 2.0],
        woman: 1.0,
        factors: &[],
    },
    Hazard {
        event: Depression,
        name: "depression",
        rate: [0.1, 1.0, 1.8, 2.0, 2.4, 2.5, 1.8, 1.8, 2.5, 2.5],
        woman: 1.8,
        factors: &[(Stroke, 1.6), (Cancer, 1.5)],
    },
    Hazard {
        event: Kidney,
        name: "kidney",
        rate: [0.02, 0.04, 0.08, 0.15, 0.35, 0.7, 1.4, 3.5, 7.0, 10.0],
        woman: 0.75,
        factors: &[(Diabetes, 2.5), (Hypertension, 1.8)],
    },
    Hazard {
        event: Dementia,
        name: "dementia",
        rate: [0.0, 0.0, 0.0, 0.0, 0.02, 0.1, 0.7, 5.0, 22.0, 55.0],
        woman: 1.15,
        factors: &[(Stroke, 1.7), (Diabetes, 1.3)],
    },
    Hazard {
        event: Death,
        name: "death",
        rate: [0.4, 0.15, 0.4, 0.6, 1.2, 2.7, 5.5, 9.5, 29.0, 110.0],
        woman: 0.6,
        factors: &[
            (Diabetes, 1.4),
            (Infarction, 1.6),
            (Stroke, 1.7),
            (HeartFailure, 2.2),
            (Cancer, 3.0),
            (Kidney, 1.6),
            (Dementia, 1.9),
        ],
    },
];

/// States held, one bit for each [`Event`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States(u16);

impl States {
    /// Whether a state is held.
    pub fn hold(self, event: Event) -> bool {
        self.0 & (1 << event as u16) != 0
    }

    /// With one more.
    pub fn with(self, event: Event) -> Self {
        Self(self.0 | 1 << event as u16)
    }
}

impl Hazard {
    /// Events a day.
    pub fn daily(&self, decade: usize, woman: bool, states: States) -> f64 {
        let mut rate = self.rate[decade.min(9)];
        if rate == 0.0 {
            return 0.0;
        }
        if woman {
            rate *= self.woman;
        }
        for &(state, factor) in self.factors {
            if states.hold(state) {
                rate *= factor;
            }
        }
        rate / (1000.0 * 365.25)
    }
}
