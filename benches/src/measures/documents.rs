//! Documents: one client sends and fetches them raw, and asks for ranges of one.

use std::time::Instant;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection};
use crate::process::memory;
use crate::random::Random;
use crate::sizes::length;
use crate::statistics::median;
use crate::world::World;

/// How long a range is, in bytes.
const RANGE: usize = 64 * 1024;

/// What one run came to.
struct Run {
    took_in: f64,
    took_out: f64,
    range: f64,
    stored: f64,
    grown: f64,
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let base = world.base()?;
    let person = base.record(scale.everything)?;
    let serving = base.home.serve()?;
    let home = base.home.clone();
    let token = home.token(&["--holder".to_owned(), person])?;
    let folder = home.dir().join("store/documents");
    let mut connection = Connection::open(&serving.address)?;
    let mut random = Random::new(11);
    let mut runs = Vec::new();
    for _ in 0..scale.runs {
        let mut content = Vec::with_capacity(scale.document + 8);
        while content.len() < scale.document {
            content.extend_from_slice(&random.next().to_be_bytes());
        }
        content.truncate(scale.document);
        let stored = length(&folder).unwrap_or_default();
        let (before, _) = memory(serving.pids.care)?;
        let mebibytes = float(content.len()) / f64::from(1 << 20);

        let begun = Instant::now();
        let ask = Ask {
            kind: "application/octet-stream",
            more: "Prefer: return=minimal\r\n",
            ..Ask::post("Binary", &token, &content)
        };
        let path = location(connection.send(ask, 201)?.header("location"))?;
        let took_in = mebibytes / begun.elapsed().as_secs_f64();

        let begun = Instant::now();
        let raw = Ask {
            more: "Accept: application/octet-stream\r\n",
            ..Ask::get(&path, &token)
        };
        if connection.send(raw, 200)?.body != content {
            return Err(Failure::Form("a document came back as another".to_owned()));
        }
        let took_out = mebibytes / begun.elapsed().as_secs_f64();

        let mut ranges = Vec::new();
        for _ in 0..scale.alone {
            let from = random.below(content.len().saturating_sub(RANGE).max(1));
            let to = (from + RANGE).min(content.len());
            let more = format!(
                "Accept: application/octet-stream\r\nRange: bytes={from}-{}\r\n",
                to - 1
            );
            let begun = Instant::now();
            let part = Ask { more: &more, ..raw };
            if connection.send(part, 206)?.body != &content[from..to] {
                return Err(Failure::Form("a range came back as another".to_owned()));
            }
            ranges.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        let (_, most) = memory(serving.pids.care)?;
        let grown = length(&folder)?.saturating_sub(stored);
        let grown = usize::try_from(grown).unwrap_or(usize::MAX);
        runs.push(Run {
            took_in,
            took_out,
            range: median(&ranges),
            stored: float(grown) / float(content.len()),
            grown: (most - before).max(0.0),
        });
    }
    serving.stop()?;
    Ok(shown(&runs, scale.document))
}

fn shown(runs: &[Run], size: usize) -> Vec<Figure> {
    let each = |value: &dyn Fn(&Run) -> f64| runs.iter().map(value).collect();
    let work = format!(
        "one client, raw Binary of {:.0} MiB that nothing compresses; policy, ledger, sealing and fsync on",
        float(size) / f64::from(1 << 20)
    );
    vec![
        Figure::new("documents/in", "MiB/s", &work, each(&|run| run.took_in)),
        Figure::new("documents/out", "MiB/s", &work, each(&|run| run.took_out)),
        Figure::new(
            "documents/range-p50",
            "ms",
            &format!("{work}; a range of 64 KiB, anywhere in it"),
            each(&|run| run.range),
        ),
        Figure::new(
            "documents/stored",
            "bytes each",
            &format!("{work}; bytes of the objects per byte of the documents"),
            each(&|run| run.stored),
        ),
        Figure::new(
            "documents/memory",
            "MiB",
            &format!("{work}; what care had at most, less what it had before"),
            each(&|run| run.grown),
        ),
    ]
}

fn location(said: Option<&str>) -> Result<String, Failure> {
    said.and_then(|location| location.split("/fhir/").nth(1)?.split("/_history/").next())
        .map(str::to_owned)
        .ok_or_else(|| Failure::Form("a create without its Location".to_owned()))
}
