//! Writes invented people to a folder, one FHIR R4 Bundle a file, to try Hygie with.
//! It imports nothing: `hygie import` takes the folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;
use hygie_people_persons::{COLUMNS, Roles, roles, roll_line};

#[derive(Args)]
pub struct Persons {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = persons)]
    persons: usize,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to, made when it is absent; files that are there are left alone
    #[arg(long, value_name = "DIR", required_unless_present = "register")]
    out: Option<PathBuf>,
    /// A file that does not exist yet, for the insured as `hygie register import` takes them
    #[arg(long, value_name = "FILE.csv")]
    register: Option<PathBuf>,
    /// A file that does not exist yet, for who to be in a demonstration, columns separated by tabs:
    /// `citizen` and `opposed` with name, INS, birth date, home, lives, file; `treating` and `hospital`
    /// with the doctor's name, RPPS, FINESS, structure, sector
    #[arg(long, value_name = "FILE.tsv")]
    roles: Option<PathBuf>,
}

/// As many as the file names have digits for.
fn persons(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(number @ 1..=99_999_999) => Ok(number),
        _ => Err("a whole number from 1 to 99999999"),
    }
}

/// Writes them, and says who is who.
pub fn run(arguments: &Persons) -> ExitCode {
    match write(arguments).and_then(|()| write_lists(arguments)) {
        Ok(()) => {
            let out = arguments.out.iter().chain(&arguments.register).next();
            let place = out.map(|path| path.display().to_string());
            println!(
                "{} persons in {}",
                arguments.persons,
                place.unwrap_or_default()
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
fn write(arguments: &Persons) -> io::Result<()> {
    let Some(out) = &arguments.out else {
        return Ok(());
    };
    fs::create_dir_all(out).map_err(|error| at(out, &error))?;
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= arguments.persons {
                return Ok(());
            }
            write_one(arguments.seed, out, index).inspect_err(|_| {
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

fn write_one(seed: u64, out: &Path, index: usize) -> io::Result<()> {
    let index = u64::try_from(index).expect("a count fits 64 bits");
    let bundle = hygie_people_persons::person(seed, index);
    write_new(&out.join(file_name(index)), &bundle)
}

fn file_name(index: u64) -> String {
    format!("person-{:08}.json", index + 1)
}

/// `create_new`: somebody's real bundle of that name is never overwritten.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| at(path, &error))
}

/// The register and the roles, where they are asked for.
fn write_lists(arguments: &Persons) -> io::Result<()> {
    let (seed, persons) = (arguments.seed, arguments.persons);
    if let Some(path) = &arguments.register {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let mut file = io::BufWriter::new(file.map_err(|error| at(path, &error))?);
        let lines = 0..u64::try_from(persons).expect("a count fits 64 bits");
        writeln!(file, "{COLUMNS}")
            .and_then(|()| {
                let mut lines = lines.map(|index| roll_line(seed, index));
                lines.try_for_each(|line| writeln!(file, "{line}"))
            })
            .and_then(|()| file.flush())
            .map_err(|error| at(path, &error))?;
    }
    if let Some(path) = &arguments.roles {
        let roles = roles(seed, persons).ok_or_else(|| {
            io::Error::other(
                "these are too few persons for all roles; ask for more, such as --persons 20",
            )
        })?;
        write_new(path, table(&roles).as_bytes())?;
    }
    Ok(())
}

fn table(roles: &Roles) -> String {
    let mut text = String::new();
    for (role, one) in [("citizen", &roles.citizen), ("opposed", &roles.opposed)] {
        let file = file_name(one.index);
        let cells = [
            role,
            &one.name,
            &one.ins,
            &one.birth_date,
            &one.home,
            &one.lives,
            &file,
        ];
        text.push_str(&format!("{}\n", cells.join("\t")));
    }
    for (role, one) in [("treating", &roles.treating), ("hospital", &roles.hospital)] {
        let cells = [
            role,
            &one.name,
            &one.rpps,
            &one.finess,
            &one.structure,
            one.sector,
        ];
        text.push_str(&format!("{}\n", cells.join("\t")));
    }
    text
}

/// The error with the path it is about.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("can't write `{}`: {error}", path.display()),
    )
}
