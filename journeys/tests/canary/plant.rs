//! Where the words are planted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::samples::bundle;
use crate::harness::word;

/// How many words at least a person's export must give back: those of [`Plant::record`].
pub const RECORD_WORDS: usize = 40;

/// The words planted so far.
#[derive(Default)]
pub struct Plant {
    words: Vec<String>,
}

impl Plant {
    /// A new word of 24 random characters.
    pub fn word(&mut self) -> String {
        self.words.push(word(24));
        self.words.last().unwrap().clone()
    }

    /// All words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    fn url(&mut self) -> String {
        format!("http://example.org/{}", self.word())
    }

    fn identifier(&mut self) -> Value {
        json!([{ "system": self.url(), "value": self.word() }])
    }

    fn concept(&mut self) -> Value {
        json!({
            "coding": [{ "system": self.url(), "code": self.word(), "display": self.word() }],
            "text": self.word(),
        })
    }

    fn extension(&mut self) -> Value {
        json!([{ "url": self.url(), "valueString": self.word() }])
    }

    fn narrative(&mut self) -> Value {
        let div = format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>",
            self.word()
        );
        json!({ "status": "generated", "div": div })
    }

    fn name(&mut self) -> Value {
        json!([{ "family": self.word(), "given": [self.word(), self.word()], "text": self.word() }])
    }

    /// An observation, words wherever strings are free.
    pub fn observation(&mut self) -> Value {
        json!({
            "resourceType": "Observation",
            "text": self.narrative(),
            "extension": self.extension(),
            "identifier": self.identifier(),
            "status": "final",
            "code": self.concept(),
            "subject": { "display": self.word() },
            "valueString": self.word(),
            "note": [{ "authorString": self.word(), "text": self.word() }],
            "contained": [{ "resourceType": "Device", "id": "d", "lotNumber": self.word() }],
            "device": { "reference": "#d", "display": self.word() },
        })
    }

    /// A document of the person at `subject`: three words, one of them within base64.
    pub fn document(&mut self, subject: &str) -> Value {
        json!({
            "resourceType": "DocumentReference",
            "status": "current",
            "description": self.word(),
            "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
            "subject": { "reference": subject },
            "content": [{ "attachment": {
                "contentType": "text/plain",
                "title": self.word(),
                // Base64 within the record: the word itself never stands there in plain letters.
                "data": STANDARD.encode(format!("({})", self.word())),
            } }],
        })
    }

    /// A file of the person at `subject` that lies outside his entries: words at its begin, across the edges of
    /// its pieces, and at its end.
    pub fn file(&mut self, subject: &str) -> Value {
        let mut text = format!("({})", self.word());
        for edge in [65_536, 131_072] {
            text.push_str(&".".repeat(edge - 12 - text.len()));
            text.push_str(&self.word());
        }
        text.push_str(&".".repeat(20_000));
        text.push_str(&self.word());
        json!({
            "resourceType": "Binary",
            "contentType": "text/plain",
            "securityContext": { "reference": subject },
            "data": STANDARD.encode(text),
        })
    }

    /// A person, an organisation and a professional, and records of several types.
    pub fn record(&mut self) -> Value {
        let url = |number: u32| format!("urn:uuid:00000000-0000-4000-8000-{number:012}");
        let mut observation = self.observation();
        observation["subject"]["reference"] = json!(url(1));
        observation["performer"] = json!([{ "reference": url(2) }, { "reference": url(3) }]);
        let patient = json!({
            "resourceType": "Patient",
            "extension": self.extension(),
            "identifier": self.identifier(),
            "name": self.name(),
            "telecom": [{ "system": "phone", "value": self.word() }],
            "birthDate": "1950-01-01",
            "_birthDate": { "extension": self.extension() },
            "address": [{ "line": [self.word()], "city": self.word(), "text": self.word() }],
            "contact": [{ "name": { "text": self.word() } }],
        });
        let organization = json!({
            "resourceType": "Organization",
            "identifier": self.identifier(),
            "name": self.word(),
            "alias": [self.word()],
            "telecom": [{ "system": "email", "value": self.word() }],
        });
        let practitioner = json!({
            "resourceType": "Practitioner",
            "identifier": self.identifier(),
            "name": self.name(),
        });
        let document = self.document(&url(1));
        let condition = json!({
            "resourceType": "Condition",
            "code": self.concept(),
            "subject": { "reference": url(1) },
            "note": [{ "text": self.word() }],
        });
        bundle(&[
            (url(1), patient),
            (url(2), organization),
            (url(3), practitioner),
            (url(4), observation),
            (url(5), document),
            (url(6), condition),
        ])
    }

    /// A Bundle in which every entry is refused.
    pub fn rejects(&mut self) -> Value {
        let mut entries = Vec::new();
        for (_, resource) in self.refused("nobody") {
            entries.push((format!("http://example.org/{}", self.word()), resource));
        }
        entries.push((
            format!("http://example.org/{}", self.word()),
            json!({ "resourceType": "Patient", "name": self.name(), "birthDate": "2020-02-31" }),
        ));
        bundle(&entries)
    }

    /// Resources that no door lets in, each with its type.
    pub fn refused(&mut self, person: &str) -> Vec<(String, Value)> {
        let subject = json!(format!("Patient/{person}"));
        let with = |mut resource: Value, name: &str, value: Value| {
            resource["subject"]["reference"] = subject.clone();
            resource[name] = value;
            ("Observation".to_owned(), resource)
        };
        let unknown = self.word();
        vec![
            with(self.observation(), "effectiveDateTime", json!("2020-02-31")),
            with(self.observation(), "effectiveDateTime", json!(self.word())),
            with(self.observation(), "status", json!([self.word()])),
            with(self.observation(), &unknown, json!(self.word())),
            with(
                self.observation(),
                "encounter",
                json!({ "reference": format!("Patient/{}", self.word()) }),
            ),
            with(
                self.observation(),
                "encounter",
                json!({ "reference": format!("urn:uuid:{}", self.word()) }),
            ),
            with(self.observation(), "resourceType", json!(self.word())),
        ]
    }

    /// Lines of which none is a resource.
    pub fn bad_lines(&mut self) -> String {
        format!(
            "{{\"resourceType\":\"Patient\",\"{0}\":1,\"{0}\":2}}\n{{\"resourceType\":\"{1}\"}}\n{{\"{2}\n\"{3}\"\n",
            self.word(),
            self.word(),
            self.word(),
            self.word()
        )
    }

    /// A file that breaks off.
    pub fn broken(&mut self) -> String {
        format!(
            "{{\"{}\":\"{}\",\"entry\":[\"{}",
            self.word(),
            self.word(),
            self.word()
        )
    }
}
