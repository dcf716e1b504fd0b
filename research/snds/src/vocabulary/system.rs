//! Which nomenclature a code is of.

/// A nomenclature of the SNDS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Diagnoses: ICD-10 as the ATIH publishes it (CIM-10).
    Icd10,
    /// Acts: Classification commune des actes médicaux.
    Ccam,
    /// Laboratory acts: Nomenclature des actes de biologie médicale.
    Nabm,
    /// Packages of drugs, by their number of 13 digits.
    Cip13,
    /// Units of drugs that hospitals dispense.
    Ucd,
    /// Anatomical Therapeutic Chemical classification.
    Atc,
    /// Devices: Liste des produits et prestations.
    Lpp,
    /// What a claim line is for: `PRS_NAT_REF`.
    Nature,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Icd10,
        Self::Ccam,
        Self::Nabm,
        Self::Cip13,
        Self::Ucd,
        Self::Atc,
        Self::Lpp,
        Self::Nature,
    ];

    /// `vocabulary_id`, and the code of the root; ours, so that Athena's `ATC` or `CCAM` may stand beside.
    pub fn vocabulary_id(self) -> &'static str {
        match self {
            Self::Icd10 => "SNDS CIM-10",
            Self::Ccam => "SNDS CCAM",
            Self::Nabm => "SNDS NABM",
            Self::Cip13 => "SNDS CIP13",
            Self::Ucd => "SNDS UCD",
            Self::Atc => "SNDS ATC",
            Self::Lpp => "SNDS LPP",
            Self::Nature => "SNDS PRS_NAT",
        }
    }

    /// The nomenclature of this `vocabulary_id`.
    pub fn of_vocabulary(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|system| system.vocabulary_id() == id)
    }

    /// What the nomenclature is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Icd10 => "Classification internationale des maladies, 10e révision, à usage PMSI",
            Self::Ccam => "Classification commune des actes médicaux",
            Self::Nabm => "Nomenclature des actes de biologie médicale",
            Self::Cip13 => "Présentations de médicaments (CIP13)",
            Self::Ucd => "Unités communes de dispensation",
            Self::Atc => "Classification anatomique, thérapeutique et chimique",
            Self::Lpp => "Liste des produits et prestations",
            Self::Nature => "Nature de prestation",
        }
    }

    /// Which table of the CDM its rows belong to, where no standard concept says otherwise.
    pub fn domain(self) -> Domain {
        match self {
            Self::Icd10 => Domain::Condition,
            Self::Ccam | Self::Nature => Domain::Procedure,
            Self::Nabm => Domain::Measurement,
            Self::Cip13 | Self::Ucd | Self::Atc => Domain::Drug,
            Self::Lpp => Domain::Device,
        }
    }

    /// Athena's vocabularies of the same codes, the better one first; none for those that Athena lacks, or whose classes
    /// are no concepts of rows.
    pub(crate) fn in_athena(self) -> &'static [&'static str] {
        match self {
            Self::Icd10 => &["CIM10", "ICD10"],
            Self::Ccam => &["CCAM"],
            _ => &[],
        }
    }
}

/// A domain of OMOP: which table a row goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Domain {
    /// condition_occurrence
    Condition,
    /// procedure_occurrence
    Procedure,
    /// measurement
    Measurement,
    /// drug_exposure
    Drug,
    /// device_exposure
    Device,
    /// observation; also what OMOP gives no table of its own
    Observation,
}

impl Domain {
    /// `domain_id`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Condition => "Condition",
            Self::Procedure => "Procedure",
            Self::Measurement => "Measurement",
            Self::Drug => "Drug",
            Self::Device => "Device",
            Self::Observation => "Observation",
        }
    }

    /// The table for rows of a `domain_id`; observation for those without one.
    pub fn of_id(id: &str) -> Self {
        let all = [
            Self::Condition,
            Self::Procedure,
            Self::Measurement,
            Self::Drug,
            Self::Device,
        ];
        all.into_iter()
            .find(|domain| domain.id() == id)
            .unwrap_or(Self::Observation)
    }
}
