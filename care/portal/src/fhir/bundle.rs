//! Bundles as answers: pages of a search or a history, with signed links (R4, 3.1.1.5 and 2.36).

use axum::http::StatusCode;
use axum::response::Response;
use hygie_fhir::Json;
use hygie_record::{Caller, Item};

use super::question::Question;
use super::{Api, Printed, Problem};

/// One entry of a Bundle.
pub struct Entry<'a> {
    /// `Type/id`.
    pub reference: String,
    /// The resource; none for a deletion.
    pub resource: Option<Content<'a>>,
    /// What stands behind the resource: `search`, or `request` and `response`.
    pub trailer: Vec<(&'static str, Json)>,
}

/// A resource as it is shown.
pub enum Content<'a> {
    /// All of it.
    Whole(&'a Item),
    /// What was asked for of it.
    Part(&'a Json),
}

/// A page of what there is.
pub struct Page<'a> {
    /// What each page is cut from.
    pub entries: Vec<Entry<'a>>,
    /// Shown beside this page's entries.
    pub included: Vec<Entry<'a>>,
    /// Whether the number of all entries is told.
    pub total: bool,
    /// Where this page begins.
    pub from: usize,
    /// How many entries it may have.
    pub count: usize,
}

impl Page<'_> {
    /// The entries of this page, as a range.
    pub fn range(entries: usize, from: usize, count: usize) -> std::ops::Range<usize> {
        let from = from.min(entries);
        from..from.saturating_add(count).min(entries)
    }
}

/// A Bundle `searchset`.
pub async fn searchset(
    api: &Api,
    caller: &Caller,
    path: &str,
    question: &Question,
    page: &Page<'_>,
) -> Result<Response, Problem> {
    let printed = bundle("searchset", api, caller, path, question, page);
    printed.answer(&api.record, StatusCode::OK).await
}

/// A Bundle `history`.
pub async fn history(
    api: &Api,
    caller: &Caller,
    path: &str,
    question: &Question,
    from: usize,
    entries: Vec<Entry<'_>>,
) -> Result<Response, Problem> {
    let page = Page {
        entries,
        included: Vec::new(),
        total: true,
        from,
        count: question.count()?,
    };
    let printed = bundle("history", api, caller, path, question, &page);
    printed.answer(&api.record, StatusCode::OK).await
}

fn bundle(
    kind: &str,
    api: &Api,
    caller: &Caller,
    path: &str,
    question: &Question,
    page: &Page<'_>,
) -> Printed {
    let range = Page::range(page.entries.len(), page.from, page.count);
    let mut out = Printed::default();
    out.push(format!(r#"{{"resourceType":"Bundle","type":"{kind}""#).as_bytes());
    if page.total {
        out.push(format!(r#","total":{}"#, page.entries.len()).as_bytes());
    }
    let more = page.count > 0 && range.end < page.entries.len();
    out.push(br#","link":"#);
    out.json(&links(
        api,
        caller,
        path,
        question,
        more.then_some(range.end),
    ));
    let shown = page.entries[range].iter().chain(&page.included);
    let mut any = false;
    for entry in shown {
        out.push(if any { b"," } else { br#","entry":["# });
        any = true;
        print(entry, &api.base, &mut out);
    }
    // FHIR has no empty arrays: a page without entries has no `entry` at all.
    out.push(if any { b"]}" } else { b"}" });
    out
}

fn print(entry: &Entry<'_>, base: &str, out: &mut Printed) {
    out.push(br#"{"fullUrl":"#);
    out.json(&Json::String(format!("{base}/{}", entry.reference).into()));
    if let Some(resource) = &entry.resource {
        out.push(br#","resource":"#);
        match resource {
            Content::Whole(item) => out.item(item),
            Content::Part(json) => out.json(json),
        }
    }
    for (name, json) in &entry.trailer {
        out.push(format!(r#","{name}":"#).as_bytes());
        out.json(json);
    }
    out.push(b"}");
}

fn links(api: &Api, caller: &Caller, path: &str, question: &Question, next: Option<usize>) -> Json {
    let link = |relation: &str, url: &str| {
        Json::object([
            ("relation", Json::String(relation.into())),
            ("url", Json::String(url.into())),
        ])
    };
    let words = question.words();
    let own = format!("{}/{path}?{words}", api.base);
    let mut links = vec![link("self", own.trim_end_matches('?'))];
    if let Some(offset) = next {
        let token = api.pages.token(caller, path, question, offset);
        let joint = if words.is_empty() { "" } else { "&" };
        let url = format!("{}/{path}?{words}{joint}_page={token}", api.base);
        links.push(link("next", &url));
    }
    Json::array(links)
}
