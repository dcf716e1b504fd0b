//! Dangers: a scope that gives more than it says; a text that is no scope and gives something.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::Scopes;

#[test]
fn a_scope_gives_what_it_says_and_no_more() {
    for (text, reads, writes) in [
        ("patient/Observation.rs", true, false),
        ("patient/Observation.read", true, false),
        ("patient/Observation.cruds", true, true),
        ("patient/Observation.*", true, true),
        ("patient/Observation.c", false, true),
        ("patient/Observation.write", false, true),
        // Reading one by one without searching is less than this door can tell apart: it gives nothing.
        ("patient/Observation.r", false, false),
        ("patient/Observation.s", false, false),
        ("patient/Observation.sr", false, false),
        ("patient/Observation.rsx", false, false),
        ("patient/Observation.", false, false),
        ("patient/Observation", false, false),
        ("patient/.rs", false, false),
        ("patient/Obs*.rs", false, false),
        ("user/Observation.rs", false, false),
        ("system/*.rs", false, false),
        ("openid", false, false),
        ("", false, false),
    ] {
        let scopes = Scopes::parse(text);
        assert_eq!(scopes.reads(), reads, "{text}");
        assert_eq!(scopes.writes(), writes, "{text}");
        assert_eq!(scopes.read("Observation"), reads, "{text}");
        assert_eq!(scopes.write("Observation"), writes, "{text}");
        assert!(
            !scopes.read("Condition") && !scopes.write("Condition"),
            "{text}"
        );
    }
    let all = Scopes::parse("openid patient/*.rs patient/Observation.c");
    assert!(all.read("Condition") && !all.write("Condition") && all.write("Observation"));
}
