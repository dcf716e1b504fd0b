//! Which units an import has, and of what they are made.

use std::collections::BTreeMap;
use std::path::Path;

use super::Import;
use crate::error::Error;
use crate::layout::{BEN, CCI, ECD, IMB};
use crate::rules::Rule;
use crate::source::Source;

/// A unit's name and files.
pub(super) struct Plan<'a> {
    pub(super) name: String,
    pub(super) kind: Work,
    pub(super) sources: Vec<&'a Source>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Month,
    Year,
    Illnesses,
    Causes,
}

/// The units of an import, by name: a month of flow each, a year of stays each, and the rest.
pub(super) fn plans(sources: &[Source]) -> Vec<Plan<'_>> {
    let mut plans: BTreeMap<String, Plan<'_>> = BTreeMap::new();
    for source in sources.iter().filter(|source| *source.layout != BEN) {
        let table = source.layout.table;
        let (name, kind) = if *source.layout == IMB {
            ("illnesses".to_owned(), Work::Illnesses)
        } else if *source.layout == CCI || *source.layout == ECD {
            ("causes".to_owned(), Work::Causes)
        } else if table.starts_with("T_MCO") {
            (format!("stays-{}", &source.part[..2]), Work::Year)
        } else {
            (format!("claims-{}", source.part), Work::Month)
        };
        let plan = plans.entry(name.clone()).or_insert_with(|| Plan {
            name,
            kind,
            sources: Vec::new(),
        });
        plan.sources.push(source);
    }
    plans.into_values().collect()
}

impl Import<'_> {
    /// The last day of the flows. The rule flow-lag goes by it: then each file of lines must say its month.
    pub(super) fn last_flow(&self, plans: &[Plan<'_>]) -> Result<i32, Error> {
        let months = plans.iter().filter(|plan| plan.kind == Work::Month);
        let days: Vec<Option<i32>> = months.map(|plan| last_day(&plan.name)).collect();
        if self.rules.on(Rule::FlowLag) && days.contains(&None) {
            let why = "has claims whose file does not name its month of flow (as `ER_PRS_F_202301`): the rule flow-lag can't know \
                       which flow is the last; name the files by months, or leave the rule off";
            return Err(Error::Nothing {
                dir: self.from.to_owned(),
                why: why.to_owned(),
            });
        }
        Ok(days.into_iter().flatten().max().unwrap_or(i32::MAX))
    }
}

/// The last day of the month that a unit's name ends with.
pub(super) fn last_day(name: &str) -> Option<i32> {
    let digits = name.rsplit('-').next().filter(|digits| digits.len() >= 6)?;
    let (year, month) = (
        digits.get(..4)?.parse::<i32>().ok()?,
        digits.get(4..6)?.parse::<u32>().ok()?,
    );
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    Some(hygie_rows::days(year, month, 1)? - 1)
}

/// Refuses two files of one table and part: nobody could say which is meant.
pub(super) fn twice(from: &Path, sources: &[Source]) -> Result<(), Error> {
    for pair in sources.windows(2) {
        if (pair[0].layout, &pair[0].part) == (pair[1].layout, &pair[1].part) {
            let why = format!(
                "holds {} {} twice; leave one of the files out",
                pair[0].layout.table, pair[0].part
            );
            let dir = from.to_owned();
            return Err(Error::Nothing { dir, why });
        }
    }
    Ok(())
}
