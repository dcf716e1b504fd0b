//! `Range` and `If-Range` (RFC 9110, 13.1.5 and 14): one range of bytes of a download.

use std::ops::Range;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Problem;

/// What part of the bytes is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of them; also where several ranges, another unit or nonsense is asked for, or the bytes are no
    /// longer those that the client has a part of (RFC 9110 leaves it to the server, or says so).
    Whole,
    /// A part, which is not empty.
    Part(Range<u64>),
    /// A part that is not there.
    NoSuch,
}

/// Reads the headers for bytes of this strong tag and length.
pub fn asked(headers: &HeaderMap, tag: &str, length: u64) -> Asked {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(ranges) = said(header::RANGE).and_then(|text| text.strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    // A weak tag or a date never proves that the bytes are the same.
    if said(header::IF_RANGE).is_some_and(|condition| condition != tag) {
        return Asked::Whole;
    }
    let Some((first, last)) = ranges.split_once('-').filter(|_| !ranges.contains(',')) else {
        return Asked::Whole;
    };
    let part = match (first.trim(), last.trim()) {
        ("", last) => number(last).map(|count| length.saturating_sub(count)..length),
        (first, "") => number(first).map(|first| first..length),
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => {
                Some(first..last.saturating_add(1).min(length))
            }
            _ => None,
        },
    };
    match part {
        None => Asked::Whole,
        Some(part) if part.is_empty() => Asked::NoSuch,
        Some(part) => Asked::Part(part),
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// `Content-Range` of a part.
pub fn said(part: &Range<u64>, length: u64) -> HeaderValue {
    let text = format!("bytes {}-{}/{length}", part.start, part.end - 1);
    HeaderValue::from_str(&text).expect("digits are visible")
}

/// The answer to a part that is not there.
pub fn no_such(length: u64) -> Response {
    let mut response = Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "invalid",
        "the range is beyond the end of the bytes; ask for one within them",
    )
    .into_response();
    let said = HeaderValue::from_str(&format!("bytes */{length}")).expect("digits are visible");
    response.headers_mut().insert(header::CONTENT_RANGE, said);
    response
}

#[cfg(test)]
mod tests {
    //! Failures covered: a byte too many or too few at either end, a part of other bytes than the client
    //! has, an answer to what is beyond the end.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn of(range: &str, condition: Option<&str>, length: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(condition) = condition {
            headers.insert(header::IF_RANGE, condition.parse().unwrap());
        }
        asked(&headers, "\"v1\"", length)
    }

    #[test]
    fn a_range_is_off_by_one() {
        assert_eq!(of("bytes=0-0", None, 10), Asked::Part(0..1));
        assert_eq!(of("bytes=3-", None, 10), Asked::Part(3..10));
        assert_eq!(of("bytes=-4", None, 10), Asked::Part(6..10));
        assert_eq!(of("bytes=-40", None, 10), Asked::Part(0..10));
        assert_eq!(of("bytes=8-99", None, 10), Asked::Part(8..10));
        assert_eq!(of("bytes=9-9", None, 10), Asked::Part(9..10));
    }

    #[test]
    fn what_is_beyond_the_end_is_answered() {
        assert_eq!(of("bytes=10-", None, 10), Asked::NoSuch);
        assert_eq!(of("bytes=-0", None, 10), Asked::NoSuch);
        assert_eq!(of("bytes=0-0", None, 0), Asked::NoSuch);
        assert_eq!(
            of("bytes=99999999999999999999999-", None, 10),
            Asked::NoSuch
        );
    }

    #[test]
    fn nonsense_is_half_understood() {
        for range in [
            "bytes=",
            "bytes=-",
            "bytes=5-3",
            "bytes=a-b",
            "bytes=1-2,4-5",
            "items=1-2",
        ] {
            assert_eq!(of(range, None, 10), Asked::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_of_other_bytes_is_sent() {
        assert_eq!(of("bytes=1-2", Some("\"v1\""), 10), Asked::Part(1..3));
        for other in ["\"v2\"", "W/\"v1\"", "Sat, 29 Oct 1994 19:43:31 GMT"] {
            assert_eq!(of("bytes=1-2", Some(other), 10), Asked::Whole, "{other}");
        }
    }
}
