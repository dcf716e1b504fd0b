//! JSON with its order and the text of its decimals: both are part of what a record keeps.

use std::borrow::Cow;
use std::fmt::Write;

/// A JSON value to print.
pub enum Json {
    Text(Cow<'static, str>),
    /// A number as its text, so that `72.50` stays `72.50`.
    Number(String),
    Bool(bool),
    List(Vec<Json>),
    Object(Fields),
}

/// Members of an object, in their order.
pub type Fields = Vec<(&'static str, Json)>;

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Text(text.clone().into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

/// `object! { "name": value, … }`, in this order.
macro_rules! object {
    ($($name:literal : $value:expr),* $(,)?) => {
        $crate::json::Json::Object($crate::json::fields![$($name: $value),*])
    };
}

/// The fields of an object that is not complete yet.
macro_rules! fields {
    ($($name:literal : $value:expr),* $(,)?) => {
        vec![$(($name, $crate::json::Json::from($value))),*]
    };
}

/// `list![value, …]`.
macro_rules! list {
    ($($value:expr),* $(,)?) => {
        $crate::json::Json::List(vec![$($crate::json::Json::from($value)),*])
    };
}

pub(crate) use {fields, list, object};

impl Json {
    /// Appends the value as compact JSON.
    pub fn print(&self, out: &mut String) {
        match self {
            Self::Text(text) => string(out, text),
            Self::Number(text) => out.push_str(text),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    item.print(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if place == 0 { "\"" } else { ",\"" });
                    out.push_str(name);
                    out.push_str("\":");
                    value.print(out);
                }
                out.push('}');
            }
        }
    }
}

/// A string with RFC 8259's escapes; what needs none is copied in one piece.
fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) =
        rest.find(|character: char| character < ' ' || matches!(character, '"' | '\\'))
    {
        let (plain, escaped) = rest.split_at(at);
        out.push_str(plain);
        match escaped.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            control => write!(out, "\\u{control:04x}").expect("writing to memory succeeds"),
        }
        rest = &escaped[1..];
    }
    out.push_str(rest);
    out.push('"');
}
