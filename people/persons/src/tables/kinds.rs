//! Types of documents: value set JDV_J07 of the CI-SIS, with their classes by ASS_X16 (ANS).

/// A type of document.
pub struct Kind {
    pub code: &'static str,
    /// Of LOINC, else of the ANS's own types.
    pub loinc: bool,
    pub title: &'static str,
    /// Code and words of its class, where the ANS gives it one.
    pub class: Option<(&'static str, &'static str)>,
}

const REPORT: Option<(&str, &str)> = Some(("10", "Compte rendu"));
const SYNTHESIS: Option<(&str, &str)> = Some(("11", "Synthèse"));
const IMAGING: Option<(&str, &str)> = Some(("31", "Imagerie médicale"));
const PRESCRIBED: Option<(&str, &str)> = Some(("42", "Prescription"));
const DISPENSED: Option<(&str, &str)> = Some(("43", "Dispensation"));
const PLAN: Option<(&str, &str)> = Some(("44", "Plan de soins, protocole de soins"));
const CERTIFICATE: Option<(&str, &str)> = Some(("52", "Certificat, déclaration"));
const OWN: Option<(&str, &str)> = Some(("90", "Autres documents déposés par le patient"));

const fn loinc(code: &'static str, title: &'static str, class: Option<(&'static str, &'static str)>) -> Kind {
    Kind { code, loinc: true, title, class }
}

const fn ans(code: &'static str, title: &'static str, class: Option<(&'static str, &'static str)>) -> Kind {
    Kind { code, loinc: false, title, class }
}

pub const CONSULTATION: Kind = loinc("11488-4", "CR ou fiche de consultation ou de visite", REPORT);
pub const DISCHARGE: Kind = loinc("11490-0", "Lettre de liaison à la sortie d'un établissement de soins", REPORT);
pub const STAY: Kind = loinc("34112-3", "CR hospitalier (séjour)", REPORT);
pub const LABORATORY: Kind = loinc("11502-2", "CR d'examens biologiques", REPORT);
pub const ASSISTANT: Kind = loinc("11506-3", "CR ou fiche de suivi de soins par auxiliaire médical", REPORT);
pub const EMERGENCY: Kind = loinc("15507-7", "CR de passage aux urgences", REPORT);
pub const DELIVERY: Kind = loinc("15508-5", "CR d'accouchement", REPORT);
pub const IMAGES: Kind = loinc("18748-4", "CR d'imagerie médicale", IMAGING);
pub const CARE_PLAN: Kind = loinc("18776-5", "Plan personnalisé de soins", PLAN);
pub const ANAESTHESIA: Kind = loinc("34749-2", "CR de consultation pré-anesthésique", REPORT);
pub const OPERATION: Kind = loinc("34874-8", "CR opératoire", REPORT);
pub const FUNCTION: Kind = loinc("47420-5", "CR de bilan fonctionnel", REPORT);
pub const PRESCRIPTION: Kind = loinc("57833-6", "Prescription de produits de santé", PRESCRIBED);
pub const CHILD: Kind = loinc("59283-2", "CR d'examen de l'enfant", REPORT);
pub const SYNTHESIS_OF_CARE: Kind = loinc("60591-5", "Synthèse médicale", SYNTHESIS);
pub const DISPENSATION: Kind = loinc("60593-1", "Dispensation médicamenteuse", DISPENSED);
pub const MATERNITY_CHILD: Kind = loinc("78489-2", "Synthèse Enfant en Maternité", SYNTHESIS);
pub const EYES: Kind = loinc("78513-9", "CR de consultation en ophtalmologie", REPORT);
pub const SCHOOL: Kind = loinc("80771-9", "Projet d'accueil individualisé", PLAN);
pub const PREGNANCY: Kind = loinc("89233-1", "CR de grossesse", None);
pub const CERTIFIED: Kind = loinc("89601-9", "Certificat médical", CERTIFICATE);
pub const IMPLANT: Kind = loinc("101881-1", "Carte d'implant", None);
pub const LONG_DISEASE: Kind = ans("PROT_ALD", "Protocole de soins ALD", PLAN);
pub const ORDER_TESTS: Kind = ans("PRESC-BIO", "Prescription d'actes de biologie médicale", PRESCRIBED);
pub const ORDER_EXERCISES: Kind = ans("PRESC-KINE", "Prescription d'actes de kinésithérapie", PRESCRIBED);
pub const ORDER_NURSING: Kind = ans("PRESC-INF", "Prescription d'actes infirmiers", PRESCRIBED);
pub const WISHES: Kind = ans("EXPPAT_1", "Volontés et droits du patient", OWN);
pub const DIRECTIVES: Kind = ans("EXPPAT_3", "Directives anticipées", OWN);
pub const CONTACTS: Kind = ans("FICHE-CONTACTS", "Fiche contacts", None);
