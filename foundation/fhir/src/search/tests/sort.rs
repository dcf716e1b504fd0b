use std::cmp::Ordering;

use proptest::prelude::*;

use super::super::sort::Sort;
use super::resource;
use crate::resource::Resource;

/// The ids of resources of a type, given by id and members, in this order.
fn sorted(kind: &str, order: &str, members: &[(&str, &str)]) -> String {
    let sort = Sort::parse(kind, order).unwrap_or_else(|fault| panic!("{order}: {fault}"));
    let mut resources: Vec<Resource> = members
        .iter()
        .map(|(id, members)| {
            let comma = if members.is_empty() { "" } else { "," };
            resource(&format!(
                r#"{{"resourceType":"{kind}","id":"{id}"{comma}{members}}}"#
            ))
        })
        .collect();
    let mut by_key: Vec<&Resource> = resources.iter().collect();
    by_key.sort_by_cached_key(|resource| sort.key(resource));
    let ids = |found: &mut dyn Iterator<Item = &Resource>| {
        let ids: Vec<&str> = found.map(|resource| resource.id().unwrap()).collect();
        ids.join(" ")
    };
    let by_key = ids(&mut by_key.into_iter());
    resources.sort_by(|one, other| sort.compare(one, other));
    let by_comparison = ids(&mut resources.iter());
    assert_eq!(by_key, by_comparison, "{order}");
    by_comparison
}

/// Resource type, resources by id and members, then orders with the ids in it.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // A date counts by its start when ascending, by its end when descending.
    ("Observation", &[
        ("year", r#""effectiveDateTime":"2020""#),
        ("june", r#""effectiveDateTime":"2020-06-01T10:00:00+02:00""#),
        ("utc", r#""effectiveDateTime":"2020-06-01T09:00:00Z""#),
        ("none", ""),
        ("open", r#""effectivePeriod":{"start":"2019-05-01"}"#),
        ("until", r#""effectivePeriod":{"end":"2019-06"}"#),
    ], &[
        ("date", "until open year june utc none"),
        ("-date", "open year utc june until none"),
    ]),
    ("Observation", &[
        ("b", r#""meta":{"lastUpdated":"2024-01-02T00:00:00Z"},"status":"final""#),
        ("a", r#""meta":{"lastUpdated":"2024-01-02T01:00:00+02:00"},"status":"amended""#),
        ("c", r#""status":"final""#),
    ], &[
        ("_lastUpdated", "a b c"),
        ("-_lastUpdated", "b a c"),
        ("-status,_lastUpdated", "b c a"),
        ("status,-_lastUpdated", "a b c"),
        ("_id", "a b c"),
        ("-_id", "c b a"),
    ]),
    ("Patient", &[
        ("1", r#""name":[{"family":"Zola"}],"active":true"#),
        ("2", r#""name":[{"family":"élan"}],"active":false"#),
        ("3", r#""name":[{"family":"Ebner"}]"#),
        ("4", r#""name":[{"family":"Œuf"},{"family":"Abel"}],"active":true"#),
    ], &[
        ("family", "4 3 2 1"),
        ("-family", "1 4 2 3"),
        ("active", "2 1 4 3"),
        ("-active", "1 4 2 3"),
        ("gender", "1 2 3 4"),
        ("-gender,family", "4 3 2 1"),
    ]),
    ("Observation", &[
        ("ten", r#""valueQuantity":{"value":10}"#),
        ("nine", r#""valueQuantity":{"value":9.50}"#),
        ("less", r#""valueQuantity":{"value":100,"comparator":"<"}"#),
        ("minus", r#""valueQuantity":{"value":-3}"#),
        ("text", r#""valueString":"7""#),
    ], &[
        ("value-quantity", "less minus nine ten text"),
        ("-value-quantity", "less ten nine minus text"),
    ]),
    ("Observation", &[
        ("b", r#""code":{"coding":[{"code":"b"},{"code":"z"}]}"#),
        ("c", r#""code":{"coding":[{"system":"urn:a","code":"c"}]}"#),
        ("words", r#""code":{"text":"a"}"#),
    ], &[("code", "b c words"), ("-code", "b c words")]),
];

#[test]
fn resources_come_out_of_order() {
    for (kind, resources, orders) in CASES {
        for (order, ids) in *orders {
            assert_eq!(sorted(kind, order, resources), *ids, "{kind} {order}");
        }
    }
}

#[test]
fn an_order_that_means_nothing_is_taken() {
    for (kind, order, code, place) in [
        ("Patient", "nom", "not-supported", "Patient"),
        ("Patient", "", "value", "_sort"),
        ("Patient", "-", "value", "_sort"),
        ("Patient", "family,", "value", "_sort"),
        ("Patient", "--family", "not-supported", "Patient"),
        ("Patient", "family:exact", "not-supported", "Patient"),
        ("Patient", "family,nom", "not-supported", "Patient"),
        ("Observation", "subject", "not-supported", "subject"),
        (
            "Observation",
            "subject.name",
            "not-supported",
            "Observation",
        ),
        (
            "Observation",
            "_has:Provenance:target:recorded",
            "not-supported",
            "Observation",
        ),
        (
            "Observation",
            "code-value-quantity",
            "not-supported",
            "code-value-quantity",
        ),
        ("Location", "near", "not-supported", "near"),
        ("Patient", "_text", "not-supported", "_text"),
        ("Nothing", "_foo", "not-supported", "Resource"),
    ] {
        let fault = Sort::parse(kind, order).err().unwrap();
        assert_eq!((fault.code, fault.place.as_str()), (code, place), "{order}");
    }
}

proptest! {
    #[test]
    fn an_order_contradicts_itself(
        members in prop::collection::vec(("[a-cÉé]{0,2}", prop::option::of(1900..1904_u32)), 3),
        order in "-?(family|birthdate),-?(birthdate|family)",
    ) {
        let sort = Sort::parse("Patient", &order).unwrap();
        let patients: Vec<Resource> = members
            .iter()
            .map(|(family, year)| {
                let born = year.map_or(String::new(), |year| format!(r#","birthDate":"{year}""#));
                resource(&format!(
                    r#"{{"resourceType":"Patient","name":[{{"family":"{family}"}}]{born}}}"#
                ))
            })
            .collect();
        for one in &patients {
            prop_assert_eq!(sort.compare(one, one), Ordering::Equal);
            for two in &patients {
                let order = sort.compare(one, two);
                prop_assert_eq!(order, sort.compare(two, one).reverse());
                prop_assert_eq!(order, sort.key(one).cmp(&sort.key(two)));
                for three in &patients {
                    if order.is_le() && sort.compare(two, three).is_le() {
                        prop_assert!(sort.compare(one, three).is_le());
                    }
                }
            }
        }
    }
}
