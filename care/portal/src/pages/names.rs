//! Names of structures and professionals, as the directory says them, for pages that know numbers.

use std::collections::{BTreeSet, HashMap};

use hygie_fhir::Json;
use hygie_fhir::search::Criterion;
use hygie_record::{Caller, Error, Query};

use super::site::Site;

/// What stands before a number in identifiers of the older form: nothing, a professional, a structure.
const BEFORE: [&str; 3] = ["", "8", "1"];

/// The names of these RPPS and FINESS numbers, of those that the directory knows.
///
/// # Errors
/// Those of [`hygie_record::Record::search_directory`].
pub(super) async fn names(
    site: &Site,
    caller: &Caller,
    numbers: &BTreeSet<String>,
) -> Result<HashMap<String, String>, Error> {
    let mut found = HashMap::new();
    let plain = |number: &&String| number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let asked: Vec<String> = numbers
        .iter()
        .filter(plain)
        .flat_map(|number| BEFORE.map(|before| format!("{before}{number}")))
        .collect();
    if asked.is_empty() {
        return Ok(found);
    }
    for kind in ["Organization", "Practitioner"] {
        let criterion = Criterion::parse(kind, "identifier", &asked.join(","))
            .expect("numbers alone are a token each");
        let query = Query {
            kind: Some(kind.to_owned()),
            criteria: vec![criterion],
            what: format!("{kind}?identifier"),
        };
        for item in site
            .record()
            .search_directory(caller, &query)
            .await?
            .matches
        {
            let Some(name) = name(item.resource().json()) else {
                continue;
            };
            for (_, value) in item.resource().identifiers() {
                let number = BEFORE
                    .iter()
                    .filter_map(|before| value.strip_prefix(before))
                    .find(|number| numbers.contains(*number));
                if let Some(number) = number {
                    found.insert(number.to_owned(), name.clone());
                }
            }
        }
    }
    Ok(found)
}

/// A structure's name, or a professional's.
fn name(json: &Json) -> Option<String> {
    let name = json.get("name")?;
    if let Some(name) = name.as_str() {
        return Some(name.to_owned());
    }
    let first = name.items().first()?;
    if let Some(text) = first.get("text").and_then(Json::as_str) {
        return Some(text.to_owned());
    }
    let several = |member| first.get(member).map(Json::items).unwrap_or_default();
    let parts = several("prefix").iter().chain(several("given"));
    let parts = parts.chain(first.get("family")).filter_map(Json::as_str);
    let name = parts.collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}
