use super::criterion;

/// Resource type, name, value; the fault's code and place.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
    ("Patient", "favourite", "x", "not-supported", "Patient"),
    ("Patient", "", "x", "not-supported", "Patient"),
    ("Nothing", "name", "x", "not-supported", "Resource"),
    ("Observation", "code-value-quantity", "x$1", "not-supported", "code-value-quantity"),
    ("Patient", "phonetic", "x", "not-supported", "phonetic"),
    ("Patient", "_text", "x", "not-supported", "_text"),
    ("Patient", "_content", "x", "not-supported", "_content"),
    ("Patient", "_has:Observation:patient:code", "1", "not-supported", "Patient"),
    ("Observation", "subject.name", "x", "not-supported", "Observation"),
    ("Observation", "subject:Patient.name", "x", "not-supported", "subject"),
    ("Observation", "code:in", "x", "not-supported", "code"),
    ("Observation", "code:below", "x", "not-supported", "code"),
    ("Observation", "code:exact", "x", "not-supported", "code"),
    ("Observation", "code:", "x", "not-supported", "code"),
    ("Observation", "date:not", "2013", "not-supported", "date"),
    ("Patient", "name:text", "x", "not-supported", "name"),
    ("Patient", "_profile:below", "x", "not-supported", "_profile"),
    ("Observation", "date", "2013-02-30", "value", "date"),
    ("Observation", "date", "xx2013", "value", "date"),
    ("Observation", "date", "", "value", "date"),
    ("Observation", "date", "2013,", "value", "date"),
    ("Observation", "code", "", "value", "code"),
    ("Observation", "code", "a|b|c", "value", "code"),
    ("Observation", "code", "|", "value", "code"),
    ("Observation", "code", r"a\b", "value", "code"),
    ("Observation", "code", "a\\", "value", "code"),
    ("Observation", "code:missing", "yes", "value", "code"),
    ("Observation", "value-quantity", "5|mg", "value", "value-quantity"),
    ("Observation", "value-quantity", "five", "value", "value-quantity"),
    ("Observation", "_id", "urn:x|1", "value", "_id"),
    ("Patient", "email", "email|a@b.fr", "value", "email"),
    ("Patient", "name", "", "value", "name"),
    ("Patient", "name", "'-", "value", "name"),
];

#[test]
fn what_is_not_understood_is_a_fault_and_never_an_answer() {
    for (resource_type, name, value, code, place) in REFUSED {
        let fault = criterion(resource_type, name, value).err();
        let fault = fault.unwrap_or_else(|| panic!("{resource_type}?{name}={value} was taken"));
        assert_eq!(
            (fault.code, fault.place.as_str()),
            (*code, *place),
            "{resource_type}?{name}={value}"
        );
    }
}

#[test]
fn what_the_user_wrote_is_echoed_and_not_in_the_rule() {
    let canary = "Zx9canary";
    for (name, value) in [
        (canary, "x"),
        ("code:Zx9canary", "x"),
        ("date", canary),
        ("value-quantity", canary),
        ("subject", "Zx9canary/1"),
        ("subject.Zx9canary", "x"),
        ("subject:Patient.Zx9canary", "x"),
        ("code:missing", canary),
    ] {
        let fault = criterion("Observation", name, value).err().unwrap();
        assert!(
            !fault.to_string().contains(canary) && !format!("{fault:?}").contains(canary),
            "{fault}"
        );
        assert!(fault.echo.unwrap().contains(canary), "{name}={value}");
    }
}
