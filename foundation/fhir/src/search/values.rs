//! The values of a resource that a search parameter sees.

use std::ops::Bound;

use crate::json::Json;
use crate::resource::Resource;

use super::dates::Span;
use super::decimal::Decimal;
use super::quantities::Quantity;
use super::references::Reference;
use super::table::{ElementPath, Leaf, Parameter, ParameterKind};
use super::tokens::Token;

/// One value of a resource, in the form of the parameter's kind.
#[derive(Clone, PartialEq, Eq)]
pub enum SearchValue<'a> {
    Token(Token<'a>),
    /// One string; a HumanName or Address gives one for each of its parts.
    Text(&'a str),
    Reference(Reference<'a>),
    Date(Span),
    /// A number is a quantity without unit.
    Quantity(Quantity<'a>),
    /// A URI, URL or canonical, as written.
    Uri(&'a str),
}

/// The values of `resource` that `parameter` sees, in the order of the
/// definitions. Elements without a value (an extension in its place, a Timing
/// without times) give none.
pub fn search_values<'a>(resource: &'a Resource, parameter: &Parameter) -> Vec<SearchValue<'a>> {
    let mut values = Vec::new();
    if asks_for_presence(parameter) {
        let mut there = false;
        each_element(resource, parameter, |_, element| {
            there |= *element != Json::Bool(false)
        });
        values.push(SearchValue::Token(Token::new(
            None,
            Some(if there { "true" } else { "false" }),
        )));
        return values;
    }
    each_element(resource, parameter, |path, element| {
        read(path, parameter.kind, element, resource.json(), &mut values);
    });
    values
}

/// Whether the resource has the element at all: what `:missing` asks.
pub(super) fn is_present(resource: &Resource, parameter: &Parameter) -> bool {
    let mut present = asks_for_presence(parameter);
    each_element(resource, parameter, |_, _| present = true);
    present
}

/// The parameter whose expression is true or false for every resource.
fn asks_for_presence(parameter: &Parameter) -> bool {
    parameter
        .paths
        .iter()
        .any(|path| path.leaf == Leaf::PresentAndNotFalse)
}

pub(super) fn each_element<'a>(
    resource: &'a Resource,
    parameter: &Parameter,
    mut visit: impl FnMut(&'static ElementPath, &'a Json),
) {
    let root = resource.json();
    for path in parameter.paths {
        walk(root, path, 0, &mut |element| {
            let leads_there = |target| Reference::of(element, root).leads_to(target);
            if path.target.is_none_or(leads_there) {
                visit(path, element);
            }
        });
    }
}

fn walk<'a>(from: &'a Json, path: &ElementPath, depth: usize, visit: &mut impl FnMut(&'a Json)) {
    for item in from.items() {
        if item.is_null() || !fits(item, path, depth) {
            continue;
        }
        match path.steps.get(depth) {
            None => visit(item),
            Some(step) => {
                if let Some(next) = item.get(step) {
                    walk(next, path, depth + 1, visit);
                }
            }
        }
    }
}

fn fits(item: &Json, path: &ElementPath, depth: usize) -> bool {
    path.only
        .is_none_or(|(at, member, wanted)| at != depth || text(item, member) == Some(wanted))
}

fn text<'a>(element: &'a Json, member: &str) -> Option<&'a str> {
    element.get(member).and_then(Json::as_str)
}

fn read<'a>(
    path: &ElementPath,
    kind: ParameterKind,
    element: &'a Json,
    root: &'a Json,
    out: &mut Vec<SearchValue<'a>>,
) {
    match path.leaf {
        Leaf::HumanName => parts(
            element,
            &["text", "family", "given", "prefix", "suffix"],
            out,
        ),
        Leaf::Address => {
            parts(
                element,
                &[
                    "text",
                    "line",
                    "city",
                    "district",
                    "state",
                    "postalCode",
                    "country",
                ],
                out,
            );
        }
        Leaf::CodeableConcept => concept(element, out),
        _ => out.extend(one(path, kind, element, root)),
    }
}

/// The value of a leaf that has one at most.
fn one<'a>(
    path: &ElementPath,
    kind: ParameterKind,
    element: &'a Json,
    root: &'a Json,
) -> Option<SearchValue<'a>> {
    let string = || element.as_str();
    let plain = |code| Token::new(None, Some(code));
    Some(match path.leaf {
        Leaf::Boolean => {
            SearchValue::Token(plain(if element.as_bool()? { "true" } else { "false" }))
        }
        Leaf::Code => {
            let implied = path.system.is_some();
            SearchValue::Token(Token {
                system: path.system,
                implied,
                ..plain(string()?)
            })
        }
        Leaf::Coding => SearchValue::Token(coding(element, None)),
        Leaf::ContactPoint => SearchValue::Token(plain(text(element, "value")?)),
        Leaf::Identifier => {
            let kind = element.get("type").and_then(|kind| text(kind, "text"));
            let token = Token::new(text(element, "system"), text(element, "value"));
            SearchValue::Token(Token {
                texts: [kind, None],
                ..token
            })
        }
        Leaf::Text => match kind {
            ParameterKind::Token => SearchValue::Token(Token {
                exact: true,
                ..plain(string()?)
            }),
            ParameterKind::Uri => SearchValue::Uri(string()?),
            _ => SearchValue::Text(string()?),
        },
        Leaf::Canonical if kind == ParameterKind::Uri => SearchValue::Uri(string()?),
        Leaf::Canonical => SearchValue::Reference(Reference {
            url: Some(string()?),
            ..Reference::default()
        }),
        Leaf::Reference => SearchValue::Reference(Reference::of(element, root)),
        Leaf::Date => SearchValue::Date(Span::of(string()?)?),
        Leaf::Period => SearchValue::Date(period(element)?),
        Leaf::Timing => SearchValue::Date(timing(element)?),
        Leaf::Number => SearchValue::Quantity(exactly(Decimal::parse(element.as_number()?)?)),
        Leaf::Quantity => SearchValue::Quantity(quantity(element)?),
        Leaf::Money => SearchValue::Quantity(money(element)?),
        Leaf::Range => SearchValue::Quantity(range(element)?),
        Leaf::Address | Leaf::CodeableConcept | Leaf::HumanName | Leaf::PresentAndNotFalse => {
            return None;
        }
    })
}

fn parts<'a>(element: &'a Json, names: &[&str], out: &mut Vec<SearchValue<'a>>) {
    let values = names
        .iter()
        .filter_map(|name| element.get(name))
        .flat_map(Json::items);
    out.extend(values.filter_map(Json::as_str).map(SearchValue::Text));
}

fn concept<'a>(element: &'a Json, out: &mut Vec<SearchValue<'a>>) {
    let words = text(element, "text");
    let codings = element.get("coding").map(Json::items).unwrap_or_default();
    out.extend(
        codings
            .iter()
            .map(|one| SearchValue::Token(coding(one, words))),
    );
    if codings.is_empty() && words.is_some() {
        out.push(SearchValue::Token(Token {
            texts: [words, None],
            ..Token::new(None, None)
        }));
    }
}

fn coding<'a>(element: &'a Json, words: Option<&'a str>) -> Token<'a> {
    let token = Token::new(text(element, "system"), text(element, "code"));
    Token {
        texts: [text(element, "display"), words],
        ..token
    }
}

fn period(element: &Json) -> Option<Span> {
    Span::of_period(text(element, "start"), text(element, "end"))
}

/// Only the outer limits of a schedule count (R4, 3.1.1.4.7).
fn timing(element: &Json) -> Option<Span> {
    let events = element.get("event").map(Json::items).unwrap_or_default();
    let bounds = element
        .get("repeat")
        .and_then(|repeat| repeat.get("boundsPeriod"))
        .and_then(period);
    let spans = events.iter().filter_map(|event| Span::of(event.as_str()?));
    spans.chain(bounds).reduce(Span::hull)
}

fn exactly<'a>(number: Decimal) -> Quantity<'a> {
    let (low, high) = (Bound::Included(number.clone()), Bound::Included(number));
    Quantity {
        low,
        high,
        system: None,
        code: None,
        unit: None,
    }
}

fn value(element: &Json) -> Option<Decimal> {
    Decimal::parse(element.get("value")?.as_number()?)
}

fn quantity(element: &Json) -> Option<Quantity<'_>> {
    let value = value(element)?;
    let (low, high) = match text(element, "comparator") {
        Some("<") => (Bound::Unbounded, Bound::Excluded(value)),
        Some("<=") => (Bound::Unbounded, Bound::Included(value)),
        Some(">") => (Bound::Excluded(value), Bound::Unbounded),
        Some(">=") => (Bound::Included(value), Bound::Unbounded),
        _ => (Bound::Included(value.clone()), Bound::Included(value)),
    };
    Some(Quantity {
        low,
        high,
        system: text(element, "system"),
        code: text(element, "code"),
        unit: text(element, "unit"),
    })
}

/// An amount is in a currency of ISO 4217.
fn money(element: &Json) -> Option<Quantity<'_>> {
    let code = text(element, "currency");
    Some(Quantity {
        system: code.map(|_| "urn:iso:std:iso:4217"),
        code,
        ..exactly(value(element)?)
    })
}

fn range(element: &Json) -> Option<Quantity<'_>> {
    let end = |name| element.get(name).and_then(quantity);
    let (low, high) = (end("low"), end("high"));
    let unit = low.clone().or_else(|| high.clone())?;
    Some(Quantity {
        low: low.map_or(Bound::Unbounded, |low| low.low),
        high: high.map_or(Bound::Unbounded, |high| high.high),
        ..unit
    })
}
