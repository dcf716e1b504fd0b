//! Procedures. Codes and labels: CCAM version 63 (ATIH, Cnam), Licence Ouverte 2.0. Prices of their order (chosen).

use super::{Procedure, procedure};

/// All of them.
pub const PROCEDURES: &[Procedure] = &[
    procedure(
        "DEQP003",
        "Électrocardiographie sur au moins 12 dérivations",
        1352,
        1426,
    ),
    procedure("ZBQK002", "Radiographie du thorax", 1351, 2128),
    procedure(
        "ZCQM008",
        "Échographie transcutanée de l'abdomen",
        1324,
        5670,
    ),
    procedure("QEQK001", "Mammographie bilatérale", 1351, 6624),
    procedure(
        "DZQM006",
        "Échographie-doppler transthoracique du cœur et des vaisseaux intrathoraciques",
        1324,
        9649,
    ),
    procedure(
        "NFKA007",
        "Remplacement de l'articulation du genou par prothèse tricompartimentaire sur une",
        1321,
        45700,
    ),
    procedure(
        "NEKA020",
        "Remplacement de l'articulation coxofémorale par prothèse totale",
        1321,
        45980,
    ),
    procedure(
        "DDAF006",
        "Dilatation intraluminale d'un vaisseau coronaire avec pose d'endoprothèse, par voie",
        1321,
        59000,
    ),
    procedure(
        "DDQH009",
        "Artériographie coronaire sans ventriculographie gauche, par voie artérielle transcutanée",
        1351,
        28000,
    ),
    procedure(
        "HHQE002",
        "Coloscopie totale, avec franchissement de l'orifice iléocolique",
        1352,
        15360,
    ),
    procedure(
        "HHFA001",
        "Appendicectomie, par abord de la fosse iliaque",
        1321,
        16800,
    ),
    procedure("HMFC004", "Cholécystectomie, par cœlioscopie", 1321, 27100),
    procedure(
        "LMMC002",
        "Cure unilatérale d'une hernie de l'aine avec pose de prothèse, par vidéochirurgie",
        1321,
        22300,
    ),
    procedure(
        "HBMD038",
        "Restauration d’une dent d’un secteur prémolomolaire sur 3 faces ou plus par matériau",
        1451,
        6580,
    ),
    procedure("HBJD001", "Détartrage et polissage des dents", 1453, 2892),
    procedure(
        "HBLD038",
        "Pose d'une couronne dentaire dentoportée en alliage non précieux",
        1461,
        12000,
    ),
    procedure(
        "HBQK002",
        "Radiographie panoramique dentomaxillaire",
        1351,
        2128,
    ),
    procedure(
        "ACQK001",
        "Scanographie du crâne et de son contenu, sans injection de produit de contraste",
        1351,
        2527,
    ),
    procedure(
        "ACQN001",
        "Remnographie [IRM] du crâne et de son contenu, sans injection intraveineuse de produit de",
        1351,
        6900,
    ),
    procedure(
        "JQGD010",
        "Accouchement céphalique unique par voie naturelle, chez une primipare",
        1322,
        31350,
    ),
    procedure(
        "JQGA002",
        "Accouchement par césarienne programmée, par laparotomie",
        1322,
        31350,
    ),
    procedure(
        "JQQM010",
        "Échographie biométrique et morphologique d'une grossesse uniembryonnaire au 1er trimestre",
        1324,
        6280,
    ),
    procedure(
        "BZQK001",
        "Tomographie unilatérale ou bilatérale de l'œil par scanographie à cohérence optique",
        1352,
        5600,
    ),
    procedure(
        "EBQM001",
        "Échographie-doppler des artères cervicocéphaliques extracrâniennes, sans mesure de",
        1324,
        7560,
    ),
    procedure(
        "GLQP002",
        "Mesure de la capacité vitale lente et de l'expiration forcée, avec mesure des volumes",
        1352,
        4060,
    ),
    procedure("QEFA004", "Tumorectomie du sein", 1321, 16900),
    procedure(
        "NDQK001",
        "Radiographie unilatérale du pied selon 1 à 3 incidences",
        1351,
        1995,
    ),
    procedure("MDQK001", "Radiographie de la main ou de doigt", 1351, 1995),
    procedure(
        "QZFA004",
        "Exérèse de lésion superficielle de la peau par excision d'une zone cutanée de 5 cm² à 10",
        1321,
        8400,
    ),
    procedure(
        "FELF011",
        "Transfusion de concentré de globules rouges d'un volume inférieur à une demimasse sanguine",
        1352,
        2900,
    ),
    procedure(
        "JVJF004",
        "Séance d'épuration extrarénale par hémodialyse pour insuffisance rénale chronique",
        1352,
        4300,
    ),
    procedure(
        "BFGA427",
        "Extraction extracapsulaire du cristallin par phakoémulsification, avec implantation de",
        1321,
        27170,
    ),
];
