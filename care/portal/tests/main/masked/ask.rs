//! Random requests of every kind there is, at what is visible, hidden, deleted and never there.

use std::fmt;

use axum::http::Method;
use serde_json::{Value, json};

use super::dice::Dice;
use super::plan::{CODES, KINDS, Plan, labels};
use crate::world::{Answer, BASE};

/// A request, without who asks.
#[derive(Clone)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Whether its pages are walked to the end.
    pub pages: bool,
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {} {:?} {body}", self.method, self.path, self.headers)
    }
}

impl Ask {
    pub fn get(path: String) -> Self {
        Self {
            pages: true,
            ..Self::bare(Method::GET, path)
        }
    }

    pub fn bare(method: Method, path: String) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
            pages: false,
        }
    }

    pub fn json(method: Method, path: String, body: &Value) -> Self {
        Self {
            headers: vec![("content-type", "application/fhir+json".to_owned())],
            body: body.to_string().into_bytes(),
            ..Self::bare(method, path)
        }
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Whether it names something hidden.
    pub fn aims(&self, plan: &Plan) -> bool {
        let headers = self.headers.iter().map(|(_, value)| value.as_str());
        let said = [self.path.as_str(), std::str::from_utf8(&self.body).unwrap()];
        let said: Vec<&str> = headers.chain(said).collect();
        plan.hidden.iter().any(|piece| {
            let unique = plan.unique(*piece)["value"].as_str().unwrap().to_owned();
            said.iter()
                .any(|text| text.contains(&plan.pieces[*piece].id) || text.contains(&unique))
        })
    }
}

/// Path and query of the page after an answer, when it is a page.
pub fn next(answer: &Answer) -> Option<String> {
    let bundle: Value = serde_json::from_slice(&answer.body).ok()?;
    bundle["link"].as_array().and_then(|_| answer.next())
}

/// What a request may be about: a piece, the hidden ones more often, or an id that nobody has.
struct About {
    kind: &'static str,
    id: String,
    version: String,
    unique: String,
}

fn about(dice: &mut Dice, plan: &Plan) -> About {
    let hidden: Vec<usize> = {
        let mut hidden: Vec<usize> = plan.hidden.iter().copied().collect();
        hidden.sort_unstable();
        hidden
    };
    let piece = if hidden.is_empty() || dice.chance(50) {
        dice.below(plan.pieces.len())
    } else {
        *dice.pick(&hidden)
    };
    let it = &plan.pieces[piece];
    let unique = plan.unique(piece);
    let mut about = About {
        kind: KINDS[it.kind],
        id: it.id.clone(),
        version: dice.pick(&it.version_ids).clone(),
        unique: format!(
            "{}|{}",
            unique["system"].as_str().unwrap(),
            unique["value"].as_str().unwrap()
        ),
    };
    if dice.chance(5) {
        about.id = format!("{}-0123456789abc", plan.person.unwrap());
    }
    if dice.chance(5) {
        about.kind = *dice.pick::<&str>(&KINDS);
    }
    about
}

/// A request by the plan's observer; `last` is the answer before it.
pub fn any(dice: &mut Dice, plan: &Plan, last: Option<&Answer>) -> Ask {
    let it = about(dice, plan);
    let path = format!("/{}/{}", it.kind, it.id);
    match dice.below(24) {
        0 | 1 => Ask::get(format!(
            "{path}{}",
            dice.pick(&["", "", "?_summary=true", "?_elements=status", "?x=1"])
        )),
        2 => Ask::bare(Method::HEAD, path),
        3 => Ask::get(path).with("if-none-match", format!("W/\"{}\"", it.version)),
        4 => Ask::get(format!("{path}/_history/{}", it.version)),
        5 => Ask::get(format!(
            "{path}/_history{}",
            dice.pick(&["", "?_count=1", "?_count=0"])
        )),
        6 => Ask::get(format!(
            "/{}/_history?patient={}&_count=2",
            it.kind,
            plan.person.unwrap()
        )),
        7..13 => search(dice, plan, &it),
        13 => {
            let count = dice.pick(&["", "?_count=1", "?_count=3", "?_count=0"]);
            Ask::get(format!(
                "/Patient/{}/$everything{count}",
                plan.person.unwrap()
            ))
        }
        22 if it.kind == "Binary" => Ask::get(path).with("accept", "text/plain".to_owned()),
        14 | 15 => create(dice, plan, &it),
        16 => update(dice, plan, &it, &path),
        17 => {
            let ask = Ask::bare(Method::DELETE, path);
            if dice.chance(30) {
                ask.with("if-match", format!("W/\"{}\"", it.version))
            } else {
                ask
            }
        }
        18 | 19 => patch(dice, plan, &it, &path),
        20 => transaction(dice, plan, &it),
        21 => batch(plan, &it),
        22 => validated(dice, plan, &it),
        _ => wrong(dice, plan, last),
    }
}

/// The parameters of a type whose answers might tell, with what they are asked for.
fn parameter(dice: &mut Dice, kind: &str, it: &About) -> String {
    let (about, id) = (it.kind, &it.id);
    let code = *dice.pick(&CODES);
    let missing = format!(":missing={}", dice.chance(50));
    let of_type = match kind {
        "DocumentReference" => vec![
            format!("identifier={}", it.unique),
            format!("type={code}"),
            format!("type:not={code}"),
            "security-label=MASQUE_PS".to_owned(),
            "security-label:not=MASQUE_PS".to_owned(),
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
        _ => Vec::new(),
    };
    match dice.below(5) {
        0 => format!("_id={id}"),
        1 => format!(
            "_lastUpdated={}",
            dice.pick(&["ge2026-09-01", "lt2026-09-22", "gt2030"])
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
        _ => &["_revinclude=List:item"],
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

fn search(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
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

/// A new document: under a unique id that may be another's, on a condition, about something.
fn document(dice: &mut Dice, plan: &Plan, it: &About) -> Value {
    let (system, value) = it.unique.split_once('|').unwrap();
    let mut document = json!({
        "resourceType": "DocumentReference", "status": "current", "securityLabel": labels(dice.chance(20)),
        "type": { "coding": [{ "system": "http://loinc.org", "code": dice.pick(&CODES) }] },
        "subject": { "reference": format!("Patient/{}", plan.person.unwrap()) },
        "content": [{ "attachment": { "url": format!("Binary/{}", it.id) } }],
    });
    if dice.chance(60) {
        document["masterIdentifier"] = json!({ "system": system, "value": value });
    }
    if dice.chance(40) {
        document["relatesTo"] = json!([{ "code": "replaces", "target": { "reference": format!("DocumentReference/{}", it.id) } }]);
    }
    document
}

fn create(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let content = document(dice, plan, it);
    let ask = Ask::json(Method::POST, "/DocumentReference".to_owned(), &content);
    let condition = match dice.below(5) {
        0 => format!("identifier={}", it.unique),
        1 => format!("_id={}", it.id),
        2 => format!("type={}", dice.pick(&CODES)),
        3 => "security-label=MASQUE_PS".to_owned(),
        _ => return ask,
    };
    let ask = ask.with("if-none-exist", condition);
    if dice.chance(20) {
        ask.with("prefer", "return=OperationOutcome".to_owned())
    } else {
        ask
    }
}

fn update(dice: &mut Dice, plan: &Plan, it: &About, path: &str) -> Ask {
    let mut content = document(dice, plan, it);
    content["id"] = json!(it.id);
    if it.kind != "DocumentReference" {
        content = json!({ "resourceType": it.kind, "id": it.id, "status": "final", "code": { "text": "x" },
            "subject": { "reference": format!("Patient/{}", plan.person.unwrap()) } });
    }
    let ask = Ask::json(Method::PUT, path.to_owned(), &content);
    if dice.chance(40) {
        ask.with("if-match", format!("W/\"{}\"", it.version))
    } else {
        ask
    }
}

fn patch(dice: &mut Dice, plan: &Plan, it: &About, path: &str) -> Ask {
    let patch = match dice.below(4) {
        0 => json!([{ "op": "add", "path": "/securityLabel", "value": labels(true) }]),
        1 => json!([{ "op": "add", "path": "/securityLabel", "value": labels(false) }]),
        2 => json!([{ "op": "add", "path": "/description", "value": "seen" }]),
        _ => json!([{ "op": "replace", "path": "/status", "value": "entered-in-error" }]),
    };
    let path = match dice.below(4) {
        0 => format!(
            "/DocumentReference?identifier={}&patient={}",
            it.unique,
            plan.person.unwrap()
        ),
        1 => format!(
            "/DocumentReference?type={}&patient={}",
            dice.pick(&CODES),
            plan.person.unwrap()
        ),
        _ => path.to_owned(),
    };
    Ask::json(Method::PATCH, path, &patch)
}

/// A submission (ITI-65), with a change of something in it.
fn transaction(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let subject = json!({ "reference": format!("Patient/{}", plan.person.unwrap()) });
    let mut document = document(dice, plan, it);
    document["content"][0]["attachment"]["url"] = json!("urn:uuid:3");
    let list = json!({ "resourceType": "List", "status": "current", "mode": "working", "subject": subject,
        "entry": [{ "item": { "reference": "urn:uuid:2" } }] });
    let bytes =
        json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=" });
    let mut entries = vec![
        json!({ "fullUrl": "urn:uuid:1", "resource": list, "request": { "method": "POST", "url": "List" } }),
        json!({ "fullUrl": "urn:uuid:2", "resource": document, "request": { "method": "POST", "url": "DocumentReference" } }),
        json!({ "fullUrl": "urn:uuid:3", "resource": bytes, "request": { "method": "POST", "url": "Binary" } }),
    ];
    if dice.chance(50) {
        let url = format!("{}/{}", it.kind, it.id);
        entries.push(json!({ "request": { "method": "DELETE", "url": url } }));
    }
    if dice.chance(30) {
        entries[1]["request"]["ifNoneExist"] = json!(format!("identifier={}", it.unique));
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    Ask::json(Method::POST, String::new(), &bundle)
}

fn batch(plan: &Plan, it: &About) -> Ask {
    let delete = format!("Binary/{}", it.id);
    let entries = [
        json!({ "request": { "method": "GET", "url": format!("{}/{}", it.kind, it.id) } }),
        json!({ "request": { "method": "GET", "url": format!("{BASE}/Patient/{}", plan.person.unwrap()) } }),
        json!({ "request": { "method": "DELETE", "url": delete } }),
    ];
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    Ask::json(Method::POST, String::new(), &bundle)
}

fn validated(dice: &mut Dice, plan: &Plan, it: &About) -> Ask {
    let content = document(dice, plan, it);
    Ask::json(
        Method::POST,
        "/DocumentReference/$validate".to_owned(),
        &content,
    )
}

/// What is not understood, or not his: errors tell nothing either.
fn wrong(dice: &mut Dice, plan: &Plan, last: Option<&Answer>) -> Ask {
    let person = plan.person.unwrap();
    let path = match dice.below(7) {
        0 => format!("/DocumentReference?patient={person}&_count=x"),
        1 => format!("/DocumentReference?patient={person}&unheard=1"),
        2 => format!("/DocumentReference?patient={person}&_include=DocumentReference:unheard"),
        // The holder's own trail says where in the ledger each line is, among everybody's.
        3 if plan.observer != 0 => format!("/AuditEvent?patient={person}"),
        4 => format!("/Consent?patient={person}"),
        5 => "/DocumentReference?_id=none".to_owned(),
        // A page link that is not of this search.
        _ => {
            let page = last
                .and_then(next)
                .and_then(|path| path.split("_page=").nth(1).map(str::to_owned));
            format!(
                "/Observation?patient={person}&_page={}",
                page.unwrap_or_else(|| "AAAA".to_owned())
            )
        }
    };
    Ask::get(path)
}
