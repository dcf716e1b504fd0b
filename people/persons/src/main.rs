//! Writes invented people to a folder, one FHIR R4 Bundle a file, to try Hygie with.
//! It invents nothing itself and imports nothing: `hygie import` takes the folder.
#![forbid(unsafe_code)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hygie-people: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &Arguments) -> io::Result<()> {
    fs::create_dir_all(&arguments.out).map_err(|error| at(&arguments.out, &error))?;
    let people = hygie_people_persons::population(arguments.seed, arguments.persons);
    for (bundle, number) in people.zip(1_usize..) {
        let path = arguments.out.join(format!("person-{number:08}.json"));
        // `create_new`: somebody's real bundle of that name is never overwritten.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| at(&path, &error))?;
        file.write_all(&bundle).map_err(|error| at(&path, &error))?;
    }
    Ok(())
}

/// The error with the path it is about.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("can't write `{}`: {error}", path.display()),
    )
}
