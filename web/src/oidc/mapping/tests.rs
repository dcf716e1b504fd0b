//! Dangers: a value of one practice in another; a value that has not its form; the wrong one of two claims.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::path::Path;
use super::{Field, Identity, Mapping, Practice, Rule, Who};

/// What comes of `claims` under a rule for a citizen's birthplace and one for his gender.
fn birthplace(rule: &str, claims: &Value) -> Result<Option<String>, String> {
    let rules = toml::from_str(&format!("birthplace = {rule}")).unwrap();
    let mapping = Mapping::new(Who::Citizen, rules).unwrap();
    match mapping.identity("i", "s", claims.as_object().unwrap()) {
        Ok(Identity::Citizen(citizen)) => Ok(citizen.birthplace),
        Ok(_) => panic!("a citizen was asked for"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn a_value_of_another_form_is_taken() {
    let some = |text: &str| Ok(Some(text.to_owned()));
    let insee = r#"{ from = "place", is = "insee" }"#;
    assert_eq!(
        birthplace(insee, &json!({ "place": "75107" })),
        some("75107")
    );
    assert_eq!(
        birthplace(insee, &json!({ "place": "2A004" })),
        some("2A004")
    );
    // Somebody born abroad: an empty text is nothing.
    for nothing in [
        json!({}),
        json!({ "place": "" }),
        json!({ "place": null }),
        json!({ "place": " " }),
    ] {
        assert_eq!(birthplace(insee, &nothing), Ok(None));
    }
    for wrong in [
        json!("7510"),
        json!("75 107"),
        json!("A7510"),
        json!("751077"),
        json!(["75107"]),
        json!({}),
        json!(true),
    ] {
        assert!(
            birthplace(insee, &json!({ "place": wrong })).is_err(),
            "{wrong}"
        );
    }
    assert_eq!(birthplace(insee, &json!({ "place": 75107 })), some("75107"));
    let forms = [
        ("date", "1962-08-24", "24/08/1962"),
        ("date", "1962-08-00", "1962-8-24"),
        ("email", "a@b", "a@b@c"),
        ("email", "a.b+c@d.e", "a b@c"),
        ("rpps", "10001234565", "1000123456"),
        ("rpps", "10001234565", "1000123456X"),
        ("finess", "750712184", "75071218"),
        ("finess", "2A0000014", "A20000014"),
        ("code", "G15_10", "G15 10"),
        ("code", "SM26", "SM/26"),
        ("text", "D'Arc–Ünal", "a\u{0}b"),
        ("text", "x", "\u{7f}"),
    ];
    for (form, good, bad) in forms {
        let rule = format!("{{ from = \"v\", is = \"{form}\" }}");
        assert_eq!(
            birthplace(&rule, &json!({ "v": good })),
            some(good),
            "{form}"
        );
        assert!(
            birthplace(&rule, &json!({ "v": bad })).is_err(),
            "{form}: {bad}"
        );
    }
    assert!(birthplace("\"v\"", &json!({ "v": "x".repeat(513) })).is_err());
}

#[test]
fn the_wrong_one_of_two_claims_is_taken() {
    let some = |text: &str| Ok(Some(text.to_owned()));
    let rule = r#"["one", "/two/0/three", "https://example.org/claim", "/with~1slash"]"#;
    assert_eq!(
        birthplace(rule, &json!({ "one": "1", "two": [{ "three": "3" }] })),
        some("1")
    );
    assert_eq!(
        birthplace(rule, &json!({ "one": "", "two": [{ "three": "3" }] })),
        some("3")
    );
    assert_eq!(
        birthplace(rule, &json!({ "https://example.org/claim": "x" })),
        some("x")
    );
    assert_eq!(birthplace(rule, &json!({ "with/slash": "y" })), some("y"));
    // One that does not fit gives way to one that does, and is told when none does.
    let rule = r#"{ from = ["a", "b"], until = "^", remove = "8", before = "R-", is = "code" }"#;
    assert_eq!(
        birthplace(rule, &json!({ "a": "0123", "b": "8123^1.2" })),
        some("R-123")
    );
    let told = birthplace(rule, &json!({ "a": "0123" }));
    assert_eq!(
        told,
        Err("the claim for `birthplace` does not begin as it must".to_owned())
    );
    let rule = r#"{ from = "a", words = { M = "male" } }"#;
    assert_eq!(birthplace(rule, &json!({ "a": "M" })), some("male"));
    assert!(birthplace(rule, &json!({ "a": "X" })).is_err());
}

#[test]
fn a_practice_gets_what_is_said_of_another() {
    let rules = toml::from_str(
        r#"
        number = "n"
        profession = "/p/*/code"
        speciality = "/p/*/speciality"
        sector = "/p/*/a/*/sector"
        structure = "/p/*/a/*/structure"
        "#,
    );
    let mapping = Mapping::new(Who::Professional, rules.unwrap()).unwrap();
    let practices = |claims: Value| match mapping.identity("i", "s", claims.as_object().unwrap()) {
        Ok(Identity::Professional(professional)) => professional.practices,
        _ => panic!("a professional was asked for"),
    };
    let claims = json!({ "n": "1", "p": [
        { "code": "10", "a": [{ "sector": "SA01" }, {}, { "structure": "F" }] },
        { "speciality": "SM02", "a": [{ "sector": "SA07", "structure": "G" }] },
        { "code": "50" },
        {},
    ] });
    let practice = |profession: &str, speciality: &str, sector: &str, structure: &str| {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Practice {
            profession: some(profession),
            speciality: some(speciality),
            sector: some(sector),
            structure: some(structure),
            structure_name: None,
        }
    };
    let expected = [
        practice("10", "", "SA01", ""),
        practice("10", "", "", "F"),
        practice("", "SM02", "SA07", "G"),
        practice("50", "", "", ""),
    ];
    assert!(practices(claims) == expected);
    assert!(practices(json!({ "n": "1" })).is_empty());
    // As many as anybody has, and not as many as somebody sends.
    let many = vec![json!({ "code": "10" }); 1_000];
    assert_eq!(practices(json!({ "n": "1", "p": many })).len(), 64);
}

#[test]
fn a_provider_of_one_establishment_can_not_say_where_its_people_work() {
    let rules = r#"number = "n"
        profession = "/p/*/code"
        sector = { fixed = "SA01" }
        structure = { fixed = "750712184" }"#;
    let mapping = Mapping::new(Who::Professional, toml::from_str(rules).unwrap()).unwrap();
    let claims = json!({ "n": "1", "p": [{ "code": "10" }, { "code": "50" }], "sector": "SA23" });
    let Ok(Identity::Professional(doctor)) =
        mapping.identity("i", "s", claims.as_object().unwrap())
    else {
        panic!("a professional was asked for");
    };
    let said = doctor.practices.iter().map(|practice| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        (
            text(&practice.profession),
            text(&practice.sector),
            text(&practice.structure),
        )
    });
    let work = |code: &str| (code.to_owned(), "SA01".to_owned(), "750712184".to_owned());
    assert_eq!(said.collect::<Vec<_>>(), [work("10"), work("50")]);
    for wrong in ["sector = {}", "sector = { from = \"s\", fixed = \"SA01\" }"] {
        assert!(
            toml::from_str::<BTreeMap<Field, Rule>>(wrong).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn a_path_leads_out_of_the_claims() {
    for bad in ["", "*", "/", "/*", "/a/", "/a//b", "/a~", "/a~2b"] {
        assert!(Path::read(bad).is_err(), "{bad}");
    }
    let claims = json!({ "a": { "b": [1, [2, 3]] }, "~/": 4 });
    let find = |path: &str| {
        let found = Path::read(path)
            .unwrap()
            .find(claims.as_object().unwrap())
            .into_iter();
        found
            .map(|(place, value)| (place, value.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(find("/a/b/0"), [(vec![], json!(1))]);
    assert_eq!(
        find("/a/b/*/*"),
        [(vec![1, 0], json!(2)), (vec![1, 1], json!(3))]
    );
    assert_eq!(find("/~0~1"), [(vec![], json!(4))]);
    for nowhere in ["/a/b/2", "/a/c", "a/b", "/a/b/-", "/a/b/*/*/*"] {
        assert!(find(nowhere).is_empty(), "{nowhere}");
    }
    assert!(Field::Number.is_of(Who::Professional) && !Field::Number.is_of(Who::Citizen));
}
