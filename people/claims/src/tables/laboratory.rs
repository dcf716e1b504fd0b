//! Analyses of laboratories. Codes, labels and coefficients: NABM as of IR_BIO_R (Cnam), Licence Ouverte 2.0. The letter B is
//! worth 0.26 euros (tariff of 2023).

use super::{Lab, lab};

/// All of them.
pub const LABS: &[Lab] = &[
    lab(
        "9005",
        "FORFAIT DE PRISE EN CHARGE PRE-ANALYTIQUE DU PATIENT. CE FORFAIT COMPREND : - LE RECUEIL",
        16,
    ),
    lab("1104", "HEMOGRAMME Y COMPRIS PLAQUETTES (NFS , NFP)", 26),
    lab("552", "GLUCOSE", 5),
    lab(
        "592",
        "CREATININE POUR LES ACTES 0592 ET 0593, IL EST RECOMMANDE POUR LE DOSAGE DE LA CREATININE",
        6,
    ),
    lab(
        "1609",
        "SANG : IONOGRAMME (SODIUM + POTASSIUM + EVENTUELLEMENT CHLORE)",
        12,
    ),
    lab("1577", "HBA1C : DOSAGE", 25),
    lab(
        "996",
        "EXPLORATION D'UNE ANOMALIE LIPIDIQUE (EAL). CET EXAMEN COMPREND L'ENSEMBLE INDISSOCIABLE",
        20,
    ),
    lab(
        "522",
        "TRANSAMINASES (ALAT ET ASAT, TGP ET TGO) CET ACTE N'EST PAS INDIQUE DANS LA MALADIE",
        10,
    ),
    lab(
        "519",
        "GAMMA GLUTAMYL TRANSFERASE (GAMMAT GT , GGT) (SANG)",
        6,
    ),
    lab("1804", "PROTEINE C REACTIVE (CRP)", 9),
    lab(
        "1208",
        "T.S.H. EXAMEN DE DIAGNOSTIC D'UNE DYSTHYROIDIE DE PREMIERE INTENTION OU EXAMEN DE SUIVI",
        25,
    ),
    lab(
        "126",
        "TEMPS DE QUICK (OU TAUX DE PROTHROMBINE) EN L'ABSENCE DE TRAITEMENT PAR UN ANTIVITAMINE K",
        17,
    ),
    lab(
        "1821",
        "PEPTIDES NATRIURETIQUES (ANP, BNP, NT-PROBNP) : DOSAGE",
        67,
    ),
    lab(
        "5201",
        "EXAMEN CYTOBACTERIOLOGIQUE DES URINES (ECBU) CET EXAMEN DOIT ETRE PRATIQUE SUR URINES",
        63,
    ),
    lab("7318", "ANTIGENE PROSTATIQUE SPECIFIQUE (PSA) : DOSAGE", 40),
    lab(
        "1213",
        "FERRITINE COTATION NON CUMULABLE AVEC CELLE DE L'ACTE 1822 EN CAS DE SUSPICION DE CARENCE",
        25,
    ),
    lab(
        "1139",
        "DOSAGE DE LA 25-(OH)-VITAMINE D (D2 + D3) LA PRISE EN CHARGE DE CET ACTE EST LIMITEE AUX",
        35,
    ),
    lab("2004", "UR : PROTEINURIE, RECHERCHE ET DOSAGE", 4),
];
