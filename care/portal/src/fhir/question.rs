//! The query string as an ordered list of decoded pairs, and what each of them asks for. Whatever is
//! not understood is refused (INVARIANT nothing is swallowed).

use axum::http::StatusCode;
use hygie_fhir::Subset;
use hygie_fhir::search::include::Include;
use hygie_fhir::search::sort::Sort;
use hygie_fhir::search::{Criterion, parameter};
use hygie_fhir::{Fault, definitions};
use hygie_record::notice::PersonId;
use hygie_record::{Caller, Record, is_listed, person_in};

use super::Problem;

/// Entries on a page when the request does not say.
const COUNT: usize = 50;
/// The most parameters of a request: each costs a walk over the record.
const PAIRS: usize = 100;
/// The most entries on a page.
const COUNT_MOST: usize = 1_000;
/// Names that steer the answer rather than select resources.
const CONTROL: [&str; 9] = [
    "_count",
    "_elements",
    "_format",
    "_include",
    "_page",
    "_revinclude",
    "_sort",
    "_summary",
    "_total",
];

/// The one chain there is: it names the person, as `patient` does.
const CHAINED: &str = "patient.identifier";

/// A decoded query.
pub struct Question {
    pairs: Vec<(String, String)>,
}

/// Refuses a resource type that R4 does not have.
pub fn known(kind: &str) -> Result<(), Problem> {
    if definitions::TypeId::of_resource(kind).is_some() {
        return Ok(());
    }
    let fault =
        Fault::error("not-supported", "", "this is no resource type of FHIR R4").echoing(kind);
    Err(Problem::bad_search(fault))
}

/// Whether a parameter steers the answer, or names the person, rather than selects resources.
fn steers(kind: &str, name: &str) -> bool {
    match name {
        "patient" => !is_listed(kind),
        CHAINED => !is_listed(kind) && kind != "Patient",
        _ => CONTROL.contains(&name),
    }
}

impl Question {
    /// Decodes `application/x-www-form-urlencoded` pairs.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let pairs = raw
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((decode(name)?, decode(value)?))
            })
            .collect::<Result<_, Problem>>()?;
        let question = Self { pairs };
        if question.pairs.len() > PAIRS {
            return Err(Problem::bad_search(Fault::error(
                "too-costly",
                "",
                "a request may have 100 parameters; ask in parts",
            )));
        }
        // Before anything is opened for it.
        question.json_or_nothing()?;
        question.count()?;
        Ok(question)
    }

    /// The request in its own words, without the page token.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != "_page") {
            if !words.is_empty() {
                words.push('&');
            }
            words.push_str(&encode(name));
            words.push('=');
            words.push_str(&encode(value));
        }
        words
    }

    /// Says a parameter that the request did not, for the links of the answer.
    pub fn say(&mut self, name: &str, value: u64) {
        if !self.pairs.iter().any(|(said, _)| said == name) {
            self.pairs.push((name.to_owned(), value.to_string()));
        }
    }

    /// A whole number that a parameter of ours says.
    pub fn number(&self, name: &'static str) -> Result<Option<u64>, Problem> {
        self.single(name)?
            .map(|text| {
                text.parse().map_err(|_| {
                    Problem::bad_search(Fault::error("value", name, "it must be a whole number"))
                })
            })
            .transpose()
    }

    /// Refuses every parameter but these.
    pub fn only(&self, names: &[&str]) -> Result<(), Problem> {
        match self
            .pairs
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()))
        {
            None => Ok(()),
            Some((name, _)) => Err(Problem::bad_search(
                Fault::error("not-supported", "", "this parameter is not supported here")
                    .echoing(name),
            )),
        }
    }

    /// What must hold of a resource of this type. Who asks for a person by one of his ids means him.
    pub fn criteria(&self, kind: &str, record: &Record) -> Result<Vec<Criterion>, Problem> {
        self.pairs
            .iter()
            .filter(|(name, _)| !steers(kind, name))
            .map(|(name, value)| criterion(kind, name, value, record))
            .collect()
    }

    /// Refuses what steers an answer, where a query selects one resource to change.
    pub fn selects_only(&self) -> Result<(), Problem> {
        match self
            .pairs
            .iter()
            .find(|(name, _)| CONTROL.contains(&name.as_str()))
        {
            None => Ok(()),
            Some((name, _)) => Err(Problem::bad_search(
                Fault::error("not-supported", "", "this parameter is not supported here")
                    .echoing(name),
            )),
        }
    }

    /// What must hold of the resource that a conditional create looks for. Nothing steers here, and an
    /// empty condition, which all would fulfil, is none.
    pub fn condition(&self, kind: &str, record: &Record) -> Result<Vec<Criterion>, Problem> {
        let criteria: Vec<Criterion> = self
            .pairs
            .iter()
            .map(|(name, value)| criterion(kind, name, value, record))
            .collect::<Result<_, Problem>>()?;
        if criteria.is_empty() {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "required",
                "the condition names nothing: say `identifier={system}|{value}`",
            ));
        }
        Ok(criteria)
    }

    /// How many entries a page has.
    pub fn count(&self) -> Result<usize, Problem> {
        let Some(text) = self.single("_count")? else {
            return Ok(COUNT);
        };
        match text.parse::<usize>() {
            Ok(count) => Ok(count.min(COUNT_MOST)),
            Err(_) => Err(Problem::bad_search(
                Fault::error(
                    "value",
                    "_count",
                    "`_count` must be a whole number from 0 on",
                )
                .echoing(text),
            )),
        }
    }

    /// What the answer follows from, or to, its matches.
    pub fn includes(&self, kind: &str) -> Result<Vec<Include>, Problem> {
        self.pairs
            .iter()
            .filter(|(name, _)| name == "_include" || name == "_revinclude")
            .map(|(name, value)| {
                Include::parse(kind, value, name == "_revinclude").map_err(Problem::bad_search)
            })
            .collect()
    }

    /// The order that is asked for.
    pub fn sort(&self, kind: &str) -> Result<Option<Sort>, Problem> {
        let Some(value) = self.single("_sort")? else {
            return Ok(None);
        };
        Sort::parse(kind, value)
            .map(Some)
            .map_err(Problem::bad_search)
    }

    /// The part of each resource that is asked for.
    pub fn subset(&self, kind: &str) -> Result<Option<Subset>, Problem> {
        let asked = match (self.single("_summary")?, self.single("_elements")?) {
            (None, None) => return Ok(None),
            (Some(value), None) => Subset::parse(kind, "_summary", value),
            (None, Some(value)) => Subset::parse(kind, "_elements", value),
            (Some(_), Some(_)) => Err(Fault::error(
                "value",
                "_summary",
                "`_summary` and `_elements` exclude each other; keep one",
            )),
        };
        asked
            .map(|subset| Some(subset).filter(|subset| *subset != Subset::Whole))
            .map_err(Problem::bad_search)
    }

    /// Whether the number of all matches is told: `_total=none` leaves it out. An estimate is the
    /// exact number here: it costs nothing.
    pub fn total(&self) -> Result<bool, Problem> {
        match self.single("_total")? {
            None | Some("accurate" | "estimate") => Ok(true),
            Some("none") => Ok(false),
            Some(other) => Err(Problem::bad_search(
                Fault::error(
                    "value",
                    "_total",
                    "it takes `none`, `estimate` or `accurate`",
                )
                .echoing(other),
            )),
        }
    }

    /// The national identifier by which a search names the person: TD0.2 asks for a Patient by
    /// `identifier`, ITI-67 for what is about him by `patient.identifier`.
    pub fn identifier(&self, kind: &str) -> Result<Option<&str>, Problem> {
        let name = if kind == "Patient" {
            "identifier"
        } else {
            CHAINED
        };
        let identifier = self.single(name)?;
        if identifier.is_some() && self.single("patient")?.is_some() {
            let fault = Fault::error(
                "value",
                "patient",
                "the person is named twice; keep one of the two",
            );
            return Err(Problem::bad_search(fault.echoing(name)));
        }
        Ok(identifier)
    }

    /// The page token, when there is one.
    pub fn page(&self) -> Result<Option<&str>, Problem> {
        self.single("_page")
    }

    /// Whose record is searched: `patient=`, `subject=`, `_id`, else the holder's own.
    pub fn person(&self, kind: &str, caller: &Caller) -> Result<PersonId, Problem> {
        let named = match self.single("patient")? {
            Some(value) => Some(value.strip_prefix("Patient/").unwrap_or(value)),
            None => self
                .single("subject")?
                .or(self.single("subject:Patient")?)
                .and_then(|value| value.strip_prefix("Patient/")),
        };
        if let Some(named) = named {
            return named.parse().map_err(|_| {
                Problem::bad_search(Fault::error(
                    "value",
                    "patient",
                    "name one person: `patient={person}` or `patient=Patient/{person}`",
                ))
            });
        }
        let by_id = self.single("_id")?.and_then(person_in);
        by_id.or(caller.actor.person).ok_or_else(|| {
            let rule = if is_listed(kind) || parameter(kind, "patient").is_some() {
                "say whose record: add `patient={person}`"
            } else {
                "say whose record: add `patient={person}`, for this type too"
            };
            Problem::new(StatusCode::BAD_REQUEST, "required", rule)
        })
    }

    fn single(&self, wanted: &str) -> Result<Option<&str>, Problem> {
        let mut found = self.pairs.iter().filter(|(name, _)| name == wanted);
        let first = found.next().map(|(_, value)| value.as_str());
        if found.next().is_some() {
            let fault =
                Fault::error("value", "", "this parameter may be given once only").echoing(wanted);
            return Err(Problem::bad_search(fault));
        }
        Ok(first)
    }

    fn json_or_nothing(&self) -> Result<(), Problem> {
        match self.single("_format")? {
            None | Some("json" | "application/json" | "application/fhir+json") => Ok(()),
            Some(other) => Err(Problem::bad_search(
                Fault::error("not-supported", "_format", "only JSON is spoken here").echoing(other),
            )),
        }
    }
}

/// A criterion, in which a person whose records were joined stands under each of his ids: what was said of him keeps the one
/// under which it was said.
fn criterion(kind: &str, name: &str, value: &str, record: &Record) -> Result<Criterion, Problem> {
    let asked = |value: &str| Criterion::parse(kind, name, value).map_err(Problem::bad_search);
    if name == "_id" {
        return asked(value);
    }
    let mut alternatives: Vec<String> = Vec::new();
    for one in value.split(',') {
        let (prefix, id) = match one.strip_prefix("Patient/") {
            Some(id) => ("Patient/", id),
            None => ("", one),
        };
        let names = id.parse().map(|person| record.names_of(person));
        let names = names.unwrap_or_default().into_iter();
        alternatives.push(one.to_owned());
        alternatives.extend(
            names
                .map(|name| format!("{prefix}{name}"))
                .filter(|name| name != one),
        );
    }
    asked(&alternatives.join(","))
}

/// Percent-decoding with `+` for a space (WHATWG URL, application/x-www-form-urlencoded).
pub fn decode(text: &str) -> Result<String, Problem> {
    let malformed = || {
        Problem::bad_search(Fault::error(
            "invalid",
            "",
            "the address is not percent-encoded UTF-8",
        ))
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let (high, low) = (
                    digit().ok_or_else(malformed)?,
                    digit().ok_or_else(malformed)?,
                );
                bytes.push(
                    u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte"),
                );
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

/// Percent-encodes all but the characters that need none anywhere in a query.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:|,/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
