//! `hygie-hub quality`: a snapshot checked and characterised.

use std::path::PathBuf;

use hygie_quality::{Checked, Thresholds};
use hygie_snapshot::{Scan, Snapshot};
use serde_json::json;

use crate::snapshots::Folder;
use crate::{Error, Exit, Output};

#[derive(clap::Args)]
pub struct Wish {
    /// The folder of the snapshots, with `snapshots.vkey` and the list `opposed`.
    #[arg(required_unless_present = "print_thresholds")]
    snapshots: Option<PathBuf>,
    /// The snapshot's number; the newest without it.
    #[arg(long)]
    number: Option<u64>,
    /// The folder of the report: `quality-NUMBER.json` and `quality-NUMBER.html`.
    #[arg(long, required_unless_present = "print_thresholds")]
    out: Option<PathBuf>,
    /// Threads; as many as there are cores without it.
    #[arg(long)]
    threads: Option<usize>,
    /// A file that sets other thresholds for checks, for all tables or for one; what it does not name keeps its default.
    #[arg(long, value_name = "FILE")]
    thresholds: Option<PathBuf>,
    /// Print the defaults as such a file, with the source of each number, and do nothing else.
    #[arg(long, conflicts_with_all = ["snapshots", "number", "out", "threads", "thresholds"])]
    print_thresholds: bool,
}

pub fn run(wish: &Wish, output: Output) -> Result<Exit, Error> {
    // Whoever asks for a report gives both: the command line is refused without them.
    let (Some(snapshots), Some(out)) = (&wish.snapshots, &wish.out) else {
        let text = Thresholds::print_defaults();
        output.show(text.trim_end(), &json!({ "thresholds": text }));
        return Ok(Exit::Done);
    };
    let set = wish.thresholds.as_deref().map(Thresholds::read);
    let set = set.transpose()?.unwrap_or_default();
    let folder = Folder::open(snapshots)?;
    let snapshot = folder.snapshot(wish.number)?;
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = wish.threads.unwrap_or_else(cores);
    let report = examined(&folder, &snapshot, |scan| {
        Ok(hygie_quality::examine(scan, threads, &set, &|_, _| {})?)
    })?;
    let (json, html) = report.write(out)?;
    let told = |checked: &Checked| {
        let column = checked.column.as_deref().unwrap_or("*");
        let (failed, looked) = (checked.failed, checked.looked);
        format!(
            "{} of {}.{column}: {failed} of {looked} fail",
            checked.check, checked.table
        )
    };
    let failures: Vec<String> = report.failures().map(told).collect();
    let mut text = format!(
        "`{}` and `{}` are written; {} checks fail",
        json.display(),
        html.display(),
        failures.len()
    );
    for failure in &failures {
        text.push_str(&format!("\n  {failure}"));
    }
    let value = json!({ "json": json, "html": html, "failures": failures });
    output.show(&text, &value);
    Ok(if failures.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// What a look at a snapshot finds.
///
/// INVARIANT (opposition wins): whoever opposes while a nation is looked at is not in what is shown: then it is looked at again.
fn examined<R>(
    folder: &Folder,
    snapshot: &Snapshot,
    look: impl Fn(&Scan<'_>) -> Result<R, Error>,
) -> Result<R, Error> {
    let mut opposed = folder.opposed()?;
    loop {
        let scan = Scan::new(snapshot, &opposed)?;
        let found = look(&scan)?;
        let now = folder.opposed()?;
        if now.number() == opposed.number() || scan.obeys(&now)? {
            return Ok(found);
        }
        opposed = now;
    }
}
