//! Diagnoses of the French edition of the ICD-10 (ATIH), with the point that international codes have.

/// Code and words.
pub struct Disease(pub &'static str, pub &'static str);

pub const ASTHMA: Disease = Disease("J45.0", "Asthme à prédominance allergique");
pub const HAY_FEVER: Disease = Disease("J30.1", "Rhinite allergique due au pollen");
pub const DIABETES: Disease = Disease("E11.9", "Diabète sucré de type 2, sans complication");
pub const HYPERTENSION: Disease = Disease("I10", "Hypertension essentielle (primitive)");
pub const CHOLESTEROL: Disease = Disease("E78.0", "Hypercholestérolémie essentielle");
pub const INFARCTIONS: [Disease; 2] = [
    Disease("I21.0", "Infarctus transmural (aigu du myocarde, de la paroi) antérieure"),
    Disease("I21.1", "Infarctus transmural (aigu du myocarde, de la paroi) inférieure"),
];
pub const OLD_INFARCTION: Disease = Disease("I25.2", "Infarctus du myocarde, ancien");
pub const STENT: Disease = Disease("Z95.5", "Présence d'implant et de greffe vasculaires coronaires");
pub const GONARTHROSIS: Disease = Disease("M17.1", "Autres gonarthroses primaires");
pub const MENISCUS: Disease = Disease("S83.2", "Déchirure récente d'un ménisque");
pub const CRUCIATE: Disease = Disease("S83.5", "Entorse et foulure des ligaments croisés du genou (antérieur) (postérieur)");
pub const JOINT_IMPLANT: Disease = Disease("Z96.6", "Présence d'implants d'articulations orthopédiques");
pub const FIRST_PREGNANCY: Disease = Disease("Z34.0", "Surveillance d'une première grossesse normale");
pub const PREGNANCY: Disease = Disease("Z34.8", "Surveillance d'une autre grossesse normale");
pub const DELIVERY: Disease = Disease("O80.0", "Accouchement (unique) spontané par présentation du sommet");
pub const LIVE_BIRTH: Disease = Disease("Z37.0", "Naissance unique, enfant vivant");
pub const AFTER_BIRTH: Disease = Disease("Z39.2", "Contrôle de routine au cours du post-partum");
pub const BORN: Disease = Disease("Z38.0", "Enfant unique, né à l'hôpital");
pub const FALLS: Disease = Disease("R29.6", "Chutes à répétition, non classées ailleurs");
pub const SCALP: Disease = Disease("S01.0", "Plaie ouverte du cuir chevelu");
pub const WRIST: Disease = Disease("S52.5", "Fracture de l'extrémité inférieure du radius");
pub const FALL_AT_HOME: Disease = Disease("W18.0", "Autre chute de plain-pied, domicile");
pub const HELP: Disease = Disease("Z74.1", "Besoin d'assistance et de soins d'hygiène");
pub const OSTEOPOROSIS: Disease = Disease("M81.9", "Ostéoporose, sans précision");
pub const DEMENTIA: Disease = Disease("F03", "Démence, sans précision");

/// What brings people to their doctor: diagnosis, words of the visit, and the least age.
pub const ACUTE: [(Disease, &str, i32); 14] = [
    (Disease("J06.9", "Infection des voies respiratoires supérieures, sans précision"), "rhume et toux depuis trois jours", 0),
    (Disease("J02.9", "Pharyngite (aiguë), sans précision"), "mal de gorge et fièvre", 0),
    (Disease("J20.9", "Bronchite aiguë, sans précision"), "toux grasse, gêne nocturne", 5),
    (Disease("H66.9", "Otite moyenne, sans précision"), "douleur de l'oreille droite", 0),
    (Disease("N30.0", "Cystite aiguë"), "brûlures mictionnelles", 16),
    (Disease("A09.9", "Gastroentérites et colites d'origine non précisée"), "diarrhée et vomissements depuis la veille", 0),
    (Disease("M54.5", "Lombalgie basse"), "douleur lombaire après un effort", 18),
    (Disease("S93.4", "Entorse et foulure de la cheville"), "torsion de la cheville gauche au sport", 8),
    (Disease("L20.9", "Dermite atopique, sans précision"), "plaques prurigineuses des plis", 0),
    (Disease("R51", "Céphalée"), "maux de tête en fin de journée", 10),
    (Disease("J30.1", "Rhinite allergique due au pollen"), "éternuements au printemps", 6),
    (Disease("F51.0", "Insomnie non organique"), "réveils nocturnes répétés", 18),
    (Disease("K21.9", "Reflux gastro-œsophagien (sans œsophagite)"), "brûlures après les repas", 20),
    (Disease("B34.9", "Infection virale, sans précision"), "fièvre et courbatures", 0),
];

/// Long diseases of everyday life, the number of their medicine in `medicines::LONG`, and the least age.
pub const LONG: [(Disease, usize, i32); 10] = [
    (HYPERTENSION, 0, 45),
    (CHOLESTEROL, 1, 45),
    (Disease("E03.9", "Hypothyroïdie, sans précision"), 2, 30),
    (Disease("I48.9", "Fibrillation et flutter auriculaires, sans précision"), 3, 65),
    (Disease("F32.9", "Épisode dépressif, sans précision"), 4, 20),
    (Disease("N18.3", "Maladie rénale chronique, stade 3"), 5, 65),
    (Disease("J44.9", "Maladie pulmonaire obstructive chronique, sans précision"), 6, 50),
    (Disease("G43.9", "Migraine, sans précision"), 7, 16),
    (OSTEOPOROSIS, 8, 65),
    (GONARTHROSIS, 9, 60),
];
