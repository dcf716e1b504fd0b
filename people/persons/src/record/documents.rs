use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::findings::LOINC;
use super::{Record, Visit};
use crate::bundle::{coding, concept, refer};
use crate::json::{fields, list, object};
use crate::pdf::{self, Page};
use crate::tables::kinds::Kind;

/// Types of documents that are the ANS's own.
const ANS_TYPES: &str = "urn:oid:1.2.250.1.213.1.1.4.12";
/// Classes of documents, under the URL that the ANS's FHIR examples use.
const CLASSES: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const SUFFICIENT: &str = "urn:ihe:iti:xds:2017:mimeTypeSufficient";
const FORMATS: &str = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode";

/// Who wrote a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Author {
    Professional,
    Person,
}

impl Record<'_> {
    /// A document of a visit: a DocumentReference, and its PDF in a Binary.
    pub fn document(&mut self, visit: &Visit, kind: &Kind, lines: &[String]) {
        self.document_by(Author::Professional, visit, kind, lines);
    }

    /// A document that the person himself wrote, or that was written at a visit.
    pub fn document_by(&mut self, author: Author, visit: &Visit, kind: &Kind, lines: &[String]) {
        let me = self.person.me();
        let own = author == Author::Person;
        let name = me.full_name();
        let page = Page {
            title: kind.title,
            head: if own { &name } else { &visit.who.place },
            about: [
                format!(
                    "Concerne : {name}, né{} le {}",
                    if me.woman { "e" } else { "" },
                    me.born.french()
                ),
                format!("INS (test) : {}", me.ins()),
                format!("Date : {}", visit.day.french()),
            ],
            lines,
            signed: if own { &name } else { &visit.who.name },
        };
        let pdf = pdf::print(&page);
        let (id, binary_id, unique) = (self.random.uuid(), self.random.uuid(), self.random.uuid());
        let system = if kind.loinc { LOINC } else { ANS_TYPES };
        let writer = if own { &self.patient } else { &visit.who.role };
        let mut fields = fields! {
            "masterIdentifier": object! { "system": "urn:ietf:rfc:3986", "value": unique.url() },
            "status": "current",
            "docStatus": "final",
            "type": concept(system, kind.code, kind.title),
        };
        if let Some((class, words)) = kind.class {
            fields.push(("category", list![concept(CLASSES, class, words)]));
        }
        let attachment = object! {
            "contentType": "application/pdf",
            "language": "fr-FR",
            "url": binary_id.url(),
            "size": i32::try_from(pdf.len()).expect("a page is small"),
            "title": format!("{} du {}", kind.title, visit.day.french()),
            "creation": visit.day.at(18, 30),
        };
        let format = coding(FORMATS, SUFFICIENT, "mimeType Sufficient");
        fields.extend(fields! {
            "subject": refer(&self.patient),
            "date": visit.day.at(18, 30),
            "author": list![refer(writer)],
            "description": kind.title,
            "securityLabel": list![concept(CONFIDENTIALITY, "N", "Normal")],
            "content": list![object! { "attachment": attachment, "format": format }],
        });
        if !own {
            fields.push(("custodian", refer(&visit.who.structure)));
        }
        if let Some(encounter) = &visit.encounter {
            fields.push(("context", object! { "encounter": list![refer(encounter)] }));
        }
        let reference = self.bundle.add(id, "DocumentReference", fields);
        let binary = fields! {
            "contentType": "application/pdf",
            "securityContext": refer(&reference),
            "data": STANDARD.encode(&pdf),
        };
        self.bundle.add(binary_id, "Binary", binary);
    }
}
