//! The figures that `./bench` prints: the programs are started as they are shipped, and met over HTTP, files and the
//! command line. It checks no rule of the record and switches none off: policy, ledger and sealing are as in service.
#![forbid(unsafe_code)]

mod actors;
mod content;
mod crowd;
mod failure;
mod figure;
mod http;
mod installation;
mod keeper;
mod measures;
mod peers;
mod process;
mod random;
mod scale;
mod sizes;
mod statistics;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use failure::Failure;
use figure::Figure;
use scale::Scale;
use world::World;

/// Measures the programs beside this one, in homes of its own
#[derive(Debug, Parser)]
#[command(name = "hygie-bench", version)]
struct Arguments {
    /// Which measures; all when none is named: import, storage, ledger, decide, register, campaign, crud, everything, search,
    /// documents, memory, start, erase, backup, letters, claims, nation
    #[arg(value_name = "NAME", value_parser = measures::NAMES)]
    names: Vec<String>,
    /// Write the figures to this file, as one JSON array of one object each
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The long sizes: 100,000 persons stored, a million registered, 2,200,000 persons' claims, nations of up to 300 million lines
    #[arg(long, conflicts_with = "small")]
    long: bool,
    /// Sizes and times so small that the figures say nothing, to see that every measure works
    #[arg(long)]
    small: bool,
    /// How often each measure is run; the figure is the median
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: Option<u32>,
    /// Where the homes are made, and left to be looked at; its path must be short, since sockets lie in it
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    folder: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hygie-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut scale = if arguments.small {
        Scale::small()
    } else if arguments.long {
        Scale::long()
    } else {
        Scale::usual()
    };
    if let Some(runs) = arguments.runs {
        scale.runs = runs;
    }
    let mut world = World::new(&arguments.folder, scale)?;
    let wanted = |name: &str| {
        arguments.names.is_empty() || arguments.names.iter().any(|asked| asked == name)
    };
    let mut figures: Vec<Figure> = Vec::new();
    for measure in measures::ALL {
        if !wanted(measure.name) {
            continue;
        }
        eprintln!("measuring {}", measure.name);
        figures.extend((measure.run)(&mut world)?);
    }
    figures.extend(measures::noise(&mut world)?);
    print!("{}", figure::table(&figures));
    if let Some(path) = &arguments.json {
        let text = figure::json(&figures).to_string() + "\n";
        std::fs::write(path, text).map_err(Failure::at(path))?;
    }
    Ok(())
}
