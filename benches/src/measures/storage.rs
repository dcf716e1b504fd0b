//! Bytes on disk per stored resource: sealed entries, and beside them the ledger and the keeper's own.

use crate::failure::Failure;
use crate::figure::Figure;
use crate::peers::{BLAZE_BYTES, HELIOS_BYTES, Peer};
use crate::world::{Stored, World};

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let stored = world.base()?.stored;
    let mut figures = shown("people", &stored, &[]);
    if let Some(folder) = world.synthea("storage") {
        let home = world.fresh("synthea")?;
        let stored = World::store(&home, &folder)?;
        figures.extend(shown("synthea", &stored, &[HELIOS_BYTES, BLAZE_BYTES]));
    }
    Ok(figures)
}

fn shown(name: &str, stored: &Stored, peers: &[Peer]) -> Vec<Figure> {
    let count = stored.imported.stored;
    let figure = |part: &str, work: &str, bytes: u64| {
        let work = format!("{work}; {count} resources, blocks on disk");
        Figure::new(
            &format!("storage/{name}/{part}"),
            "bytes each",
            &work,
            vec![stored.each(bytes)],
        )
    };
    let sizes = stored.sizes;
    let all = sizes.store + sizes.ledger + sizes.keeper;
    vec![
        figure("all", "everything that the home grew by", all).beside(peers),
        figure("store", "sealed entries", sizes.store),
        figure("ledger", "the log of openings", sizes.ledger),
        figure("keeper", "keys, heads, tags, trails", sizes.keeper),
        figure(
            "as-json",
            "the imported files themselves, for comparison",
            stored.json,
        ),
    ]
}
