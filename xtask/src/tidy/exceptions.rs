//! The list of exceptions: `rule place [size] reason`, one a line, `#` for comments.
//! It may only shrink: an entry that is no longer needed, or larger than needed, is a finding.

use super::{EXCEPTIONS, Finding};

struct Exception<'a> {
    line: usize,
    rule: &'a str,
    place: &'a str,
    size: Option<usize>,
    reason: String,
}

/// The findings that no exception covers, and the exceptions that cover nothing.
pub fn apply(findings: Vec<Finding>, list: &str) -> Vec<Finding> {
    let exceptions: Vec<Exception<'_>> = list
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(at, line)| read(at + 1, line))
        .collect();
    let mut left: Vec<Finding> = exceptions
        .iter()
        .filter_map(|one| stale(one, &findings))
        .collect();
    left.extend(
        findings
            .into_iter()
            .filter(|finding| !exceptions.iter().any(|one| covers(one, finding))),
    );
    left
}

fn read(line: usize, text: &str) -> Exception<'_> {
    let mut words = text.split_whitespace();
    let rule = words.next().unwrap_or_default();
    let place = words.next().unwrap_or_default();
    let mut rest = words.clone();
    let size = rest.next().and_then(|word| word.parse().ok());
    let reason = if size.is_some() { rest } else { words };
    Exception {
        line,
        rule,
        place,
        size,
        reason: reason.collect::<Vec<_>>().join(" "),
    }
}

fn same(exception: &Exception<'_>, finding: &Finding) -> bool {
    exception.rule == finding.rule && exception.place == finding.place
}

/// A size may fall below the one that was written down, never rise above it.
fn covers(exception: &Exception<'_>, finding: &Finding) -> bool {
    same(exception, finding) && !exception.reason.is_empty() && finding.size <= exception.size
}

fn stale(exception: &Exception<'_>, findings: &[Finding]) -> Option<Finding> {
    let mut matching = findings.iter().filter(|finding| same(exception, finding));
    let advice = match matching.next() {
        None => "nothing here needs an exception any more: delete the line".to_owned(),
        Some(_) if exception.reason.is_empty() => "an exception needs its reason".to_owned(),
        Some(finding) if finding.size < exception.size => {
            format!(
                "it has shrunk: lower the size to {}",
                finding.size.unwrap_or(0)
            )
        }
        Some(_) => return None,
    };
    Some(Finding {
        rule: "stale-exception",
        place: format!("{EXCEPTIONS}:{}", exception.line),
        size: None,
        advice,
    })
}
