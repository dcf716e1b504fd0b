//! Which columns of the SNDS the import reads.

use crate::schemas::SCHEMAS;

/// A table as the import knows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Its published name; `aa` stands for a year's last two digits.
    pub(crate) table: &'static str,
    /// The columns that the import can't do without, in the order in which rows hold them.
    pub(crate) used: &'static [&'static str],
}

impl Layout {
    /// The columns of the published schema.
    pub(crate) fn published(&self) -> &'static [(&'static str, &'static str)] {
        let found = SCHEMAS.iter().find(|(table, _)| *table == self.table);
        found.map_or(&[], |(_, columns)| columns)
    }
}

/// How many columns the key of DCIR has; each DCIR table begins with them here.
pub(crate) const KEY: usize = 9;
/// Where among them the two dates stand.
pub(crate) const KEY_DATES: [usize; 2] = [1, 5];

macro_rules! keyed {
    ($($column:literal),*) => {
        &[
            "DCT_ORD_NUM", "FLX_DIS_DTD", "FLX_EMT_NUM", "FLX_EMT_ORD", "FLX_EMT_TYP", "FLX_TRT_DTD", "ORG_CLE_NUM",
            "PRS_ORD_NUM", "REM_TYP_AFF", $($column),*
        ]
    };
}

/// Where a claim line's columns stand, after the key.
pub(crate) mod line {
    pub(crate) const NIR: usize = 9;
    pub(crate) const RANK: usize = 10;
    pub(crate) const SEX: usize = 11;
    pub(crate) const BIRTH_YEAR: usize = 12;
    pub(crate) const DEPARTMENT: usize = 13;
    pub(crate) const START: usize = 14;
    pub(crate) const END: usize = 15;
    pub(crate) const NATURE: usize = 16;
    pub(crate) const QUALIFIER: usize = 17;
    pub(crate) const ACT_QUALIFIER: usize = 18;
    pub(crate) const MAJORATION: usize = 19;
    pub(crate) const QUANTITY: usize = 20;
    pub(crate) const CHARGED: usize = 21;
    pub(crate) const PAID: usize = 22;
    pub(crate) const PROVIDER: usize = 23;
    pub(crate) const SPECIALITY: usize = 24;
}

pub(crate) const PRS: Layout = Layout {
    table: "ER_PRS_F",
    used: keyed!(
        "BEN_NIR_PSA",
        "BEN_RNG_GEM",
        "BEN_SEX_COD",
        "BEN_NAI_ANN",
        "BEN_RES_DPT",
        "EXE_SOI_DTD",
        "EXE_SOI_DTF",
        "PRS_NAT_REF",
        "DPN_QLF",
        "PRS_DPN_QLP",
        "CPL_MAJ_TOP",
        "PRS_ACT_QTE",
        "PRS_PAI_MNT",
        "BSE_REM_MNT",
        "PFS_EXE_NUM",
        "PSE_SPE_COD"
    ),
};
pub(crate) const PHA: Layout = Layout {
    table: "ER_PHA_F",
    used: keyed!("PHA_PRS_C13", "PHA_ACT_QSN"),
};
pub(crate) const UCD: Layout = Layout {
    table: "ER_UCD_F",
    used: keyed!("UCD_UCD_COD", "UCD_DLV_NBR"),
};
pub(crate) const CAM: Layout = Layout {
    table: "ER_CAM_F",
    used: keyed!("CAM_PRS_IDE", "CAM_ACT_COD"),
};
pub(crate) const BIO: Layout = Layout {
    table: "ER_BIO_F",
    used: keyed!("BIO_PRS_IDE", "BIO_ACT_QSN"),
};
pub(crate) const TIP: Layout = Layout {
    table: "ER_TIP_F",
    used: keyed!("TIP_PRS_IDE", "TIP_ACT_QSN"),
};
pub(crate) const ETE: Layout = Layout {
    table: "ER_ETE_F",
    used: keyed!("ETE_IND_TAA"),
};
pub(crate) const BEN: Layout = Layout {
    table: "IR_BEN_R",
    used: &[
        "BEN_NIR_PSA",
        "BEN_RNG_GEM",
        "BEN_IDT_ANO",
        "BEN_CDI_NIR",
        "BEN_NAI_ANN",
        "BEN_NAI_MOI",
        "BEN_SEX_COD",
        "BEN_RES_DPT",
        "BEN_DCD_DTE",
    ],
};
pub(crate) const IMB: Layout = Layout {
    table: "IR_IMB_R",
    used: &[
        "BEN_NIR_PSA",
        "BEN_RNG_GEM",
        "IMB_ALD_DTD",
        "IMB_ALD_DTF",
        "IMB_ETM_NAT",
        "MED_MTF_COD",
        "MED_NCL_IDT",
    ],
};
pub(crate) const STAY_C: Layout = Layout {
    table: "T_MCOaaC",
    used: &[
        "ETA_NUM",
        "RSA_NUM",
        "NIR_ANO_17",
        "RNG_BEN",
        "EXE_SOI_DTD",
        "EXE_SOI_DTF",
        "NIR_RET",
        "NAI_RET",
        "SEX_RET",
        "SEJ_RET",
        "FHO_RET",
        "PMS_RET",
        "DAT_RET",
        "COH_NAI_RET",
        "COH_SEX_RET",
    ],
};
pub(crate) const STAY_B: Layout = Layout {
    table: "T_MCOaaB",
    used: &["ETA_NUM", "RSA_NUM", "DGN_PAL", "DGN_REL", "GRG_GHM"],
};
pub(crate) const STAY_D: Layout = Layout {
    table: "T_MCOaaD",
    used: &["ETA_NUM", "RSA_NUM", "ASS_DGN"],
};
pub(crate) const STAY_A: Layout = Layout {
    table: "T_MCOaaA",
    used: &[
        "ETA_NUM",
        "RSA_NUM",
        "CDC_ACT",
        "ENT_DAT_DEL",
        "NBR_EXE_ACT",
        "ACV_ACT",
    ],
};
pub(crate) const STAY_UM: Layout = Layout {
    table: "T_MCOaaUM",
    used: &[
        "ETA_NUM",
        "RSA_NUM",
        "UM_ORD_NUM",
        "DGN_PAL",
        "DGN_REL",
        "PAR_DUR_SEJ",
    ],
};
pub(crate) const CCI: Layout = Layout {
    table: "KI_CCI_R",
    used: &["BEN_IDT_ANO", "BEN_DCD_DTE", "DCD_CIM_COD"],
};
pub(crate) const ECD: Layout = Layout {
    table: "KI_ECD_R",
    used: &["BEN_IDT_ANO", "BEN_DCD_DTE", "ECD_CIM_COD"],
};

/// Every table that the import reads.
pub(crate) const LAYOUTS: [&Layout; 16] = [
    &PRS, &PHA, &UCD, &CAM, &BIO, &TIP, &ETE, &BEN, &IMB, &STAY_C, &STAY_B, &STAY_D, &STAY_A,
    &STAY_UM, &CCI, &ECD,
];

#[cfg(test)]
mod tests;
