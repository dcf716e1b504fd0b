//! Searches: what is asked for, and what steers the answer.

use axum::http::Method;

use super::ask::{About, Ask};
use super::dice::Dice;
use super::plan::{CODES, MARKS, Plan};

/// The parameters of a type whose answers might tell, with what they are asked for.
fn parameter(dice: &mut Dice, kind: &str, it: &About) -> String {
    let (about, id) = (it.kind, &it.id);
    let code = dice.pick(&CODES).0;
    let missing = format!(":missing={}", dice.chance(50));
    let of_type = match kind {
        "DocumentReference" => vec![
            format!("identifier={}", it.unique),
            format!("type={code}"),
            format!("type:not={code}"),
            format!("security-label={}", dice.pick(&MARKS)),
            format!("security-label:not={}", dice.pick(&MARKS)),
            format!("relatesto=DocumentReference/{id}"),
            format!("relatesto{missing}"),
            format!("related={about}/{id}"),
            format!("location=Binary/{id}"),
            "status=current".to_owned(),
        ],
        "Observation" => vec![
            format!("code={code}"),
            format!("derived-from={about}/{id}"),
            format!("derived-from{missing}"),
            "date=2026-03-04".to_owned(),
        ],
        "List" => vec![
            format!("item={about}/{id}"),
            format!("item{missing}"),
            format!("code={code}"),
        ],
        "DiagnosticReport" => vec![
            format!("result=Observation/{id}"),
            format!("result{missing}"),
            format!("code:not={code}"),
        ],
        "Condition" => vec![
            format!("evidence-detail={about}/{id}"),
            format!("evidence-detail{missing}"),
            "recorded-date=ge2026".to_owned(),
        ],
        "MedicationRequest" => vec!["status=active".to_owned(), format!("code={code}")],
        "Consent" => vec![format!("data={about}/{id}"), "status=active".to_owned()],
        _ => Vec::new(),
    };
    match dice.below(5) {
        0 => format!("_id={id}"),
        1 => format!(
            "_lastUpdated={}",
            dice.pick(&["ge2026-09-01", "lt2026-12-01", "gt2027-03", "gt2030"])
        ),
        _ if of_type.is_empty() => "_tag:missing=true".to_owned(),
        _ => dice.pick(&of_type).clone(),
    }
}

/// What steers an answer for a type.
fn steering(dice: &mut Dice, kind: &str) -> String {
    let includes: &[&str] = match kind {
        "DocumentReference" => &[
            "_include=DocumentReference:relatesto",
            "_include=DocumentReference:patient",
            "_revinclude=DocumentReference:relatesto",
            "_revinclude=List:item",
            "_revinclude=Observation:derived-from",
            "_revinclude=Condition:evidence-detail",
        ],
        "Observation" => &[
            "_include=Observation:derived-from",
            "_include=Observation:derived-from:DocumentReference",
            "_revinclude=Observation:derived-from",
            "_revinclude=DiagnosticReport:result",
            "_revinclude=List:item",
        ],
        "List" => &[
            "_include=List:item",
            "_include=List:item:DocumentReference",
            "_revinclude=List:item",
        ],
        "DiagnosticReport" => &["_include=DiagnosticReport:result", "_revinclude=List:item"],
        "Condition" => &[
            "_include=Condition:evidence-detail",
            "_revinclude=Condition:evidence-detail",
        ],
        "Consent" => &["_include=Consent:data"],
        _ => &["_revinclude=List:item", "_revinclude=Consent:data"],
    };
    let sorts: &[&str] = match kind {
        "DocumentReference" => &[
            "type",
            "-date",
            "relatesto",
            "_lastUpdated",
            "-_lastUpdated",
            "_id",
        ],
        "Observation" | "List" => &["date", "-code", "_lastUpdated", "_id"],
        _ => &["-_lastUpdated", "_id"],
    };
    match dice.below(10) {
        0 => format!("_sort={}", dice.pick(sorts)),
        1 => format!("_total={}", dice.pick(&["none", "accurate", "estimate"])),
        2 => format!(
            "_summary={}",
            dice.pick(&["true", "false", "count", "data", "text"])
        ),
        3 => format!(
            "_elements={}",
            dice.pick(&["status", "meta", "code,subject"])
        ),
        4..8 => (*dice.pick(includes)).to_owned(),
        _ => format!("_count={}", dice.pick(&["0", "1", "2", "5"])),
    }
}

pub fn search(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let kind = if dice.chance(60) {
        "DocumentReference"
    } else {
        it.kind
    };
    let mut parts = vec![format!("patient={}", plan.person.unwrap())];
    if dice.chance(60) {
        parts.push(parameter(dice, kind, it));
    }
    for _ in 0..dice.below(3) {
        parts.push(steering(dice, kind));
    }
    let question = parts.join("&");
    if dice.chance(15) {
        let mut ask = Ask::bare(Method::POST, format!("/{kind}/_search"));
        ask.body = question.into_bytes();
        return ask.with(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        );
    }
    Ask::get(format!("/{kind}?{question}"))
}

/// What follows references through others; of these the server knows one, and refuses the rest.
pub fn chained(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let person = plan.person.unwrap();
    let id = &it.id;
    Ask::get(match dice.below(6) {
        0 => format!("/DocumentReference?patient={person}&_has:List:item:_id={id}"),
        1 => format!("/Observation?patient={person}&_has:DiagnosticReport:result:status=final"),
        2 => format!(
            "/DiagnosticReport?patient={person}&result.code={}",
            dice.pick(&CODES).0
        ),
        3 => format!(
            "/List?patient={person}&item:DocumentReference.type={}",
            dice.pick(&CODES).0
        ),
        4 => format!(
            "/DocumentReference?patient={person}&relatesto.identifier={}",
            it.unique
        ),
        _ => "/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|1".to_owned(),
    })
}
