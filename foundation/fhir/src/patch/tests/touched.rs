use super::patch;

const PATH: &str = r#"{"resourceType":"Parameters","parameter":[OPERATION]}"#;

fn fhirpath(operation: &str) -> String {
    PATH.replace("OPERATION", operation)
}

fn operation(kind: &str, path: &str, more: &str) -> String {
    fhirpath(&format!(
        r#"{{"name":"operation","part":[{{"name":"type","valueCode":"{kind}"}},{{"name":"path","valueString":"{path}"}}{more}]}}"#
    ))
}

#[test]
fn a_change_beside_the_security_label_goes_unseen() {
    const VALUE: &str = r#"{"name":"value","valueCodeableConcept":{"text":"x"}}"#;
    let add = |name: &str| format!(r#",{{"name":"name","valueString":"{name}"}},{VALUE}"#);
    let value = format!(",{VALUE}");
    let cases: &[(String, bool, &[&str])] = &[
        (r#"[{"op":"add","path":"/securityLabel","value":[]}]"#.into(), true, &["securityLabel"]),
        (r#"[{"op":"add","path":"/securityLabel/-","value":{}}]"#.into(), true, &["securityLabel"]),
        (r#"[{"op":"remove","path":"/securityLabel/0/coding/0"}]"#.into(), true, &["securityLabel"]),
        (
            r#"[{"op":"test","path":"/status","value":"current"},{"op":"remove","path":"/securityLabel"}]"#.into(),
            true,
            &["securityLabel"],
        ),
        (r#"[{"op":"copy","from":"/type","path":"/securityLabel/0"}]"#.into(), true, &["securityLabel"]),
        (r#"[{"op":"move","from":"/type","path":"/securityLabel/0"}]"#.into(), false, &["securityLabel", "type"]),
        (r#"[{"op":"add","path":"/_status","value":{}}]"#.into(), false, &["status"]),
        (r#"[{"op":"add","path":"/securityLabel~1x","value":{}}]"#.into(), false, &["securityLabel/x"]),
        (r#"[{"op":"test","path":"/status","value":"current"}]"#.into(), false, &[]),
        ("[]".into(), false, &[]),
        (operation("add", "DocumentReference", &add("securityLabel")), true, &["securityLabel"]),
        (operation("add", "DocumentReference", &add("type")), false, &["type"]),
        (operation("delete", "DocumentReference.securityLabel[0]", ""), true, &["securityLabel"]),
        (operation("replace", "DocumentReference.securityLabel[0]", &value), true, &["securityLabel"]),
        (operation("delete", "DocumentReference.content[0].format", ""), false, &["content"]),
        (operation("delete", "Observation.value", ""), false, &["value"]),
        (fhirpath(""), false, &[]),
    ];
    for (changes, only, top) in cases {
        let patch = patch(changes).unwrap_or_else(|fault| panic!("{changes}: {fault}"));
        assert_eq!(patch.top_level(), *top, "{changes}");
        assert_eq!(patch.touches_only(&["securityLabel"]), *only, "{changes}");
    }
}
