//! Random requests of every kind there is, at what is visible, hidden, deleted and never there.

use std::fmt;

use axum::http::Method;
use serde_json::Value;

use super::dice::Dice;
use super::plan::{KINDS, Plan};
use super::{change, search};
use crate::world::Answer;

/// Every kind of request.
pub const REQUESTS: [&str; 22] = [
    "read",
    "head",
    "if-none-match",
    "version",
    "history",
    "history of a type",
    "search",
    "chain",
    "everything",
    "binary",
    "create",
    "create on a condition",
    "update",
    "delete",
    "patch",
    "change on a condition",
    "transaction",
    "batch",
    "validate",
    "consent",
    "see-as",
    "wrong",
];

/// A request, without who asks.
#[derive(Clone)]
pub struct Ask {
    /// One of [`REQUESTS`].
    pub kind: &'static str,
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
            kind: "",
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

    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Whether it names something hidden.
    pub fn aims(&self, plan: &Plan) -> bool {
        let headers = self.headers.iter().map(|(_, value)| value.as_str());
        let said = [self.path.as_str(), std::str::from_utf8(&self.body).unwrap()];
        let said: Vec<&str> = headers.chain(said).collect();
        plan.hidden.pieces.iter().any(|piece| {
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
pub struct About {
    pub kind: &'static str,
    pub id: String,
    pub version: String,
    pub unique: String,
}

fn about(dice: &mut Dice, plan: &Plan) -> About {
    let hidden: Vec<usize> = {
        let mut hidden: Vec<usize> = plan.hidden.pieces.iter().copied().collect();
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
    // Searches have the most to ask.
    let kind = match dice.below(32) {
        0..6 => "search",
        6 | 7 => "read",
        8 => "see-as",
        9..12 if plan.sees_consents() => "see-as",
        12..14 if plan.sees_consents() => "consent",
        _ => *dice.pick(&REQUESTS),
    };
    of(dice, plan, kind, last)
}

/// A request of one kind.
pub fn of(dice: &mut Dice, plan: &Plan, kind: &'static str, last: Option<&Answer>) -> Ask {
    let it = about(dice, plan);
    let ask = match kind {
        "search" => search::search(dice, plan, &it),
        "chain" => search::chained(dice, plan, &it),
        "create" => change::create(dice, plan, &it, false),
        "create on a condition" => change::create(dice, plan, &it, true),
        "change on a condition" => change::conditional(dice, plan, &it),
        "transaction" => change::transaction(dice, plan, &it),
        "batch" => change::batch(plan, &it),
        "validate" => change::validated(dice, plan, &it),
        "consent" => change::consent(dice, plan, &it),
        "see-as" => change::see_as(dice, plan),
        "wrong" => wrong(dice, plan, last),
        _ => one(dice, plan, kind, &it),
    };
    Ask { kind, ..ask }
}

/// What is asked of one resource by its address, or of the record.
fn one(dice: &mut Dice, plan: &Plan, kind: &str, it: &About) -> Ask {
    let path = format!("/{}/{}", it.kind, it.id);
    let person = plan.person.unwrap();
    match kind {
        "head" => Ask::bare(Method::HEAD, path),
        "if-none-match" => Ask::get(path).with("if-none-match", format!("W/\"{}\"", it.version)),
        "version" => Ask::get(format!("{path}/_history/{}", it.version)),
        "history" => Ask::get(format!(
            "{path}/_history{}",
            dice.pick(&["", "?_count=1", "?_count=0"])
        )),
        "history of a type" => Ask::get(format!("/{}/_history?patient={person}&_count=2", it.kind)),
        "everything" => {
            let count = dice.pick(&["", "?_count=1", "?_count=3", "?_count=0"]);
            Ask::get(format!("/Patient/{person}/$everything{count}"))
        }
        "binary" => {
            let ask = Ask::get(format!("/Binary/{}", it.id));
            match dice.below(3) {
                0 => ask,
                1 => ask.with("accept", "text/plain".to_owned()),
                _ => ask
                    .with("accept", "text/plain".to_owned())
                    .with("range", "bytes=1-2".to_owned()),
            }
        }
        "update" => change::update(dice, plan, it, &path),
        "delete" => {
            let ask = Ask::bare(Method::DELETE, path);
            if dice.chance(30) {
                ask.with("if-match", format!("W/\"{}\"", it.version))
            } else {
                ask
            }
        }
        "patch" => change::patch(dice, &path),
        _ => Ask::get(format!(
            "{path}{}",
            dice.pick(&["", "", "?_summary=true", "?_elements=status", "?x=1"])
        )),
    }
}

/// What is not understood, or not his: errors tell nothing either.
fn wrong(dice: &mut Dice, plan: &Plan, last: Option<&Answer>) -> Ask {
    let person = plan.person.unwrap();
    let path = match dice.below(7) {
        0 => format!("/DocumentReference?patient={person}&_count=x"),
        1 => format!("/DocumentReference?patient={person}&unheard=1"),
        2 => format!("/DocumentReference?patient={person}&_include=DocumentReference:unheard"),
        // Whoever may read the trail is told where in the ledger each line is, among everybody's: it is excepted.
        3 if !plan.sees_consents() => format!("/AuditEvent?patient={person}"),
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
