//! Backups of a home that is served: the first, which has everything; the next, which has nothing new; and the
//! drill, which restores both into a folder that is thrown away and verifies them.

use crate::failure::Failure;
use crate::figure::Figure;
use crate::installation::Home;
use crate::world::{Stored, World, complete};

/// Rates and times of each run.
#[derive(Default)]
struct Runs {
    whole: Vec<f64>,
    again: Vec<f64>,
    drill: Vec<f64>,
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let files = world.people(world.scale.imported)?;
    let mut runs = Runs::default();
    let mut stored = None;
    for _ in 0..world.scale.runs {
        let home = world.fresh("backed-up")?;
        let now = World::store(&home, &files)?;
        complete(&now.imported)?;
        home.custody()?;
        once(&home, &mut runs)?;
        stored = Some(now);
    }
    let Some(stored) = stored else {
        return Ok(Vec::new());
    };
    Ok(shown(&runs, &stored))
}

fn once(home: &Home, runs: &mut Runs) -> Result<(), Failure> {
    let (identity, recipient) = home.identity("backup-identity")?;
    let backups = home.dir().join("backups");
    let serving = home.serve()?;
    let whole = home.backup(&backups, &recipient)?;
    let again = home.backup(&backups, &recipient)?;
    serving.stop()?;
    let drill = home.drill(&backups, &identity)?;
    runs.whole.push(whole.megabytes_a_second());
    runs.again.push(1_000.0 * again.seconds);
    runs.drill.push(drill.megabytes_a_second());
    Ok(())
}

fn shown(runs: &Runs, stored: &Stored) -> Vec<Figure> {
    let work = format!(
        "{} resources of invented people; sealed with age, signed, synced; the command's own time",
        stored.imported.stored
    );
    vec![
        Figure::new("backup/whole", "MB/s", &work, runs.whole.clone()),
        Figure::new("backup/again", "ms", &work, runs.again.clone()),
        Figure::new("backup/drill", "MB/s", &work, runs.drill.clone()),
    ]
}
