//! The roll: a register of synthetic insured imported with their letters' codes, and what it takes on disk; then the
//! letters of a campaign, and how the dashboard counts. Ten times as many with `--long`, to see the growth.

use std::time::Instant;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::installation::{Home, insured};
use crate::sizes::Sizes;
use crate::world::World;

/// Persons of the nation, and the hour in which they are to be registered.
const NATION: f64 = 67e6;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for persons in world
        .scale
        .insured
        .into_iter()
        .filter(|persons| *persons > 0)
    {
        figures.extend(one(world, persons)?);
    }
    Ok(figures)
}

fn one(world: &World, persons: usize) -> Result<Vec<Figure>, Failure> {
    let file = world.folder.join(format!("register-{persons}.csv"));
    insured(persons, &file)?;
    let home = world.fresh(&format!("register-{persons}"))?;
    let before = Sizes::of(home.dir())?;
    let serving = home.serve()?;
    let codes = world.folder.join(format!("codes-{persons}.csv"));
    // Of an earlier run; that there is none is what is wanted.
    let _absent = std::fs::remove_file(&codes);
    let path = |path: &std::path::Path| path.display().to_string();
    let seconds = timed(
        &home,
        &["register", "import", &path(&file), "--codes", &path(&codes)],
    )?;
    let again = timed(&home, &["register", "import", &path(&file)])?;
    let counted = timed(&home, &["campaign", "status"])?;
    serving.stop()?;
    let sizes = Sizes::of(home.dir())?.since(before);
    let all = sizes.store + sizes.keeper + sizes.ledger;
    let work = format!(
        "{persons} insured of people's register, `hygie register import --codes`, a page of 4,096 at a time"
    );
    let nation = |rate: f64| NATION / rate / 60.0;
    let rate = float(persons) / seconds;
    let named = |what: &str| format!("register/{persons}/{what}");
    let bytes = |bytes: u64| float(usize::try_from(bytes).unwrap_or(usize::MAX)) / float(persons);
    Ok(vec![
        Figure::new(&named("import"), "persons/s", &work, vec![rate]),
        Figure::new(
            &named("nation"),
            "minutes",
            "67 million at that rate; aim below 60",
            vec![nation(rate)],
        ),
        Figure::new(
            &named("again"),
            "persons/s",
            "the same file again: nothing changes",
            vec![float(persons) / again],
        ),
        Figure::new(
            &named("store"),
            "bytes each",
            "sealed pages with names, address, code's hash",
            vec![bytes(sizes.store)],
        ),
        Figure::new(
            &named("keeper"),
            "bytes each",
            "the keyed hash of the number, and its page",
            vec![bytes(sizes.keeper)],
        ),
        Figure::new(
            &named("all"),
            "bytes each",
            "all that the home grew by; aim below 224, 15 GB for 67 million",
            vec![bytes(all)],
        ),
        Figure::new(
            &named("dashboard"),
            "s",
            "`hygie campaign status`: every page opened",
            vec![counted],
        ),
    ])
}

fn timed(home: &Home, words: &[&str]) -> Result<f64, Failure> {
    let begun = Instant::now();
    home.run(words)?;
    Ok(begun.elapsed().as_secs_f64())
}
