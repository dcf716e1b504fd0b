//! The resources of a plan, with the ids that are known by now.

use serde_json::{Value, json};

use super::cast::{APP_NAME, HOUSE, TEAM};
use super::plan::{CODES, DOCUMENT, Form, KINDS, MARKS, Marks, Plan, Version};
use crate::world::{BASE, consent};

pub const RPPS: &str = "https://rpps.esante.fr";
pub const FINESS: &str = "https://finess.esante.gouv.fr";

impl Plan {
    /// The unique id of a document.
    pub fn unique(&self, piece: usize) -> Value {
        json!({ "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:1.2.{}.{piece}", self.number) })
    }

    pub fn reference(&self, piece: usize) -> String {
        format!(
            "{}/{}",
            KINDS[self.pieces[piece].kind], self.pieces[piece].id
        )
    }

    pub fn patient(&self) -> String {
        format!("Patient/{}", self.person.unwrap())
    }

    /// The content of a version.
    pub fn content(&self, piece: usize, version: &Version) -> Value {
        let kind = KINDS[self.pieces[piece].kind];
        if kind == "Consent" {
            return self.consent(version);
        }
        let code = concept(CODES[version.code].0);
        let subject = json!({ "reference": self.patient() });
        let mut content = match kind {
            "DocumentReference" => json!({
                "masterIdentifier": self.unique(piece), "status": "current", "type": code,
                "securityLabel": labels(version.marks),
            }),
            "Observation" => {
                json!({ "status": "final", "code": code, "effectiveDateTime": "2026-03-04" })
            }
            "DiagnosticReport" => json!({ "status": "final", "code": code }),
            "Condition" => json!({ "code": code, "recordedDate": "2026-01-02" }),
            "List" => json!({ "status": "current", "mode": "working", "code": code }),
            "MedicationRequest" => {
                json!({ "status": "active", "intent": "order", "medicationCodeableConcept": code })
            }
            _ => {
                json!({ "contentType": "text/plain", "data": "aGVsbG8=", "securityContext": subject })
            }
        };
        content["resourceType"] = json!(kind);
        if kind != "Binary" {
            content["subject"] = subject;
        }
        if !self.pieces[piece].id.is_empty() {
            content["id"] = json!(self.pieces[piece].id);
        }
        for (to, form) in &version.links {
            self.link(kind, &mut content, *to, *form);
        }
        if kind == KINDS[DOCUMENT] && content["content"].is_null() {
            content["content"] = json!([{ "attachment": { "title": "none" } }]);
        }
        content
    }

    /// A Consent that shows one item to one professional.
    fn consent(&self, version: &Version) -> Value {
        let grantee = self.somebody(version.grantee);
        let mut consent = self.consent_for((RPPS, &grantee.id), "permit");
        let item = self.reference(version.links[0].0);
        consent["provision"]["data"] =
            json!([{ "meaning": "instance", "reference": { "reference": item } }]);
        consent["provision"]["period"] = json!({ "end": "2099-12-31" });
        consent
    }

    /// The person's word about somebody: `permit` or `deny`.
    pub fn consent_for(&self, (system, value): (&str, &str), kind: &str) -> Value {
        let mut consent = consent(self.person.unwrap());
        consent["provision"]["type"] = json!(kind);
        consent["provision"]["actor"][0]["reference"]["identifier"] =
            json!({ "system": system, "value": value });
        consent
    }

    /// How a Consent names somebody who is let in.
    pub fn named(&self, who: usize) -> (&'static str, String) {
        let somebody = self.somebody(who);
        match who {
            super::cast::APP => ("urn:hygie:app", APP_NAME.to_owned()),
            4 | 5 => (FINESS, somebody.id),
            _ => (RPPS, somebody.id),
        }
    }

    fn link(&self, kind: &str, content: &mut Value, to: usize, form: Form) {
        let target = &self.pieces[to];
        let reference = self.reference(to);
        let text = match form {
            Form::Absolute => format!("{BASE}/{reference}"),
            Form::Versioned => {
                let version = target.version_ids.first().map_or("1", String::as_str);
                format!("{reference}/_history/{version}")
            }
            _ => reference,
        };
        let to_kind = KINDS[target.kind];
        let (member, value) = match (form, kind) {
            (Form::Attached, _) => ("content", json!({ "attachment": { "url": text } })),
            (Form::Told, _) => ("extension", told(&format!("see {text}."))),
            (Form::Logical, _) => ("extension", about(json!({ "identifier": self.unique(to) }))),
            (_, "List") => ("entry", json!({ "item": { "reference": text } })),
            (_, "Condition") => ("evidence", json!({ "detail": [{ "reference": text }] })),
            (_, "MedicationRequest") if matches!(to_kind, "Condition" | "Observation") => {
                ("reasonReference", json!({ "reference": text }))
            }
            (_, "Observation") if matches!(to_kind, "Observation" | "DocumentReference") => {
                ("derivedFrom", json!({ "reference": text }))
            }
            (_, "DiagnosticReport") if to_kind == "Observation" => {
                ("result", json!({ "reference": text }))
            }
            (_, "DiagnosticReport") if to_kind == "Binary" => {
                ("presentedForm", json!({ "url": text }))
            }
            (_, "DocumentReference") if to_kind == "DocumentReference" => (
                "relatesTo",
                json!({ "code": "appends", "target": { "reference": text } }),
            ),
            _ => ("extension", about(json!({ "reference": text }))),
        };
        if content[member].is_null() {
            content[member] = json!([]);
        }
        content[member].as_array_mut().unwrap().push(value);
    }
}

pub fn concept(code: &str) -> Value {
    json!({ "coding": [{ "system": "http://loinc.org", "code": code }] })
}

fn told(text: &str) -> Value {
    json!({ "url": "http://example.org/told", "valueString": text })
}

fn about(reference: Value) -> Value {
    json!({ "url": "http://example.org/about", "valueReference": reference })
}

/// A document's labels: its marks, and that it is normal.
pub fn labels(marks: Marks) -> Value {
    let normal = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N" }] });
    let borne = (0..3).filter(|mark| marks[*mark]).map(
        |mark| json!({ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": MARKS[mark] }] }),
    );
    borne.chain([normal]).collect()
}

/// The word of a structure or a team that it cares for the person, who was told.
pub fn care(plan: &Plan) -> Value {
    let mut care = plan.consent_for(("urn:hygie:care-team", TEAM), "permit");
    care["scope"]["coding"][0]["code"] = json!("treatment");
    care["category"] = json!([{ "coding": [{ "code": "care-team" }] }]);
    care["verification"] =
        json!([{ "verified": true, "verifiedWith": { "reference": plan.patient() } }]);
    care
}

/// What of the cast's house an authorisation names.
pub fn house() -> (&'static str, String) {
    (FINESS, HOUSE.to_owned())
}
