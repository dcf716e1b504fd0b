//! The formats of R4's primitive types (2.24.0.1), by hand instead of by
//! regular expression: every import checks every value.

use super::date;
use crate::definitions::Primitive;
use crate::json::{Elsewhere, Json};

/// R4: strings shall not exceed 1 MB.
const LONGEST_STRING: usize = 1 << 20;

type Refusal = (&'static str, &'static str);

/// Whether a JSON value is in the format of a primitive type; else the code
/// of the issue and the rule.
pub(super) fn check(primitive: Primitive, value: &Json) -> Result<(), Refusal> {
    match primitive {
        Primitive::Boolean => match value {
            Json::Bool(_) => Ok(()),
            _ => Err(("value", "a boolean must be true or false, without quotes")),
        },
        Primitive::Decimal => match value {
            Json::Number(_) => Ok(()),
            _ => Err(("value", "a decimal must be a JSON number, without quotes")),
        },
        Primitive::Integer => whole(
            value,
            i32::MIN,
            "an integer must be a whole JSON number of 32 bits",
        ),
        Primitive::UnsignedInt => whole(
            value,
            0,
            "an unsignedInt must be a whole JSON number from 0 to 2147483647",
        ),
        Primitive::PositiveInt => whole(
            value,
            1,
            "a positiveInt must be a whole JSON number from 1 to 2147483647",
        ),
        _ => match value {
            Json::String(text) => check_text(primitive, text),
            Json::Elsewhere(text) => check_elsewhere(primitive, text),
            _ => Err(("value", "a JSON string is expected")),
        },
    }
}

fn whole(value: &Json, least: i32, rule: &'static str) -> Result<(), Refusal> {
    let number = value.as_number().filter(|text| *text != "-0");
    match number.and_then(|text| text.parse::<i32>().ok()) {
        Some(number) if number >= least => Ok(()),
        _ => Err(("value", rule)),
    }
}

/// A text that lies elsewhere is canonical base64, and not empty.
fn check_elsewhere(primitive: Primitive, text: &Elsewhere) -> Result<(), Refusal> {
    match primitive {
        Primitive::Base64Binary => Ok(()),
        Primitive::String | Primitive::Markdown
            if text.text_length() <= u64::try_from(LONGEST_STRING).unwrap_or(u64::MAX) =>
        {
            Ok(())
        }
        Primitive::String | Primitive::Markdown => {
            Err(("too-long", "a string may not exceed 1048576 characters"))
        }
        _ => Err(("value", "base64 is not expected here")),
    }
}

fn check_text(primitive: Primitive, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(("value", "a string may not be empty"));
    }
    let (right, rule) = match primitive {
        Primitive::String | Primitive::Markdown => return check_string(text),
        Primitive::Xhtml => (
            text.trim_start().starts_with("<div"),
            "xhtml must be one div element",
        ),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => (
            !text.chars().any(char::is_whitespace),
            "a uri may not hold white space",
        ),
        Primitive::Code => (
            is_code(text),
            "a code may hold single spaces only, and none at its ends",
        ),
        Primitive::Id => (
            is_id(text),
            "an id must be 1 to 64 letters, digits, hyphens and dots",
        ),
        Primitive::Date => (
            date::is_date(text),
            "a date must be YYYY, YYYY-MM or YYYY-MM-DD, and a day that exists",
        ),
        Primitive::DateTime => (
            date::is_date_time(text),
            "a dateTime must be a date that exists, or such a day with hh:mm:ss and an offset",
        ),
        Primitive::Instant => (
            date::is_instant(text),
            "an instant must be a day that exists with hh:mm:ss and an offset",
        ),
        Primitive::Time => (
            date::is_time(text),
            "a time must be hh:mm:ss, from 00:00:00 on and before 24:00:00",
        ),
        Primitive::Base64Binary => (is_base64(text), "base64 must be whole groups of four"),
        Primitive::Oid => (
            is_oid(text),
            "an oid must be `urn:oid:` and numbers with dots",
        ),
        Primitive::Uuid => (
            is_uuid(text),
            "a uuid must be `urn:uuid:` and 32 lower-case hexadecimal digits with hyphens",
        ),
        // These are no strings in JSON: `check` has them.
        Primitive::Boolean
        | Primitive::Decimal
        | Primitive::Integer
        | Primitive::UnsignedInt
        | Primitive::PositiveInt => (false, "no JSON string is expected"),
    };
    if right { Ok(()) } else { Err(("value", rule)) }
}

fn check_string(text: &str) -> Result<(), Refusal> {
    if text.len() > LONGEST_STRING && text.chars().count() > LONGEST_STRING {
        return Err(("too-long", "a string may not exceed 1048576 characters"));
    }
    let mut blank = true;
    for byte in text.bytes() {
        if byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') {
            return Err((
                "value",
                "a string may hold no control characters but tab and line ends",
            ));
        }
        blank &= matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    }
    match blank {
        true => Err(("value", "a string may not be white space alone")),
        false => Ok(()),
    }
}

/// Whether a text is an R4 id.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

fn is_code(text: &str) -> bool {
    let mut space = true;
    for letter in text.chars() {
        if letter.is_whitespace() && std::mem::replace(&mut space, true) {
            return false;
        }
        space = letter.is_whitespace();
    }
    !space
}

/// Groups of four with white space between them, and `=` at the end only.
fn is_base64(text: &str) -> bool {
    let (mut digits, mut padding) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b'=' => padding += 1,
            b'+' | b'/' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' if padding == 0 => digits += 1,
            _ => return false,
        }
    }
    digits > 0 && padding <= 2 && (digits + padding).is_multiple_of(4)
}

fn is_oid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("urn:oid:") else {
        return false;
    };
    let mut arcs = rest.split('.');
    let first = arcs.next();
    let mut more = false;
    let rest = arcs.all(|arc| {
        more = true;
        !arc.is_empty()
            && arc.bytes().all(|byte| byte.is_ascii_digit())
            && (arc.len() == 1 || !arc.starts_with('0'))
    });
    matches!(first, Some("0" | "1" | "2")) && rest && more
}

fn is_uuid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("urn:uuid:") else {
        return false;
    };
    rest.len() == 36
        && rest.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
