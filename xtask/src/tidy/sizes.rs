//! The size ratchet: a file that a person reads at one sitting, a function seen at one glance.

use super::Finding;
use super::files::Source;
use super::scan;

const MEDIAN: usize = 150;
const FILE: usize = 600;
const FUNCTION: usize = 70;
const ARCHITECTURE: usize = 150;

/// Checks one file.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = source.lines();
    if source.path == "ARCHITECTURE.md" && lines > ARCHITECTURE {
        findings.push(too_long(
            "map-length",
            &source.path,
            lines,
            ARCHITECTURE,
            "say less: it is a map",
        ));
    }
    if !source.is_rust() {
        return findings;
    }
    if lines > FILE {
        let advice = "cut it by verb: one file per interaction, page or use case";
        findings.push(too_long("file-length", &source.path, lines, FILE, advice));
    }
    for function in scan::functions(&scan::code(&source.text)) {
        if function.lines > FUNCTION {
            let place = format!("{}::{}", source.path, function.name);
            let advice = "give each step a name and a function of its own";
            findings.push(too_long(
                "function-length",
                &place,
                function.lines,
                FUNCTION,
                advice,
            ));
        }
    }
    findings
}

/// Checks the middle of all Rust files.
pub fn median(sources: &[Source]) -> Option<Finding> {
    let middle = middle(sources);
    let advice = "most files should hold one idea: cut the ones you touch";
    (middle > MEDIAN).then(|| too_long("median-length", "workspace", middle, MEDIAN, advice))
}

/// What was measured, for the closing line.
pub fn summary(sources: &[Source]) -> String {
    let rust = sources.iter().filter(|source| source.is_rust());
    let lines: usize = rust.map(Source::lines).sum();
    format!(
        "{lines} lines of Rust, median file {} lines",
        middle(sources)
    )
}

fn middle(sources: &[Source]) -> usize {
    let rust = sources.iter().filter(|source| source.is_rust());
    let mut lengths: Vec<usize> = rust.map(Source::lines).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

fn too_long(rule: &'static str, place: &str, size: usize, limit: usize, advice: &str) -> Finding {
    Finding {
        rule,
        place: place.to_owned(),
        size: Some(size),
        advice: format!("{size} lines, at most {limit}; {advice}"),
    }
}
