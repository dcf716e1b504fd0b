//! Says how many megabytes of raw claims a second one thread seals, reads back and purges. Not a test: figures depend on the
//! machine. `cargo run --release -p hygie-bronze --example measure -- [MEGABYTES]`
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a measurement stops where it fails")]

use std::collections::HashSet;
use std::time::Instant;

use hygie_bronze::{Bronze, Key};

fn main() {
    let megabytes: usize = std::env::args()
        .nth(1)
        .map_or(512, |size| size.parse().unwrap());
    let folder = tempfile::tempdir_in(".").unwrap();
    let key = Key::random(|bytes| bytes.fill(1));
    let bronze = Bronze::create(folder.path(), key, 1).unwrap();
    let rows = rows(200_000);
    let size: usize = rows.iter().map(|(_, raw)| raw.len()).sum();
    let rounds = (megabytes * 1_000_000).div_ceil(size);
    let total = (size * rounds) as f64 / 1e6;

    let start = Start::now();
    let mut writer = bronze.writer("ER_PRS_F", "202301").unwrap();
    for _ in 0..rounds {
        for (person, raw) in &rows {
            writer.push(Some(*person), raw, None).unwrap();
        }
    }
    let count = writer.finish().unwrap();
    say("sealed", total, count, start);
    let path = folder.path().join("ER_PRS_F/202301.bronze");
    let length = std::fs::metadata(path).unwrap().len() as f64;
    println!(
        "{:.1} bytes a row on disk, of {:.1}",
        length / count as f64,
        total * 1e6 / count as f64
    );

    let start = Start::now();
    let mut reader = bronze.read("ER_PRS_F", "202301").unwrap();
    let mut read = 0;
    while let Some(row) = reader.next_row().unwrap() {
        read += row.raw.len();
    }
    assert_eq!(read, size * rounds);
    say("read back", total, count, start);

    let start = Start::now();
    let gone: HashSet<_> = rows
        .iter()
        .step_by(100)
        .map(|(person, _)| *person)
        .collect();
    let counts = bronze.purge(&gone).unwrap();
    say("purged of 1 % of persons", total, count, start);
    println!("{} rows are gone", counts.purged);
}

/// By the clock, and by the thread's own processor time: other work on the machine takes the rest.
struct Start(Instant, f64);

impl Start {
    fn now() -> Self {
        Self(Instant::now(), processor())
    }
}

/// Seconds of processor time of this thread (Linux: a hundredth of a second is a tick).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    let ticks = fields
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

fn say(what: &str, megabytes: f64, rows: u64, start: Start) {
    let (clock, own) = (start.0.elapsed().as_secs_f64(), processor() - start.1);
    let (speed, by_own, lines) = (megabytes / clock, megabytes / own, rows as f64 / clock);
    println!(
        "{what}: {speed:.0} MB/s, {lines:.0} rows/s ({megabytes:.0} MB in {clock:.2} s); {by_own:.0} MB/s of processor time"
    );
}

/// Lines as wide as those of ER_PRS_F (123 columns, some 500 bytes), two of each person after each other. Most columns are of
/// a few values, as in the table; amounts, numbers of professionals and the person's pseudonym are as good as random.
fn rows(count: u64) -> Vec<([u8; 16], Vec<u8>)> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let (mut person, mut of) = ([0; 16], 0);
    (0..count)
        .map(|number| {
            if number % 2 == 0 {
                of = next();
                person[..8].copy_from_slice(&of.to_be_bytes());
                person[8..].copy_from_slice(&next().to_be_bytes());
            }
            (person, line(number, of, next(), next()).into_bytes())
        })
        .collect()
}

fn line(number: u64, of: u64, a: u64, b: u64) -> String {
    let (day, amount) = (1 + a % 28, format!("{}.{:02}", a % 60, b % 100));
    let mut line = format!(
        "{};{};7;01C731{:03};1;202301;2023-01-{day:02};1;{:02};{};{};{of:016x}A;1;{};{:03};000;1;01C682{:03};0;202301;202301;",
        1000 + b % 90,
        a % 99,
        b % 100,
        of % 12,
        1930 + of % 90,
        1 + of % 2,
        of % 30,
        of % 96,
        of % 100,
    );
    for _ in 0..6 {
        line.push_str(&format!("2023-01-{day:02};"));
    }
    for _ in 0..16 {
        line.push_str(&amount);
        line.push(';');
    }
    line.push_str(&format!(
        "03C019;03C019;3;2;1;1;{};15;7;0;2;{};35;2;36;0;43;",
        1000 + b % 100,
        1000 + b % 100
    ));
    line.push_str(&format!(
        "{};SM;3;01C731221;3;2;50;1092;2;23;3;D;9;ZZ;2;A;40;4;2;",
        number * 7
    ));
    line.push_str(&format!(
        "{amount};{amount};45.00;ZZ;ZZ;ZZ;S;19;0;2;1;51;29;9;ZZ;2;0;99;0;{};",
        b % 700_000
    ));
    line.push_str(&format!(
        "2023-01-{day:02};4;7985;7;2023-02-13;01C682674;81304;{};ZZZ;0;ZZ;T;",
        a % 700_000
    ));
    line.push_str(&format!("ZZ;44;5;202301;40;{amount};ZZ;ZZ;32.1;1"));
    line
}
