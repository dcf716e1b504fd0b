//! What a person's Consents say now, read again for the pages that show it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hygie_fhir::Json;
use hygie_fhir::search::Span;
use hygie_record::{Error, Item, title_of};
use jiff::tz::TimeZone;

use super::TEXTS;
use super::moments::day;
use super::names::names;
use super::part::{Block, Form};
use super::site::Site;
use super::visitor::Visitor;
use super::words::thing;

/// A Consent that says who may read, or may not.
pub(super) struct Held {
    id: String,
    /// `professional`, `structure`, `team` or `app`.
    pub kind: &'static str,
    /// The number, without what stands before it in older forms.
    pub whom: String,
    pub denies: bool,
    pub treating: bool,
    /// The one item that it shows, as `Type/id`.
    pub item: Option<String>,
    classes: Vec<String>,
    until: Option<u64>,
    /// Whether its end is a day without a time, and so of no zone.
    is_day: bool,
}

/// What is known of those whom Consents name.
pub(super) struct Known {
    /// The names of professionals and structures, by number.
    names: HashMap<String, String>,
    /// What the visitor sees of the record.
    visible: Vec<Arc<Item>>,
}

/// What the Consents of the visitor's record say, and what is known of those whom they name.
///
/// # Errors
/// Those of [`hygie_record::Record::search`].
pub(super) async fn held(site: &Site, visitor: &Visitor) -> Result<(Vec<Held>, Known), Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let query = hygie_record::Query {
        kind: Some("Consent".to_owned()),
        criteria: Vec::new(),
        what: "Consent".to_owned(),
    };
    let found = site.record().search(&caller, person, &query).await?;
    let matches = found.matches.iter();
    let held: Vec<Held> = matches.filter_map(|item| Held::of(item)).collect();
    let numbers: BTreeSet<String> = held.iter().map(|held| held.whom.clone()).collect();
    let known = Known {
        names: names(site, &caller, &numbers).await?,
        visible: found.visible,
    };
    Ok((held, known))
}

fn codes(concepts: &Json) -> Vec<String> {
    let codings = concepts.items().iter().filter_map(|one| one.get("coding"));
    let codes = codings.flat_map(Json::items);
    codes
        .filter_map(|coding| coding.get("code")?.as_str())
        .map(str::to_owned)
        .collect()
}

impl Held {
    /// Reads a Consent; none for one that is not active, or says nothing of the kind.
    pub fn of(item: &Item) -> Option<Self> {
        let json = item.resource().json();
        if json.get("status")?.as_str()? != "active" {
            return None;
        }
        let provision = json.get("provision")?;
        let actor = provision.get("actor")?.items().first()?;
        let identifier = actor.get("reference")?.get("identifier")?;
        let value = identifier.get("value")?.as_str()?;
        let (kind, before) = match identifier.get("system")?.as_str()? {
            "https://rpps.esante.fr" => ("professional", ""),
            "urn:oid:1.2.250.1.71.4.2.1" => ("professional", "8"),
            "https://finess.esante.gouv.fr" => ("structure", ""),
            "urn:oid:1.2.250.1.71.4.2.2" => ("structure", "1"),
            "urn:hygie:care-team" => ("team", ""),
            _ => ("app", ""),
        };
        let role = actor.get("role").map(std::slice::from_ref);
        let roles = role.map(|role| codes(&Json::array(role.iter().cloned())));
        let end = provision.get("period").and_then(|period| period.get("end"));
        let end = end.and_then(Json::as_str);
        let span = Span::of_period(None, end)?;
        let shown = provision.get("data").and_then(|data| {
            let reference = data.items().first()?.get("reference")?.get("reference")?;
            Some(reference.as_str()?.to_owned())
        });
        Some(Self {
            id: json.get("id")?.as_str()?.to_owned(),
            kind,
            whom: value.strip_prefix(before).unwrap_or(value).to_owned(),
            denies: provision.get("type")?.as_str()? == "deny",
            treating: roles.unwrap_or_default().iter().any(|code| code == "PCP"),
            item: shown,
            classes: provision.get("code").map(codes).unwrap_or_default(),
            until: span.end.and_then(|end| u64::try_from(end / 1_000_000).ok()),
            is_day: end.is_some_and(|end| !end.contains('T')),
        })
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: u64) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Who is meant, in words.
    pub fn name(&self, visitor: &Visitor, known: &Known) -> String {
        let name = match known.names.get(&self.whom) {
            Some(name) => format!("{name} ({})", self.whom),
            None => self.whom.clone(),
        };
        let key = format!("held-{}", self.kind);
        TEXTS.say_with(visitor.language, &key, &[("name", &name)])
    }

    fn what(&self, visitor: &Visitor, known: &Known) -> String {
        let language = visitor.language;
        let say = |key: &str| TEXTS.say(language, key);
        if self.denies {
            return say("held-deny");
        }
        if self.treating {
            return say("held-treating");
        }
        if let Some(item) = &self.item {
            let title = title(visitor, known, item);
            return TEXTS.say_with(language, "held-item", &[("title", &title)]);
        }
        let what = match self.classes.as_slice() {
            [] if self.kind == "app" => say("held-all-app"),
            [] => say("held-all"),
            classes => classes_said(visitor, classes),
        };
        let key = if self.kind == "app" {
            "held-permit-app"
        } else {
            "held-permit"
        };
        TEXTS.say_with(language, key, &[("what", &what)])
    }

    /// What it says, and a button that takes it back.
    pub fn row(&self, visitor: &Visitor, known: &Known, now: u64) -> Block {
        let language = visitor.language;
        let name = self.name(visitor, known);
        // A day without a time is shown as it stands there.
        let zone = if self.is_day {
            &TimeZone::UTC
        } else {
            &visitor.zone
        };
        let spoken = TEXTS.say_with(language, "held-take-back-named", &[("name", &name)]);
        Block::Row {
            name,
            details: vec![
                self.what(visitor, known),
                until_said(visitor, zone, self.until, now),
            ],
            form: Some(Form {
                action: "/authorisations/take-back".to_owned(),
                token: visitor.session.token.clone(),
                hidden: vec![("id", self.id.clone())],
                button: TEXTS.say(language, "held-take-back"),
                spoken,
                quiet: true,
                ..Form::default()
            }),
        }
    }
}

/// Until when something holds, or held.
pub(super) fn until_said(
    visitor: &Visitor,
    zone: &TimeZone,
    until: Option<u64>,
    now: u64,
) -> String {
    let Some(until) = until else {
        return TEXTS.say(visitor.language, "held-for-ever");
    };
    // The end is the first moment that is not meant.
    let last = day(visitor.language, zone, until.saturating_sub(1));
    let key = if until <= now {
        "held-over"
    } else {
        "held-until"
    };
    TEXTS.say_with(visitor.language, key, &[("day", &last)])
}

/// Classes of documents, by their codes, in words.
pub(super) fn classes_said(visitor: &Visitor, classes: &[String]) -> String {
    let names = classes
        .iter()
        .map(|code| TEXTS.say(visitor.language, &format!("class-{code}")));
    names.collect::<Vec<_>>().join(", ").to_lowercase()
}

/// What an item is called, where the visitor sees it.
fn title(visitor: &Visitor, known: &Known, reference: &str) -> String {
    let mut visible = known.visible.iter();
    let found = visible.find(|item| item.reference() == reference);
    let named = found.and_then(|item| title_of(item.resource().json()));
    let kind = reference.split('/').next().unwrap_or_default();
    match (found, named.filter(|named| !named.is_empty())) {
        (_, Some(title)) => title,
        (Some(_), None) => thing(visitor.language, kind),
        (None, None) => TEXTS.say(visitor.language, "what-hidden"),
    }
}
