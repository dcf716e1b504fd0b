//! The requests of the load, and what they send.

use serde_json::{Value, json};

use super::model::Lineage;
use crate::harness::samples::observation;
use crate::harness::{Answer, Client};

const FHIR: &str = "application/fhir+json";

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

impl Request {
    fn new(method: &'static str, path: &str, body: Option<&Value>) -> Self {
        let kind = match method {
            "PATCH" => "application/json-patch+json",
            _ => FHIR,
        };
        let typed = body.map(|_| ("Content-Type", kind.to_owned()));
        Self {
            method,
            path: path.to_owned(),
            headers: typed.into_iter().collect(),
            body: body.map(Value::to_string),
        }
    }

    pub fn get(path: &str) -> Self {
        Self::new("GET", path, None)
    }

    pub fn post(kind: &str, content: &Value) -> Self {
        Self::new("POST", kind, Some(content))
    }

    /// Makes it a conditional create.
    pub fn unless_there(mut self, mark: &str) -> Self {
        let condition = format!("identifier=urn:test|{mark}");
        self.headers.push(("If-None-Exist", condition));
        self
    }

    pub fn put(reference: &str, content: &Value, tag: &str) -> Self {
        let mut content = content.clone();
        content["id"] = json!(reference.split_once('/').unwrap().1);
        let mut request = Self::new("PUT", reference, Some(&content));
        request.headers.push(("If-Match", format!("W/\"{tag}\"")));
        request
    }

    pub fn delete(reference: &str, tag: Option<&str>) -> Self {
        let mut request = Self::new("DELETE", reference, None);
        let condition = tag.map(|tag| ("If-Match", format!("W/\"{tag}\"")));
        request.headers.extend(condition);
        request
    }

    /// Masks a document, or shows it again.
    pub fn mask(reference: &str, masked: bool) -> Self {
        let label = json!([{ "coding": [{
            "system": "urn:oid:1.2.250.1.213.1.1.4.13",
            "code": "MASQUE_PS",
        }] }]);
        let patch = if masked {
            json!([{ "op": "add", "path": "/securityLabel", "value": label }])
        } else {
            json!([{ "op": "remove", "path": "/securityLabel" }])
        };
        Self::new("PATCH", reference, Some(&patch))
    }

    /// A transaction that brings each resource to its content, or deletes it.
    pub fn transaction(steps: &[(usize, Lineage, Option<Value>)]) -> Self {
        let entries: Vec<Value> = steps
            .iter()
            .map(|(_, lineage, content)| match (lineage.reference(), content) {
                (None, _) => json!({
                    "resource": content,
                    "request": { "method": "POST", "url": lineage.kind },
                }),
                (Some(at), None) => json!({ "request": { "method": "DELETE", "url": at } }),
                (Some(at), Some(content)) => {
                    let mut resource = content.clone();
                    resource["id"] = json!(lineage.id);
                    let tag = &lineage.current().unwrap().tag;
                    let request =
                        json!({ "method": "PUT", "url": at, "ifMatch": format!("W/\"{tag}\"") });
                    json!({ "resource": resource, "request": request })
                }
            })
            .collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        Self::new("POST", "", Some(&bundle))
    }

    /// Sends it; an error when the connection breaks.
    pub fn send(&self, client: &Client, token: &str) -> Result<Answer, ureq::Error> {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let body = self.body.as_deref();
        client.send((self.method, &self.path), token, &headers, body)
    }
}

/// What the edition of a resource holds: its mark in two places, and `length` times in a third.
pub fn content(kind: &str, person: &str, mark: &str, edition: usize, length: usize) -> Value {
    let subject = json!({ "reference": format!("Patient/{person}") });
    let text = format!("{mark}e{edition} ").repeat(length + 1);
    let text = text.trim_end();
    let mut resource = match kind {
        "DocumentReference" => json!({
            "resourceType": kind,
            "status": "current",
            "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
            "subject": subject,
            "description": text,
            "content": [{ "attachment": { "contentType": "text/plain", "title": mark } }],
        }),
        _ => {
            let mut measured = observation(&subject, "8867-4", 64.0, "/min", None);
            measured["note"] = json!([{ "text": text }, { "text": mark }]);
            measured
        }
    };
    resource["identifier"] = json!([{ "system": "urn:test", "value": mark }]);
    resource
}
