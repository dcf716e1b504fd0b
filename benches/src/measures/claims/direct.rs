//! Snapshots that are made without files, by `hygie-people claims --snapshot`: how fast, and how their cost grows with their
//! size. By the line through several sizes it is told what a national year would take; it was not made here.

use std::time::Instant;

use super::{Place, YEARS, asked, whole};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::scale::Scale;
use crate::statistics::{line as nearest, median};

/// Claim lines of a year of France.
const NATION: f64 = 1.5e9;

/// Up to so many persons, some 100 million lines, peers are asked as well: of more their own tables would take too much disk.
const BESIDE: usize = 2_300_000;

/// A nation that was made: lines, seconds, seconds of one core, bytes, greatest memory in MiB.
struct Nation {
    lines: f64,
    seconds: f64,
    processor: f64,
    bytes: f64,
    peak: f64,
}

/// Makes one in the folder `nation`, which is lost first.
fn make(place: &Place, persons: usize) -> Result<Nation, Failure> {
    if place.path("nation").exists() {
        place.lose(&["nation"])?;
    }
    let begun = Instant::now();
    let watched = place.watched(
        "hygie-people",
        &[
            "claims",
            "--persons",
            &persons.to_string(),
            "--years",
            YEARS,
            "--snapshot",
            "nation",
        ],
    )?;
    Ok(Nation {
        seconds: begun.elapsed().as_secs_f64(),
        lines: whole(&watched.said, "lines")?,
        bytes: whole(&watched.said, "bytes")?,
        peak: watched.peak,
        processor: watched.processor,
    })
}

/// The usual size: lines a second, bytes of a line, memory.
pub fn made(place: &Place, scale: &Scale) -> Result<Vec<Figure>, Failure> {
    let persons = scale.claims.min(100_000);
    let mut runs = Vec::new();
    for _ in 0..scale.runs {
        runs.push(make(place, persons)?);
    }
    let of = |what: fn(&Nation) -> f64| runs.iter().map(what).collect::<Vec<f64>>();
    let lines = runs.first().map_or(0.0, |run| run.lines);
    let work = format!(
        "{persons} invented persons, {YEARS} years, {lines} claim lines: lives to a snapshot in both orders, no files"
    );
    Ok(vec![
        Figure::new(
            "claims/direct",
            "lines/s",
            &work,
            of(|run| run.lines / run.seconds),
        ),
        Figure::new(
            "claims/direct-processor",
            "µs/line",
            "processor time of one core by claim line, as others' work on the machine does not change it",
            of(|run| 1e6 * run.processor / run.lines),
        ),
        Figure::new(
            "claims/direct-stored",
            "bytes/line",
            "all tables of that snapshot, both orders, nomenclatures and persons, by claim line",
            of(|run| run.bytes / run.lines),
        ),
        Figure::new(
            "claims/direct-memory",
            "MiB",
            "greatest resident memory of making it",
            of(|run| run.peak),
        ),
    ])
}

/// What is measured at each size: name, unit, how many of it one at the nation's size is, and its unit there.
const COSTS: [(&str, &str, f64, &str); 7] = [
    ("written", "s", 60.0, "min"),
    ("processor", "s", 60.0, "min"),
    ("stored", "MB", 1000.0, "GB"),
    ("spending", "ms", 1000.0, "s"),
    ("new-users", "ms", 1000.0, "s"),
    ("three-in-a-year", "ms", 1000.0, "s"),
    ("profile", "ms", 1000.0, "s"),
];

/// The cost of each size, and by the line through them what the nation would take.
pub fn line(place: &Place, scale: &Scale) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    let mut points: [Vec<(f64, f64)>; COSTS.len()] = Default::default();
    for persons in scale.nations {
        let nation = make(place, *persons)?;
        let mut costs: Vec<Vec<f64>> = [nation.seconds, nation.processor, nation.bytes / 1e6]
            .map(|cost| vec![cost])
            .into();
        let of = format!("nation/{persons}-persons");
        let peers = (scale.runs, *persons <= BESIDE);
        let questions = asked(place, ("nation", &of), peers)?;
        costs.extend(questions.iter().map(|figure| figure.runs.clone()));
        place.lose(&["nation"])?;
        for (at, runs) in costs.into_iter().enumerate() {
            points[at].push((nation.lines, median(&runs)));
            let (cost, unit, _, _) = COSTS[at];
            if unit != "ms" {
                let work = format!("{persons} invented persons, {} claim lines", nation.lines);
                figures.push(Figure::new(&format!("{of}/{cost}"), unit, &work, runs));
            }
        }
        figures.extend(questions);
        let name = format!("{of}/memory");
        let work = "greatest resident memory of making it";
        figures.push(Figure::new(&name, "MiB", work, vec![nation.peak]));
    }
    let sizes = points[0].len();
    for (points, (cost, unit, many, large)) in points.iter().zip(COSTS) {
        let (fixed, slope) = nearest(points);
        let work = format!(
            "1.5 billion claim lines by the line nearest to {sizes} sizes, {fixed:.3} {unit} and {:.4} {unit} a million lines: told, not made",
            slope * 1e6
        );
        // Between sizes so small that chance is all they differ by, the line may fall.
        let value = ((fixed + slope * NATION) / many).max(0.0);
        let name = format!("nation/year/{cost}");
        figures.push(Figure::new(&name, large, &work, vec![value]));
    }
    Ok(figures)
}
