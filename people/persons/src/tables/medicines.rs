//! Medicines: ATC codes (WHO; those that French pharmacies dispense are in Open Medic) and CIP13 codes
//! of the public medicines database (ANSM) where one was at hand.

/// A medicine as it is prescribed.
pub struct Medicine {
    pub atc: &'static str,
    pub words: &'static str,
    /// A package's code and name.
    pub package: Option<(&'static str, &'static str)>,
    pub dose: &'static str,
}

const fn of(atc: &'static str, words: &'static str, dose: &'static str) -> Medicine {
    Medicine { atc, words, package: None, dose }
}

const fn packed(atc: &'static str, words: &'static str, dose: &'static str, code: &'static str, name: &'static str) -> Medicine {
    Medicine { atc, words, package: Some((code, name)), dose }
}

pub const METFORMIN: Medicine = of("A10BA02", "metformine 850 mg", "1 comprimé matin et soir");
pub const METFORMIN_1000: Medicine = of("A10BA02", "metformine 1 000 mg", "1 comprimé matin, midi et soir");
pub const GLICLAZIDE: Medicine = of("A10BB09", "gliclazide 30 mg à libération modifiée", "2 comprimés le matin");
pub const GLARGINE: Medicine = of("A10AE04", "insuline glargine 100 U/mL", "14 unités le soir, à adapter");
pub const SALBUTAMOL: Medicine = of("R03AC02", "salbutamol 100 µg", "2 bouffées en cas de gêne");
pub const BUDESONIDE: Medicine = of("R03BA02", "budésonide 200 µg", "1 inhalation matin et soir");
pub const BUDESONIDE_FORMOTEROL: Medicine = of("R03AK07", "budésonide 200 µg et formotérol 6 µg", "1 inhalation matin et soir");
pub const PREDNISOLONE: Medicine = of("H02AB06", "prednisolone 20 mg", "2 comprimés le matin pendant 5 jours");
pub const DESLORATADINE: Medicine = packed("R06AX27", "desloratadine 5 mg", "1 comprimé le soir", "3400935655769", "AERIUS 5 mg, comprimé pelliculé");
pub const ASPIRIN: Medicine = of("B01AC06", "acide acétylsalicylique 75 mg", "1 sachet le midi");
pub const TICAGRELOR: Medicine = of("B01AC24", "ticagrélor 90 mg", "1 comprimé matin et soir pendant un an");
pub const CLOPIDOGREL: Medicine = packed("B01AC04", "clopidogrel 75 mg", "1 comprimé le midi", "3400938022209", "PLAVIX 75 mg, comprimé pelliculé");
pub const ATORVASTATIN: Medicine = of("C10AA05", "atorvastatine 80 mg", "1 comprimé le soir");
pub const ROSUVASTATIN: Medicine = packed("C10AA07", "rosuvastatine 5 mg", "1 comprimé le soir", "3400939169002", "CRESTOR 5 mg, comprimé pelliculé");
pub const BISOPROLOL: Medicine = of("C07AB07", "bisoprolol 2,5 mg", "1 comprimé le matin");
pub const RAMIPRIL: Medicine = of("C09AA05", "ramipril 5 mg", "1 comprimé le soir");
pub const AMLODIPINE: Medicine = packed("C08CA01", "amlodipine 5 mg", "1 gélule le matin", "3400933341671", "AMLODIPINE PFIZER 5 mg, gélule");
pub const NITROGLYCERIN: Medicine = of("C01DA02", "trinitrine 0,30 mg", "1 bouffée sous la langue en cas de douleur");
pub const PARACETAMOL: Medicine = packed("N02BE01", "paracétamol 1 g", "1 comprimé jusqu'à 3 fois par jour", "3400935955838", "DOLIPRANE 1000 mg, comprimé");
pub const TRAMADOL: Medicine = of("N02AX02", "tramadol 50 mg", "1 gélule en cas de forte douleur, 4 par jour au plus");
pub const ENOXAPARIN: Medicine = of("B01AB05", "énoxaparine 4 000 UI", "1 injection par jour");
pub const FOLIC_ACID: Medicine = of("B03BB01", "acide folique 0,4 mg", "1 comprimé par jour");
pub const IRON: Medicine = of("B03AD03", "sulfate ferreux et acide folique", "1 comprimé par jour à jeun");
pub const VITAMIN_D: Medicine = of("A11CC05", "colécalciférol 100 000 UI", "1 ampoule, à renouveler tous les trois mois");
pub const NURSLING_D: Medicine = of("A11CC05", "colécalciférol, solution en gouttes", "2 gouttes par jour");

/// What is given for a short time.
pub const SHORT: [Medicine; 9] = [
    packed("N02BE01", "paracétamol 500 mg", "1 comprimé toutes les 6 heures si besoin", "3400932320189", "DOLIPRANE 500 mg, comprimé"),
    of("J01CA04", "amoxicilline", "une dose matin et soir pendant 6 jours"),
    packed("M01AE01", "ibuprofène 200 mg", "1 comprimé 3 fois par jour au repas", "3400933964351", "NUROFEN 200 mg, comprimé enrobé"),
    of("R06AE07", "cétirizine 10 mg", "1 comprimé le soir"),
    of("A02BC01", "oméprazole 20 mg", "1 gélule le matin"),
    of("J01XX01", "fosfomycine 3 g", "1 sachet en prise unique"),
    of("D07AC01", "bétaméthasone, crème", "1 application le soir"),
    packed("A07DA03", "lopéramide 2 mg", "1 gélule après chaque selle", "3400938571905", "IMODIUMCAPS 2 mg, gélule"),
    packed("A03AX12", "phloroglucinol", "2 comprimés en cas de douleur", "3400930986080", "SPASFON, comprimé enrobé"),
];

/// What is taken for years, in the order to which `diseases::LONG` refers.
pub const LONG: [Medicine; 10] = [
    RAMIPRIL,
    ROSUVASTATIN,
    of("H03AA01", "lévothyroxine 75 µg", "1 comprimé à jeun"),
    of("B01AF02", "apixaban 5 mg", "1 comprimé matin et soir"),
    of("N06AB06", "sertraline 50 mg", "1 comprimé le matin"),
    of("C03CA01", "furosémide 20 mg", "1 comprimé le matin"),
    of("R03BB04", "tiotropium 18 µg", "1 inhalation le matin"),
    of("N02CC01", "sumatriptan 50 mg", "1 comprimé dès la crise"),
    of("M05BA04", "alendronate 70 mg", "1 comprimé par semaine"),
    PARACETAMOL,
];
