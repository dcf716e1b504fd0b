//! The tables and their columns: those that an importer uses and a few others, in the order of the published schemas
//! (Health Data Hub, "schéma du SNDS", Licence Ouverte 2.0).

/// Columns of the nine-column key, which ER_PRS_F and its refined tables end with.
macro_rules! keyed {
    ($($column:literal),* $(,)?) => {
        &[
            $($column,)*
            "DCT_ORD_NUM", "FLX_DIS_DTD", "FLX_EMT_NUM", "FLX_EMT_ORD", "FLX_EMT_TYP", "FLX_TRT_DTD", "ORG_CLE_NUM",
            "PRS_ORD_NUM", "REM_TYP_AFF",
        ]
    };
}

/// A table and its columns.
pub type Table = (&'static str, &'static [&'static str]);

/// Places in [`MONTHLY`].
pub const PRS: usize = 0;
pub const PHA: usize = 1;
pub const CAM: usize = 2;
pub const BIO: usize = 3;
pub const ETE: usize = 4;
pub const UCD: usize = 5;
pub const TIP: usize = 6;

/// One file for each month of flow.
pub const MONTHLY: [Table; 7] = [
    (
        "ER_PRS_F",
        keyed![
            "BEN_CDI_NIR",
            "BEN_NAI_ANN",
            "BEN_NIR_PSA",
            "BEN_RNG_GEM",
            "BEN_RES_DPT",
            "BEN_SEX_COD",
            "EXE_SOI_DTD",
            "EXE_SOI_DTF",
            "BSE_REM_MNT",
            "PRS_ACT_QTE",
            "PRS_PAI_MNT",
            "CPL_MAJ_TOP",
            "DPN_QLF",
            "PRS_DPN_QLP",
            "PRS_NAT_REF",
            "ETB_PRE_FIN",
            "PFS_EXE_NUM",
            "PSE_SPE_COD",
        ],
    ),
    (
        "ER_PHA_F",
        keyed!["PHA_ACT_PRU", "PHA_ACT_QSN", "PHA_ORD_NUM", "PHA_PRS_C13"],
    ),
    (
        "ER_CAM_F",
        keyed!["CAM_ACT_COD", "CAM_ORD_NUM", "CAM_PRS_IDE", "CAM_TRT_PHA"],
    ),
    (
        "ER_BIO_F",
        keyed!["BIO_ACT_QSN", "BIO_ORD_NUM", "BIO_PRS_IDE"],
    ),
    (
        "ER_ETE_F",
        keyed!["ETB_EXE_FIN", "ETE_GHS_NUM", "ETE_IND_TAA"],
    ),
    (
        "ER_UCD_F",
        keyed!["UCD_DLV_NBR", "UCD_ORD_NUM", "UCD_UCD_COD"],
    ),
    (
        "ER_TIP_F",
        keyed!["TIP_ACT_PRU", "TIP_ACT_QSN", "TIP_ORD_NUM", "TIP_PRS_IDE"],
    ),
];

/// Places in [`YEARLY`].
pub const B: usize = 0;
pub const C: usize = 1;
pub const D: usize = 2;
pub const A: usize = 3;
pub const UM: usize = 4;

/// One file for each year in which stays ended: `T_MCOaa` and the name here.
pub const YEARLY: [Table; 5] = [
    (
        "B",
        &[
            "AGE_ANN", "COD_SEX", "DGN_PAL", "DGN_REL", "ETA_NUM", "GRG_GHM", "NBR_ACT", "NBR_DGN",
            "NBR_RUM", "RSA_NUM", "SEJ_NBJ", "SOR_ANN", "SOR_MOI",
        ],
    ),
    (
        "C",
        &[
            "COH_NAI_RET",
            "COH_SEX_RET",
            "DAT_RET",
            "ENT_DAT",
            "ETA_NUM",
            "EXE_SOI_DTD",
            "EXE_SOI_DTF",
            "FHO_RET",
            "NAI_RET",
            "NIR_ANO_17",
            "NIR_RET",
            "PMS_RET",
            "RNG_BEN",
            "RSA_NUM",
            "SEJ_RET",
            "SEX_RET",
            "SOR_ANN",
            "SOR_DAT",
            "SOR_MOI",
        ],
    ),
    ("D", &["ASS_DGN", "DGN_ASS_NUM", "ETA_NUM", "RSA_NUM"]),
    (
        "A",
        &[
            "ACV_ACT",
            "CDC_ACT",
            "ENT_DAT_DEL",
            "ETA_NUM",
            "NBR_EXE_ACT",
            "PHA_ACT",
            "RSA_NUM",
        ],
    ),
    (
        "UM",
        &[
            "DGN_PAL",
            "DGN_REL",
            "ETA_NUM",
            "PAR_DUR_SEJ",
            "RSA_NUM",
            "UM_ORD_NUM",
        ],
    ),
];

/// Places in [`WHOLE`].
pub const BEN: usize = 0;
pub const IMB: usize = 1;
pub const CCI: usize = 2;
pub const ECD: usize = 3;

/// One file each.
pub const WHOLE: [Table; 4] = [
    (
        "IR_BEN_R",
        &[
            "BEN_NIR_PSA",
            "BEN_RNG_GEM",
            "BEN_IDT_ANO",
            "BEN_IDT_TOP",
            "BEN_CDI_NIR",
            "BEN_NAI_ANN",
            "BEN_NAI_MOI",
            "BEN_SEX_COD",
            "BEN_DCD_DTE",
            "BEN_DCD_AME",
            "BEN_RES_DPT",
            "BEN_TOP_CNS",
        ],
    ),
    (
        "IR_IMB_R",
        &[
            "BEN_NIR_PSA",
            "BEN_RNG_GEM",
            "IMB_ALD_DTD",
            "IMB_ALD_DTF",
            "IMB_ALD_NUM",
            "IMB_ETM_NAT",
            "MED_MTF_COD",
            "MED_NCL_IDT",
        ],
    ),
    (
        "KI_CCI_R",
        &["DCD_IDT_ENC", "BEN_IDT_ANO", "BEN_DCD_DTE", "DCD_CIM_COD"],
    ),
    (
        "KI_ECD_R",
        &[
            "DCD_IDT_ENC",
            "BEN_IDT_ANO",
            "CER_LIG_NUM",
            "ECD_CAU_RNG",
            "ECD_CAU_LIB",
            "ECD_CIM_COD",
            "BEN_DCD_DTE",
        ],
    ),
];

/// Places in [`TRUTH`].
pub const EVENTS: usize = 0;
pub const PERSONS: usize = 1;
pub const COURSE: usize = 2;
pub const WRONG: usize = 3;

/// What is true, in a folder of its own.
pub const TRUTH: [Table; 4] = [
    (
        "events",
        &[
            "person",
            "kind",
            "code",
            "start",
            "end",
            "quantity",
            "paid",
            "charged",
            "source",
            "nature",
            "activity",
            "specialty",
            "performer",
            "establishment",
            "stay",
        ],
    ),
    (
        "persons",
        &[
            "person",
            "birth_year",
            "birth_month",
            "sex",
            "department",
            "death",
        ],
    ),
    ("course", &["person", "event", "day"]),
    ("wrong", &["file", "key", "what"]),
];
