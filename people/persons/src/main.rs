//! Writes invented people to a folder, one FHIR R4 Bundle a file, to try Hygie with.
//! It invents nothing itself and imports nothing: `hygie import` takes the folder.
#![forbid(unsafe_code)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Parser;

/// Writes invented people, one FHIR R4 Bundle a file
#[derive(Parser)]
#[command(name = "hygie-people", version)]
struct Arguments {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = persons)]
    persons: usize,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to, made when it is absent; files that are there are left alone
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// As many as the file names have digits for.
fn persons(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(number @ 1..=99_999_999) => Ok(number),
        _ => Err("a whole number from 1 to 99999999"),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match write(&arguments) {
        Ok(()) => {
            println!(
                "{} persons in {}",
                arguments.persons,
                arguments.out.display()
            );
            for (life, identifier) in
                hygie_people_persons::examples(arguments.seed, arguments.persons)
            {
                println!("{life}: {identifier}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hygie-people: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes all files, by as many threads as there are cores; the first error ends them all.
fn write(arguments: &Arguments) -> io::Result<()> {
    fs::create_dir_all(&arguments.out).map_err(|error| at(&arguments.out, &error))?;
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= arguments.persons {
                return Ok(());
            }
            write_one(arguments, index).inspect_err(|_| {
                next.store(arguments.persons, Ordering::Relaxed);
            })?;
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("nothing in it panics"))
    })
}

fn write_one(arguments: &Arguments, index: usize) -> io::Result<()> {
    let path = arguments.out.join(format!("person-{:08}.json", index + 1));
    let index = u64::try_from(index).expect("a count fits 64 bits");
    let bundle = hygie_people_persons::person(arguments.seed, index);
    // `create_new`: somebody's real bundle of that name is never overwritten.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|error| at(&path, &error))?;
    file.write_all(&bundle).map_err(|error| at(&path, &error))
}

/// The error with the path it is about.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("can't write `{}`: {error}", path.display()),
    )
}
