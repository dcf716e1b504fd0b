//! `POST [base]/Patient/[id]/$see-as`: what somebody else would see of the record now, item by item, and which rule
//! decides. `kind` is a role's word; `id`, `profession`, `sector`, `structure`, `team` and `scope` say who; `purpose` is
//! `regulation` for a doctor who regulates an emergency call.

use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use hygie_record::notice::{ActorKind, ActorRef, PersonId, Purpose};
use hygie_record::policy::Decision;

use super::{Given, instant, parameters, parts, person, text, truth};
use crate::fhir::{Problem, Shared};
use crate::gate::Holding;

const NAMES: [&str; 8] = [
    "kind",
    "id",
    "profession",
    "sector",
    "structure",
    "team",
    "scope",
    "purpose",
];

pub async fn see_as(
    api: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    holding: Holding,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    let given = Given::read(&api, &headers, (&holding, content), &NAMES).await?;
    let person = person(&id)?;
    let other = somebody(&given, person)?;
    let purpose = match given.text("purpose")? {
        None => other.kind.default_purpose(),
        Some("regulation") => Purpose::Regulation,
        Some("treatment") => Purpose::Treatment,
        Some(_) => {
            let why = "`purpose` is `treatment` or `regulation`";
            return Err(given.bad("code-invalid", "purpose", why));
        }
    };
    let told = api.record.explain(&caller, person, &other, purpose).await?;
    let record = decided(
        "record",
        &told.record,
        vec![truth("shown", told.record.permits())],
    );
    let items = told.items.iter().map(|item| {
        let title = item.title.as_deref().filter(|title| !title.is_empty());
        let mut said = vec![
            text("reference", &item.reference),
            instant("updated", item.updated),
            truth("shown", item.shown),
        ];
        said.extend(title.map(|title| text("title", title)));
        decided("item", &item.decision, said)
    });
    Ok(parameters([record].into_iter().chain(items)))
}

fn decided(name: &str, decision: &Decision, mut said: Vec<hygie_fhir::Json>) -> hygie_fhir::Json {
    said.extend(decision.rules.iter().map(|rule| text("rule", rule)));
    parts(name, said)
}

fn somebody(given: &Given, person: PersonId) -> Result<ActorRef, Problem> {
    let kind = given.text("kind")?.and_then(ActorKind::from_word);
    let kind = kind.ok_or_else(|| {
        let words = ActorKind::ALL.map(ActorKind::word).join(", ");
        let why = format!("say who would look, as `kind`: one of {words}");
        given.bad("code-invalid", "kind", &why)
    })?;
    let part = |name| Ok::<_, Problem>(given.text(name)?.map(str::to_owned));
    let for_one = matches!(
        kind,
        ActorKind::Holder | ActorKind::Representative | ActorKind::App
    );
    Ok(ActorRef {
        person: for_one.then_some(person),
        profession: part("profession")?,
        sector: part("sector")?,
        structure: part("structure")?,
        team: part("team")?,
        scope: part("scope")?,
        ..ActorRef::new(kind, part("id")?.unwrap_or_default())
    })
}
