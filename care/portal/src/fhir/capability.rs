//! capabilities: `GET [base]/metadata` (R4, 2.21), made from the tables that the code itself reads, so
//! that it can't promise what is not there.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use hygie_fhir::Json;
use hygie_fhir::definitions::TypeId;
use hygie_fhir::search::parameters;

use super::answer;

pub async fn metadata() -> Response {
    static STATEMENT: LazyLock<Vec<u8>> = LazyLock::new(|| statement().print());
    answer(StatusCode::OK, STATEMENT.clone())
}

fn text(text: &str) -> Json {
    Json::String(text.into())
}

fn statement() -> Json {
    let resources = TypeId::resources().iter().map(|kind| resource(kind.path()));
    let security = Json::object([(
        "description",
        text(
            "every request bears a signed token of at most fifteen minutes; each opening of a record is written down before it happens",
        ),
    )]);
    let everything = Json::object([
        ("name", text("everything")),
        (
            "definition",
            text("http://hl7.org/fhir/OperationDefinition/Patient-everything"),
        ),
    ]);
    let validate = Json::object([
        ("name", text("validate")),
        (
            "definition",
            text("http://hl7.org/fhir/OperationDefinition/Resource-validate"),
        ),
    ]);
    let rest = Json::object([
        ("mode", text("server")),
        ("security", security),
        ("resource", Json::array(resources)),
        (
            "interaction",
            Json::array(["transaction", "batch"].map(|code| Json::object([("code", text(code))]))),
        ),
        (
            "operation",
            Json::array([everything, validate].into_iter().chain(OURS.map(ours))),
        ),
    ]);
    let software = Json::object([
        ("name", text("Hygie")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
    ]);
    Json::object([
        ("resourceType", text("CapabilityStatement")),
        ("status", text("active")),
        ("date", text("2026-11-22")),
        ("kind", text("instance")),
        ("software", software),
        (
            "implementation",
            Json::object([("description", text("Hygie, a nation's health space"))]),
        ),
        ("fhirVersion", text("4.0.1")),
        ("format", Json::array([text("json")])),
        (
            "patchFormat",
            Json::array([
                text("application/json-patch+json"),
                text("application/fhir+json"),
            ]),
        ),
        ("rest", Json::array([rest])),
    ])
}

/// The operations that are this server's own.
const OURS: [&str; 5] = ["break-glass", "wishes", "appoint", "appointed", "see-as"];

fn ours(name: &str) -> Json {
    Json::object([
        ("name", text(name)),
        ("definition", text(&format!("urn:hygie:operation:{name}"))),
    ])
}

fn resource(kind: &str) -> Json {
    let interactions = codes(kind)
        .iter()
        .map(|code| Json::object([("code", text(code))]));
    let mut json = Json::object([
        ("type", text(kind)),
        ("interaction", Json::array(interactions)),
        ("versioning", text("versioned")),
        ("readHistory", Json::Bool(kind != "AuditEvent")),
        ("updateCreate", Json::Bool(false)),
        ("conditionalCreate", Json::Bool(kind != "AuditEvent")),
        ("conditionalRead", text("full-support")),
        ("conditionalUpdate", Json::Bool(false)),
        ("conditionalDelete", text("not-supported")),
    ]);
    let searched = parameters(kind).map(|parameter| {
        Json::object([
            ("name", text(parameter.code)),
            ("type", text(parameter.kind.code())),
        ])
    });
    let searched: Vec<Json> = if kind == "AuditEvent" {
        vec![Json::object([
            ("name", text("patient")),
            ("type", text("reference")),
        ])]
    } else {
        searched.collect()
    };
    if !searched.is_empty() {
        json.set("searchParam", Json::array(searched));
    }
    json
}

/// The interactions of a type. The trail is written by the keeper alone; the directory is added to
/// and never overwritten; a Patient is made by registration.
fn codes(kind: &str) -> &'static [&'static str] {
    match kind {
        "AuditEvent" => &["search-type"],
        "Patient" => &[
            "read",
            "vread",
            "history-instance",
            "history-type",
            "search-type",
        ],
        listed if hygie_record::is_listed(listed) => {
            &["create", "read", "vread", "history-instance", "search-type"]
        }
        _ => &[
            "create",
            "read",
            "vread",
            "update",
            "patch",
            "delete",
            "history-instance",
            "history-type",
            "search-type",
        ],
    }
}
