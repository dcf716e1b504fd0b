//! Failures covered: a mention that is overlooked because of where it stands.
//! Not a failure: a resource's own id and identifiers, which mention nobody else.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_fhir::{Limits, Resource};

use super::{Mentions, unique_name};

const ID: &str = "0123456789abcdefghjkmnpqrs-0123456789abc";
const OTHER: &str = "0123456789abcdefghjkmnpqrs-cba9876543210";

fn resource(members: &str) -> Resource {
    let json = format!(r#"{{"resourceType":"DocumentReference","id":"{OTHER}",{members}}}"#);
    Resource::parse(json.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn an_id_is_overlooked_in_a_text_an_address_or_an_extension() {
    for members in [
        format!(r#""context":{{"related":[{{"reference":"Observation/{ID}"}}]}}"#),
        format!(r#""content":[{{"attachment":{{"url":"http://h/fhir/Binary/{ID}/_history/1"}}}}]"#),
        format!(r#""text":{{"status":"generated","div":"<div>see é-{ID}.</div>"}}"#),
        format!(r#""extension":[{{"url":"http://x","valueUri":"{ID}"}}]"#),
        format!(r#""description":"a-b-{ID}-""#),
    ] {
        assert_eq!(Mentions::of(&resource(&members)).ids, [ID], "{members}");
    }
    let own = resource(&format!(r#""description":"{OTHER}""#));
    assert!(Mentions::of(&own).ids.is_empty());
}

#[test]
fn a_logical_reference_is_overlooked() {
    let names = r#""masterIdentifier":{"system":"s","value":"1"},"identifier":[{"value":"2"}]"#;
    assert!(Mentions::of(&resource(names)).identifiers.is_empty());
    assert_eq!(unique_name(&resource(names)).unwrap(), "s|1");
    let other =
        r#""relatesTo":[{"code":"replaces","target":{"identifier":{"system":"s","value":"1"}}}]"#;
    assert_eq!(Mentions::of(&resource(other)).identifiers, ["s|1"]);
}
