//! The bill of materials of each program that is shipped: CycloneDX 1.5, JSON
//! (<https://cyclonedx.org/docs/1.5/json/>), out of what cargo says of the lockfile.
//!
//! The same lockfile gives the same bytes: there is no time and no serial number in it. What C sources a crate brings
//! along (SQLite, zstd, AWS-LC) stands in that crate's version, not as a component of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// What is shipped: package and program.
pub const PROGRAMS: [(&str, &str); 5] = [
    ("hygie-services-hygie", "hygie"),
    ("hygie-services-keeper", "hygie-keeper"),
    ("hygie-services-care", "hygie-care"),
    ("hygie-services-crossing", "hygie-crossing"),
    ("hygie-services-hub", "hygie-hub"),
];
/// The machines it is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Why there is no bill.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cargo could not be asked: {0}")]
    Cargo(String),
    #[error("`{0}` could not be written: {1}")]
    Write(String, std::io::Error),
}

/// Name and version.
type Id = (String, String);

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// Writes `out/<program>.cdx.json` for each program.
pub fn run(root: &Path, out: &Path) -> Result<(), Error> {
    let write = |path: &Path, error| Error::Write(path.display().to_string(), error);
    std::fs::create_dir_all(out).map_err(|error| write(out, error))?;
    for (package, program) in PROGRAMS {
        let bill = bill(root, package, program)?;
        let path = out.join(format!("{program}.cdx.json"));
        let text = serde_json::to_string_pretty(&bill).expect("values have a JSON form");
        std::fs::write(&path, text + "\n").map_err(|error| write(&path, error))?;
        let parts = bill["components"].as_array().map_or(0, Vec::len);
        println!("{}: {parts} components", path.display());
    }
    Ok(())
}

/// The bill of one program.
fn bill(root: &Path, package: &str, program: &str) -> Result<Value, Error> {
    let metadata = cargo(
        root,
        &[
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            TARGET,
        ],
    )?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).map_err(|error| Error::Cargo(error.to_string()))?;
    let shipped = tree(root, package, "normal")?;
    let all = tree(root, package, "normal,build")?;
    let sums = checksums(root)?;
    let known: BTreeMap<&str, Id> = metadata
        .packages
        .iter()
        .map(|one| (one.id.as_str(), (one.name.clone(), one.version.clone())))
        .collect();
    let wanted = |id: &str| known.get(id).filter(|id| all.contains(*id));
    let packages = metadata.packages.iter();
    let mut components: Vec<Value> = packages
        .filter(|one| wanted(&one.id).is_some() && one.name != package)
        .map(|one| component(one, &shipped, &sums))
        .collect();
    components.sort_by_key(|one| one["bom-ref"].to_string());
    let nodes = metadata.resolve.nodes.iter();
    let mut edges: Vec<Value> = nodes
        .filter_map(|node| {
            let below = node.dependencies.iter().filter_map(|id| wanted(id));
            let below: BTreeSet<String> = below.map(reference).collect();
            Some(json!({ "ref": reference(wanted(&node.id)?), "dependsOn": below }))
        })
        .collect();
    edges.sort_by_key(|one| one["ref"].to_string());
    let itself = all.iter().find(|(name, _)| name == package);
    let itself = itself.ok_or_else(|| Error::Cargo(format!("it knows no `{package}`")))?;
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "hygie xtask sbom" }] },
            "component": {
                "type": "application", "bom-ref": reference(itself), "name": program, "version": itself.1,
                "licenses": [{ "expression": "Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": edges,
    }))
}

/// A crate. What only its build needs is `excluded` from what runs.
fn component(one: &Package, shipped: &BTreeSet<Id>, sums: &BTreeMap<Id, String>) -> Value {
    let id = (one.name.clone(), one.version.clone());
    let scope = if shipped.contains(&id) {
        "required"
    } else {
        "excluded"
    };
    let mut component = json!({
        "type": "library", "bom-ref": reference(&id), "name": one.name, "version": one.version, "scope": scope,
    });
    if let Some(license) = &one.license {
        // The old way of writing it, which SPDX does not know.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    if one.source.is_some() {
        // Our own crates are published nowhere: a package URL would name somebody else's.
        let version = one.version.replace('+', "%2B");
        component["purl"] = json!(format!("pkg:cargo/{}@{version}", one.name));
    }
    if let Some(sum) = sums.get(&id) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

fn reference((name, version): &Id) -> String {
    format!("{name}@{version}")
}

/// What `cargo tree` says a package is made of.
fn tree(root: &Path, package: &str, edges: &str) -> Result<BTreeSet<Id>, Error> {
    let lines = cargo(
        root,
        &[
            "tree", "-e", edges, "-p", package, "--target", TARGET, "--prefix", "none",
        ],
    )?;
    let ids = lines.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
    });
    Ok(ids.collect())
}

/// The SHA-256 of each crate's archive, as the lockfile pins it.
fn checksums(root: &Path) -> Result<BTreeMap<Id, String>, Error> {
    let path = root.join("Cargo.lock");
    let text = std::fs::read_to_string(&path).map_err(|error| Error::Cargo(error.to_string()))?;
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.strip_prefix(" = \"")?.trim_end_matches('"').to_owned())
    };
    let blocks = text.split("[[package]]").filter_map(|block| {
        let id = (value(block, "name")?, value(block, "version")?);
        Some((id, value(block, "checksum")?))
    });
    Ok(blocks.collect())
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<String, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(root)
        .output()
        .map_err(|error| Error::Cargo(error.to_string()))?;
    if !output.status.success() {
        return Err(Error::Cargo(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    String::from_utf8(output.stdout).map_err(|error| Error::Cargo(error.to_string()))
}
