//! An export of Athena (OHDSI's vocabularies), of which only what codes lead to is kept, with all above it: whole exports have
//! six million concepts and seventy million ancestors, and are read in passes that hold none of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};

use super::build::{Key, Node, Role};
use super::rows::{ALWAYS, FOREVER};
use super::sources::{Finding, Sources};
use super::standard::Standards;
use super::{
    AncestorRow, ConceptRow, Domain, Error, RelationshipRow, System, VocabularyRow, code, text,
};

/// What each code leads to: the operator's map first, then Athena's own `Maps to` from its concept of the same code.
pub fn read(
    sources: &Sources,
    nodes: &[Node],
    mapped: &BTreeMap<Key, i32>,
    findings: &mut Vec<Finding>,
) -> Result<Standards, Error> {
    let mut standards = Standards::default();
    let ids: HashMap<&Key, i32> = nodes
        .iter()
        .filter(|node| node.role == Role::Code)
        .map(|node| (&node.key, node.id))
        .collect();
    let Some(folder) = &sources.athena else {
        let given = mapped
            .iter()
            .filter_map(|(key, &target)| Some((*ids.get(key)?, (target, None))));
        standards.of = given.collect();
        return Ok(standards);
    };
    let concepts = First::read(folder, &ids, findings)?;
    let leads = maps_to(folder, &concepts, mapped, findings)?;
    for (key, &id) in &ids {
        let said = mapped.get(*key).copied();
        let twin = concepts.twins.get(*key).map(|&(_, twin)| twin);
        let chosen = [said, twin]
            .into_iter()
            .flatten()
            .find_map(|from| concepts.standard_of(from, key.0.domain(), &leads));
        // What the operator says holds, even if Athena does not know it as standard.
        let chosen = chosen.or(said.map(|target| (target, None)));
        if let Some(chosen) = chosen {
            standards.of.insert(id, chosen);
        }
    }
    keep(folder, &mut standards)?;
    Ok(standards)
}

/// What the first pass over CONCEPT.csv finds.
#[derive(Default)]
struct First {
    /// Valid standard concepts, with their domain.
    standard: HashMap<i32, Domain>,
    /// Athena's concept of a local code: how far down the list of vocabularies it was found, and its number.
    twins: HashMap<Key, (usize, i32)>,
}

impl First {
    fn read(
        folder: &Path,
        ids: &HashMap<&Key, i32>,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Error> {
        let mut first = Self::default();
        let path = folder.join("CONCEPT.csv");
        let mut finding = Finding::new(&path);
        let columns = [
            "concept_id",
            "domain_id",
            "vocabulary_id",
            "standard_concept",
            "concept_code",
            "invalid_reason",
        ];
        each(
            &path,
            columns,
            |[id, domain, vocabulary, standard, concept_code, invalid]| {
                finding.rows += 1;
                let Some(id) = number(id) else {
                    finding.malformed += 1;
                    return;
                };
                if standard == b"S" && invalid.is_empty() {
                    first
                        .standard
                        .insert(id, Domain::of_id(&String::from_utf8_lossy(domain)));
                }
                for system in System::ALL {
                    let rank = system
                        .in_athena()
                        .iter()
                        .position(|name| name.as_bytes() == vocabulary);
                    let Some(rank) = rank else { continue };
                    let code = std::str::from_utf8(concept_code).unwrap_or_default();
                    let Ok(code) = code::canonical(system, code) else {
                        continue;
                    };
                    let key = (system, code);
                    if ids.contains_key(&key) {
                        let known = first.twins.entry(key).or_insert((rank, id));
                        *known = (*known).min((rank, id));
                    }
                }
            },
        )?;
        findings.push(finding);
        Ok(first)
    }

    /// The standard concept that one leads to: itself, or the first by number of those it maps to, of the wanted domain if
    /// there is one.
    fn standard_of(
        &self,
        from: i32,
        domain: Domain,
        leads: &HashMap<i32, Vec<i32>>,
    ) -> Option<(i32, Option<Domain>)> {
        if let Some(&own) = self.standard.get(&from) {
            return Some((from, Some(own)));
        }
        let targets = leads.get(&from)?.iter();
        let targets = targets.filter_map(|target| Some((*target, *self.standard.get(target)?)));
        targets
            .min_by_key(|(target, of)| (*of != domain, *target))
            .map(|(target, of)| (target, Some(of)))
    }
}

/// `Maps to` from what matters.
fn maps_to(
    folder: &Path,
    concepts: &First,
    mapped: &BTreeMap<Key, i32>,
    findings: &mut Vec<Finding>,
) -> Result<HashMap<i32, Vec<i32>>, Error> {
    let wanted: HashSet<i32> = concepts
        .twins
        .values()
        .map(|&(_, twin)| twin)
        .chain(mapped.values().copied())
        .collect();
    let path = folder.join("CONCEPT_RELATIONSHIP.csv");
    let mut finding = Finding::new(&path);
    let mut leads: HashMap<i32, Vec<i32>> = HashMap::new();
    let columns = [
        "concept_id_1",
        "concept_id_2",
        "relationship_id",
        "invalid_reason",
    ];
    each(&path, columns, |[from, to, relationship, invalid]| {
        finding.rows += 1;
        let (Some(from), Some(to)) = (number(from), number(to)) else {
            finding.malformed += 1;
            return;
        };
        if relationship == b"Maps to" && invalid.is_empty() && wanted.contains(&from) {
            leads.entry(from).or_default().push(to);
        }
    })?;
    findings.push(finding);
    Ok(leads)
}

/// Rows of what is led to, and of all above it.
fn keep(folder: &Path, standards: &mut Standards) -> Result<(), Error> {
    let targets: HashSet<i32> = standards.of.values().map(|(target, _)| *target).collect();
    if targets.is_empty() {
        return Ok(());
    }
    let mut kept = targets.clone();
    let ancestors = folder.join("CONCEPT_ANCESTOR.csv");
    let columns = ["ancestor_concept_id", "descendant_concept_id"];
    each(&ancestors, columns, |[above, below]| {
        if let (Some(above), Some(below)) = (number(above), number(below))
            && targets.contains(&below)
        {
            kept.insert(above);
        }
    })?;
    let columns = [
        "ancestor_concept_id",
        "descendant_concept_id",
        "min_levels_of_separation",
        "max_levels_of_separation",
    ];
    let mut itself: HashSet<i32> = HashSet::new();
    each(&ancestors, columns, |cells| {
        let [Some(above), Some(below), Some(min), Some(max)] = cells.map(number) else {
            return;
        };
        if kept.contains(&above) && kept.contains(&below) {
            if above == below {
                itself.insert(above);
            }
            standards.ancestors.push(AncestorRow {
                ancestor_concept_id: above,
                descendant_concept_id: below,
                min_levels_of_separation: min,
                max_levels_of_separation: max,
            });
        }
    })?;
    // Athena gives standard concepts a row to themselves; some exports do not.
    standards
        .ancestors
        .extend(kept.difference(&itself).map(|&id| AncestorRow {
            ancestor_concept_id: id,
            descendant_concept_id: id,
            min_levels_of_separation: 0,
            max_levels_of_separation: 0,
        }));
    keep_concepts(folder, &kept, standards)?;
    keep_relationships(folder, &kept, standards)?;
    keep_vocabularies(folder, standards)
}

fn keep_concepts(
    folder: &Path,
    kept: &HashSet<i32>,
    standards: &mut Standards,
) -> Result<(), Error> {
    let columns = [
        "concept_id",
        "concept_name",
        "domain_id",
        "vocabulary_id",
        "concept_class_id",
        "standard_concept",
        "concept_code",
        "valid_start_date",
        "valid_end_date",
        "invalid_reason",
    ];
    each(&folder.join("CONCEPT.csv"), columns, |cells| {
        let Some(id) = number(cells[0]).filter(|id| kept.contains(id)) else {
            return;
        };
        standards.concepts.push(ConceptRow {
            concept_id: id,
            concept_name: owned(cells[1]),
            domain_id: owned(cells[2]),
            vocabulary_id: owned(cells[3]),
            concept_class_id: owned(cells[4]),
            standard_concept: letter(cells[5]),
            concept_code: owned(cells[6]),
            valid_start_date: text::day(&owned(cells[7])).unwrap_or(ALWAYS),
            valid_end_date: text::day(&owned(cells[8])).unwrap_or(FOREVER),
            invalid_reason: letter(cells[9]),
        });
    })
}

fn keep_relationships(
    folder: &Path,
    kept: &HashSet<i32>,
    standards: &mut Standards,
) -> Result<(), Error> {
    let columns = [
        "concept_id_1",
        "concept_id_2",
        "relationship_id",
        "valid_start_date",
        "valid_end_date",
        "invalid_reason",
    ];
    each(&folder.join("CONCEPT_RELATIONSHIP.csv"), columns, |cells| {
        let (Some(from), Some(to)) = (number(cells[0]), number(cells[1])) else {
            return;
        };
        if kept.contains(&from) && kept.contains(&to) {
            standards.relationships.push(RelationshipRow {
                concept_id_1: from,
                concept_id_2: to,
                relationship_id: owned(cells[2]),
                valid_start_date: text::day(&owned(cells[3])).unwrap_or(ALWAYS),
                valid_end_date: text::day(&owned(cells[4])).unwrap_or(FOREVER),
                invalid_reason: letter(cells[5]),
            });
        }
    })
}

/// Only of concepts that are kept; an export without VOCABULARY.csv has none to give.
fn keep_vocabularies(folder: &Path, standards: &mut Standards) -> Result<(), Error> {
    let path = folder.join("VOCABULARY.csv");
    if !path.exists() {
        return Ok(());
    }
    let used: HashSet<&[u8]> = standards
        .concepts
        .iter()
        .map(|row| row.vocabulary_id.as_bytes())
        .collect();
    let columns = [
        "vocabulary_id",
        "vocabulary_name",
        "vocabulary_reference",
        "vocabulary_version",
        "vocabulary_concept_id",
    ];
    let mut rows = Vec::new();
    each(&path, columns, |cells| {
        if used.contains(cells[0]) {
            rows.push(VocabularyRow {
                vocabulary_id: owned(cells[0]),
                vocabulary_name: owned(cells[1]),
                vocabulary_reference: text::name(&owned(cells[2])),
                vocabulary_version: text::name(&owned(cells[3])),
                vocabulary_concept_id: number(cells[4]).unwrap_or(0),
            });
        }
    })?;
    standards.vocabularies = rows;
    Ok(())
}

/// Gives the named columns of each row of a tab-separated file without quotes.
fn each<const N: usize>(
    path: &PathBuf,
    columns: [&'static str; N],
    mut take: impl FnMut([&[u8]; N]),
) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    let mut reader = ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .buffer_capacity(1 << 18)
        .from_reader(file);
    let broken = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(source) => Error::io(path)(source),
        csv::ErrorKind::UnequalLengths { pos, .. } => Error::Line {
            path: path.clone(),
            line: pos.map_or(1, |pos| pos.line()),
            why: "it has not as many cells as the header",
        },
        _ => Error::Line {
            path: path.clone(),
            line: 1,
            why: "it is no line of a table",
        },
    };
    let header = reader.byte_headers().map_err(broken)?.clone();
    let mut at = [0; N];
    for (at, column) in at.iter_mut().zip(columns) {
        let found = header
            .iter()
            .position(|name| name.eq_ignore_ascii_case(column.as_bytes()));
        *at = found.ok_or_else(|| Error::Column {
            path: path.clone(),
            column,
        })?;
    }
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(broken)? {
        take(at.map(|at| &record[at]));
    }
    Ok(())
}

fn number(cell: &[u8]) -> Option<i32> {
    std::str::from_utf8(cell).ok()?.trim().parse().ok()
}

fn owned(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

fn letter(cell: &[u8]) -> Option<char> {
    owned(cell).chars().next()
}
