use super::{Patch, resource};
use crate::json::Limits;

const PATIENT: &str = r#"{"resourceType":"Patient","name":[{"text":"x"}]}"#;

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 16,
    nodes: 10_000,
};

fn code(operations: &str) -> Option<&'static str> {
    let patch = match Patch::parse(operations.as_bytes(), &LIMITS) {
        Ok(patch) => patch,
        Err(fault) => return Some(fault.code),
    };
    patch
        .apply(&resource(PATIENT))
        .err()
        .map(|fault| fault.code)
}

fn times(count: usize, operation: &str) -> String {
    format!("[{}]", vec![operation; count].join(","))
}

#[test]
fn a_resource_doubled_again_and_again_fills_the_memory() {
    let double = r#"{"op":"copy","from":"/name","path":"/name/-"}"#;
    assert_eq!(code(&times(5, double)), None);
    assert_eq!(code(&times(40, double)), Some("too-costly"));
    let swap = r#"{"op":"move","from":"/name","path":"/name"}"#;
    assert_eq!(code(&times(2_000, swap)), None);
    assert_eq!(code(&times(3_000, swap)), Some("too-costly"));
}

#[test]
fn a_value_nested_by_operations_is_too_deep_to_print() {
    let nest = |levels: usize| {
        let path = |level: usize| format!("/name{}", "/0".repeat(level));
        let operations = (0..levels)
            .map(|level| format!(r#"{{"op":"add","path":"{}","value":[]}}"#, path(level)));
        format!("[{}]", operations.collect::<Vec<_>>().join(","))
    };
    assert_eq!(code(&nest(15)), None);
    assert_eq!(code(&nest(17)), Some("too-costly"));
    let extension = |levels: usize| {
        let operations = (0..levels).map(|level| {
            format!(
                r#"{{"name":"operation","part":[{{"name":"type","valueCode":"add"}},
                {{"name":"path","valueString":"Patient{}"}},{{"name":"name","valueString":"extension"}},
                {{"name":"value","valueExtension":{{"url":"urn:x"}}}}]}}"#,
                ".extension[0]".repeat(level)
            )
            .replace("valueExtension\":{\"url\":\"urn:x\"}", "part\":[{\"name\":\"url\",\"valueUri\":\"urn:x\"}]")
        });
        format!(
            r#"{{"resourceType":"Parameters","parameter":[{}]}}"#,
            operations.collect::<Vec<_>>().join(",")
        )
    };
    assert_eq!(code(&extension(3)), None);
    assert_eq!(code(&extension(16)), Some("too-costly"));
}

#[test]
fn a_patch_of_countless_operations_is_applied() {
    let test = r#"{"op":"test","path":"/name/0/text","value":"x"}"#;
    let limits = Limits::default();
    let parse = |count| Patch::parse(times(count, test).as_bytes(), &limits).map(|_| ());
    assert!(parse(4_096).is_ok());
    assert_eq!(parse(4_097).unwrap_err().code, "too-costly");
}
