//! A month of flow appended: what is new is read, and the next snapshot continues the newest one. Years of care that nothing
//! new tells of are taken over as they are; the others are written anew out of the units that were kept, for a
//! regularisation must meet what it undoes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use hygie_snapshot::Snapshot;

use super::carried::{Known, Shelf};
use super::finish::{codes, concepts};
use super::plans::{Plan, Work, plans, twice};
use super::units::only_of;
use super::{Import, Job, Made};
use crate::error::Error;
use crate::layout::BEN;
use crate::persons::{Gathering, Persons, Row};
use crate::report::{Appended, FileReport, Report};
use crate::rules::Rule;
use crate::source::{self, Source};
use crate::state::{Kept, State};
use crate::unit::{Touched, Unit};

/// What is continued.
pub(crate) struct Before {
    /// The newest snapshot.
    pub(crate) snapshot: Snapshot,
    /// What was kept, of that snapshot or of one that it renewed.
    pub(crate) state: State,
    /// The buckets and years of care that tell something else now.
    pub(crate) touched: Touched,
    /// The units that are new or others.
    pub(super) changed: Vec<String>,
}

impl Before {
    /// The years of care that tell something else.
    pub(super) fn years(&self) -> Vec<i32> {
        let years: BTreeSet<i32> = self.touched.iter().filter_map(|of| of.1).collect();
        years.into_iter().collect()
    }

    /// Why every year must be written anew, if it must: a code that was known became another concept.
    pub(super) fn all(&self, now: &Kept) -> Option<String> {
        let before = &self.state.kept;
        if before.mapped != now.mapped {
            return Some("standard concepts were given before or now, not both times".to_owned());
        }
        if before.activities != now.activities {
            return Some("acts had no activity before".to_owned());
        }
        let known: BTreeMap<_, _> = before.codes.iter().map(|of| ((&of.0, &of.1), of)).collect();
        let other = |of: &&crate::state::Code| {
            let before = known.get(&(&of.0, &of.1));
            before.is_some_and(|before| before != of)
        };
        let others: Vec<_> = now.codes.iter().filter(other).collect();
        let first = others.first()?;
        let (count, vocabulary, code) = (others.len(), &first.0, &first.1);
        Some(format!(
            "{count} codes are other concepts than before, {vocabulary} {code} the first of them"
        ))
    }
}

/// What the reference is now.
struct Reference {
    persons: Persons,
    next: crate::persons::Next,
    /// Its files, and those that were read now.
    files: Vec<FileReport>,
    new: Vec<FileReport>,
    /// The numbers of persons who oppose since.
    gone: HashSet<u32>,
}

impl Import<'_> {
    /// Continues the newest snapshot with what is new in the folder: months of flow, a year of stays, the illnesses, the causes
    /// of death, the reference. A unit that is there already is replaced; what is there with the same bytes is not read.
    ///
    /// # Errors
    /// [`Error::Whole`] when there is nothing that could be continued; the others as [`Import::run`].
    pub fn append(mut self) -> Result<Report, Error> {
        let (sources, others) = source::find(self.from)?;
        if sources.is_empty() {
            return Err(self.nothing("holds no table that is known"));
        }
        twice(self.from, &sources)?;
        let (mut before, kept) = self.before()?;
        self.rules = before.state.kept.rules.clone();
        let buckets = before.state.kept.buckets;
        let hashes = self.hashes(&sources)?;
        let mut reference = self.reference(&before.state, &sources, &hashes)?;
        let job = self.job((&reference.persons, buckets), &hashes, i32::MAX)?;
        let plans = self.plans(&job, plans(&sources), &kept)?;
        let number = self.number()?;
        let folder = self.stores().folder(number)?;
        let mut units = self.carry((kept, &plans), (&folder, &reference), &mut before)?;
        let same = plans.is_empty() && reference.new.is_empty() && before.changed.is_empty();
        // Somebody without a claim may oppose: his row of the reference goes with what is kept.
        let same = same && reference.gone.is_empty() && self.obeyed(&before);
        if same && self.means_the_same(&units, &before)? {
            // A snapshot made by others, or raw rows brought back from a copy, may obey less than the list says.
            let forgotten = self.stores().forget()?;
            // Whoever was killed after he published left what was kept before.
            only_of(self.units, before.state.kept.snapshot)?;
            let number = before.snapshot.manifest().number;
            return Ok(nothing_to_do(number, others, forgotten.rows));
        }
        let job = self.job((&reference.persons, buckets), &hashes, i32::MAX)?;
        let state = &before.state.kept;
        let lineage = format!("after {} {}", state.snapshot, state.made_at);
        let under = self.under(&lineage, &reference.files);
        let new = self.units(&job, &plans, (&folder, &under))?;
        before
            .changed
            .extend(plans.iter().map(|plan| plan.name.clone()));
        before.changed.sort();
        let told = new.iter().flat_map(|unit| &unit.trailer.files);
        let files = reference.new.drain(..).chain(told.cloned()).collect();
        for unit in new {
            before.touched.extend(unit.places());
            units.push(unit);
        }
        units.sort_by(|a, b| a.name().cmp(b.name()));
        let report = Report {
            snapshot: number,
            files,
            not_read: others,
            ..Report::default()
        };
        let made = Made {
            persons: reference.persons,
            next: reference.next,
            units,
            references: reference.files,
            before: Some(before),
        };
        self.finish(report, made, buckets)
    }

    fn nothing(&self, why: impl Into<String>) -> Error {
        let (dir, why) = (self.from.to_owned(), why.into());
        Error::Nothing { dir, why }
    }

    /// The newest snapshot, and the units that were kept for the next month.
    fn before(&self) -> Result<(Before, Vec<Unit>), Error> {
        let stores = self.stores();
        let snapshot = stores.snapshots().latest()?;
        let manifest = snapshot.manifest();
        let other = || Error::whole("pseudonyms are of another key since");
        if manifest.pseudonyms != self.opposed.key() {
            return Err(other());
        }
        let number = manifest.number;
        let Some(shelf) = stores.shelf(&snapshot)? else {
            let why = format!("no units were kept of which snapshot {number} was made");
            return Err(Error::whole(why));
        };
        if shelf.state.kept.key != self.opposed.key() {
            return Err(other());
        }
        self.can(&shelf.state.kept)?;
        let units = shelf.units(self.seals)?;
        let Shelf { state, .. } = shelf;
        let before = Before {
            snapshot,
            state,
            touched: Touched::new(),
            changed: Vec::new(),
        };
        Ok((before, units))
    }

    /// Whether what was kept can be continued under these circumstances.
    fn can(&self, kept: &Kept) -> Result<(), Error> {
        if kept.rules.on(Rule::FlowLag) {
            let why = "the rule flow-lag takes away by the last month, so that a later one gives back what months before lost";
            return Err(Error::whole(why));
        }
        if self.buckets.is_some_and(|buckets| buckets != kept.buckets) {
            let why = format!("persons lie in {} buckets", kept.buckets);
            return Err(Error::whole(why));
        }
        if kept.listed && !self.vocabulary.is_listed() {
            return Err(self.nothing("has no nomenclatures, and the import that it continues had: give their folder with --nomenclatures"));
        }
        Ok(())
    }

    /// The reference as it was kept, and what is newer in it. Who opposes since is found by his number.
    fn reference(
        &self,
        state: &State,
        sources: &[Source],
        hashes: &BTreeMap<PathBuf, (u64, String)>,
    ) -> Result<Reference, Error> {
        let mut files = state.kept.references.clone();
        let known = |source: &Source| {
            let hash = hashes.get(&source.path).map(|(_, hash)| hash);
            files.iter().any(|file| Some(&file.sha256) == hash)
        };
        let newer = sources.iter().filter(|source| *source.layout == BEN);
        let newer: Vec<Source> = newer.filter(|source| !known(source)).cloned().collect();
        let mut gathering = Gathering::new(state.kept.buckets, self.budget);
        let new = self.beneficiaries(&newer, hashes, &mut gathering)?;
        files.retain(|file| !new.iter().any(|new| new.name == file.name));
        files.extend(new.iter().cloned());
        let gone = self.stores().reference(state, |row| gathering.add(row))?;
        let mut next = state.kept.next.clone();
        let persons = gathering.table(&mut next, |name| self.opposed.holds(name));
        if !new.is_empty() || persons.ambiguous() > 0 {
            moved(state, &persons, new.is_empty())?;
        }
        Ok(Reference {
            persons,
            next,
            files,
            new,
            gone,
        })
    }

    /// The units that are new or others than those kept. Refuses half a unit in the place of a whole one.
    fn plans<'a>(
        &self,
        job: &Job<'_>,
        plans: Vec<Plan<'a>>,
        kept: &[Unit],
    ) -> Result<Vec<Plan<'a>>, Error> {
        let mut new = Vec::new();
        for plan in plans {
            let before = kept.iter().find(|unit| unit.name() == plan.name);
            if before.is_some_and(|unit| unit.trailer.made_of == self.made_of(job, &plan)) {
                continue;
            }
            let there: BTreeSet<&str> = plan.sources.iter().map(|of| of.layout.table).collect();
            let files = before.into_iter().flat_map(|unit| &unit.trailer.files);
            let mut needed: BTreeSet<&str> = files.map(|file| file.table.as_str()).collect();
            needed.extend(match plan.kind {
                Work::Month => Some("ER_PRS_F"),
                Work::Year => Some("T_MCOaaC"),
                Work::Illnesses | Work::Causes => None,
            });
            if let Some(missing) = needed.difference(&there).next() {
                let why = format!(
                    "has {} without {missing}; give all of its tables, for it is read as a whole",
                    plan.name
                );
                return Err(self.nothing(why));
            }
            new.push(plan);
        }
        Ok(new)
    }

    /// The units that were kept and that no plan replaces, in the folder of the next snapshot.
    fn carry(
        &self,
        (kept, plans): (Vec<Unit>, &[Plan<'_>]),
        (folder, reference): (&Path, &Reference),
        before: &mut Before,
    ) -> Result<Vec<Unit>, Error> {
        let stores = self.stores();
        let known = Known {
            persons: &reference.persons,
            gone: &reference.gone,
            buckets: before.state.kept.buckets,
        };
        let replaced: BTreeSet<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
        let mut units = Vec::new();
        for unit in kept {
            if replaced.contains(unit.name()) {
                before.touched.extend(unit.places());
                continue;
            }
            let carried = stores.carried(unit, folder, &known)?;
            if let Some(touched) = carried.touched {
                before.touched.extend(touched);
                before.changed.push(carried.unit.name().to_owned());
            }
            units.push(carried.unit);
        }
        Ok(units)
    }

    /// Whether the newest snapshot was made without the same persons.
    fn obeyed(&self, before: &Before) -> bool {
        let manifest = before.snapshot.manifest();
        manifest.opposed_hash == self.opposed.hash()
    }

    /// Whether the codes of these units are what they were.
    fn means_the_same(&mut self, units: &[Unit], before: &Before) -> Result<bool, Error> {
        let concepts = concepts(&mut self.vocabulary, units)?;
        let now = Kept {
            codes: codes(units, &concepts),
            mapped: self.vocabulary.maps(),
            activities: true,
            ..Kept::default()
        };
        Ok(before.all(&now).is_none())
    }
}

/// Refuses a reference by which a number leads to somebody else than before: which of his events were the other's can't be
/// told any more. Without a newer one it is the list of the opposed by which it does: it led to several, of whom one opposes.
fn moved(state: &State, persons: &Persons, alike: bool) -> Result<(), Error> {
    let mut moved = 0u64;
    state.reference(|row| {
        let known = row.person != Row::ERASED && row.print != Row::NONE && row.number > 0;
        let now = persons.find(row.print).map(|place| persons.name(place));
        moved += u64::from(known && now != Some(&row.person));
        Ok(())
    })?;
    if moved == 0 {
        return Ok(());
    }
    let why = if alike {
        format!("{moved} numbers are of several persons, of whom one opposes since")
    } else {
        format!("by the newer IR_BEN_R {moved} numbers are somebody else's than before")
    };
    Err(Error::whole(why))
}

fn nothing_to_do(snapshot: u64, not_read: Vec<String>, forgotten: u64) -> Report {
    Report {
        snapshot,
        not_read,
        appended: Some(Appended {
            continues: snapshot,
            nothing: true,
            forgotten,
            ..Appended::default()
        }),
        ..Report::default()
    }
}
