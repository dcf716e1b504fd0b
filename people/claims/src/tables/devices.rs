//! Devices. Codes and labels: NT_LPP (Cnam), Licence Ouverte 2.0. Prices chosen.

use super::{Device, device};

/// All of them.
pub const DEVICES: &[Device] = &[
    device(
        "1136894",
        "AUTOCONTROLE DU SUCRE DANS LE SANG, 50 BANDELETTES, CAPTEURS OU ELECTRODES",
        3514,
        1630,
    ),
    device(
        "1101826",
        "AUTOCONTROLE, 100 LANCETTES POUR AUTOPIQUEUR NON REUTILISABLES STERILES",
        3514,
        880,
    ),
    device(
        "1102257",
        "AUTOCONTROLE DU GLUCOSE INTERSTITIEL, 1 CAPTEUR, ABBOTT, FREESTYLE LIBRE",
        3514,
        4490,
    ),
    device(
        "1128423",
        "CHAMBRE D'INHALATION, RESPIRATOIRE, POUR PATIENT AU-DELA DU 6EME ANNIVERSAIRE",
        3514,
        1980,
    ),
    device(
        "1115455",
        "PPC, APNEE SOMMEIL, PATIENT TELESUIVI (56 H - 112 H), FORFAIT HEBDO 9.TL2",
        3511,
        1290,
    ),
    device(
        "1116680",
        "OXYGENOTHERAPIE A LONG TERME, DEAMBULATION, CAIRE, ECLIPSE 3, OLT 2.18",
        3511,
        2740,
    ),
    device(
        "2200335",
        "OPTIQUE, VERRE UNIFOCAL CLASSE B, SPHERE] +4,00 A +6,00]",
        3531,
        4800,
    ),
    device(
        "1225646",
        "DEAMBULATEUR, LOCATION HEBDOMADAIRE, < OU = 26 SEMAINES",
        3512,
        610,
    ),
    device(
        "1313244",
        "PANSEMENT HYDROCOLLOIDE ANATOMIQUE,258CM2,CONVATEC,DUODERM SIGNAL TALON, B/10",
        3515,
        3900,
    ),
    device(
        "1301117",
        "BANDE DE CONTENTION ELASTIQUE EN TOUS SENS : V24 EN 10CM DE LARGE, 3M LONG",
        3513,
        720,
    ),
    device(
        "1205520",
        "LIT MEDICAL, FORFAIT DE LIVRAISON DU LIT AVEC OU SANS ACCESSOIRES",
        3512,
        5600,
    ),
];
