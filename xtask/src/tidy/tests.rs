//! Dangers: a long function hidden behind a brace in a string, a ban that a comment trips, a
//! crate outside the table, a table that lets care into research by a longer way.
//! Not a failure: a row of the table whose crate is not written yet.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use super::files::Source;
use super::imports::{Dependency, Package, TABLE, findings};
use super::scan::{Function, code, functions};
use super::{Finding, bans, dependencies, exceptions, sizes};

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn what_is_not_code_is_blanked_and_lines_keep_their_places() {
    for (text, left) in [
        ("a // { b\nc", "a c"),
        ("a /* { /* } */ } */ b", "a b"),
        (r#"f("}\"{") + 1"#, "f( ) + 1"),
        ("r#\"a\"b{\"# + r#type", "+ r#type"),
        ("(br\"\\\") {", "( ) {"),
        (r"('{', '\'', '\u{7b}', b'}') &'a str", "( , , , ) &'a str"),
        ("for x in bar {", "for x in bar {"),
    ] {
        let blanked = code(text);
        assert_eq!(blanked.chars().count(), text.chars().count(), "{text}");
        assert_eq!(blanked.lines().count(), text.lines().count(), "{text}");
        let words: Vec<&str> = blanked.split_whitespace().collect();
        assert_eq!(words.join(" "), left, "{text}");
    }
}

#[test]
fn a_brace_in_a_string_hides_no_long_function() {
    let text = "fn one() { let a = \"}\"; }\n\
                trait T { fn none(&self) -> [u8; 2]; fn two()\n{\n if x { 1 } else { 2 }\n} }\n\
                fn three(f: fn(u8) -> u8) where [(); 3]: Sized {\n}";
    let found = functions(&code(text));
    let expected = [("one", 1), ("two", 4), ("three", 2)].map(|(name, lines)| Function {
        name: name.to_owned(),
        lines,
    });
    assert_eq!(found, expected);
}

#[test]
fn a_function_of_71_lines_is_found_and_one_of_70_is_not() {
    let body = |lines: usize| format!("fn long() {{\n{}}}\n", "    x();\n".repeat(lines - 2));
    assert!(sizes::check(&source("a/src/x.rs", &body(70))).is_empty());
    let found = sizes::check(&source("a/src/x.rs", &body(71)));
    assert_eq!(found[0].place, "a/src/x.rs::long");
    assert_eq!(found[0].size, Some(71));
}

#[test]
fn an_exception_covers_what_it_names_and_never_more() {
    let found = |size| Finding {
        rule: "file-length",
        place: "a.rs".to_owned(),
        size: Some(size),
        advice: String::new(),
    };
    let list = "# comment\nfile-length a.rs 700 a table of codes\n";
    assert!(exceptions::apply(vec![found(700)], list).is_empty());
    assert_eq!(
        rules(&exceptions::apply(vec![found(701)], list)),
        ["file-length"]
    );
    assert_eq!(
        rules(&exceptions::apply(vec![found(650)], list)),
        ["stale-exception"]
    );
    assert_eq!(rules(&exceptions::apply(vec![], list)), ["stale-exception"]);
    let bare = "file-length a.rs 700\n";
    let left = exceptions::apply(vec![found(700)], bare);
    assert_eq!(rules(&left), ["stale-exception", "file-length"]);
}

#[test]
fn bans_count_in_code_and_not_in_words_about_them() {
    let clean = "//! About todo!( and dbg!(.\nconst A: &str = \"dbg!(\";\n";
    assert!(bans::check(&source("a/src/x.rs", clean)).is_empty());
    let dirty = "fn f() { dbg!(1); }\n#[allow(clippy::all)]\nmod utils;\n";
    let found = bans::check(&source("a/src/x.rs", dirty));
    assert_eq!(rules(&found), ["empty-name", "banned-code", "no-reason"]);
    let word = format!("// {}: later\n", concat!("FIX", "ME"));
    assert_eq!(rules(&bans::check(&source("a.md", &word))), ["unfinished"]);
    let path = format!("see {}main\n", concat!("/wo", "rk/"));
    assert_eq!(
        rules(&bans::check(&source("a.md", &path))),
        ["machine-path"]
    );
}

#[test]
fn a_crate_says_what_it_is_for_and_forbids_unsafe_code() {
    let found = bans::check(&source("a/src/lib.rs", "pub fn f() {}\n"));
    assert_eq!(
        rules(&found),
        ["crate-without-purpose", "unsafe-not-forbidden"]
    );
    assert_eq!(
        rules(&bans::check(&source("a/helpers/src/x.rs", ""))),
        ["empty-name"]
    );
}

fn package(name: &str, dependencies: &[(&str, Option<&str>, bool)]) -> Package {
    let dependencies = dependencies
        .iter()
        .map(|(name, kind, ours)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
            path: ours.then(String::new),
        })
        .collect();
    Package {
        name: name.to_owned(),
        dependencies,
    }
}

#[test]
fn an_import_outside_the_table_is_found() {
    let packages = [
        package(
            "hygie-fhir",
            &[("hygie-identity", None, true), ("tokio", None, false)],
        ),
        package(
            "hygie-keeper",
            &[
                ("hygie-fhir", None, true),
                ("hygie-vault", Some("dev"), true),
            ],
        ),
        package("hygie-hub", &[("hygie-record", Some("dev"), true)]),
        package(
            "hygie-journeys",
            &[
                ("hygie-vault", Some("dev"), true),
                ("tempfile", Some("dev"), false),
            ],
        ),
        package("hygie-new", &[]),
    ];
    let found = findings(&packages);
    let places: Vec<&str> = found.iter().map(|finding| finding.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "hygie-fhir",
            "hygie-keeper",
            "hygie-hub",
            "hygie-journeys",
            "hygie-new"
        ]
    );
}

/// Everything that a crate of the table can reach.
fn reach(name: &'static str) -> BTreeSet<&'static str> {
    let rows: BTreeMap<&str, _> = TABLE.iter().map(|row| (row.name, row)).collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(rows[name].may);
        }
    }
    reached
}

#[test]
fn no_way_leads_from_research_to_care_nor_from_the_keeper_to_content() {
    // INVARIANT (no name in research).
    for name in [
        "hygie-hub",
        "hygie-services-hub",
        "hygie-cohort",
        "hygie-snds",
    ] {
        let reached = reach(name);
        for care in [
            "hygie-record",
            "hygie-vault",
            "hygie-keeper",
            "hygie-identity",
            "hygie-notice",
        ] {
            assert!(!reached.contains(care), "{name} reaches {care}");
        }
    }
    for name in ["hygie-keeper", "hygie-services-keeper", "hygie-vault"] {
        let reached = reach(name);
        assert!(
            !reached.contains("hygie-fhir") && !reached.contains("hygie-policy"),
            "{name}"
        );
    }
}

#[test]
fn a_dependency_without_a_reason_is_found_and_a_reason_without_a_dependency() {
    let packages = [package(
        "hygie-fhir",
        &[("thiserror", None, false), ("new", None, false)],
    )];
    let decision = "| crate | what for |\n| `thiserror` | errors |\n| `gone` | nothing |\n";
    let root = "[workspace.dependencies]\nhygie-fhir = { path = \"f\" }\nthiserror = \"2\"\nidle = \"1\"\n";
    let sources = [
        source("decisions/0005-dependencies.md", decision),
        source("Cargo.toml", root),
    ];
    let found = dependencies::check(&packages, &sources);
    assert_eq!(
        rules(&found),
        [
            "unexplained-dependency",
            "stale-dependency",
            "unused-dependency"
        ]
    );
}
