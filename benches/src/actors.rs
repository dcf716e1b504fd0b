//! Who asks: professionals and structures' software, each with patients who authorised it.

use std::time::{Duration, Instant};

use hygie_identity::{Finess, Rpps};
use serde_json::json;

use crate::failure::Failure;
use crate::http::{Ask, Connection};
use crate::installation::Home;

/// Tokens are good for 15 minutes; they are renewed before.
const RENEW: Duration = Duration::from_secs(12 * 60);

/// A professional or a structure's software.
#[derive(Debug)]
pub struct Actor {
    who: Vec<String>,
    system: &'static str,
    number: String,
    token: String,
    since: Instant,
}

impl Actor {
    /// The actor of this number, in turn a doctor and a hospital's software. The numbers pass their check, and nobody
    /// has them.
    pub fn new(home: &Home, number: usize) -> Result<Self, Failure> {
        let wrong = |_| Failure::Form("an actor's number has no check digit".to_owned());
        let finess = Finess::complete(&format!("9999{number:04}")).map_err(wrong)?;
        let (who, system, national) = if number.is_multiple_of(2) {
            let rpps = Rpps::complete(&format!("997{number:07}")).map_err(wrong)?;
            let who = [
                "--professional".to_owned(),
                rpps.to_string(),
                "--structure".to_owned(),
                finess.to_string(),
            ];
            (who.to_vec(), Rpps::NATIONAL, rpps.national())
        } else {
            let who = ["--software".to_owned(), finess.to_string()];
            (who.to_vec(), Finess::NATIONAL, finess.national())
        };
        Ok(Self {
            token: home.token(&who)?,
            who,
            system,
            number: national,
            since: Instant::now(),
        })
    }

    /// A token that is good for some minutes more.
    pub fn token(&mut self, home: &Home) -> Result<&str, Failure> {
        if self.since.elapsed() > RENEW {
            self.token = home.token(&self.who)?;
            self.since = Instant::now();
        }
        Ok(&self.token)
    }

    /// The person authorises this actor.
    pub fn be_authorised(
        &self,
        home: &Home,
        connection: &mut Connection,
        person: &str,
    ) -> Result<(), Failure> {
        let holder = home.token(&["--holder".to_owned(), person.to_owned()])?;
        let consent = json!({
            "resourceType": "Consent",
            "status": "active",
            "scope": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                "code": "patient-privacy",
            }] },
            "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
            "policyRule": { "text": "art. R. 1111-32 CSP" },
            "patient": { "reference": format!("Patient/{person}") },
            "provision": { "type": "permit", "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "IRCP",
                }] },
                "reference": { "identifier": { "system": self.system, "value": self.number } },
            }] },
        });
        let body = consent.to_string();
        connection.send(Ask::post("Consent", &holder, body.as_bytes()), 201)?;
        Ok(())
    }
}
