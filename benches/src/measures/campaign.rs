//! A campaign over HTTP and the operator's command: letters of a whole wave through the roll, saying no with a code alone
//! and while codes are guessed, and the job of the deadline six weeks later (libfaketime moves the clock).

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection};
use crate::installation::{Home, insured};
use crate::random::Random;
use crate::statistics::percentile;
use crate::world::World;

/// Who guess at a time; each guesses as fast as it is answered.
const GUESSERS: u64 = 8;
/// Tries of one address, below the pace at which one is turned away.
const TRIES: usize = 50;
/// Crockford's symbols and those of checks.
const SYMBOLS: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const OPPOSITION: &str = "/api/opposition";

/// A person and his code.
struct Reader {
    ins: String,
    born: String,
    code: String,
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let persons = world.scale.campaign;
    let readers = (persons / 4).min(600);
    let file = world.folder.join(format!("campaign-{persons}.csv"));
    insured(persons, &file)?;
    let home = world.fresh("campaign")?;
    let serving = home.serve()?;
    let readers = registered(world, &home, &file, readers)?;
    let written = persons - readers.len();
    let begun = Instant::now();
    home.run(&["campaign", "announce", "--wave", "1"])?;
    let letters = float(written) / begun.elapsed().as_secs_f64();

    let half = readers.len() / 2;
    let alone = oppose(&serving.address, &readers[..half], 0)?;
    let (flooded, guesses) = under_flood(&serving.address, &readers)?;
    serving.stop()?;

    let mut figures = vec![Figure::new(
        "campaign/letters",
        "a second",
        &format!(
            "{written} persons, `hygie campaign announce`: codes, letters in batches, the roll"
        ),
        vec![letters],
    )];
    figures.extend(latencies("alone", "one after the other", &alone));
    let guessing = format!("the same while {GUESSERS} guess without pause, {guesses:.0} guesses/s");
    figures.extend(latencies("flood", &guessing, &flooded));
    figures.extend(deadline(&home, persons - readers.len())?);
    Ok(figures)
}

/// Registers some with codes and the rest without; gives who has a code.
fn registered(
    world: &World,
    home: &Home,
    file: &Path,
    with_codes: usize,
) -> Result<Vec<Reader>, Failure> {
    let text = std::fs::read_to_string(file).map_err(Failure::at(file))?;
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    let (some, rest): (Vec<_>, Vec<_>) = lines
        .enumerate()
        .partition(|(place, _)| *place < with_codes);
    let write = |name: &str, lines: &[(usize, &str)]| {
        let path = world.folder.join(name);
        let mut all = head.to_owned();
        for (_, line) in lines {
            all.push('\n');
            all.push_str(line);
        }
        std::fs::write(&path, all).map_err(Failure::at(&path))?;
        Ok(path.display().to_string())
    };
    let (some_file, rest_file) = (
        write("with-codes.csv", &some)?,
        write("without.csv", &rest)?,
    );
    let codes = world.folder.join("campaign-codes.csv");
    // Of an earlier run; that there is none is what is wanted.
    let _absent = std::fs::remove_file(&codes);
    let path = codes.display().to_string();
    home.run(&["register", "import", &some_file, "--codes", &path])?;
    home.run(&["register", "import", &rest_file])?;
    let codes = std::fs::read_to_string(&codes).map_err(Failure::at(&codes))?;
    let birth = head
        .split(',')
        .position(|name| name == "birth_date")
        .unwrap_or(4);
    let readers = some
        .iter()
        .zip(codes.lines())
        .filter_map(|((_, line), coded)| {
            let (ins, code) = coded.split_once(',')?;
            Some(Reader {
                ins: ins.to_owned(),
                born: line.split(',').nth(birth)?.to_owned(),
                code: code.to_owned(),
            })
        });
    Ok(readers.collect())
}

fn body(ins: &str, born: &str, code: &str) -> Vec<u8> {
    json!({ "ins": ins, "birth_date": born, "code": code })
        .to_string()
        .into_bytes()
}

fn ask(body: &[u8]) -> Ask<'_> {
    Ask {
        kind: "application/json",
        ..Ask::post(OPPOSITION, "", body)
    }
}

/// An address of this machine for each of many who try.
fn address(who: u64) -> Ipv4Addr {
    let [.., b, c, d] = who.to_be_bytes();
    Ipv4Addr::new(127, b.wrapping_add(1), c, d)
}

/// All of them say no, one after the other, each from an address of his own; gives how long each took, in microseconds,
/// sorted.
fn oppose(server: &str, readers: &[Reader], first: u64) -> Result<Vec<u64>, Failure> {
    let mut times = Vec::with_capacity(readers.len());
    for (who, reader) in (first..).zip(readers) {
        let body = body(&reader.ins, &reader.born, &reader.code);
        let mut connection = Connection::open_from(server, Some(address(who)))?;
        let begun = Instant::now();
        connection.send(ask(&body), 200)?;
        times.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    times.sort_unstable();
    Ok(times)
}

/// The second half of them, while others guess at the numbers of all; also guesses a second.
fn under_flood(server: &str, readers: &[Reader]) -> Result<(Vec<u64>, f64), Failure> {
    let (over, guesses) = (AtomicBool::new(false), AtomicU64::new(0));
    let begun = Instant::now();
    let half = readers.len() / 2;
    let times = thread::scope(|scope| {
        let (over, guesses) = (&over, &guesses);
        let guessers: Vec<_> = (0..GUESSERS)
            .map(|who| scope.spawn(move || guess(server, readers, who, over, guesses)))
            .collect();
        thread::sleep(Duration::from_millis(200));
        let times = oppose(server, &readers[half..], 100_000);
        over.store(true, Ordering::Relaxed);
        for guesser in guessers {
            guesser
                .join()
                .map_err(|_| Failure::Form("a guesser ended".to_owned()))??;
        }
        times
    })?;
    let rate = guesses.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    Ok((times, rate))
}

fn guess(
    server: &str,
    readers: &[Reader],
    who: u64,
    over: &AtomicBool,
    guesses: &AtomicU64,
) -> Result<(), Failure> {
    let mut random = Random::new(who + 1);
    let mut round = 0;
    while !over.load(Ordering::Relaxed) {
        let from = address(1_000_000 + who * 100_000 + round);
        let mut connection = Connection::open_from(server, Some(from))?;
        for _ in 0..TRIES {
            if over.load(Ordering::Relaxed) {
                return Ok(());
            }
            let reader = &readers[random.below(readers.len())];
            // Where the person was tried too often, the answer waits: another is tried meanwhile.
            connection.send(
                ask(&body(&reader.ins, &reader.born, &code(&mut random))),
                422,
            )?;
            guesses.fetch_add(1, Ordering::Relaxed);
        }
        round += 1;
    }
    Ok(())
}

/// Symbols at random, and the check that fits them: what is turned away before anything is looked up is no guess.
fn code(random: &mut Random) -> String {
    let values: Vec<usize> = (0..12).map(|_| random.below(32)).collect();
    let check = values
        .iter()
        .fold(0, |rest, value| (rest * 32 + value) % 37);
    let symbols = values.into_iter().chain([check]);
    symbols.map(|value| char::from(SYMBOLS[value])).collect()
}

fn latencies(name: &str, how: &str, sorted: &[u64]) -> [Figure; 2] {
    let work = format!(
        "{} persons with their codes, {how}; until the receipt",
        sorted.len()
    );
    [("p50", 0.5), ("p99", 0.99)].map(|(share, of)| {
        let micros = percentile(sorted, of);
        Figure::new(
            &format!("campaign/opposition/{name}/{share}"),
            "ms",
            &work,
            vec![u32::try_from(micros).map_or(f64::MAX, f64::from) / 1e3],
        )
    })
}

/// Six weeks later: from the start of the services to the last space; nothing where the clock can't be moved.
fn deadline(home: &Home, persons: usize) -> Result<Vec<Figure>, Failure> {
    let Some(later) = home.days_later(43) else {
        return Ok(Vec::new());
    };
    let begun = Instant::now();
    let serving = later.serve()?;
    // Care begins by itself; this waits behind it.
    later.run(&["campaign", "make"])?;
    let rate = float(persons) / begun.elapsed().as_secs_f64();
    serving.stop()?;
    Ok(vec![Figure::new(
        "campaign/deadline",
        "persons/s",
        &format!("{persons} spaces made when the six weeks are over, the services' start included"),
        vec![rate],
    )])
}
