//! Professions and specialties (value set JDV_J01), the structures in which they work (sectors:
//! JDV_J02), and how many of each a department has here.

/// Who cares for people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trade {
    Doctor, Pharmacist, Biologist, Midwife, Nurse, Physiotherapist, Paediatrician, Obstetrician, Cardiologist,
    Endocrinologist, Pneumologist, Surgeon, Anaesthetist, Emergency, Radiologist, Geriatrician, Ophthalmologist,
}

/// Where they work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Practice, Pharmacy, Laboratory, Midwives, Nurses, Physiotherapists, Hospital, Clinic, Imaging,
}

/// What a trade is called, where it works, and how many there are in a department.
pub struct Post {
    pub profession: (&'static str, &'static str),
    pub specialty: Option<(&'static str, &'static str)>,
    pub place: Place,
    pub doctor: bool,
    pub count: u64,
}

const fn doctor(code: &'static str, words: &'static str, place: Place, count: u64) -> Post {
    Post { profession: ("G15_10", "Médecin"), specialty: Some((code, words)), place, doctor: true, count }
}

const fn other(code: &'static str, words: &'static str, place: Place, count: u64) -> Post {
    Post { profession: (code, words), specialty: None, place, doctor: false, count }
}

impl Trade {
    pub fn post(self) -> Post {
        match self {
            Self::Doctor => doctor("G15_10/SM54", "Médecin - Médecine Générale (SM)", Place::Practice, 6),
            Self::Pharmacist => Post {
                specialty: Some(("G15_21/A", "Pharmacien titulaire d'officine")),
                ..other("G15_21", "Pharmacien", Place::Pharmacy, 4)
            },
            Self::Biologist => Post {
                specialty: Some(("G15_21/G", "Pharmacien biologiste")),
                ..other("G15_21", "Pharmacien", Place::Laboratory, 2)
            },
            Self::Midwife => other("G15_50", "Sage-Femme", Place::Midwives, 2),
            Self::Nurse => other("G15_60", "Infirmier", Place::Nurses, 3),
            Self::Physiotherapist => other("G15_70", "Masseur-Kinésithérapeute", Place::Physiotherapists, 2),
            Self::Paediatrician => doctor("G15_10/SM40", "Médecin - Pédiatrie (SM)", Place::Hospital, 2),
            Self::Obstetrician => doctor("G15_10/SM20", "Médecin - Gynécologie-obstétrique (SM)", Place::Hospital, 2),
            Self::Cardiologist => doctor("G15_10/SM04", "Médecin - Cardiologie et maladies vasculaires (SM)", Place::Hospital, 2),
            Self::Endocrinologist => doctor("G15_10/SM62", "Médecin - Endocrinologie, diabétologie, nutrition (SM)", Place::Hospital, 1),
            Self::Pneumologist => doctor("G15_10/SM41", "Médecin - Pneumologie (SM)", Place::Clinic, 1),
            Self::Surgeon => doctor("G15_10/SM08", "Médecin - Chirurgie orthopédique et Traumatologie (SM)", Place::Clinic, 2),
            Self::Anaesthetist => doctor("G15_10/SM02", "Médecin - Anesthésie-réanimation (SM)", Place::Clinic, 1),
            Self::Emergency => doctor("G15_10/SM59", "Médecin - Médecine d'urgence (SM)", Place::Hospital, 2),
            Self::Radiologist => doctor("G15_10/SM44", "Médecin - Radio-diagnostic (SM)", Place::Imaging, 1),
            Self::Geriatrician => doctor("G15_10/SM18", "Médecin - Gériatrie (SM)", Place::Hospital, 1),
            Self::Ophthalmologist => doctor("G15_10/SM38", "Médecin - Ophtalmologie (SM)", Place::Clinic, 1),
        }
    }
}

impl Place {
    /// Sector, its words, and how many there are in a department.
    pub fn sector(self) -> (&'static str, &'static str, u64) {
        match self {
            Self::Practice => ("SA52", "Maison de santé ou Pôle de santé", 2),
            Self::Pharmacy => ("SA33", "Pharmacie d'officine", 4),
            Self::Laboratory => ("SA25", "Laboratoire de biologie médicale", 2),
            Self::Midwives | Self::Nurses | Self::Physiotherapists | Self::Imaging => ("SA08", "Cabinet de groupe", 1),
            Self::Hospital => ("SA01", "Etablissement public de santé", 1),
            Self::Clinic => ("SA04", "Etablissement privé non PSPH", 1),
        }
    }

    /// What its name begins with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Practice => "Maison de santé",
            Self::Pharmacy => "Pharmacie",
            Self::Laboratory => "Laboratoire de biologie médicale",
            Self::Midwives => "Cabinet de sages-femmes",
            Self::Nurses => "Cabinet infirmier",
            Self::Physiotherapists => "Cabinet de kinésithérapie",
            Self::Hospital => "Centre hospitalier",
            Self::Clinic => "Clinique",
            Self::Imaging => "Cabinet d'imagerie médicale",
        }
    }
}
