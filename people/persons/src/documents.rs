use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::json::{fields, list, object};
use crate::life::Life;
use crate::providers::Providers;
use crate::tables::DOCUMENTS;
use crate::{Bundle, concept, refer};

/// What a document tells of a visit.
pub struct Report<'r> {
    pub day: &'r str,
    pub words: &'r str,
    pub finding: &'r str,
    pub medicine: (&'r str, &'r str, &'r str),
}

/// A document of one of the types of value set J07, with its text inside.
pub fn write(
    bundle: &mut Bundle,
    life: &mut Life,
    (patient, encounter): (&str, &str),
    providers: &Providers,
    report: &Report<'_>,
) {
    let (code, system, title) = *life.random.pick(&DOCUMENTS);
    // A person's wishes are his own document; the others are the doctor's.
    let own = code == "EXPPAT_1";
    let author = if own { patient } else { &providers.doctor };
    let text = if own {
        wishes(life)
    } else {
        letter(providers, title, report)
    };
    let (id, unique) = (life.random.uuid(), life.random.uuid());
    let fields = fields! {
        "masterIdentifier": object! { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{unique}") },
        "status": "current",
        "docStatus": "final",
        "type": concept(system, code, title),
        "subject": refer(patient),
        "date": format!("{}T18:30:00+01:00", report.day),
        "author": list![refer(author)],
        "description": format!("{title} du {}", report.day),
        "securityLabel": list![concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N", "Normal")],
        "content": list![object! {
            "attachment": object! {
                "contentType": "text/plain;charset=UTF-8",
                "language": "fr-FR",
                "data": STANDARD.encode(text),
                "title": title,
                "creation": report.day,
            },
        }],
        "context": object! { "encounter": list![refer(encounter)] },
    };
    bundle.add(id, "DocumentReference", fields);
}

fn letter(providers: &Providers, title: &str, report: &Report<'_>) -> String {
    let (_, medicine, dose) = report.medicine;
    format!(
        "{hospital}\n{title}\n\nDate : {day}\nMédecin : {doctor}\nMédecin correspondant : {specialist}\n\n\
         Motif : {words}.\nExamen : état général conservé, auscultation sans particularité.\n\
         Conclusion : {finding}.\nTraitement : {medicine}, {dose}.\n\
         Surveillance : revoir en l'absence d'amélioration sous huit jours.\n\n{doctor}\n",
        hospital = providers.hospital_name,
        day = report.day,
        doctor = providers.doctor_name,
        specialist = providers.specialist_name,
        words = report.words,
        finding = report.finding,
    )
}

fn wishes(life: &mut Life) -> String {
    let organs = if life.random.chance(80) {
        "ne m'oppose pas"
    } else {
        "m'oppose"
    };
    let told = if life.random.chance(60) {
        "ma famille en est informée"
    } else {
        "je l'ai confié à mon médecin"
    };
    format!(
        "Volontés et droits\n\nJe {organs} au prélèvement de mes organes après ma mort ; {told}.\n\
         J'ai été informé de mes droits d'accès, de rectification et d'opposition.\n"
    )
}
