//! What may not be written, and what to write instead.

use super::Finding;
use super::files::Source;
use super::scan;

/// Module and folder names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 10] = [
    "util",
    "utils",
    "utilities",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
];

/// Checks one file.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = text(source);
    if source.is_rust() {
        findings.extend(names(source));
        findings.extend(crate_head(source));
        findings.extend(code(source));
    }
    if source.path.ends_with("/Cargo.toml") && !source.text.contains("[lints]\nworkspace = true") {
        findings.push(finding(
            "crate-without-lints",
            source.path.clone(),
            "write `[lints]` and `workspace = true`: without them `unwrap` is not refused here",
        ));
    }
    findings
}

/// What holds for every text file.
fn text(source: &Source) -> Vec<Finding> {
    let machine_paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let unfinished = [
        concat!("FIX", "ME"),
        concat!("TO", "DO"),
        concat!("XX", "X"),
    ];
    let mut findings = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        let place = || format!("{}:{}", source.path, at + 1);
        if line.contains('\t') {
            findings.push(finding("tab", place(), "indent with spaces"));
        }
        if line.ends_with(' ') {
            findings.push(finding(
                "trailing-space",
                place(),
                "end the line where its text ends",
            ));
        }
        if machine_paths.iter().any(|path| line.contains(path)) {
            let advice = "name it relative to the workspace: the project runs on any machine";
            findings.push(finding("machine-path", place(), advice));
        }
        if unfinished.iter().any(|word| has_word(line, word)) {
            let advice = "finish it, or say in THREATS.md or a decision what is missing";
            findings.push(finding("unfinished", place(), advice));
        }
    }
    findings
}

/// Files, folders and modules are named by what they do.
fn names(source: &Source) -> Vec<Finding> {
    let advice = "name it by what it does: a verb, or the thing it holds";
    let mut findings = Vec::new();
    let stem = source.path.trim_end_matches(".rs");
    if stem.split('/').any(|part| EMPTY_NAMES.contains(&part)) {
        findings.push(finding("empty-name", source.path.clone(), advice));
    }
    for (at, line) in scan::code(&source.text).lines().enumerate() {
        let declared = line
            .trim_start()
            .trim_start_matches("pub ")
            .strip_prefix("mod ");
        let name = declared.map(|rest| rest.trim_end_matches([' ', '{', ';', '}']));
        if name.is_some_and(|name| EMPTY_NAMES.contains(&name)) {
            findings.push(finding(
                "empty-name",
                format!("{}:{}", source.path, at + 1),
                advice,
            ));
        }
    }
    findings
}

/// How a crate begins.
fn crate_head(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let test = source.is_test();
    if !source.path.ends_with("/lib.rs") && !source.path.ends_with("/main.rs") {
        return findings;
    }
    if !source.text.starts_with("//!") {
        let advice = "begin with `//!`: what it is for, and what it does not do";
        findings.push(finding(
            "crate-without-purpose",
            source.path.clone(),
            advice,
        ));
    }
    if !test && !scan::code(&source.text).contains("#![forbid(unsafe_code)]") {
        let advice = "write `#![forbid(unsafe_code)]` behind the crate's purpose";
        findings.push(finding("unsafe-not-forbidden", source.path.clone(), advice));
    }
    findings
}

/// What holds for code alone: strings and comments do not count.
fn code(source: &Source) -> Vec<Finding> {
    const BANS: [(&str, &str); 6] = [
        (
            "todo!(",
            "write it, or leave it out and say so in the documents",
        ),
        (
            "unimplemented!(",
            "write it, or refuse with an error that says what is not supported",
        ),
        (
            "dbg!(",
            "assert in a test, or log through tracing without personal data",
        ),
        ("allow(dead_code", "delete what nothing uses"),
        ("extern crate", "import with `use`"),
        ("static mut", "pass state as a parameter"),
    ];
    let code = scan::code(&source.text);
    let mut findings = Vec::new();
    for (at, line) in code.lines().enumerate() {
        for (banned, advice) in BANS {
            if line.contains(banned) {
                let advice = format!("`{banned}` is banned: {advice}");
                findings.push(finding(
                    "banned-code",
                    format!("{}:{}", source.path, at + 1),
                    &advice,
                ));
            }
        }
    }
    for start in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
        for (place, _) in code.match_indices(start) {
            let end = code[place..].find(']').unwrap_or(code.len() - place);
            if !code[place..place + end].contains("reason") {
                let line = code[..place].matches('\n').count() + 1;
                let advice = "an exception carries its reason: `reason = \"…\"`";
                findings.push(finding(
                    "no-reason",
                    format!("{}:{line}", source.path),
                    advice,
                ));
            }
        }
    }
    findings
}

/// Whether `word` stands in `line` by itself.
fn has_word(line: &str, word: &str) -> bool {
    line.split(|one: char| !one.is_alphanumeric() && one != '_')
        .any(|part| part == word)
}

fn finding(rule: &'static str, place: String, advice: &str) -> Finding {
    Finding {
        rule,
        place,
        size: None,
        advice: advice.to_owned(),
    }
}
