//! Acts of the French table of medical acts (CCAM, version 63).

/// Code and words.
pub struct Act(pub &'static str, pub &'static str);

pub const CARDIOGRAM: Act = Act("DEQP003", "Électrocardiographie sur au moins 12 dérivations");
pub const HEART_ECHO: Act = Act("DZQM006", "Échographie-doppler transthoracique du cœur et des vaisseaux intrathoraciques");
pub const ANGIOPLASTY: Act = Act("DDAF008", "Dilatation intraluminale d'un vaisseau coronaire avec artériographie coronaire, avec pose d'endoprothèse, par voie artérielle transcutanée");
pub const MONITORING: Act = Act("DEQP004", "Surveillance continue de l'électrocardiogramme par oscilloscopie et/ou télésurveillance, par 24 heures");
pub const SPIROMETRY: Act = Act("GLQP012", "Mesure de la capacité vitale lente et de l'expiration forcée, avec enregistrement [Spirométrie standard]");
pub const CHEST: Act = Act("ZBQK002", "Radiographie du thorax");
pub const RETINA: Act = Act("BGQP007", "Rétinographie en couleur ou en lumière monochromatique, sans injection [Photographie du segment postérieur de l'œil, sans injection]");
pub const ECHO_FIRST: Act = Act("JQQM010", "Échographie biométrique et morphologique d'une grossesse uniembryonnaire au 1er trimestre");
pub const ECHO_SECOND: Act = Act("JQQM018", "Échographie biométrique et morphologique d'une grossesse unifœtale au 2ème trimestre");
pub const ECHO_THIRD: Act = Act("JQQM016", "Échographie biométrique et morphologique d'une grossesse unifœtale au 3ème trimestre");
pub const FIRST_DELIVERY: Act = Act("JQGD010", "Accouchement céphalique unique par voie naturelle, chez une primipare");
pub const DELIVERY: Act = Act("JQGD012", "Accouchement céphalique unique par voie naturelle, chez une multipare");
pub const KNEE_RAYS: Act = Act("NFQK001", "Radiographie unilatérale du genou selon 1 ou 2 incidences");
pub const KNEE_MRI: Act = Act("NZQN001", "Remnographie [IRM] unilatérale ou bilatérale de segment du membre inférieur, sans injection de produit de contraste");
pub const MENISCECTOMY: Act = Act("NFFC004", "Méniscectomie latérale ou médiale du genou, par arthroscopie");
pub const CRUCIATE: Act = Act("NFMC003", "Reconstruction du ligament croisé antérieur du genou par autogreffe, par arthroscopie");
pub const KNEE_IMPLANT: Act = Act("NFKA007", "Remplacement de l'articulation du genou par prothèse tricompartimentaire sur une déformation inférieure ou égale à 10° dans le plan frontal");
pub const WRIST_CAST: Act = Act("MZMP013", "Confection d'un appareil rigide antébrachiopalmaire pour immobilisation initiale de fracture du membre supérieur, sans réduction");
