//! The rules of the house as a test: who may import whom, how long a file may be, what is banned.
//! Each finding names the rule, the place and what to do instead.

use std::fs;
use std::path::Path;

mod bans;
mod dependencies;
mod exceptions;
mod files;
mod imports;
mod scan;
mod sizes;

#[cfg(test)]
mod tests;

/// Where an honest exception is written down.
const EXCEPTIONS: &str = "xtask/tidy-exceptions.txt";

/// Why the rules could not be checked at all, or that they are broken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read.
    #[error("can't read `{0}`: {1}")]
    Unreadable(String, std::io::Error),
    /// Cargo did not describe the workspace.
    #[error("cargo metadata gave no description of the workspace: {0}")]
    Metadata(String),
    /// At least one rule is broken; each was printed.
    #[error("{0} findings: mend them, or write an exception with its reason in {EXCEPTIONS}")]
    Broken(usize),
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule's name, as in the list of exceptions.
    pub rule: &'static str,
    /// The path, relative to the workspace; with `:line` or `::function` where it has one.
    pub place: String,
    /// The measured size, for rules about sizes.
    pub size: Option<usize>,
    /// What is wrong and what to do instead.
    pub advice: String,
}

/// Checks everything under `root` and prints what is broken.
pub fn run(root: &Path) -> Result<(), Error> {
    let sources = files::read(root)?;
    let packages = imports::packages(root)?;
    let mut findings = imports::findings(&packages);
    findings.extend(dependencies::check(&packages, &sources));
    for source in &sources {
        findings.extend(bans::check(source));
        findings.extend(sizes::check(source));
    }
    findings.extend(sizes::median(&sources));
    let list = fs::read_to_string(root.join(EXCEPTIONS))
        .map_err(|error| Error::Unreadable(EXCEPTIONS.to_owned(), error))?;
    let mut broken = exceptions::apply(findings, &list);
    broken.sort();
    for finding in &broken {
        println!("{}: {}: {}", finding.rule, finding.place, finding.advice);
    }
    if !broken.is_empty() {
        return Err(Error::Broken(broken.len()));
    }
    println!(
        "tidy: {} files, {}",
        sources.len(),
        sizes::summary(&sources)
    );
    Ok(())
}
