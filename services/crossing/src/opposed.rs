//! `hygie-crossing opposed`: who opposes that research be made with his data, as pseudonyms, signed.
//!
//! INVARIANT (opposition wins): what `hygie crossing oppositions` wrote down becomes the list that every scan obeys. Names
//! end here: the list holds pseudonyms alone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use hygie_oppositions::{Line, Opposed as Said};
use hygie_pseudonym::Keys;
use hygie_snapshot::{Opposed, RuleEntry, Signer, Snapshots};
use hygie_snds::Rule;
use serde_json::json;

use crate::persons;
use crate::{Error, Exit, Output, signing};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Publish the list, by the lines that `hygie crossing oppositions` keeps and the insurer's table of the first step.
    Publish {
        /// The file of lines.
        #[arg(long)]
        lines: PathBuf,
        /// The insurer's table of the first step, CSV with the columns `system`, `ins`, `BEN_IDT_ANO`, and where it has them
        /// `BEN_NIR_PSA` and `BEN_RNG_GEM`, by which claims are found of whom no reference names.
        #[arg(long)]
        first_step: PathBuf,
        /// The folder of the snapshots.
        #[arg(long)]
        into: PathBuf,
    },
}

pub fn run(keys: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    let Command::Publish {
        lines,
        first_step,
        into,
    } = command;
    let pseudonyms = Keys::open(keys)?;
    let signer = signing::signer(keys)?;
    signing::publish(&signer, &into)?;
    let (said, read) = said(&lines)?;
    let steps = persons::first_steps(&first_step, &read)?;
    let ranks = ranks(&into, &signer)?;
    let (mut persons, mut unknown) = (0u64, 0u64);
    let mut opposed = Vec::new();
    for (system, ins) in &read {
        if !said.refuses(system, ins, None) {
            continue;
        }
        let known = opposed.len();
        let told = steps.of(system, ins).iter();
        let sources = told.flat_map(|step| step.sources(ranks));
        opposed.extend(sources.map(|source| pseudonyms.pseudonym(&source).bytes()));
        if opposed.len() > known {
            persons += 1;
        } else {
            unknown += 1;
        }
    }
    // Only where there never was a list is this the first: numbers must rise.
    let number = if into.join("opposed").exists() {
        Opposed::read(&into, signer.verifier())?.number() + 1
    } else {
        1
    };
    let list = Opposed::new(number, opposed).under(&pseudonyms.epoch().1);
    list.publish(&into, &signer)?;
    let text = format!(
        "list {number}: {persons} persons oppose, under {} pseudonyms; of {unknown} more the insurer's table has no first \
         step: no claim of theirs can be told until it has",
        list.len()
    );
    let value =
        json!({ "list": number, "opposed": persons, "pseudonyms": list.len(), "unknown": unknown });
    output.show(&text, &value);
    Ok(if unknown == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// Whether the newest snapshot tells twins apart by their rank. In one that does, nobody but himself is told of under
/// another rank, and a list that held the first of each number would hide twins who oppose nothing.
fn ranks(snapshots: &Path, signer: &Signer) -> Result<bool, Error> {
    let snapshots = Snapshots::new(snapshots, signer.verifier().clone());
    let Some(newest) = snapshots.numbers()?.pop() else {
        return Ok(true);
    };
    let newest = snapshots.open(newest)?;
    let rules = &newest.manifest().rules;
    let off = |rule: &RuleEntry| rule.name == Rule::TwinRank.name() && !rule.on;
    Ok(!rules.iter().any(off))
}

/// The list as it stands among the snapshots, which every import obeys.
pub fn obeyed(snapshots: &Path, signer: &Signer, keys: &Keys) -> Result<Opposed, Error> {
    let opposed = Opposed::read(snapshots, signer.verifier()).map_err(|error| match error {
        hygie_snapshot::Error::File { .. } => Error::Asked(
            "nobody knows yet who opposes: run `hygie-crossing opposed publish` first, even with a list without lines".to_owned(),
        ),
        error => error.into(),
    })?;
    if opposed.key() != keys.epoch().1 {
        return Err(Error::Asked(
            "the list of the opposed is of another key than the one in use: run `hygie-crossing opposed publish` first".to_owned(),
        ));
    }
    Ok(opposed)
}

/// What was said, and by whom.
type Persons = BTreeSet<(String, String)>;

fn said(path: &Path) -> Result<(Said, Persons), Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    let (mut said, mut persons) = (Said::default(), Persons::new());
    let mut next = 0;
    for (at, text) in (1u64..).zip(BufReader::new(file).lines()) {
        let text = text.map_err(Error::io(path))?;
        let broken = |why| Error::Table {
            path: path.to_owned(),
            line: at,
            why,
        };
        let line: Line = serde_json::from_str(&text).map_err(|_| {
            broken("it is no line of the list: read it again with `hygie crossing oppositions`")
        })?;
        // A crash there may have written lines twice; none may be missing.
        if line.number > next {
            return Err(broken(
                "a line before it is missing: read the list again from its begin",
            ));
        }
        if line.number == next {
            said.take(&line);
            next += 1;
        }
        persons.insert((line.system.clone(), line.ins.clone()));
    }
    Ok((said, persons))
}
