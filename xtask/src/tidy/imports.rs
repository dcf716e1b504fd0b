//! Who may import whom: the table of the architecture, checked on what cargo says.
//!
//! Normal and build dependencies count everywhere. Dev-dependencies do not reach a program, and
//! tests may build the world around a crate; they count where the promise is one of absence:
//! research, whose tests know no care either, and `journeys`, which meet the programs from
//! outside and would prove nothing by reaching inside.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{Error, Finding};

mod table;

pub use table::{Row, TABLE};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// A package of the workspace, as cargo describes it.
#[derive(Deserialize)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// What it depends on, of ours and of others.
    pub dependencies: Vec<Dependency>,
}

/// One dependency.
#[derive(Deserialize)]
pub struct Dependency {
    /// The package depended on, whatever it is called locally.
    pub name: String,
    /// `dev`, `build`, or none for a normal one.
    pub kind: Option<String>,
    /// Where it lies, when it is ours.
    pub path: Option<String>,
}

/// Asks cargo for every package of the workspace.
pub fn packages(root: &Path) -> Result<Vec<Package>, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .map_err(|error| Error::Metadata(error.to_string()))?;
    if !output.status.success() {
        return Err(Error::Metadata(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Metadata(error.to_string()))?;
    Ok(metadata.packages)
}

/// What breaks the table.
pub fn findings(packages: &[Package]) -> Vec<Finding> {
    let rows: BTreeMap<&str, &Row> = TABLE.iter().map(|row| (row.name, row)).collect();
    let mut findings = Vec::new();
    for package in packages {
        let Some(row) = rows.get(package.name.as_str()) else {
            let advice = "the table of imports does not know this crate: \
                          give it a row there and in ARCHITECTURE.md";
            findings.push(finding(&package.name, advice.to_owned()));
            continue;
        };
        for dependency in &package.dependencies {
            let dev = dependency.kind.as_deref() == Some("dev");
            if dev && !row.tests_count {
                continue;
            }
            let name = dependency.name.as_str();
            let may = row.may.contains(&name) || (dev && row.tests_may.contains(&name));
            if dependency.path.is_some() && !may {
                let advice = format!(
                    "may not import `{name}`; it may import [{}]: {}",
                    row.may.join(", "),
                    row.instead
                );
                findings.push(finding(&package.name, advice));
            }
            if dependency.path.is_none() && row.never.contains(&name) {
                let advice = format!("may never import `{name}`: {}", row.instead);
                findings.push(finding(&package.name, advice));
            }
        }
    }
    findings
}

fn finding(package: &str, advice: String) -> Finding {
    Finding {
        rule: "import",
        place: package.to_owned(),
        size: None,
        advice,
    }
}
