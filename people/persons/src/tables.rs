//! Words and codes, written for this crate. Names are common ones, put together by chance.

/// A town, and the department code of its numbers.
pub struct City {
    pub name: &'static str,
    pub department: &'static str,
    pub postal: &'static str,
    pub code: &'static str,
}

const fn city(
    name: &'static str,
    department: &'static str,
    postal: &'static str,
    code: &'static str,
) -> City {
    City {
        name,
        department,
        postal,
        code,
    }
}

pub const CITIES: [City; 20] = [
    city("Bourg-en-Bresse", "Ain", "01000", "01"),
    city("Laon", "Aisne", "02000", "02"),
    city("Marseille", "Bouches-du-Rhône", "13005", "13"),
    city("Caen", "Calvados", "14000", "14"),
    city("Ajaccio", "Corse-du-Sud", "20000", "2A"),
    city("Bastia", "Haute-Corse", "20200", "2B"),
    city("Dijon", "Côte-d'Or", "21000", "21"),
    city("Brest", "Finistère", "29200", "29"),
    city("Toulouse", "Haute-Garonne", "31000", "31"),
    city("Bordeaux", "Gironde", "33000", "33"),
    city("Montpellier", "Hérault", "34000", "34"),
    city("Rennes", "Ille-et-Vilaine", "35000", "35"),
    city("Grenoble", "Isère", "38000", "38"),
    city("Nantes", "Loire-Atlantique", "44000", "44"),
    city("Orléans", "Loiret", "45000", "45"),
    city("Lille", "Nord", "59000", "59"),
    city("Clermont-Ferrand", "Puy-de-Dôme", "63000", "63"),
    city("Strasbourg", "Bas-Rhin", "67000", "67"),
    city("Lyon", "Rhône", "69003", "69"),
    city("Paris", "Paris", "75012", "75"),
];

pub const WOMEN: [&str; 40] = [
    "Adèle", "Agnès", "Alice", "Amina", "Anne", "Aurélie", "Béatrice", "Camille", "Céline",
    "Chloé", "Claire", "Clémence", "Denise", "Élise", "Émilie", "Fatima", "Françoise", "Gisèle",
    "Hélène", "Inès", "Jacqueline", "Jeanne", "Juliette", "Léa", "Louise", "Lucie", "Madeleine",
    "Manon", "Marguerite", "Marie", "Mathilde", "Monique", "Nadia", "Nathalie", "Odette", "Rose",
    "Sophie", "Thérèse", "Yasmine", "Zoé",
];

pub const MEN: [&str; 40] = [
    "Alain", "Antoine", "Arthur", "Benoît", "Bernard", "Bruno", "Cédric", "Claude", "Daniel",
    "Émile", "Étienne", "Fabrice", "François", "Gabriel", "Georges", "Guillaume", "Henri", "Hugo",
    "Jacques", "Jean", "Jérôme", "Jules", "Karim", "Léon", "Louis", "Lucas", "Marcel", "Mathieu",
    "Maurice", "Michel", "Mohamed", "Nicolas", "Olivier", "Paul", "Pierre", "Raphaël", "Rémi",
    "Simon", "Thomas", "Yves",
];

pub const FAMILIES: [&str; 50] = [
    "Arnaud", "Aubert", "Barbier", "Benali", "Berger", "Blanchard", "Bonnet", "Bouvier", "Brun",
    "Carpentier", "Chevalier", "Colin", "Da Silva", "Delmas", "Diallo", "Dupont", "Durand",
    "Faure", "Ferrand", "Fournier", "Garnier", "Gauthier", "Girard", "Guérin", "Haddad", "Henry",
    "Lambert", "Le Gall", "Leclercq", "Lefèvre", "Legrand", "Lemaire", "Marchand", "Martinez",
    "Masson", "Mercier", "Meunier", "Moreau", "N'Diaye", "Nguyen", "Noël", "Perrin", "Renard",
    "Riou", "Rousseau", "Roux", "Saidi", "Texier", "Vasseur", "Vidal",
];

pub const STREETS: [&str; 16] = [
    "rue des Acacias", "rue de la Gare", "place du Marché", "avenue Jean-Jaurès",
    "impasse des Lilas", "rue Victor-Hugo", "boulevard de la République", "chemin du Moulin",
    "rue de l'Église", "allée des Tilleuls", "rue Pasteur", "quai de la Loire", "rue du Four",
    "route de l'Étang", "rue Marie-Curie", "cours Gambetta",
];

pub const STRUCTURES: [&str; 5] = [
    "Centre hospitalier", "Clinique du Parc", "Maison de santé", "Centre de soins",
    "Laboratoire des Halles",
];

/// Value set J01.
pub const SPECIALTIES: [(&str, &str); 8] = [
    ("G15_10/SM04", "Médecin - Cardiologie et maladies vasculaires (SM)"),
    ("G15_10/SM15", "Médecin - Dermatologie et Vénéréologie (SM)"),
    ("G15_10/SM24", "Médecin - Gastro-entérologie et hépatologie (SM)"),
    ("G15_10/SM32", "Médecin - Neurologie (SM)"),
    ("G15_10/SM38", "Médecin - Ophtalmologie (SM)"),
    ("G15_10/SM39", "Médecin - Oto-rhino-laryngologie (SM)"),
    ("G15_10/SM40", "Médecin - Pédiatrie (SM)"),
    ("G15_10/SM41", "Médecin - Pneumologie (SM)"),
];

/// ICD-10, the words of the visit, and the least age.
pub const ACUTE: [(&str, &str, &str, usize); 14] = [
    ("J06.9", "Infection aiguë des voies respiratoires supérieures", "rhume et toux depuis trois jours", 0),
    ("J02.9", "Pharyngite aiguë", "mal de gorge et fièvre", 0),
    ("J20.9", "Bronchite aiguë", "toux grasse, gêne nocturne", 5),
    ("H66.9", "Otite moyenne", "douleur de l'oreille droite", 0),
    ("N30.0", "Cystite aiguë", "brûlures mictionnelles", 16),
    ("A09.9", "Gastro-entérite et colite", "diarrhée et vomissements depuis la veille", 0),
    ("M54.5", "Lombalgie basse", "douleur lombaire après un effort", 18),
    ("S93.4", "Entorse de la cheville", "torsion de la cheville gauche au sport", 8),
    ("L20.9", "Dermatite atopique", "plaques prurigineuses des plis", 0),
    ("R51", "Céphalée", "maux de tête en fin de journée", 10),
    ("J30.1", "Rhinite allergique due au pollen", "éternuements au printemps", 6),
    ("F51.0", "Insomnie non organique", "réveils nocturnes répétés", 18),
    ("K21.9", "Reflux gastro-œsophagien", "brûlures après les repas", 20),
    ("B34.9", "Infection virale", "fièvre et courbatures", 0),
];

/// ICD-10, the medicine's ATC code and words, its dose, and the least age.
pub const CHRONIC: [(&str, &str, &str, &str, &str, usize); 12] = [
    ("I10", "Hypertension essentielle", "C09AA05", "ramipril 5 mg", "1 comprimé le matin", 40),
    ("E11.9", "Diabète sucré de type 2", "A10BA02", "metformine 850 mg", "1 comprimé matin et soir", 40),
    ("E78.0", "Hypercholestérolémie essentielle", "C10AA05", "atorvastatine 20 mg", "1 comprimé le soir", 35),
    ("J45.9", "Asthme", "R03AC02", "salbutamol 100 µg", "2 bouffées en cas de gêne", 4),
    ("E03.9", "Hypothyroïdie", "H03AA01", "lévothyroxine 75 µg", "1 comprimé à jeun", 25),
    ("I48.9", "Fibrillation auriculaire", "B01AF02", "apixaban 5 mg", "1 comprimé matin et soir", 60),
    ("M17.9", "Gonarthrose", "N02BE01", "paracétamol 1 g", "jusqu'à 3 fois par jour", 50),
    ("F32.9", "Épisode dépressif", "N06AB06", "sertraline 50 mg", "1 comprimé le matin", 18),
    ("N18.3", "Maladie rénale chronique, stade 3", "C03CA01", "furosémide 20 mg", "1 comprimé le matin", 55),
    ("J44.9", "Maladie pulmonaire obstructive chronique", "R03BB04", "tiotropium 18 µg", "1 inhalation le matin", 45),
    ("G43.9", "Migraine", "N02CC01", "sumatriptan 50 mg", "1 comprimé dès la crise", 15),
    ("M81.9", "Ostéoporose", "M05BA04", "alendronate 70 mg", "1 comprimé par semaine", 60),
];

/// ATC code, words and dose of what is given for a short time.
pub const SHORT: [(&str, &str, &str); 8] = [
    ("N02BE01", "paracétamol 500 mg", "1 comprimé toutes les 6 heures si besoin"),
    ("J01CA04", "amoxicilline 1 g", "1 comprimé matin et soir pendant 6 jours"),
    ("M01AE01", "ibuprofène 400 mg", "1 comprimé 3 fois par jour au repas"),
    ("R06AE07", "cétirizine 10 mg", "1 comprimé le soir"),
    ("A02BC01", "oméprazole 20 mg", "1 gélule le matin"),
    ("J01XX01", "fosfomycine 3 g", "1 sachet en prise unique"),
    ("D07AC01", "bétaméthasone crème", "1 application le soir"),
    ("A07DA03", "lopéramide 2 mg", "1 gélule après chaque selle"),
];

/// LOINC code, words, unit, UCUM code, decimals, and the range in units of the last decimal.
pub struct Measure {
    pub code: &'static str,
    pub display: &'static str,
    pub unit: &'static str,
    pub ucum: &'static str,
    pub decimals: usize,
    pub range: (usize, usize),
}

const fn measure(
    code: &'static str,
    display: &'static str,
    unit: &'static str,
    ucum: &'static str,
    decimals: usize,
    range: (usize, usize),
) -> Measure {
    Measure {
        code,
        display,
        unit,
        ucum,
        decimals,
        range,
    }
}

pub const VITALS: [Measure; 5] = [
    measure("29463-7", "Poids corporel", "kg", "kg", 1, (480, 1_050)),
    measure("8302-2", "Taille", "cm", "cm", 0, (148, 196)),
    measure("8867-4", "Fréquence cardiaque", "/min", "/min", 0, (52, 104)),
    measure("8310-5", "Température corporelle", "°C", "Cel", 1, (362, 394)),
    measure("2708-6", "Saturation en oxygène", "%", "%", 0, (91, 100)),
];

pub const LABORATORY: [Measure; 11] = [
    measure("718-7", "Hémoglobine", "g/dL", "g/dL", 1, (98, 172)),
    measure("6690-2", "Leucocytes", "10*9/L", "10*9/L", 2, (310, 1_240)),
    measure("777-3", "Plaquettes", "10*9/L", "10*9/L", 0, (140, 430)),
    measure("2339-0", "Glucose", "g/L", "g/L", 2, (68, 212)),
    measure("4548-4", "Hémoglobine A1c", "%", "%", 1, (48, 96)),
    measure("2160-0", "Créatinine", "mg/L", "mg/L", 1, (52, 198)),
    measure("13457-7", "Cholestérol LDL", "g/L", "g/L", 2, (55, 221)),
    measure("3016-3", "Thyréostimuline (TSH)", "mUI/L", "m[IU]/L", 3, (210, 7_900)),
    measure("2823-3", "Potassium", "mmol/L", "mmol/L", 1, (33, 55)),
    measure("1988-5", "Protéine C réactive", "mg/L", "mg/L", 1, (5, 870)),
    measure("2276-4", "Ferritine", "µg/L", "ug/L", 0, (8, 420)),
];

/// ATC code and words of vaccines.
pub const VACCINES: [(&str, &str); 8] = [
    ("J07BB02", "Vaccin grippal inactivé"),
    ("J07CA02", "Vaccin diphtérie, coqueluche, poliomyélite, tétanos"),
    ("J07BD52", "Vaccin rougeole, oreillons, rubéole"),
    ("J07AL02", "Vaccin pneumococcique conjugué"),
    ("J07BC01", "Vaccin hépatite B"),
    ("J07AH08", "Vaccin méningococcique ACWY"),
    ("J07BN01", "Vaccin à ARNm contre la Covid-19"),
    ("J07BM03", "Vaccin papillomavirus"),
];

/// Code, its system, and words of the document types that are written here (value set J07).
pub const DOCUMENTS: [(&str, &str, &str); 6] = [
    ("11488-4", "http://loinc.org", "CR ou fiche de consultation ou de visite"),
    ("34112-3", "http://loinc.org", "CR hospitalier (séjour)"),
    ("11502-2", "http://loinc.org", "CR d'examens biologiques"),
    ("57833-6", "http://loinc.org", "Prescription de produits de santé"),
    ("60591-5", "http://loinc.org", "Synthèse médicale"),
    ("EXPPAT_1", "urn:oid:1.2.250.1.213.1.1.4.12", "Volontés et droits du patient"),
];
