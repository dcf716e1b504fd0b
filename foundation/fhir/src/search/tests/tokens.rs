use super::{check, resource};

const OBSERVATION: &str = r#"{"resourceType":"Observation","id":"Abc","status":"final",
    "meta":{"tag":[{"system":"urn:t","code":"a,b|c"}],"lastUpdated":"2024-01-02T03:04:05.678+01:00",
            "profile":["http://example.org/p|2"],"source":"urn:s"},
    "identifier":[{"system":"urn:i","value":"42"},{"value":"43","type":{"text":"Numéro de dossier"}}],
    "code":{"coding":[{"system":"http://loinc.org","code":"2345-7","display":"Glucose [Mass]"},{"code":"local"}],
            "text":"Glycémie"}}"#;

#[test]
fn a_code_is_found_in_its_system_only() {
    check(
        &resource(OBSERVATION),
        &[
            ("code", "2345-7", true),
            ("code", "http://loinc.org|2345-7", true),
            ("code", "http://snomed.info/sct|2345-7", false),
            ("code", "http://loinc.org|", true),
            ("code", "http://loinc.org|local", false),
            ("code", "|local", true),
            ("code", "|2345-7", false),
            ("code", "LOCAL", true),
            ("code", "x,local", true),
            ("code", "x", false),
            ("identifier", "urn:i|42", true),
            ("identifier", "|43", true),
            ("identifier", "|42", false),
            ("identifier", "4", false),
            ("status", "final", true),
            (
                "status",
                "http://hl7.org/fhir/observation-status|final",
                true,
            ),
            ("status", "http://example.org|final", false),
            ("status", "|final", true),
            ("_id", "Abc", true),
            ("_id", "abc", false),
            ("_id", "x,Abc", true),
            ("_tag", r"urn:t|a\,b\|c", true),
            ("_tag", "urn:t|a", false),
            ("_lastUpdated", "2024-01-02T02:04:05.678Z", true),
            ("_profile", "http://example.org/p", true),
            ("_profile", "http://example.org/p|1", false),
            ("_source", "urn:s", true),
            ("_security:missing", "true", true),
        ],
    );
}

#[test]
fn not_is_about_all_codes_and_none() {
    check(
        &resource(OBSERVATION),
        &[
            ("code:not", "local", false),
            ("code:not", "other", true),
            ("code:not", "other,2345-7", false),
            ("value-concept:not", "anything", true),
            ("code:missing", "false", true),
            ("value-concept:missing", "true", true),
        ],
    );
}

#[test]
fn text_is_searched_in_every_place_that_has_words() {
    check(
        &resource(OBSERVATION),
        &[
            ("code:text", "glucose", true),
            ("code:text", "glycemie", true),
            ("code:text", "mass", false),
            ("identifier:text", "numero", true),
        ],
    );
}

#[test]
fn an_extension_in_place_of_a_value_is_missing() {
    let patient = resource(
        r#"{"resourceType":"Patient","_birthDate":{"extension":[]},"name":[{"given":[null]}]}"#,
    );
    check(
        &patient,
        &[
            ("birthdate:missing", "true", true),
            ("given:missing", "true", true),
        ],
    );
}

#[test]
fn the_dead_are_found_however_their_death_is_written() {
    let patient = |deceased: &str| resource(&format!(r#"{{"resourceType":"Patient"{deceased}}}"#));
    for (text, dead) in [
        (r#","deceasedBoolean":true"#, true),
        (r#","deceasedDateTime":"2020""#, true),
        (r#","deceasedBoolean":false"#, false),
        ("", false),
    ] {
        check(
            &patient(text),
            &[
                ("deceased", "true", dead),
                ("deceased", "false", !dead),
                ("deceased:not", "true", !dead),
            ],
        );
    }
}

#[test]
fn a_telephone_is_not_taken_for_an_email() {
    let patient = resource(
        r#"{"resourceType":"Patient","active":true,"telecom":[
            {"system":"phone","value":"0102"},{"system":"email","value":"a@b.fr"}]}"#,
    );
    check(
        &patient,
        &[
            ("phone", "0102", true),
            ("email", "0102", false),
            ("email", "A@B.fr", true),
            ("telecom", "0102", true),
            ("active", "true", true),
            ("active", "false", false),
        ],
    );
}
