//! `hygie-crossing pseudonyms`: keys made, rotated, shown (decision 0033).

use std::path::{Path, PathBuf};

use hygie_pseudonym::{Keys, Pseudonym, SystemEntropy};
use hygie_snapshot::Snapshots;
use serde_json::json;

use crate::persons::{self, Read};
use crate::{Error, Exit, Output, bronze, opposed, signing};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make the first key.
    Init,
    /// Begin the next key: every pseudonym gets a new one, by a sealed list. Or finish it, and destroy the old key.
    Rotate(Rotate),
    /// Say which epochs there are; never a key.
    Show,
}

#[derive(clap::Args)]
pub struct Rotate {
    /// The insurer's table of beneficiaries, IR_BEN_R in CSV; several may be given.
    #[arg(long, required_unless_present = "finish", conflicts_with = "finish")]
    persons: Vec<PathBuf>,
    /// The insurer's table of the first step, of which lists of the opposed are made: who is in it alone is named too.
    #[arg(long, required_unless_present = "finish", conflicts_with = "finish")]
    first_step: Vec<PathBuf>,
    /// Pseudonyms that stand in snapshots, 32 hexadecimal digits a line: who is in no table any more is carried.
    #[arg(long, conflicts_with = "finish")]
    carry: Vec<PathBuf>,
    /// A folder of bronze: whoever has rows there is carried; with --finish, it must be retagged.
    #[arg(long, required_if_eq("finish", "true"))]
    bronze: Option<PathBuf>,
    /// The folder of the snapshots: with --finish, the newest and the list of the opposed must be of the new key.
    #[arg(long, requires = "finish", required_if_eq("finish", "true"))]
    into: Option<PathBuf>,
    /// Destroy the old key and the list: all that was made under it is mapped or deleted.
    #[arg(long)]
    finish: bool,
}

pub fn run(folder: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    match command {
        Command::Init => {
            let keys = Keys::create(folder, &SystemEntropy)?;
            let (epoch, key) = keys.epoch();
            let text = format!(
                "epoch {epoch} begins, with key {key}: keep a sealed copy of `{}`",
                folder.display()
            );
            output.show(&text, &json!({ "epoch": epoch, "key": key }));
            Ok(Exit::Done)
        }
        Command::Show => {
            show(&Keys::open(folder)?, output);
            Ok(Exit::Done)
        }
        Command::Rotate(wish) if wish.finish => finish(folder, &wish, output),
        Command::Rotate(wish) => rotate(folder, &wish, output),
    }
}

fn show(keys: &Keys, output: Output) {
    let (epoch, key) = keys.epoch();
    let retiring = keys.retiring();
    let mut text = format!("epoch {epoch} is in use, with key {key}");
    if let Some((old, key)) = &retiring {
        text.push_str(&format!(
            "\nepoch {old}, with key {key}, waits to be finished"
        ));
    }
    let old = retiring.map(|(epoch, key)| json!({ "epoch": epoch, "key": key }));
    output.show(
        &text,
        &json!({ "epoch": epoch, "key": key, "retiring": old }),
    );
}

fn rotate(folder: &Path, wish: &Rotate, output: Output) -> Result<Exit, Error> {
    let mut keys = Keys::open(folder)?;
    let old = keys.epoch().0;
    let mut read = Read::default();
    let rotation = keys.rotate(&SystemEntropy, |list| {
        for path in &wish.persons {
            persons::name(list, path, &mut read)?;
        }
        for path in &wish.first_step {
            persons::name_first_steps(list, path, &mut read)?;
        }
        for path in &wish.carry {
            persons::carry(list, path)?;
        }
        if let Some(path) = &wish.bronze {
            let rows = bronze::open(folder, path, old)?;
            bronze::each_person(&rows, |person| list.carry(&Pseudonym::from_bytes(person)))?;
        }
        Ok::<(), Error>(())
    })?;
    let ((_, new), (pseudonyms, carried)) = (rotation.epochs(), rotation.counts());
    let text = format!(
        "epoch {new} is in use: {pseudonyms} pseudonyms have a new one, {carried} of them carried; {} rows name nobody\n\
         map snapshots, lists and bronze of epoch {old}, delete what stood under it, then run `rotate --finish --into … --bronze …`",
        read.rejected
    );
    let value = json!({
        "epoch": new,
        "key": keys.epoch().1,
        "pseudonyms": pseudonyms,
        "carried": carried,
        "taken": read.taken,
        "rejected": read.rejected,
    });
    output.show(&text, &value);
    Ok(if read.rejected == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn finish(folder: &Path, wish: &Rotate, output: Output) -> Result<Exit, Error> {
    let (Some(into), Some(path)) = (&wish.into, &wish.bronze) else {
        let why = "say where all lies that must be mapped: --into and --bronze".to_owned();
        return Err(Error::Asked(why));
    };
    let mut keys = Keys::open(folder)?;
    let (epoch, key) = keys.epoch();
    bronze::all_of_epoch(&bronze::open(folder, path, epoch)?, epoch)?;
    let signer = signing::signer(folder)?;
    let list = opposed::obeyed(into, &signer, &keys)?;
    let left = mapped(&Snapshots::new(into, signer.verifier().clone()), &key)?;
    keys.finish_rotation()?;
    // Pseudonyms of the key that is gone.
    list.alone(into)?;
    let mut text = format!(
        "epoch {epoch} alone is left, with key {key}; destroy the copies that you keep of the file before"
    );
    if !left.is_empty() {
        let numbers: Vec<String> = left.iter().map(u64::to_string).collect();
        text.push_str(&format!(
            "\nsnapshots of another key, which nothing can map any more, are still there: {}; `snapshots retire` deletes them",
            numbers.join(", ")
        ));
    }
    let value = json!({ "epoch": epoch, "key": key, "retiring": null, "unmapped": left });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Refuses while the newest snapshot is of another key: nothing could continue it any more. Answers the numbers of older
/// ones that are.
fn mapped(snapshots: &Snapshots, key: &str) -> Result<Vec<u64>, Error> {
    let mut left = Vec::new();
    for number in snapshots.numbers()? {
        if snapshots.open(number)?.manifest().pseudonyms != key {
            left.push(number);
        }
    }
    match (snapshots.numbers()?.last(), left.last()) {
        (Some(newest), Some(last)) if newest == last => Err(Error::Asked(format!(
            "snapshot {newest} is still of the old key: run `hygie-crossing snapshots renew` first"
        ))),
        _ => Ok(left),
    }
}
