//! The parameters of all types.

use super::{check, resource};

#[test]
fn a_criterion_on_the_metadata_sees_something_else() {
    let document = resource(
        r#"{"resourceType":"DocumentReference","id":"a","status":"current","date":"2020-01-01T00:00:00Z",
        "meta":{"lastUpdated":"2024-03-31T23:30:00.123+02:00","profile":["http://example.org/p|2"],
            "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}],
            "tag":[{"system":"urn:t","code":"x"}]}}"#,
    );
    check(
        &document,
        &[
            ("_lastUpdated", "2024-03-31", true),
            ("_lastUpdated", "2024-04-01", false),
            ("_lastUpdated", "2020-01-01", false),
            ("_lastUpdated", "ge2024-03-31T21:30:00Z", true),
            ("_lastUpdated", "gt2024-03-31T21:30:00.123Z", false),
            ("_lastUpdated", "lt2024-03-31T21:30:01Z", true),
            ("_lastUpdated:missing", "false", true),
            ("_tag", "x", true),
            ("_tag", "urn:t|x", true),
            ("_tag", "urn:u|x", false),
            ("_tag", "R", false),
            ("_tag:not", "x", false),
            ("_security", "R", true),
            (
                "_security",
                "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R",
                true,
            ),
            (
                "_security",
                "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|N,x",
                false,
            ),
            ("_security:missing", "true", false),
            ("_profile", "http://example.org/p", true),
            ("_profile", "http://example.org/p|2", true),
            ("_profile", "http://example.org/p|3", false),
            ("_profile", "http://example.org", false),
        ],
    );
    let bare = resource(r#"{"resourceType":"DocumentReference","status":"current"}"#);
    check(
        &bare,
        &[
            ("_lastUpdated", "ge2000", false),
            ("_lastUpdated", "ne2000", false),
            ("_lastUpdated:missing", "true", true),
            ("_tag:not", "x", true),
        ],
    );
}
