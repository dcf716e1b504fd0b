//! SOURCE_TO_CONCEPT_MAP: what the operator says a source code means.

use std::collections::BTreeMap;

use super::build::Key;
use super::nomenclature::Entry;
use super::sources::{Finding, Sources};
use super::text::{self, Table};
use super::{Error, System, code};

/// The targets, by code. Rows of other vocabularies, without a target or no longer valid are counted as malformed; of
/// several targets of one code the first is kept and the others counted as repeated. A code that only the map names becomes
/// a concept too.
pub fn read(
    sources: &Sources,
    entries: &mut BTreeMap<Key, Entry>,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<Key, i32>, Error> {
    let mut targets = BTreeMap::new();
    let Some(path) = &sources.map else {
        return Ok(targets);
    };
    let table = Table::read(path)?;
    let source = table.need("source_code")?;
    let vocabulary = table.need("source_vocabulary_id")?;
    let target = table.need("target_concept_id")?;
    let title = table.find("source_code_description");
    let invalid = table.find("invalid_reason");
    let mut finding = Finding::new(path);
    for row in &table.rows {
        finding.rows += 1;
        let read = row.as_ref().and_then(|row| {
            let cell = |at: usize| row.get(at).unwrap_or_default().trim();
            let system = System::of_vocabulary(cell(vocabulary))?;
            let code = code::canonical(system, cell(source)).ok()?;
            let target: i32 = cell(target).parse().ok().filter(|&target| target > 0)?;
            let valid = invalid.is_none_or(|at| matches!(cell(at), "" | "NULL"));
            let name = title.and_then(|at| text::name(cell(at)));
            valid.then_some(((system, code), target, name))
        });
        let Some((key, target, name)) = read else {
            finding.malformed += 1;
            continue;
        };
        let entry = entries.entry(key.clone()).or_default();
        entry.name = entry.name.take().or(name);
        if *targets.entry(key).or_insert(target) != target {
            finding.repeated += 1;
        }
    }
    findings.push(finding);
    Ok(targets)
}
