//! Acts. Codes and labels: CCAM version 63 (ATIH, Cnam), Licence Ouverte 2.0. Prices of their order (chosen).

use super::{Act, act};

/// All of them.
pub const ACTS: &[Act] = &[
    act(
        "DEQP003",
        "Électrocardiographie sur au moins 12 dérivations",
        1352,
        1426,
    ),
    act("ZBQK002", "Radiographie du thorax", 1351, 2128),
    act(
        "ZCQM008",
        "Échographie transcutanée de l'abdomen",
        1324,
        5670,
    ),
    act("QEQK001", "Mammographie bilatérale", 1351, 6624),
    act(
        "DZQM006",
        "Échographie-doppler transthoracique du cœur et des vaisseaux intrathoraciques",
        1324,
        9649,
    ),
    act(
        "NFKA007",
        "Remplacement de l'articulation du genou par prothèse tricompartimentaire sur une",
        1321,
        45700,
    ),
    act(
        "NEKA020",
        "Remplacement de l'articulation coxofémorale par prothèse totale",
        1321,
        45980,
    ),
    act(
        "DDAF006",
        "Dilatation intraluminale d'un vaisseau coronaire avec pose d'endoprothèse, par voie",
        1321,
        59000,
    ),
    act(
        "DDQH009",
        "Artériographie coronaire sans ventriculographie gauche, par voie artérielle transcutanée",
        1351,
        28000,
    ),
    act(
        "HHQE002",
        "Coloscopie totale, avec franchissement de l'orifice iléocolique",
        1352,
        15360,
    ),
    act(
        "HHFA001",
        "Appendicectomie, par abord de la fosse iliaque",
        1321,
        16800,
    ),
    act("HMFC004", "Cholécystectomie, par cœlioscopie", 1321, 27100),
    act(
        "LMMC002",
        "Cure unilatérale d'une hernie de l'aine avec pose de prothèse, par vidéochirurgie",
        1321,
        22300,
    ),
    act(
        "HBMD038",
        "Restauration d’une dent d’un secteur prémolomolaire sur 3 faces ou plus par matériau",
        1451,
        6580,
    ),
    act("HBJD001", "Détartrage et polissage des dents", 1453, 2892),
    act(
        "HBLD038",
        "Pose d'une couronne dentaire dentoportée en alliage non précieux",
        1461,
        12000,
    ),
    act(
        "HBQK002",
        "Radiographie panoramique dentomaxillaire",
        1351,
        2128,
    ),
    act(
        "ACQK001",
        "Scanographie du crâne et de son contenu, sans injection de produit de contraste",
        1351,
        2527,
    ),
    act(
        "ACQN001",
        "Remnographie [IRM] du crâne et de son contenu, sans injection intraveineuse de produit de",
        1351,
        6900,
    ),
    act(
        "JQGD010",
        "Accouchement céphalique unique par voie naturelle, chez une primipare",
        1322,
        31350,
    ),
    act(
        "JQGA002",
        "Accouchement par césarienne programmée, par laparotomie",
        1322,
        31350,
    ),
    act(
        "JQQM010",
        "Échographie biométrique et morphologique d'une grossesse uniembryonnaire au 1er trimestre",
        1324,
        6280,
    ),
    act(
        "BZQK001",
        "Tomographie unilatérale ou bilatérale de l'œil par scanographie à cohérence optique",
        1352,
        5600,
    ),
    act(
        "EBQM001",
        "Échographie-doppler des artères cervicocéphaliques extracrâniennes, sans mesure de",
        1324,
        7560,
    ),
    act(
        "GLQP002",
        "Mesure de la capacité vitale lente et de l'expiration forcée, avec mesure des volumes",
        1352,
        4060,
    ),
    act("QEFA004", "Tumorectomie du sein", 1321, 16900),
    act(
        "NDQK001",
        "Radiographie unilatérale du pied selon 1 à 3 incidences",
        1351,
        1995,
    ),
    act("MDQK001", "Radiographie de la main ou de doigt", 1351, 1995),
    act(
        "QZFA004",
        "Exérèse de lésion superficielle de la peau par excision d'une zone cutanée de 5 cm² à 10",
        1321,
        8400,
    ),
    act(
        "FELF011",
        "Transfusion de concentré de globules rouges d'un volume inférieur à une demimasse sanguine",
        1352,
        2900,
    ),
    act(
        "JVJF004",
        "Séance d'épuration extrarénale par hémodialyse pour insuffisance rénale chronique",
        1352,
        4300,
    ),
    act(
        "BFGA427",
        "Extraction extracapsulaire du cristallin par phakoémulsification, avec implantation de",
        1321,
        27170,
    ),
];
