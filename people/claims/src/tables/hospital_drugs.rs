//! Hospital drugs charged in the claims (retrocession, or in addition to a stay's price). UCD codes, names, laboratories:
//! NU_UCD_R; their ATC codes: Open Medic (Cnam); Licence Ouverte 2.0. Prices chosen.

use super::{HospitalDrug, hospital_drug};

/// All of them.
pub const HOSPITAL_DRUGS: &[HospitalDrug] = &[
    hospital_drug(
        "0000009261771",
        "ALIMTA 500 mg",
        "LILLY FRANCE SAS",
        "L01BA04",
        76000,
    ),
    hospital_drug(
        "0000009278116",
        "PACLITAXEL TEVA 6 mg/ml",
        "TEVA SANTE",
        "L01CD01",
        9800,
    ),
    hospital_drug(
        "0000009348408",
        "DOCETAXEL TEVA 80 MG/2 ML",
        "TEVA SANTE",
        "L01CD02",
        11500,
    ),
    hospital_drug(
        "0000009281087",
        "OXALIPLATINE DAKOTA PHARM 5 mg/ml",
        "DAKOTA PHARM",
        "L01XA03",
        8700,
    ),
    hospital_drug(
        "0000009409535",
        "KEYTRUDA 50 MG",
        "MSD FRANCE",
        "L01XC18",
        131500,
    ),
    hospital_drug(
        "0000009213737",
        "REMICADE 100 mg",
        "MSD FRANCE",
        "L04AB02",
        39500,
    ),
    hospital_drug(
        "0000009293340",
        "TYSABRI 300 mg",
        "BIOGEN IDEC FRANCE",
        "L04AA23",
        139000,
    ),
    hospital_drug(
        "0000009312652",
        "PRIVIGEN 100 MG/ML",
        "CSL BEHRING GMBH",
        "J06BA02",
        62000,
    ),
    hospital_drug(
        "0000009274182",
        "TRUVADA",
        "GILEAD SCIENCES",
        "J05AR03",
        41000,
    ),
];
