//! `hygie erase`, one person after the other, on a home that is served: the command from its start to the proof
//! that lies on the disk.

use std::fs;
use std::time::Instant;

use crate::content;
use crate::crowd::{microseconds, milliseconds};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::statistics::percentile;
use crate::world::{World, complete};

/// Resources in each record besides its Patient.
const OBSERVATIONS: usize = 20;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let count = world.scale.erased;
    let files = world.folder().join(format!("erased-{count}"));
    if !files.is_dir() {
        fs::create_dir_all(&files).map_err(Failure::at(&files))?;
        for number in 0..count {
            let file = files.join(format!("{number:08}.json"));
            let number = u64::try_from(number).expect("a count fits 64 bits");
            fs::write(&file, content::record(number, OBSERVATIONS)).map_err(Failure::at(&file))?;
        }
    }
    let home = world.fresh("erased")?;
    complete(&home.import(&files)?)?;
    home.custody()?;
    let persons = home.persons()?;
    let serving = home.serve()?;
    let mut times = Vec::new();
    for person in &persons {
        let since = Instant::now();
        home.erase(person)?;
        times.push(microseconds(since.elapsed()));
    }
    serving.stop()?;
    times.sort_unstable();
    let work = format!(
        "hygie erase of {} persons with {OBSERVATIONS} resources, one after the other, 2 of 3 custodians, home served",
        persons.len()
    );
    let figure = |name: &str, share| {
        let value = milliseconds(percentile(&times, share));
        Figure::new(name, "ms", &work, vec![value])
    };
    Ok(vec![figure("erase/p50", 0.5), figure("erase/p99", 0.99)])
}
