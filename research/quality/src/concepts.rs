//! What `concept` says of each concept, in a few bytes; names are read at the end, for the few that are shown.

use std::collections::HashMap;

use hygie_snapshot::{Order, Scan};

use crate::Error;
use crate::cells::Cells;
use crate::sexes::{self, Sex};

/// Local concepts begin here: those below are OMOP's.
pub(crate) const LOCAL: i32 = 2_000_000_000;

/// Concepts of OMOP that the house itself writes (research/snds, omop.rs), known also where no Athena export was given:
/// number, domain, name.
const FIXED: &[(i32, &str, &str)] = &[
    (8507, "Gender", "MALE"),
    (8532, "Gender", "FEMALE"),
    (9201, "Visit", "Inpatient Visit"),
    (9202, "Visit", "Outpatient Visit"),
    (32_810, "Type Concept", "Claim"),
    (32_813, "Type Concept", "Claim enrolment record"),
    (32_815, "Type Concept", "Death Certificate"),
    (32_902, "Condition Status", "Primary diagnosis"),
    (32_908, "Condition Status", "Secondary diagnosis"),
];

/// What is known of a concept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fact {
    domain: u16,
    /// A code that no nomenclature lists: its name is the code itself.
    pub(crate) unlisted: bool,
    /// Who alone has it, where it is a diagnosis of one sex.
    pub(crate) sex: Option<Sex>,
}

/// All concepts.
#[derive(Debug, Default)]
pub(crate) struct Concepts {
    facts: HashMap<i32, Fact>,
    domains: Vec<String>,
    /// Whether there is a table of them.
    pub(crate) present: bool,
}

/// What is shown of a concept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) vocabulary: String,
    pub(crate) code: String,
    pub(crate) name: String,
}

const COLUMNS: [&str; 5] = [
    "concept_id",
    "concept_name",
    "domain_id",
    "vocabulary_id",
    "concept_code",
];

/// Calls `each` with number, name, domain, vocabulary and code of each concept; answers whether there is a table of them.
fn each(scan: &Scan<'_>, mut each: impl FnMut(i32, [&str; 4])) -> Result<bool, Error> {
    let manifest = scan.manifest();
    if !manifest.has("concept", Order::Plain) {
        return Ok(false);
    }
    for file in scan.files("concept", Order::Plain)? {
        let there = scan.columns(file)?;
        let columns: Vec<&str> = COLUMNS
            .into_iter()
            .filter(|name| there.iter().any(|has| has == name))
            .collect();
        let table = scan.read(file, &columns)?.table;
        let Some(ids) = Cells::of(&table, "concept_id") else {
            return Ok(false);
        };
        let words = ["concept_name", "domain_id", "vocabulary_id", "concept_code"]
            .map(|name| Cells::of(&table, name));
        for row in 0..table.rows() {
            let word = |cells: Option<Cells<'_>>| {
                cells
                    .and_then(|cells| match cells.word(row) {
                        Some(word) => Some(word.to_owned()),
                        // An importer may have read codes of digits as numbers.
                        None => cells.whole(row).map(|number| number.to_string()),
                    })
                    .unwrap_or_default()
            };
            let [name, domain, vocabulary, code] = words.map(word);
            if let Some(id) = ids.int(row) {
                each(id, [&name, &domain, &vocabulary, &code]);
            }
        }
    }
    Ok(true)
}

impl Concepts {
    /// Reads the table.
    pub(crate) fn read(scan: &Scan<'_>) -> Result<Concepts, Error> {
        let mut concepts = Concepts::default();
        for (id, domain, _) in FIXED {
            let domain = concepts.domain_number(domain);
            concepts.facts.insert(
                *id,
                Fact {
                    domain,
                    unlisted: false,
                    sex: None,
                },
            );
        }
        let mut places = HashMap::new();
        let mut domains = concepts.domains.clone();
        let mut facts = std::mem::take(&mut concepts.facts);
        let present = each(scan, |id, [name, domain, vocabulary, code]| {
            let domain = match places.get(domain) {
                Some(place) => *place,
                None => {
                    let place = number(&mut domains, domain);
                    places.insert(domain.to_owned(), place);
                    place
                }
            };
            let sex = sexes::is_icd10(vocabulary)
                .then(|| sexes::of(code))
                .flatten();
            let unlisted = id >= LOCAL && name == code;
            facts.insert(
                id,
                Fact {
                    domain,
                    unlisted,
                    sex,
                },
            );
        })?;
        Ok(Concepts {
            facts,
            domains,
            present,
        })
    }

    fn domain_number(&mut self, domain: &str) -> u16 {
        number(&mut self.domains, domain)
    }

    /// What is known of a concept.
    pub(crate) fn fact(&self, concept: i32) -> Option<Fact> {
        self.facts.get(&concept).copied()
    }

    /// The domain of a concept.
    pub(crate) fn domain(&self, fact: Fact) -> &str {
        self.domains
            .get(usize::from(fact.domain))
            .map_or("", String::as_str)
    }
}

fn number(domains: &mut Vec<String>, domain: &str) -> u16 {
    let place = domains
        .iter()
        .position(|known| known == domain)
        .unwrap_or_else(|| {
            domains.push(domain.to_owned());
            domains.len() - 1
        });
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// The names of some concepts.
pub(crate) fn shown(
    scan: &Scan<'_>,
    wanted: &std::collections::HashSet<i32>,
) -> Result<HashMap<i32, Shown>, Error> {
    let mut names = HashMap::new();
    for (id, _, name) in FIXED {
        let name = (*name).to_owned();
        names.insert(
            *id,
            Shown {
                name,
                ..Shown::default()
            },
        );
    }
    each(scan, |id, [name, _, vocabulary, code]| {
        if wanted.contains(&id) {
            let [name, vocabulary, code] = [name, vocabulary, code].map(str::to_owned);
            names.insert(
                id,
                Shown {
                    vocabulary,
                    code,
                    name,
                },
            );
        }
    })?;
    Ok(names)
}
