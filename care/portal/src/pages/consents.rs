//! What a person says on a page, as a Consent (R4, 6.2); who may read by it is decided where records are.

use hygie_fhir::Json;
use hygie_record::notice::PersonId;
use hygie_record::policy::Category;

/// Under which a Consent names a professional.
pub(super) const RPPS: &str = "https://rpps.esante.fr";
/// Under which it names a structure.
pub(super) const FINESS: &str = "https://finess.esante.gouv.fr";
/// Under which it names a care team.
pub(super) const TEAM: &str = "urn:hygie:care-team";
/// Under which it names an app.
pub(super) const APP: &str = "urn:hygie:app";

/// What is said.
#[derive(Default)]
pub(super) struct Words<'a> {
    /// Under which system who is meant is named, and how.
    pub whom: (&'a str, &'a str),
    /// He is blocked.
    pub denies: bool,
    /// He is the treating doctor.
    pub treating: bool,
    /// The last moment that is meant, as a FHIR dateTime.
    pub end: Option<&'a str>,
    /// The classes of documents; all when empty.
    pub classes: Vec<Category>,
    /// The one item, as `Type/id`.
    pub item: Option<&'a str>,
}

fn text(text: &str) -> Json {
    Json::String(text.into())
}

fn coded(system: &str, code: &str) -> Json {
    let coding = Json::object([("system", text(system)), ("code", text(code))]);
    Json::object([("coding", Json::array([coding]))])
}

impl Words<'_> {
    /// As a Consent of this person's.
    pub fn consent(&self, person: PersonId) -> Json {
        let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
        let patient = text(&format!("Patient/{person}"));
        let law = Json::object([("text", text("R. 1111-32 CSP"))]);
        Json::object([
            ("resourceType", text("Consent")),
            ("status", text("active")),
            ("scope", coded(scope, "patient-privacy")),
            (
                "category",
                Json::array([coded("http://loinc.org", "59284-0")]),
            ),
            ("patient", Json::object([("reference", patient)])),
            ("policyRule", law),
            ("provision", self.provision()),
        ])
    }

    fn provision(&self) -> Json {
        const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
        const FUNCTION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationFunction";
        let (system, whom) = self.whom;
        // Numbers are often written in groups.
        let whom: String = whom.split_whitespace().collect();
        let role = if self.treating {
            coded(FUNCTION, "PCP")
        } else {
            coded(ROLE, "PRCP")
        };
        let identifier = Json::object([("system", text(system)), ("value", text(&whom))]);
        let reference = Json::object([("identifier", identifier)]);
        let actor = Json::object([("role", role), ("reference", reference)]);
        let kind = if self.denies { "deny" } else { "permit" };
        let mut provision = Json::object([("type", text(kind)), ("actor", Json::array([actor]))]);
        if let Some(end) = self.end {
            provision.set("period", Json::object([("end", text(end))]));
        }
        if !self.classes.is_empty() {
            let classes = self.classes.iter();
            let codes = classes.map(|class| coded("urn:oid:1.2.250.1.213.1.1.4.1", class.code()));
            provision.set("code", Json::array(codes));
        }
        if let Some(item) = self.item {
            let data = Json::object([
                ("meaning", text("instance")),
                ("reference", Json::object([("reference", text(item))])),
            ]);
            provision.set("data", Json::array([data]));
        }
        provision
    }
}
