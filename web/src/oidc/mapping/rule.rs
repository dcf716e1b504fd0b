use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::path::{Path, Place};

/// The longest value of a field, in bytes.
const LONGEST: usize = 512;

/// How one field is taken out of the claims: `"claim"`, `["this", "or this"]`, or a table.
#[derive(Debug, Clone)]
pub(in super::super) struct Rule {
    /// Looked at in this order; the first with a value that fits gives it.
    from: Vec<Path>,
    /// The value itself, whoever signs in, as of a provider of one establishment; then there is nothing to look at.
    fixed: Option<String>,
    /// A value ends before this mark.
    until: Option<String>,
    /// What a value must begin with, and which is taken off.
    remove: Option<String>,
    /// What is put before a value.
    before: Option<String>,
    /// The form of a value, after the three changes but for `before`.
    is: Form,
    /// Words of the provider and ours; others are refused. None: any.
    words: Option<BTreeMap<String, String>>,
}

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// No control characters.
    #[default]
    Text,
    /// Letters, digits, `_` and `-`.
    Code,
    /// `YYYY-MM-DD`.
    Date,
    /// Something, `@`, something.
    Email,
    /// Five characters: digits, the second may be `A` or `B`.
    Insee,
    /// 11 digits.
    Rpps,
    /// Nine characters: digits, the second may be `A` or `B`.
    Finess,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    from: Option<Paths>,
    fixed: Option<String>,
    until: Option<String>,
    remove: Option<String>,
    before: Option<String>,
    #[serde(default)]
    is: Form,
    words: Option<BTreeMap<String, String>>,
}

/// One path or several.
struct Paths(Vec<Path>);

impl Rule {
    pub(super) fn has_star(&self) -> bool {
        self.from.iter().any(Path::has_star)
    }

    /// The values, each at its place.
    ///
    /// # Errors
    /// What is wrong with a value that is there and does not fit.
    pub(super) fn values(
        &self,
        claims: &Map<String, Value>,
    ) -> Result<BTreeMap<Place, String>, &'static str> {
        if let Some(fixed) = &self.fixed {
            return Ok(BTreeMap::from([(Place::new(), fixed.clone())]));
        }
        let mut values = BTreeMap::new();
        let mut wrong = BTreeMap::new();
        for path in &self.from {
            for (place, value) in path.find(claims) {
                if values.contains_key(&place) {
                    continue;
                }
                match self.value(value) {
                    Ok(Some(value)) => {
                        wrong.remove(&place);
                        values.insert(place, value);
                    }
                    Ok(None) => (),
                    Err(why) => {
                        wrong.insert(place, why);
                    }
                }
            }
        }
        match wrong.pop_first() {
            None => Ok(values),
            Some((_, why)) => Err(why),
        }
    }

    /// A value as it is wanted; none where there is nothing.
    fn value(&self, value: &Value) -> Result<Option<String>, &'static str> {
        let text = match value {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err("is no text"),
        };
        let text = match &self.until {
            Some(mark) => text
                .split(mark.as_str())
                .next()
                .unwrap_or_default()
                .to_owned(),
            None => text,
        };
        if text.is_empty() {
            return Ok(None);
        }
        let text = match &self.remove {
            Some(begin) => text
                .strip_prefix(begin)
                .ok_or("does not begin as it must")?
                .to_owned(),
            None => text,
        };
        if text.len() > LONGEST || !self.is.fits(&text) {
            return Err("has not the form that it must have");
        }
        let text = match &self.words {
            Some(words) => words
                .get(&text)
                .ok_or("is none of the words that are known")?
                .clone(),
            None => text,
        };
        Ok(Some(match &self.before {
            Some(before) => format!("{before}{text}"),
            None => text,
        }))
    }
}

impl Form {
    fn fits(self, text: &str) -> bool {
        let all = |allowed: fn(u8) -> bool| text.bytes().all(allowed);
        let corsican = |length: usize| {
            text.len() == length
                && text.bytes().enumerate().all(|(at, byte)| {
                    byte.is_ascii_digit() || (at == 1 && matches!(byte, b'A' | b'B'))
                })
        };
        match self {
            Self::Text => !text.chars().any(char::is_control),
            Self::Code => all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'),
            Self::Date => {
                let form = |(at, byte): (usize, u8)| match at {
                    4 | 7 => byte == b'-',
                    _ => byte.is_ascii_digit(),
                };
                text.len() == 10 && text.bytes().enumerate().all(form)
            }
            Self::Email => {
                let pair = text.split_once('@');
                let sides = |(name, host): (&str, &str)| {
                    !name.is_empty() && !host.is_empty() && !host.contains('@')
                };
                pair.is_some_and(sides)
                    && !text.chars().any(|c| c.is_control() || c.is_whitespace())
            }
            Self::Insee => corsican(5),
            Self::Rpps => text.len() == 11 && all(|byte| byte.is_ascii_digit()),
            Self::Finess => corsican(9),
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = Rule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a claim's name, a list of them, or a table with `from` or `fixed`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Rule, E> {
                Ok(plain(Paths(vec![path(text)?])))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Rule, A::Error> {
                Paths::deserialize(SeqAccessDeserializer::new(list)).map(plain)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Rule, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(table))?;
                let from = match (table.from, &table.fixed) {
                    (Some(from), None) => from.0,
                    (None, Some(_)) => Vec::new(),
                    _ => return Err(A::Error::custom("a table has either `from` or `fixed`")),
                };
                Ok(Rule {
                    from,
                    fixed: table.fixed,
                    until: table.until.filter(|mark| !mark.is_empty()),
                    remove: table.remove,
                    before: table.before,
                    is: table.is,
                    words: table.words,
                })
            }
        }
        deserializer.deserialize_any(Rules)
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a claim's name, or a list of them")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Paths, E> {
                Ok(Paths(vec![path(text)?]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Paths, A::Error> {
                let mut paths = Vec::new();
                while let Some(text) = list.next_element::<String>()? {
                    paths.push(path(&text)?);
                }
                if paths.is_empty() {
                    return Err(A::Error::custom("the list of claims is empty"));
                }
                Ok(Paths(paths))
            }
        }
        deserializer.deserialize_any(Reading)
    }
}

fn plain(from: Paths) -> Rule {
    Rule {
        from: from.0,
        fixed: None,
        until: None,
        remove: None,
        before: None,
        is: Form::Text,
        words: None,
    }
}

fn path<E: serde::de::Error>(text: &str) -> Result<Path, E> {
    Path::read(text).map_err(|why| E::custom(format!("the claim `{text}` {why}")))
}
