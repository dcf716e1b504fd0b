//! From `hygie serve` to the line that says it serves, and to the first record that is read, with many persons stored;
//! and what memory it took to store that many (`--long`).

use std::fs;
use std::time::Instant;

use crate::content;
use crate::crowd::{microseconds, milliseconds};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection};
use crate::installation::Home;
use crate::measures::memory::shown;
use crate::world::{World, complete};

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let runs = world.scale.runs;
    let persons = world.scale.started;
    let (home, mut figures) = if persons == world.scale.persons {
        (world.base()?.home.clone(), Vec::new())
    } else {
        many(world, persons)?
    };
    let held = home.persons()?;
    let person = held
        .first()
        .ok_or_else(|| Failure::Form("the home has nobody".to_owned()))?;
    let (mut served, mut read) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let token = home.token(&["--holder".to_owned(), person.clone()])?;
        let since = Instant::now();
        let serving = home.serve()?;
        served.push(milliseconds(microseconds(since.elapsed())));
        let mut connection = Connection::open(&serving.address)?;
        connection.send(Ask::get(&format!("Patient/{person}"), &token), 200)?;
        read.push(milliseconds(microseconds(since.elapsed())));
        serving.stop()?;
    }
    let work = format!(
        "hygie serve of a home with {} persons, files in the system's cache",
        held.len()
    );
    figures.extend([
        Figure::new("start/serving", "ms", &work, served),
        Figure::new(
            "start/first-read",
            "ms",
            &format!("{work}, until one record is read"),
            read,
        ),
    ]);
    Ok(figures)
}

/// A home of many persons with one Observation each, and the memory of the programs that took them.
fn many(world: &World, persons: usize) -> Result<(Home, Vec<Figure>), Failure> {
    let files = world.folder().join(format!("small-{persons}"));
    if !files.is_dir() {
        fs::create_dir_all(&files).map_err(Failure::at(&files))?;
        for number in 0..persons {
            let file = files.join(format!("{number:08}.json"));
            let number = u64::try_from(number).expect("a count fits 64 bits");
            fs::write(&file, content::record(number, 1)).map_err(Failure::at(&file))?;
        }
    }
    eprintln!("importing {persons} small records");
    let home = world.fresh("many")?;
    let serving = home.serve()?;
    complete(&home.import(&files)?)?;
    let work = format!("after the import of {persons} persons, by the programs that took them");
    let figures = shown("start/memory", &work, &serving, None)?;
    serving.stop()?;
    Ok((home, figures))
}
