use super::super::strings::Folded;
use super::{check, resource};

#[test]
fn the_examples_of_the_specification_hold() {
    let given = |name: &str| {
        resource(&format!(
            r#"{{"resourceType":"Patient","name":[{{"given":["{name}"]}}]}}"#
        ))
    };
    for name in ["Eve", "Evelyn"] {
        check(&given(name), &[("given", "eve", true)]);
    }
    for name in ["Eve", "Evelyn", "Severine"] {
        check(&given(name), &[("given:contains", "eve", true)]);
    }
    check(&given("Severine"), &[("given", "eve", false)]);
    check(
        &given("Eve"),
        &[
            ("given:exact", "Eve", true),
            ("given:exact", "eve", false),
            ("given:exact", "EVE", false),
        ],
    );
    check(&given("Evelyn"), &[("given:exact", "Eve", false)]);
}

#[test]
fn a_french_name_is_found_without_its_accents() {
    let patient = resource(
        r#"{"resourceType":"Patient","name":[
            {"family":"Le Cœur-D’Été","given":["Hélène","Françoise"]},
            {"family":"Muller","prefix":["Mme"]}],
            "address":[{"line":["12 rue de l'Église"],"city":"Nîmes","postalCode":"30000"}]}"#,
    );
    check(
        &patient,
        &[
            ("family", "LE COEUR D'ETE", true),
            ("family", "le cœur", true),
            ("family", "coeur", false),
            ("family:contains", "coeur", true),
            ("given", "francoise", true),
            ("given", "FRANÇ", true),
            ("given", "HELENE,autre", true),
            ("given:exact", "Helene", false),
            ("name", "mme", true),
            ("name", "müller", true),
            ("name", "helene", true),
            ("address", "nimes", true),
            ("address", "12 Rue de l Eglise", true),
            ("address-postalcode", "30", true),
            ("address-city", "nîm", true),
            ("name:missing", "true", false),
        ],
    );
}

#[test]
fn letters_that_unicode_does_not_decompose_fold_too() {
    let pairs = [
        ("Ægir", "AEGIR"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("Đặng", "dang"),
        ("İstanbul", "istanbul"),
        ("e\u{301}te\u{301}", "été"),
        ("Ÿ", "y"),
        ("ﬁn", "fin"),
    ];
    for (one, other) in pairs {
        assert!(Folded::new(one) == Folded::new(other), "{one} {other}");
    }
    assert!(Folded::new(" Jean--Pierre\t X ") == Folded::new("jean pierre x"));
    assert!(Folded::new("Σοφία") == Folded::new("σοφια"));
}

#[test]
fn a_comma_in_a_name_is_not_an_alternative() {
    let organization = resource(r#"{"resourceType":"Organization","name":"Dupont, Durand"}"#);
    check(
        &organization,
        &[
            ("name", r"dupont\, d", true),
            ("name:exact", r"Dupont\, Durand", true),
            ("name:exact", "Dupont, Durand", false),
            ("name", "nobody,dupont", true),
        ],
    );
}
