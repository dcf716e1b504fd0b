//! What is measured, by LOINC and UCUM.

/// A measurement, its values given as whole numbers of its last decimal.
pub struct Measure {
    pub code: &'static str,
    pub display: &'static str,
    pub unit: &'static str,
    pub ucum: &'static str,
    pub decimals: usize,
    /// What a laboratory prints beside it as usual.
    pub usual: Option<(i32, i32)>,
}

const fn sign(code: &'static str, display: &'static str, unit: &'static str, ucum: &'static str, decimals: usize) -> Measure {
    Measure { code, display, unit, ucum, decimals, usual: None }
}

const fn test(code: &'static str, display: &'static str, unit: &'static str, ucum: &'static str, decimals: usize, usual: (i32, i32)) -> Measure {
    Measure { code, display, unit, ucum, decimals, usual: Some(usual) }
}

pub const WEIGHT: Measure = sign("29463-7", "Poids corporel", "kg", "kg", 1);
pub const NURSLING_WEIGHT: Measure = sign("29463-7", "Poids corporel", "kg", "kg", 2);
pub const HEIGHT: Measure = sign("8302-2", "Taille", "cm", "cm", 0);
pub const CHILD_HEIGHT: Measure = sign("8302-2", "Taille", "cm", "cm", 1);
pub const HEAD: Measure = sign("8287-5", "Périmètre crânien", "cm", "cm", 1);
pub const MASS_INDEX: Measure = sign("39156-5", "Indice de masse corporelle", "kg/m2", "kg/m2", 1);
pub const PULSE: Measure = sign("8867-4", "Fréquence cardiaque", "/min", "/min", 0);
pub const TEMPERATURE: Measure = sign("8310-5", "Température corporelle", "°C", "Cel", 1);
pub const SATURATION: Measure = sign("59408-5", "Saturation en oxygène", "%", "%", 0);
pub const PEAK_FLOW: Measure = sign("19935-6", "Débit expiratoire de pointe", "L/min", "L/min", 0);
pub const EXPIRED: Measure = sign("20150-9", "VEMS", "L", "L", 2);
pub const PAIN: Measure = sign("72514-3", "Intensité de la douleur, échelle numérique", "sur 10", "{score}", 0);
pub const EJECTION: Measure = sign("10230-1", "Fraction d'éjection du ventricule gauche", "%", "%", 0);
pub const COGNITION: Measure = sign("72106-8", "Score total du MMSE", "sur 30", "{score}", 0);
pub const APGAR_1: Measure = sign("9272-6", "Score d'Apgar à 1 minute", "sur 10", "{score}", 0);
pub const APGAR_5: Measure = sign("9274-2", "Score d'Apgar à 5 minutes", "sur 10", "{score}", 0);
pub const GESTATION: Measure = sign("11884-4", "Âge gestationnel", "semaines", "wk", 0);
pub const FUNDUS: Measure = sign("11881-0", "Hauteur utérine", "cm", "cm", 0);
pub const FETAL_PULSE: Measure = sign("55283-6", "Fréquence cardiaque fœtale", "/min", "/min", 0);
pub const FETAL_HEAD: Measure = sign("11820-8", "Diamètre bipariétal fœtal", "mm", "mm", 0);
pub const FETAL_FEMUR: Measure = sign("11963-6", "Longueur du fémur fœtal", "mm", "mm", 0);
pub const FETAL_WEIGHT: Measure = sign("11727-5", "Poids fœtal estimé", "g", "g", 0);

pub const HAEMOGLOBIN: Measure = test("718-7", "Hémoglobine", "g/dL", "g/dL", 1, (120, 160));
pub const LEUKOCYTES: Measure = test("6690-2", "Leucocytes", "10*9/L", "10*9/L", 2, (400, 1_000));
pub const PLATELETS: Measure = test("777-3", "Plaquettes", "10*9/L", "10*9/L", 0, (150, 400));
pub const GLUCOSE: Measure = test("1558-6", "Glycémie à jeun", "g/L", "g/L", 2, (70, 110));
pub const HBA1C: Measure = test("4548-4", "Hémoglobine A1c", "%", "%", 1, (40, 60));
pub const CREATININE: Measure = test("2160-0", "Créatinine", "mg/L", "mg/L", 1, (50, 110));
pub const FILTRATION: Measure = test("62238-1", "Débit de filtration glomérulaire estimé (CKD-EPI)", "mL/min/1,73 m2", "mL/min/{1.73_m2}", 0, (90, 140));
pub const LDL: Measure = test("13457-7", "Cholestérol LDL", "g/L", "g/L", 2, (50, 160));
pub const HDL: Measure = test("2085-9", "Cholestérol HDL", "g/L", "g/L", 2, (40, 90));
pub const TRIGLYCERIDES: Measure = test("2571-8", "Triglycérides", "g/L", "g/L", 2, (35, 150));
pub const ALBUMINURIA: Measure = test("14957-5", "Microalbuminurie", "mg/L", "mg/L", 0, (0, 20));
pub const TSH: Measure = test("3016-3", "Thyréostimuline (TSH)", "mUI/L", "m[IU]/L", 3, (400, 4_000));
pub const POTASSIUM: Measure = test("2823-3", "Potassium", "mmol/L", "mmol/L", 1, (35, 50));
pub const REACTIVE: Measure = test("1988-5", "Protéine C réactive", "mg/L", "mg/L", 1, (0, 50));
pub const FERRITIN: Measure = test("2276-4", "Ferritine", "µg/L", "ug/L", 0, (20, 200));
pub const TROPONIN: Measure = test("67151-1", "Troponine T ultrasensible", "ng/L", "ng/L", 0, (0, 14));

/// An order to a laboratory: code of the French table of laboratory acts (NABM), words, measurements.
pub struct Panel {
    pub nabm: &'static str,
    pub words: &'static str,
    pub measures: &'static [&'static Measure],
}

const fn panel(nabm: &'static str, words: &'static str, measures: &'static [&'static Measure]) -> Panel {
    Panel { nabm, words, measures }
}

pub const PANEL_HBA1C: Panel = panel("1577", "HBA1C : dosage", &[&HBA1C]);
pub const PANEL_GLUCOSE: Panel = panel("0552", "Glucose", &[&GLUCOSE]);
pub const PANEL_KIDNEY: Panel = panel("0592", "Créatinine", &[&CREATININE, &FILTRATION]);
pub const PANEL_LIPIDS: Panel = panel("0996", "Exploration d'une anomalie lipidique (EAL)", &[&LDL, &HDL, &TRIGLYCERIDES]);
pub const PANEL_ALBUMIN: Panel = panel("1133", "Microalbuminurie", &[&ALBUMINURIA]);
pub const PANEL_BLOOD: Panel = panel("1104", "Hémogramme y compris plaquettes", &[&HAEMOGLOBIN, &LEUKOCYTES, &PLATELETS]);
pub const PANEL_REACTIVE: Panel = panel("1804", "Protéine C réactive (CRP)", &[&REACTIVE]);
pub const PANEL_TSH: Panel = panel("1208", "TSH", &[&TSH]);
pub const PANEL_IRON: Panel = panel("1213", "Ferritine", &[&FERRITIN]);
pub const PANEL_TROPONIN: Panel = panel("7335", "Troponine, détermination quantitative (sang)", &[&TROPONIN]);
pub const PANEL_SALTS: Panel = panel("1608", "Potassium", &[&POTASSIUM]);
