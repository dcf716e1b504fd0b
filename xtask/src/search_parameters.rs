//! Compiles HL7's R4 search parameters, whose meaning is a FHIRPath
//! expression, into plain JSON paths: the table of
//! foundation/fhir/src/generated/search_parameters.rs.
//!
//! What cannot be compiled is written into the table with its reason, so that
//! a search by it is refused and never answered empty.

mod compile;
mod definitions;
mod expression;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use compile::{Outcome, compile};
use definitions::Definitions;

/// Why no table was made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {path}: {source}")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot write {path}: {source}")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path} is not JSON: {source}")]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{file} is not what HL7 publishes: {what}")]
    Shape { file: &'static str, what: String },
}

/// One row of the table: one search parameter of one resource type.
struct Row {
    kind: String,
    compiled: Result<Outcome, String>,
    /// Resource types that a reference may lead to; empty for any.
    targets: Vec<String>,
}

/// The table under construction, in its order: resource type, then code.
type Rows = BTreeMap<(String, String), Row>;

/// Reads `search-parameters.json`, `profiles-resources.json`,
/// `profiles-types.json` and `valuesets.json` in `package` (HL7's R4
/// definitions), writes the Rust table to `out` and prints what was compiled
/// and what was not.
///
/// # Errors
/// When a file is missing or is not what HL7 publishes.
pub fn generate(package: &Path, out: &Path) -> Result<(), Error> {
    let definitions = Definitions::read(package)?;
    let rows = rows(
        &read_json(&package.join("search-parameters.json"))?,
        &definitions,
    )?;
    std::fs::write(out, write::table(&rows)).map_err(|source| Error::Write {
        path: out.to_owned(),
        source,
    })?;
    print!("{}", write::summary(&rows));
    Ok(())
}

fn read_json(path: &Path) -> Result<Value, Error> {
    let text = std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| Error::Json {
        path: path.to_owned(),
        source,
    })
}

fn rows(bundle: &Value, definitions: &Definitions) -> Result<Rows, Error> {
    let shape = |what: String| Error::Shape {
        file: "search-parameters.json",
        what,
    };
    let entries = bundle["entry"]
        .as_array()
        .ok_or_else(|| shape("it has no entry".to_owned()))?;
    let mut rows = Rows::new();
    for parameter in entries.iter().map(|entry| &entry["resource"]) {
        // The package's publisher adds parameters of later versions of FHIR.
        if parameter["version"] != "4.0.1" {
            continue;
        }
        let text = |name: &str| {
            parameter[name]
                .as_str()
                .ok_or_else(|| shape(format!("{} has no {name}", parameter["url"])))
        };
        let (code, kind) = (text("code")?, text("type")?);
        let targets = targets(parameter, definitions);
        for base in strings(&parameter["base"]) {
            let compiled = match code {
                // Its path is plain, its meaning an algorithm of the server's choice.
                "phonetic" => Err("phonetic matching".to_owned()),
                _ => compile(base, kind, parameter["expression"].as_str(), definitions),
            };
            let row = Row {
                kind: kind.to_owned(),
                compiled,
                targets: targets.clone(),
            };
            if rows
                .insert((base.to_owned(), code.to_owned()), row)
                .is_some()
            {
                return Err(shape(format!("{base}.{code} is defined twice")));
            }
        }
    }
    Ok(rows)
}

/// A parameter whose targets are all resource types says nothing by them.
fn targets(parameter: &Value, definitions: &Definitions) -> Vec<String> {
    let mut targets: Vec<String> = strings(&parameter["target"]).map(str::to_owned).collect();
    targets.sort();
    if targets.len() + 5 > definitions.resource_count() {
        targets.clear();
    }
    targets
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
