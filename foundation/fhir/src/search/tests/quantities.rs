use proptest::prelude::*;

use super::super::decimal::{Decimal, Precise};
use super::{check, resource};

#[test]
fn precision_is_as_written() {
    let probability = |value: &str| {
        resource(&format!(
            r#"{{"resourceType":"RiskAssessment","prediction":[{{"probabilityDecimal":{value}}}]}}"#
        ))
    };
    // R4, 3.1.1.4.6: 100 means 99.5 to 100.5, 100.00 means 99.995 to 100.005.
    check(
        &probability("99.5"),
        &[
            ("probability", "100", true),
            ("probability", "100.00", false),
            ("probability", "ne100", false),
        ],
    );
    check(
        &probability("100.5"),
        &[
            ("probability", "100", false),
            ("probability", "sa100", true),
        ],
    );
    check(
        &probability("99.4999999999999999999999999"),
        &[
            ("probability", "100", false),
            ("probability", "eb100", true),
        ],
    );
    check(
        &probability("100.0049"),
        &[
            ("probability", "100.00", true),
            ("probability", "gt100", true),
        ],
    );
    check(
        &probability("103"),
        &[
            ("probability", "1e2", true),
            ("probability", "ap100", true),
            ("probability", "eq100", false),
        ],
    );
    check(
        &probability("111"),
        &[
            ("probability", "ap100", false),
            ("probability", "ap-111", false),
        ],
    );
    check(
        &probability("-5"),
        &[
            ("probability", "-5.0", true),
            ("probability", "lt-4", true),
            ("probability", "ge-5", true),
            ("probability", "gt-5", false),
            ("probability", "ap-5", true),
        ],
    );
    check(
        &probability("0.0"),
        &[
            ("probability", "0", true),
            ("probability", "-0", true),
            ("probability", "lt0", false),
        ],
    );
}

#[test]
fn a_quantity_is_found_in_its_unit_only() {
    let glucose = |value: &str| {
        resource(&format!(
            r#"{{"resourceType":"Observation","valueQuantity":{{"value":{value},"unit":"milligramme",
                "system":"http://unitsofmeasure.org","code":"mg"}}}}"#
        ))
    };
    check(
        &glucose("5.40"),
        &[
            ("value-quantity", "5.4|http://unitsofmeasure.org|mg", true),
            ("value-quantity", "5.4|http://unitsofmeasure.org|g", false),
            ("value-quantity", "5.4|urn:other|mg", false),
            ("value-quantity", "5.4||mg", true),
            ("value-quantity", "5.4||milligramme", true),
            ("value-quantity", "5.4||MG", false),
            ("value-quantity", "5.4", true),
            ("value-quantity", "5.40e0", true),
            ("value-quantity", "5.5", false),
            ("value-quantity", "le5.4||mg", true),
            ("value-quantity", "lt5.4||mg", false),
            ("value-quantity", "1,5.4", true),
            ("combo-value-quantity", "gt5", true),
        ],
    );
}

#[test]
fn a_result_below_the_limit_is_not_taken_for_the_limit() {
    let below =
        resource(r#"{"resourceType":"Observation","valueQuantity":{"value":5,"comparator":"<"}}"#);
    check(
        &below,
        &[
            ("value-quantity", "5", false),
            ("value-quantity", "lt5", true),
            ("value-quantity", "ge5", false),
            ("value-quantity", "lt1", true),
            ("value-quantity", "eb6", true),
            ("value-quantity", "gt4.9", true),
        ],
    );
    let range = resource(
        r#"{"resourceType":"Condition","onsetRange":{"low":{"value":30},"high":{"value":40}}}"#,
    );
    check(
        &range,
        &[
            ("onset-age", "gt39", true),
            ("onset-age", "gt40", false),
            ("onset-age", "ge40", true),
            ("onset-age", "35", false),
            ("onset-age", "sa29", true),
            ("onset-age", "eb41", true),
            ("onset-age", "ap44", true),
        ],
    );
}

#[test]
fn an_amount_is_found_in_its_currency() {
    let invoice =
        resource(r#"{"resourceType":"Invoice","totalGross":{"value":12.50,"currency":"EUR"}}"#);
    check(
        &invoice,
        &[
            ("totalgross", "12.5|urn:iso:std:iso:4217|EUR", true),
            ("totalgross", "12.5||EUR", true),
            ("totalgross", "12.5||USD", false),
        ],
    );
}

#[test]
fn what_is_no_number_is_not_read_as_one() {
    for text in [
        "",
        "-",
        ".5",
        "5.",
        "+5",
        "1e",
        "1e99999999999",
        "0x1",
        "1 ",
        "NaN",
        "1.2.3",
        "--1",
        "٣",
    ] {
        assert!(Decimal::parse(text).is_none(), "{text}");
    }
}

/// The value as a whole number of 10⁻²⁰.
fn scaled(whole: i64, fraction: u64, negative: bool) -> i128 {
    let value = i128::from(whole) * 100_000_000_000_000_000_000 + i128::from(fraction) * 100;
    if negative { -value } else { value }
}

proptest! {
    #[test]
    fn order_agrees_with_whole_numbers(
        a in (0i64..30, 0u64..1_000_000_000_000_000_000, any::<bool>()),
        b in (0i64..30, 0u64..1_000_000_000_000_000_000, any::<bool>()),
        zeros in 0usize..4,
    ) {
        let text = |(whole, fraction, negative): (i64, u64, bool)| {
            format!("{}{whole}.{fraction:018}{}", if negative { "-" } else { "" }, "0".repeat(zeros))
        };
        let parse = |value| Decimal::parse(&text(value)).unwrap();
        prop_assert_eq!(parse(a).cmp(&parse(b)), scaled(a.0, a.1, a.2).cmp(&scaled(b.0, b.1, b.2)));
    }

    #[test]
    fn an_exponent_moves_the_point(digits in 1u64..1_000_000, places in 0usize..6) {
        let parse = |text: String| Decimal::parse(&text).unwrap();
        let point = parse(format!("0.{digits:06}"));
        let padded = parse(format!("{digits}{}E-{}", "0".repeat(places), 6 + places));
        let whole = parse(format!("{digits}e-6"));
        prop_assert!(point == whole && point == padded);
    }

    #[test]
    fn a_number_lies_in_its_own_precision(digits in -100_000i64..100_000, places in 0u32..5) {
        let sign = if digits < 0 { "-" } else { "" };
        let unit = 10u64.pow(places);
        let whole = digits.unsigned_abs();
        let text = format!("{sign}{}.{:0width$}", whole / unit, whole % unit, width = places.max(1) as usize);
        let precise = Precise::parse(&text).unwrap();
        prop_assert!(precise.low < precise.value && precise.value < precise.high);
        prop_assert!(precise.near.0 <= precise.value && precise.value <= precise.near.1);
        // The range is one unit of the last place wide, and both ends end in 5.
        let half = |digits: i64| Decimal::parse(&format!("{digits}5e-{}", places.max(1) + 1)).unwrap();
        if digits > 0 && places > 0 {
            prop_assert!(precise.high == half(digits) && precise.low == half(digits - 1));
        }
    }
}
