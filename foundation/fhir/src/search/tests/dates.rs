use proptest::prelude::*;

use super::super::dates::{Query, Span};
use super::{check, finds, resource};

fn span(text: &str) -> Span {
    Span::of(text).unwrap()
}

/// The examples of R4's table of prefixes (3.1.1.4.4): search, value, verdict.
#[test]
fn the_examples_of_the_specification_hold() {
    let from_21_jan = Span::of_period(Some("2013-01-21"), None).unwrap();
    let from_15_mar = Span::of_period(Some("2013-03-15"), None).unwrap();
    let until_21_jan = Span::of_period(None, Some("2013-01-21")).unwrap();
    let table = [
        ("eq2013-01-14", span("2013-01-14T00:00:00Z"), true),
        ("eq2013-01-14", span("2013-01-14T10:00:00Z"), true),
        ("eq2013-01-14", span("2013-01-15T00:00:00Z"), false),
        ("ne2013-01-14", span("2013-01-15T00:00:00Z"), true),
        ("ne2013-01-14", span("2013-01-14T00:00:00Z"), false),
        ("ne2013-01-14", span("2013-01-14T10:00:00Z"), false),
        ("lt2013-01-14T10:00", span("2013-01-14"), true),
        ("gt2013-01-14T10:00", span("2013-01-14"), true),
        ("ge2013-03-14", from_21_jan, true),
        ("le2013-03-14", from_21_jan, true),
        ("sa2013-03-14", from_15_mar, true),
        ("sa2013-03-14", from_21_jan, false),
        ("sa2013-03-14", until_21_jan, false),
        ("eb2013-03-14", from_15_mar, false),
        ("eb2013-03-14", from_21_jan, false),
        ("eb2013-03-14", until_21_jan, true),
        ("ap2013-03-14", span("2013-03-14"), true),
        ("ap2013-03-14", span("2013-01-21"), false),
        ("ap2013-03-14", span("2015-06-15"), false),
    ];
    for (asked, value, verdict) in table {
        assert_eq!(
            Query::parse(asked).unwrap().matches(value),
            verdict,
            "{asked} on {value:?}"
        );
    }
}

#[test]
fn a_date_is_not_taken_for_its_first_instant() {
    let patient = resource(r#"{"resourceType":"Patient","birthDate":"1970-06-30"}"#);
    check(
        &patient,
        &[
            ("birthdate", "1970-06-30", true),
            ("birthdate", "1970-06", true),
            ("birthdate", "1970", true),
            ("birthdate", "1970-06-29", false),
            ("birthdate", "1970-06-30T00:00:00Z", false),
            ("birthdate", "gt1970-06-30", false),
            ("birthdate", "ge1970-06-30", true),
            ("birthdate", "lt1970-06-30", false),
            ("birthdate", "le1970-06-30", true),
            ("birthdate", "sa1970-06-29", true),
            ("birthdate", "eb1970-07", true),
            ("birthdate", "1969,1970", true),
        ],
    );
}

#[test]
fn a_zone_moves_a_time_into_another_day() {
    let paris = resource(
        r#"{"resourceType":"Observation","effectiveDateTime":"2024-01-01T00:30:00+01:00"}"#,
    );
    check(
        &paris,
        &[
            ("date", "2023-12-31", true),
            ("date", "2024-01-01", false),
            ("date", "2024-01-01T00:30:00+01:00", true),
            ("date", "2023-12-31T23:30:00", true),
        ],
    );
}

#[test]
fn open_periods_and_schedules_are_not_missed() {
    let stay = resource(r#"{"resourceType":"Encounter","period":{"start":"2020-03-10"}}"#);
    check(
        &stay,
        &[
            ("date", "ge2030", true),
            ("date", "lt2020-03-10", false),
            ("date", "2020", false),
            ("date", "eb2040", false),
            ("date:missing", "false", true),
        ],
    );
    let plan = resource(
        r#"{"resourceType":"ServiceRequest","occurrenceTiming":{"event":["2020-01-05","2020-02-01"],
            "repeat":{"boundsPeriod":{"start":"2019-12-31","end":"2020-01-31"}}}}"#,
    );
    check(
        &plan,
        &[
            ("occurrence", "2020-01-05", false),
            ("occurrence", "ap2020-01-20", true),
        ],
    );
    assert!(finds(&plan, "occurrence", "sa2019-12-30"));
    assert!(finds(&plan, "occurrence", "eb2020-02-02"));
    assert!(!finds(&plan, "occurrence", "eb2020-02-01"));
}

#[test]
fn what_is_no_date_is_not_read_as_one() {
    let bad = [
        "",
        "13",
        "2013-1-1",
        "2013-13",
        "2013-00",
        "2013-02-29",
        "2100-02-29",
        "2013-04-31",
        "2013-01-00",
        "2013-01-01T",
        "2013-01T10:00:00Z",
        "2013-01-01T24:00:00Z",
        "2013-01-01T10",
        "2013-01-01T10:60",
        "2013-01-01T10:00:00.",
        "2013-01-01T10:00:00+15:00",
        "2013-01-01T10:00:00 02:00",
        "0000-01-01",
        "x2013",
        "2013-01-01-01",
        "+013-01-01",
        "2013-01-01T10:00:00.5x",
        "2013-01-01T10:00:61Z",
    ];
    for text in bad {
        assert!(Span::of(text).is_none(), "{text}");
    }
    assert!(Span::of("2000-02-29").is_some() && Span::of("2024-02-29").is_some());
    assert!(Query::parse("xx2013").is_none() && Query::parse("eq").is_none());
}

#[test]
fn precision_goes_down_to_fractions() {
    assert_eq!(
        span("1970-01-01T00:00:01.5Z"),
        Span {
            start: Some(1_500_000_000),
            end: Some(1_600_000_000)
        }
    );
    assert_eq!(
        span("1970-01-01T00:01"),
        Span {
            start: Some(60_000_000_000),
            end: Some(120_000_000_000)
        }
    );
    assert_eq!(
        span("1970-01-01T00:00:00.1234567891234Z").start,
        Some(123_456_789)
    );
}

/// Days since 1970 by counting, one year and one month after the other.
fn counted_days(year: i128, month: usize, day: i128) -> i128 {
    let leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let of_year = |year| if leap(year) { 366 } else { 365 };
    let years: i128 = if year >= 1970 {
        (1970..year).map(of_year).sum()
    } else {
        -(year..1970).map(of_year).sum::<i128>()
    };
    let months = [
        31,
        if leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    years + months[..month - 1].iter().sum::<i128>() + day - 1
}

fn any_span() -> impl Strategy<Value = Span> {
    let bound = || proptest::option::weighted(0.8, 0..50i128);
    (bound(), bound()).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => Span {
            start: Some(a.min(b)),
            end: Some(a.max(b) + 1),
        },
        (start, end) => Span { start, end },
    })
}

proptest! {
    #[test]
    fn the_calendar_agrees_with_counting(year in 1i128..3000, month in 1usize..=12, day in 1i128..=28) {
        let start = span(&format!("{year:04}-{month:02}-{day:02}")).start.unwrap();
        prop_assert_eq!(start, counted_days(year, month, day) * 86_400_000_000_000);
    }

    #[test]
    fn one_instant_is_one_span_in_every_zone(minute in 0i128..1440, offset in -839i128..=840) {
        let utc = format!("2021-06-15T{:02}:{:02}:30Z", minute / 60, minute % 60);
        let local = minute + offset;
        let day = 15 + local.div_euclid(1440);
        let clock = local.rem_euclid(1440);
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        let there = format!("2021-06-{day:02}T{:02}:{:02}:30{sign}{hours:02}:{minutes:02}", clock / 60, clock % 60);
        prop_assert_eq!(span(&utc), span(&there));
    }

    #[test]
    fn the_prefixes_agree_with_one_another(year in 1971u32..1975, value in any_span()) {
        let scale = |bound: Option<i128>| bound.map(|days| days * 50 * 86_400_000_000_000);
        let value = Span { start: scale(value.start), end: scale(value.end) };
        let says = |prefix: &str| Query::parse(&format!("{prefix}{year}")).unwrap().matches(value);
        prop_assert_eq!(says("eq"), !says("ne"));
        prop_assert_eq!(says("ge"), says("gt") || says("eq"));
        prop_assert_eq!(says("le"), says("lt") || says("eq"));
        prop_assert_eq!(says("ap"), !says("sa") && !says("eb"));
        prop_assert!(!says("sa") || says("gt"));
        prop_assert!(!says("eb") || says("lt"));
        prop_assert!(says("eq") || says("gt") || says("lt"));
        prop_assert_eq!(says(""), says("eq"));
    }
}
