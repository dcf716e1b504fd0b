//! `hygie-crossing snds`: claims out of the insurer's files into a snapshot, a whole extraction or what is new.

use std::path::{Path, PathBuf};
use std::time::Instant;

use hygie_pseudonym::Keys;
use hygie_snapshot::{Opposed, Scan, Signer, Snapshots};
use hygie_snds::vocabulary::{ConceptRow, Sources, Vocabulary};
use hygie_snds::{Appended, Import, Progress, Report, Rule, Rules};
use serde_json::json;

use crate::rows::Rows;
use crate::second_step::SecondStep;
use crate::snapshots::now_s;
use crate::telling::Telling;
use crate::{Error, Exit, Output, bronze, opposed, signing};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Import an extraction into a new snapshot. What an import that was cut off had done is not done again.
    Import {
        #[command(flatten)]
        wish: Wish,
        #[command(flatten)]
        choices: Choices,
    },
    /// Continue the newest snapshot with what is new: a month of flow, a year of stays, a newer reference. Years of care of
    /// which nothing new is told are taken over as they are.
    Append {
        #[command(flatten)]
        wish: Wish,
    },
}

/// What only a whole import chooses: a month that is appended goes on as it began.
#[derive(clap::Args, Default)]
pub struct Choices {
    /// Switch a rule on.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    with: Vec<Rule>,
    /// Switch a rule off.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    without: Vec<Rule>,
    /// In how many buckets persons lie; by the size of the files without it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    buckets: Option<u32>,
}

#[derive(clap::Args)]
pub struct Wish {
    /// The folder of the files.
    folder: PathBuf,
    /// The folder of the snapshots.
    #[arg(long)]
    into: PathBuf,
    /// The folder of sealed rows, made by `bronze init`.
    #[arg(long)]
    bronze: PathBuf,
    /// The folder of the nomenclatures; `nomenclatures` among the files without it.
    #[arg(long)]
    nomenclatures: Option<PathBuf>,
    /// A folder with an export of Athena.
    #[arg(long)]
    athena: Option<PathBuf>,
    /// A SOURCE_TO_CONCEPT_MAP in CSV.
    #[arg(long)]
    map: Option<PathBuf>,
    /// Memory that it may use, about, in MiB; months that are more are spilled, sealed, to the folder of units beside bronze.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(64..))]
    budget: u64,
    /// Threads; as many as there are cores without it.
    #[arg(long)]
    threads: Option<usize>,
}

fn rule(name: &str) -> Result<Rule, String> {
    let known = || Rule::ALL.map(Rule::name).join(", ");
    Rule::named(name).ok_or_else(|| format!("there are the rules {}", known()))
}

pub fn run(keys: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    let began = Instant::now();
    let (wish, choices, append) = match command {
        Command::Import { wish, choices } => (wish, choices, false),
        Command::Append { wish } => (wish, Choices::default(), true),
    };
    let pseudonyms = SecondStep(Keys::open(keys)?);
    let signer = signing::signer(keys)?;
    signing::publish(&signer, &wish.into)?;
    let opposed = opposed::obeyed(&wish.into, &signer, &pseudonyms.0)?;
    let rows = Rows(bronze::open(keys, &wish.bronze, pseudonyms.0.epoch().0)?);
    let earlier = if append {
        earlier(&wish.into, &signer, &opposed)?
    } else {
        Vec::new()
    };
    let vocabulary = Vocabulary::load(sources(&wish), &earlier)?;
    let telling = Telling::new();
    let progress = |progress: Progress<'_>| telling.tell(progress);
    let units = bronze::units(&wish.bronze);
    let import = Import {
        from: &wish.folder,
        into: &wish.into,
        units: &units,
        seals: &rows,
        rules: rules(&choices)?,
        budget: wish.budget << 20,
        threads: threads(wish.threads),
        buckets: choices.buckets,
        pseudonyms: &pseudonyms,
        keep: &rows,
        opposed: &opposed,
        vocabulary,
        signer: &signer,
        now_s: now_s(),
        progress: &progress,
    };
    let report = if append {
        import.append()?
    } else {
        import.run()?
    };
    telling.finish();
    let value = serde_json::to_value(&report).map_err(|error| Error::Asked(error.to_string()))?;
    let seconds = began.elapsed().as_secs_f64();
    let value = json!({
        "taken": taken(&report), "rejected": report.rejected(), "total": total(&report), "seconds": seconds, "report": value,
    });
    output.show(&text(&report, seconds), &value);
    Ok(if report.rejected() == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn sources(wish: &Wish) -> Sources {
    let beside = wish.folder.join("nomenclatures");
    let given = wish.nomenclatures.clone();
    Sources {
        nomenclatures: given.or_else(|| beside.is_dir().then_some(beside)),
        athena: wish.athena.clone(),
        map: wish.map.clone(),
    }
}

/// The concepts of the newest snapshot: their numbers hold.
fn earlier(snapshots: &Path, signer: &Signer, opposed: &Opposed) -> Result<Vec<ConceptRow>, Error> {
    let snapshot = Snapshots::new(snapshots, signer.verifier().clone()).latest()?;
    if opposed.key() != snapshot.manifest().pseudonyms {
        // Refused with the reason, once it is looked at.
        return Ok(Vec::new());
    }
    let scan = Scan::new(&snapshot, opposed)?;
    Ok(Vocabulary::earlier(&scan)?)
}

fn rules(choices: &Choices) -> Result<Rules, Error> {
    let mut rules = Rules::default();
    for (list, on) in [(&choices.with, true), (&choices.without, false)] {
        for rule in list {
            if !rules.set(*rule, on) {
                return Err(Error::Asked("opposition can't be switched off".to_owned()));
            }
        }
    }
    Ok(rules)
}

/// As many as were asked for, or as there are cores.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or_else(cores).max(1)
}

fn taken(report: &Report) -> u64 {
    report.files.iter().map(|file| file.taken).sum()
}

fn total(report: &Report) -> u64 {
    report.files.iter().map(|file| file.rows).sum()
}

/// What became of every row, for people.
fn text(report: &Report, seconds: f64) -> String {
    let appended = report.appended.as_ref();
    if let Some(appended) = appended.filter(|appended| appended.nothing) {
        let snapshot = appended.continues;
        let forgotten = appended.forgotten;
        return format!(
            "nothing to do: snapshot {snapshot} was made of these files already; {forgotten} raw rows of who opposes are gone"
        );
    }
    let mut text = format!(
        "snapshot {}: {} persons, {} of them in no reference; {} oppose, and nothing of them was written\n         {} rows: {} taken, {} rejected (kept, each with its reason)",
        report.snapshot,
        report.persons,
        report.unreferenced,
        report.opposed,
        total(report),
        taken(report),
        report.rejected()
    );
    if report.ambiguous > 0 {
        let (numbers, why) = (
            report.ambiguous,
            "numbers of the reference are of several persons",
        );
        text.push_str(&format!("\n{numbers:>12} {why}"));
    }
    if let Some(appended) = appended {
        text.push_str(&cost(appended, seconds));
    }
    for rule in Rule::ALL {
        if report.removed(rule) > 0 {
            text.push_str(&format!(
                "\n{:>12} rows removed by {}",
                report.removed(rule),
                rule.name()
            ));
        }
    }
    for (table, rows) in &report.tables {
        text.push_str(&format!("\n{rows:>12} rows of {table}"));
    }
    for file in &report.not_read {
        text.push_str(&format!(
            "\nnot read, for it is no table that is known: {file}"
        ));
    }
    for file in &report.files {
        for (reason, rows) in &file.rejected {
            text.push_str(&format!(
                "\n{rows:>12} rows of {} rejected: {reason}",
                file.name
            ));
        }
        if !file.unknown_columns.is_empty() {
            text.push_str(&format!(
                "\n{} has columns that its schema does not know: {}",
                file.name,
                file.unknown_columns.join(", ")
            ));
        }
        if !file.missing_columns.is_empty() {
            text.push_str(&format!(
                "\n{} lacks columns of its schema, which the import does without: {}",
                file.name,
                file.missing_columns.join(", ")
            ));
        }
    }
    text
}

/// What it cost to continue a snapshot, for people.
fn cost(appended: &Appended, seconds: f64) -> String {
    let years: Vec<String> = appended.years.iter().map(i32::to_string).collect();
    let years = match (&appended.all, years.is_empty()) {
        (Some(why), _) => format!("all years are written anew, for {why}"),
        (None, true) => "no year of care is written anew".to_owned(),
        (None, false) => format!("years of care written anew: {}", years.join(", ")),
    };
    format!(
        "\nsnapshot {} is continued with {}\n{years}\n{:>12} files taken over as they are, {} bytes\n{:>12} files written, \
         {} bytes, {} rows\n{:>12} raw rows of who opposes are gone; {seconds:.1} s in all",
        appended.continues,
        appended.units.join(", "),
        appended.linked,
        appended.linked_bytes,
        appended.written,
        appended.written_bytes,
        appended.written_rows,
        appended.forgotten,
    )
}
