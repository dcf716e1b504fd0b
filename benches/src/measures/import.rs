//! Bulk import: `hygie import` of a folder into a fresh home that is served, resources a second.

use std::path::Path;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::peers::{BLAZE_IMPORT, HELIOS_IMPORT, HELIOS_IMPORT_CHECKED};
use crate::process::Moment;
use crate::world::{World, complete};

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let persons = world.scale.imported;
    let folder = world.people(persons)?;
    let mut figures = vec![one(world, "people", &folder, true)?];
    if let Some(folder) = world.synthea("import") {
        figures.push(one(world, "synthea", &folder, false)?);
    }
    Ok(figures)
}

/// `whole`: whether every entry must be taken. Synthea's may be refused, and that is told.
fn one(world: &World, name: &str, folder: &Path, whole: bool) -> Result<Figure, Failure> {
    let mut rates = Vec::new();
    let mut costs = Vec::new();
    let mut work = String::new();
    for _ in 0..world.scale.runs {
        let home = world.fresh("import")?;
        let serving = home.serve()?;
        let before = Moment::now(serving.pids)?;
        let imported = home.import(folder)?;
        let after = Moment::now(serving.pids)?;
        serving.stop()?;
        if whole {
            complete(&imported)?;
        }
        let stored = usize::try_from(imported.stored).unwrap_or(usize::MAX);
        let (cost, seconds) = before.cost(&after, stored);
        rates.push(float(stored) / seconds);
        costs.push(cost);
        work = format!(
            "hygie import of {stored} resources ({} more rejected) into a fresh home, checked, sealed, each record's \
             opening in the ledger",
            imported.rejected
        );
    }
    Ok(
        Figure::new(&format!("import/{name}"), "resources/s", &work, rates)
            .beside(&[HELIOS_IMPORT, HELIOS_IMPORT_CHECKED, BLAZE_IMPORT])
            .costing(&costs),
    )
}
