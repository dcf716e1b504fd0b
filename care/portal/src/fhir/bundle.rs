use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygie_fhir::Json;
use hygie_record::{Caller, Item};

use super::question::Question;
use super::{Api, answer};

/// One page of what was found, as a Bundle `searchset` with links (R4, 3.1.1.5).
pub fn searchset(
    api: &Api,
    caller: &Caller,
    path: &str,
    question: &Question,
    from: usize,
    found: &[Arc<Item>],
) -> Response {
    let entries = found.iter().map(|item| (item.reference(), item.resource.json()));
    page(api, caller, path, question, from, &entries.collect::<Vec<_>>())
}

/// The same for any resources; each comes with its `Type/id`.
pub fn page(
    api: &Api,
    caller: &Caller,
    path: &str,
    question: &Question,
    from: usize,
    found: &[(String, &Json)],
) -> Response {
    let count = match question.count() {
        Ok(count) => count,
        Err(problem) => return problem.into_response(),
    };
    let from = from.min(found.len());
    let to = (from + count).min(found.len());
    let mut out = Vec::with_capacity(512 + (to - from) * 1024);
    out.extend_from_slice(br#"{"resourceType":"Bundle","type":"searchset","total":"#);
    out.extend_from_slice(found.len().to_string().as_bytes());
    out.extend_from_slice(br#","link":"#);
    links(api, caller, path, question, to, count > 0 && to < found.len()).print_into(&mut out);
    for (place, (reference, resource)) in found[from..to].iter().enumerate() {
        out.extend_from_slice(if place == 0 { br#","entry":["# } else { b"," });
        out.extend_from_slice(br#"{"fullUrl":"#);
        Json::String(format!("{}/{reference}", api.base).into()).print_into(&mut out);
        out.extend_from_slice(br#","resource":"#);
        resource.print_into(&mut out);
        out.extend_from_slice(br#","search":{"mode":"match"}}"#);
    }
    // FHIR has no empty arrays: a page without entries has no `entry` at all.
    out.extend_from_slice(if to > from { b"]}" } else { b"}" });
    answer(StatusCode::OK, out)
}

fn links(api: &Api, caller: &Caller, path: &str, question: &Question, to: usize, more: bool) -> Json {
    let link = |relation: &str, url: String| {
        Json::object([
            ("relation", Json::String(relation.into())),
            ("url", Json::String(url.into())),
        ])
    };
    let words = question.words();
    let own = format!("{}/{path}?{words}", api.base);
    let mut links = vec![link("self", own.trim_end_matches('?').to_owned())];
    if more {
        let token = api.pages.token(caller, path, question, to);
        let joint = if words.is_empty() { "" } else { "&" };
        links.push(link(
            "next",
            format!("{}/{path}?{words}{joint}_page={token}", api.base),
        ));
    }
    Json::array(links)
}
