//! Resident memory of care and keeper: after a start, after an import, and after searches in many records.

use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection};
use crate::installation::Serving;
use crate::peers::{HELIOS_MEMORY_IMPORT, HELIOS_MEMORY_SEARCH, Peer};
use crate::process::memory;
use crate::world::World;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let files = world.people(scale.imported)?;
    let home = world.fresh("memory")?;
    let serving = home.serve()?;
    let mut figures = shown("memory/start", "a fresh home, served", &serving, None)?;
    let imported = home.import(&files)?;
    let work = format!("after the import of {} resources", imported.stored);
    figures.extend(shown(
        "memory/import",
        &work,
        &serving,
        Some(HELIOS_MEMORY_IMPORT),
    )?);
    serving.stop()?;

    let large = scale.records[1];
    let base = world.base()?;
    let holder = base.record(large)?;
    let home = base.home.clone();
    let serving = home.serve()?;
    let mut connection = Connection::open(&serving.address)?;
    let mut records = 1;
    for cast in base.cast(&scale, &serving)? {
        let token = cast.actor.token(&home)?;
        for patient in &cast.patients {
            let path = format!("Observation?patient={patient}&_sort=-date");
            connection.send(Ask::get(&path, token), 200)?;
            records += 1;
        }
    }
    let token = home.token(&["--holder".to_owned(), holder.clone()])?;
    connection.send(
        Ask::get(&format!("Observation?patient={holder}&_sort=-date"), &token),
        200,
    )?;
    let work =
        format!("after a search in each of {records} records, one of them of {large} resources");
    figures.extend(shown(
        "memory/search",
        &work,
        &serving,
        Some(HELIOS_MEMORY_SEARCH),
    )?);
    serving.stop()?;
    Ok(figures)
}

/// The memory of the programs, as figures.
pub fn shown(
    name: &str,
    work: &str,
    serving: &Serving,
    peer: Option<Peer>,
) -> Result<Vec<Figure>, Failure> {
    let (care, peak) = memory(serving.pids.care)?;
    let (keeper, _) = memory(serving.pids.keeper)?;
    let work = format!("{work}; resident, from /proc; care's greatest was {peak:.0} MiB");
    Ok(vec![
        Figure::new(&format!("{name}/care"), "MiB", &work, vec![care]).beside(peer.as_slice()),
        Figure::new(&format!("{name}/keeper"), "MiB", &work, vec![keeper]),
    ])
}
