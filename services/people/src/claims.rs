//! `hygie-people claims`: an invented nation, as a SNDS directory or as a snapshot.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use clap::{Args, ValueEnum};
use hygie_people_claims::{Days, Form, Plan, write};

mod direct;

#[derive(Args)]
pub struct Claims {
    /// How many, the twins among them
    #[arg(long, value_name = "N")]
    persons: u64,
    /// How many years of care, 1 to 30; flows go on for 23 months more
    #[arg(long, value_name = "Y", default_value_t = 3)]
    years: u16,
    /// The first of them
    #[arg(long, value_name = "YEAR", default_value_t = 2022)]
    first_year: u16,
    /// The same seed gives the same bytes, on any number of threads
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to, made when it is absent; files that are there are left alone, and are an error
    #[arg(long, value_name = "DIR", required_unless_present = "snapshot")]
    out: Option<PathBuf>,
    #[command(flatten)]
    direct: Direct,
    /// As many as there are cores, unless told
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// What stands between cells: `;`, `,`, `|` or `tab`
    #[arg(long, value_name = "MARK", default_value = ";", value_parser = separator)]
    separator: u8,
    /// Decimals with a comma
    #[arg(long)]
    decimal_comma: bool,
    /// How the tables of claims write a day
    #[arg(long, value_enum, default_value_t = Spelling::Iso)]
    days: Spelling,
    /// How letters with accents are written
    #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
    encoding: Encoding,
    /// Tables as Parquet, every column a string
    #[arg(long)]
    parquet: bool,
    /// After one claim line in N, one that cannot be taken; `truth/wrong.csv` lists them
    #[arg(long, value_name = "N", default_value_t = 0)]
    wrong: u32,
    /// Leaves `truth/` empty: it is as large as the tables
    #[arg(long)]
    without_truth: bool,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// The way without files.
#[derive(Args)]
pub struct Direct {
    /// Instead of files: a folder of snapshots to make, absent or empty, with one snapshot that the hub's programs read
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "separator", "decimal_comma", "days", "encoding", "parquet",
        "wrong", "without_truth"])]
    pub snapshot: Option<PathBuf>,
    /// The secret key of 32 bytes that signs the snapshot, made when it is absent; without, one that is forgotten
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub key: Option<PathBuf>,
    /// In how many buckets persons lie, 1 to 4096; 3.5 to 7 million claim lines each without it
    #[arg(long, value_name = "N", conflicts_with = "out", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub buckets: Option<u32>,
}

/// `2023-03-09`, `09/03/2023`, `09MAR2023:00:00:00`.
#[derive(Clone, Copy, ValueEnum)]
enum Spelling {
    Iso,
    French,
    Sas,
}

#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "windows-1252")]
    Windows1252,
}

fn separator(text: &str) -> Result<u8, &'static str> {
    match text {
        ";" | "," | "|" => Ok(text.as_bytes()[0]),
        "tab" | "\t" => Ok(b'\t'),
        _ => Err("one of `;`, `,`, `|` and `tab`"),
    }
}

/// Writes it, and says how much and how fast.
pub fn run(arguments: &Claims) -> ExitCode {
    let plan = Plan {
        persons: arguments.persons,
        years: arguments.years,
        first_year: arguments.first_year,
        seed: arguments.seed,
    };
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or_else(cores);
    let done = match (&arguments.direct.snapshot, &arguments.out) {
        (Some(out), _) => direct::run(&plan, &arguments.direct, (out, threads), arguments.json),
        (None, Some(out)) => files(&plan, arguments, (out, threads)),
        (None, None) => Err("give --out or --snapshot".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hygie-people: {error}");
            ExitCode::FAILURE
        }
    }
}

fn files(plan: &Plan, arguments: &Claims, (out, threads): (&Path, usize)) -> Result<(), String> {
    let form = Form {
        separator: arguments.separator,
        decimal_comma: arguments.decimal_comma,
        days: match arguments.days {
            Spelling::Iso => Days::Iso,
            Spelling::French => Days::French,
            Spelling::Sas => Days::Sas,
        },
        windows_1252: matches!(arguments.encoding, Encoding::Windows1252),
        parquet: arguments.parquet,
        wrong: arguments.wrong,
        truth: !arguments.without_truth,
    };
    let begun = Instant::now();
    let written = write(plan, &form, out, threads).map_err(|error| error.to_string())?;
    let seconds = begun.elapsed().as_secs_f64();
    let (lines, rows) = (written.lines, written.rows);
    if arguments.json {
        println!(
            "{{\"persons\":{},\"lines\":{lines},\"rows\":{rows},\"events\":{},\"bytes\":{},\"seconds\":{seconds:.3}}}",
            written.persons, written.events, written.bytes
        );
    } else {
        println!(
            "{} persons, {lines} claim lines, {rows} rows, {} bytes in {}: {seconds:.1} s, {:.0} lines/s",
            written.persons,
            written.bytes,
            out.display(),
            rate(lines, seconds)
        );
    }
    Ok(())
}

/// Lines a second.
#[expect(clippy::cast_precision_loss, reason = "a rate is rounded anyhow")]
fn rate(lines: u64, seconds: f64) -> f64 {
    lines as f64 / seconds
}
