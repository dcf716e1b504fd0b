//! Units: those of the files at hand, and those of imports before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hygie_rows::side_by_side;

use super::plans::{Plan, Work};
use super::{Import, Job};
use crate::error::Error;
use crate::progress::Progress;
use crate::rules::Rule;
use crate::spill::EXTENSION;
use crate::unit::{Unit, Writer};
use crate::{causes, claims, illnesses, stays};

impl Import<'_> {
    /// Of what a unit is made: files, and how they are read.
    pub(super) fn made_of(&self, job: &Job<'_>, plan: &Plan<'_>) -> String {
        let mut text = format!("form 5 {:?} {}", self.rules, job.buckets);
        if self.rules.on(Rule::FlowLag) {
            text.push_str(&format!(" {}", job.last_flow));
        }
        let own = |source: &&crate::source::Source| job.hashes.get_key_value(&source.path);
        for (path, (bytes, hash)) in plan
            .sources
            .iter()
            .copied()
            .filter_map(|source| own(&source))
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            text.push_str(&format!(" {name} {bytes} {hash}"));
        }
        text
    }

    /// Makes the units of these plans in a folder, for the numbers of persons that `under` names.
    pub(super) fn units(
        &self,
        job: &Job<'_>,
        plans: &[Plan<'_>],
        (folder, under): (&Path, &str),
    ) -> Result<Vec<Unit>, Error> {
        let size = |plan: &Plan<'_>| {
            let sizes = plan.sources.iter().map(|source| job.size(source));
            sizes.sum::<u64>()
        };
        (self.progress)(Progress::Units {
            count: plans.len() as u64,
            bytes: plans.iter().map(size).sum(),
        });
        side_by_side(self.threads, plans, |plan| {
            let path = folder.join(format!("{}.unit", plan.name));
            let made_of = self.made_of(job, plan);
            let same = |unit: &Unit| {
                (unit.trailer.made_of.as_str(), unit.trailer.under.as_str()) == (&made_of, under)
            };
            let before = Unit::open(&path, self.seals)?.filter(same);
            let again = before.is_some();
            let unit = match before {
                Some(unit) => unit,
                None => {
                    let limit = usize::try_from(job.share / 2).unwrap_or(usize::MAX);
                    let mut writer = Writer::begin(
                        (&path, self.seals),
                        (&made_of, under),
                        job.persons.len(),
                        job.buckets,
                        limit,
                    )?;
                    match plan.kind {
                        Work::Month => claims::month(job, &plan.sources, &mut writer)?,
                        Work::Year => stays::year(job, &plan.sources, &mut writer)?,
                        Work::Illnesses => illnesses::all(job, &plan.sources, &mut writer)?,
                        Work::Causes => causes::all(job, &plan.sources, &mut writer)?,
                    }
                    writer.finish()?;
                    Unit::open(&path, self.seals)?.ok_or_else(|| {
                        let why = "it vanished; is another import running in this folder";
                        Error::form(&path, 0, why)
                    })?
                }
            };
            let rows = unit.trailer.files.iter().map(|file| file.rows).sum();
            (self.progress)(Progress::Unit {
                name: &plan.name,
                rows,
                bytes: size(plan),
                before: again,
            });
            Ok(unit)
        })
    }
}

/// Deletes from a folder of units whatever is none of these: what a try that was cut off left.
pub(super) fn only(folder: &Path, units: &[Unit]) -> Result<(), Error> {
    let names: BTreeSet<&str> = units.iter().map(Unit::name).collect();
    for path in entries(folder)? {
        let name = path.file_stem().and_then(|name| name.to_str());
        if !name.is_some_and(|name| names.contains(name)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Deletes what killed imports spilled, into whichever snapshot's folder of units.
pub(super) fn sweep(home: &Path) -> Result<(), Error> {
    for folder in entries(home)?.iter().filter(|path| path.is_dir()) {
        let spilled = |path: &PathBuf| path.extension().is_some_and(|kind| kind == EXTENSION);
        for path in entries(folder)?.iter().filter(|path| spilled(path)) {
            remove(path)?;
        }
    }
    Ok(())
}

/// Deletes from the folder of all units whatever is not of this snapshot.
pub(super) fn only_of(home: &Path, snapshot: u64) -> Result<(), Error> {
    for path in entries(home)? {
        if path.file_name() != Some(snapshot.to_string().as_ref()) {
            remove(&path)?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::file("list", folder, source);
    let list = std::fs::read_dir(folder).map_err(failed)?;
    let paths = list.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(failed)
}

fn remove(path: &Path) -> Result<(), Error> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    removed.map_err(|source| Error::file("delete", path, source))
}
