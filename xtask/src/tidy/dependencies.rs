//! Each dependency has its reason in decisions/0005, and each reason its dependency.

use std::collections::BTreeSet;

use super::Finding;
use super::files::Source;
use super::imports::Package;

const DECISION: &str = "decisions/0005-dependencies.md";

/// Compares what packages depend on with what the decision names.
pub fn check(packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    let used: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.as_str())
        .collect();
    let text = sources.iter().find(|source| source.path == DECISION);
    let explained: BTreeSet<&str> = text
        .map(|source| names(&source.text))
        .into_iter()
        .flatten()
        .collect();
    let without = used.difference(&explained).map(|name| {
        let advice = format!("give it a line in {DECISION}, or do without it");
        finding("unexplained-dependency", name, advice)
    });
    let stale = explained.difference(&used).map(|name| {
        let advice = format!("no crate depends on it any more: delete its line in {DECISION}");
        finding("stale-dependency", name, advice)
    });
    let mut findings: Vec<Finding> = without.chain(stale).collect();
    let root = sources.iter().find(|source| source.path == "Cargo.toml");
    for name in root
        .map(|source| declared(&source.text))
        .into_iter()
        .flatten()
    {
        if !used.contains(name) {
            let advice = "no crate uses it: delete it from the root Cargo.toml".to_owned();
            findings.push(finding("unused-dependency", name, advice));
        }
    }
    findings
}

/// The crates named in the first column of the table.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|rest| rest.split('`').next())
}

/// The crates of others in `[workspace.dependencies]`.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.contains("path = "))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.trim())
}

fn finding(rule: &'static str, name: &str, advice: String) -> Finding {
    Finding {
        rule,
        place: name.to_owned(),
        size: None,
        advice,
    }
}
