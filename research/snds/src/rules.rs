//! The rules that turn claim lines into care, each a named switch with its source. A report counts what each removed.
//!
//! Source of all, unless another is named: "Documentation collaborative du SNDS", Health Data Hub
//! (<https://documentation-snds.health-data-hub.fr>), pages on DCIR and PMSI.

use serde::{Deserialize, Serialize};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Lines for information only are no care: `DPN_QLF` = 71, `PRS_DPN_QLP` = 71.
    InformationOnly,
    /// Complements and majorations of an act are not acts: only `CPL_MAJ_TOP` < 2 stays.
    Majorations,
    /// What hospitals bill and PMSI counts already: `ETE_IND_TAA` = 1.
    CountedByPmsi,
    /// A line that has the key of an earlier one in the same flow is the same line again.
    RepeatedKey,
    /// Regularisations repeat a line with negative quantity: identical lines are summed, and sums above 0 stay.
    Regularisations,
    /// IR_IMB_R holds every exemption from the patient's share; those for a long-term illness (ALD) are `IMB_ETM_NAT` 41 (of the
    /// list of 30), 43 (out of it) and 45 (several illnesses). Others (work accidents and diseases 11 and 12, invalidity 13,
    /// pregnancies 55, none said) are no illness that the insurer recognised, whatever code stands beside. Source: nomenclature
    /// IR_ETM_V, and the documentation's page on ALD.
    LongTermOnly,
    /// Stays whose links to persons failed: every return code of `T_MCOaaC` must be 0.
    ReturnCodes,
    /// Twins under one insured person are told apart by `BEN_RNG_GEM`.
    TwinRank,
    /// Beneficiaries under a provisional or invented number: only `BEN_CDI_NIR` = 00 names a person in the reference. Off,
    /// a provisional number leads to whom `BEN_IDT_ANO` says, so that a history stays whole when he gets his own.
    RealNumber,
    /// Care in the last six months of the flows, of which not all has arrived (a year of care takes 18 months of flow).
    FlowLag,
    /// Who opposes is left out before anything is written.
    Opposed,
}

impl Rule {
    /// Every rule, in the order in which they are asked.
    pub const ALL: [Rule; 11] = [
        Rule::TwinRank,
        Rule::RealNumber,
        Rule::RepeatedKey,
        Rule::Opposed,
        Rule::InformationOnly,
        Rule::Majorations,
        Rule::CountedByPmsi,
        Rule::LongTermOnly,
        Rule::ReturnCodes,
        Rule::FlowLag,
        Rule::Regularisations,
    ];

    /// Its name on the command line and in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Rule::InformationOnly => "information-only",
            Rule::Majorations => "majorations",
            Rule::CountedByPmsi => "counted-by-pmsi",
            Rule::RepeatedKey => "repeated-key",
            Rule::Regularisations => "regularisations",
            Rule::LongTermOnly => "long-term-only",
            Rule::ReturnCodes => "return-codes",
            Rule::TwinRank => "twin-rank",
            Rule::RealNumber => "real-number",
            Rule::FlowLag => "flow-lag",
            Rule::Opposed => "opposed",
        }
    }

    /// The rule of this name.
    pub fn named(name: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// Which rules are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    off: Vec<Rule>,
}

impl Default for Rules {
    /// All but the flow's lag and real numbers, which are choices of a study.
    fn default() -> Rules {
        Rules {
            off: vec![Rule::FlowLag, Rule::RealNumber],
        }
    }
}

impl Rules {
    /// Whether a rule is on.
    pub fn on(&self, rule: Rule) -> bool {
        !self.off.contains(&rule)
    }

    /// With a rule switched. Opposition can't be switched off: false says so.
    pub fn set(&mut self, rule: Rule, on: bool) -> bool {
        if rule == Rule::Opposed {
            return on;
        }
        self.off.retain(|known| *known != rule);
        if !on {
            self.off.push(rule);
        }
        true
    }
}
