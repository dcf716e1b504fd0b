//! What a check found, and how grave the operator holds it to be.

use std::fmt;

use crate::InsSystem;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Not reported.
    Ignore,
    /// Reported beside the value, which is used.
    Warning,
    /// The value is kept, but identifies nobody: nothing is matched by it.
    Error,
}

/// What a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The INS came without its key of two digits.
    InsKeyMissing,
    /// The key of the INS is not 97 − (number mod 97).
    InsKey,
    /// The INS is of a test or demonstration system.
    InsUnreal,
    /// The last digit of the RPPS number is not that of Luhn's formula.
    RppsDigit,
    /// The last digit of the FINESS number is not that of Luhn's formula.
    FinessDigit,
}

impl Rule {
    /// A stable name, for logs and answers to machines.
    pub fn code(self) -> &'static str {
        match self {
            Rule::InsKeyMissing => "ins-key-missing",
            Rule::InsKey => "ins-key",
            Rule::InsUnreal => "ins-unreal",
            Rule::RppsDigit => "rpps-digit",
            Rule::FinessDigit => "finess-digit",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::InsKeyMissing => "the INS has no key; ask the sender for all 15 characters",
            Rule::InsKey => "the key does not fit the INS; check it against the person's papers",
            Rule::InsUnreal => "the INS is of a test or demonstration system",
            Rule::RppsDigit => "the check digit does not fit the RPPS number",
            Rule::FinessDigit => "the check digit does not fit the FINESS number",
        })
    }
}

/// A fault of a value. It does not hold the value, so that it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What is broken.
    pub rule: Rule,
    /// How grave that is here; never [`Severity::Ignore`].
    pub severity: Severity,
}

/// How grave each kind of fault is, for each system a value can come from.
///
/// Official samples hold wrong keys, and the rules of the check digits of RPPS and FINESS are
/// unverified: by default these are warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Severities {
    /// A missing or wrong key under the system of the NIR.
    pub nir: Severity,
    /// The same under the system of the NIA.
    pub nia: Severity,
    /// The same under the test system.
    pub test: Severity,
    /// The same under the demonstration system.
    pub demo: Severity,
    /// That an INS is of the test or the demonstration system at all.
    pub unreal: Severity,
    /// A wrong check digit of an RPPS number.
    pub rpps: Severity,
    /// A wrong check digit of a FINESS number.
    pub finess: Severity,
}

/// For demonstration and development: keys are warned of, every system is welcome.
impl Default for Severities {
    fn default() -> Severities {
        let warning = Severity::Warning;
        Severities {
            nir: warning,
            nia: warning,
            test: warning,
            demo: warning,
            unreal: Severity::Ignore,
            rpps: warning,
            finess: warning,
        }
    }
}

impl Severities {
    /// For real persons: nobody is identified by an INS of the test or demonstration systems.
    pub fn production() -> Severities {
        Severities {
            unreal: Severity::Error,
            ..Severities::default()
        }
    }

    pub(crate) fn of_key(&self, system: InsSystem) -> Severity {
        match system {
            InsSystem::Nir => self.nir,
            InsSystem::Nia => self.nia,
            InsSystem::Test => self.test,
            InsSystem::Demo => self.demo,
        }
    }
}

/// The findings of these faults, without those to be ignored.
pub(crate) fn findings<const N: usize>(faults: [Option<(Rule, Severity)>; N]) -> Vec<Finding> {
    let reported = faults
        .into_iter()
        .flatten()
        .filter(|(_, severity)| *severity != Severity::Ignore);
    reported
        .map(|(rule, severity)| Finding { rule, severity })
        .collect()
}
