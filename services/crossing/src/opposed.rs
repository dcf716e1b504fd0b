//! `hygie-crossing opposed`: who opposes that research be made with his data, as pseudonyms, signed.
//!
//! INVARIANT (opposition wins): what `hygie crossing oppositions` wrote down becomes the list that every scan obeys. Names
//! end here: the list holds pseudonyms alone.

use std::path::{Path, PathBuf};

use hygie_pseudonym::Keys;
use hygie_snapshot::{Opposed, RuleEntry, Signer, Snapshots};
use hygie_snds::Rule;
use serde_json::json;

use crate::alone::alone;
use crate::persons;
use crate::{Error, Exit, Output, signing};

mod lines;
mod next;

use next::Next;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Publish the list, by the lines that `hygie crossing oppositions` keeps and the insurer's table of the first step.
    Publish {
        /// The file of lines, of `hygie crossing oppositions`: it names people, in plain text.
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
    let signer = signing::first(keys, &into)?;
    signing::publish(&signer, &into)?;
    // Held to the end: of two runs side by side the second would publish what the first one's lines did not say yet.
    let _alone = alone(&into)?;
    let said = lines::read(&lines)?;
    said.at_least(&lines, lines::obeyed(&into, signer.verifier())?)?;
    let steps = persons::first_steps(&first_step, &said.persons)?;
    let ranks = ranks(&into, &signer)?;
    let mut next = Next::new(&pseudonyms);
    let (mut persons, mut unknown) = (0u64, 0u64);
    for (system, ins) in &said.persons {
        let opposes = said.opposed.refuses(system, ins, None);
        let found = next.person(steps.of(system, ins), opposes, ranks);
        match (opposes, found) {
            (true, true) => persons += 1,
            (true, false) => unknown += 1,
            (false, _) => {}
        }
    }
    // Only where there never was a list is this the first: numbers must rise.
    let there = into.join("opposed").exists();
    let in_force = there.then(|| Opposed::read(&into, signer.verifier()));
    let in_force = in_force.transpose()?;
    let number = in_force.as_ref().map_or(1, |list| list.number() + 1);
    let made = next.made(in_force.as_ref())?;
    let list = Opposed::new(number, made.names).under(&pseudonyms.epoch().1);
    // Before the list: a crash between leaves lines that the next run has at least.
    lines::obey(&into, &signer, said.lines)?;
    list.publish(&into, &signer)?;
    let told = Told {
        number,
        pseudonyms: list.len(),
        persons,
        unknown,
        kept: made.kept,
        lost: made.lost,
    };
    Ok(told.show(output))
}

/// What a publication tells; nobody's name.
struct Told {
    number: u64,
    pseudonyms: usize,
    persons: u64,
    unknown: u64,
    kept: u64,
    lost: u64,
}

impl Told {
    fn show(&self, output: Output) -> Exit {
        let Told {
            number,
            pseudonyms,
            persons,
            unknown,
            kept,
            lost,
        } = self;
        let mut text = format!(
            "list {number}: {persons} persons oppose, under {pseudonyms} pseudonyms; of {unknown} more the insurer's table has \
             no first step: their claims can't be found until it has"
        );
        if *kept > 0 {
            text.push_str(&format!(
                "\n{kept} pseudonyms of the list before stay: the insurer's table says no more whose they are"
            ));
        }
        if *lost > 0 {
            text.push_str(&format!(
                "\n{lost} pseudonyms of the list before have no name under the key in use: if the insurer has a table that tells \
                 whose they are, publish by it before the rotation is finished"
            ));
        }
        let value = json!({
            "list": number, "opposed": persons, "pseudonyms": pseudonyms, "unknown": unknown, "kept": kept, "lost": lost,
        });
        output.show(&text, &value);
        if *unknown == 0 && *lost == 0 {
            Exit::Done
        } else {
            Exit::Refused
        }
    }
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
