//! Makes the concepts: what files list, what earlier snapshots knew, what stands above them; then numbers them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::code::{self, Malformed};
use super::nomenclature::{self, Entry};
use super::rows::{ALWAYS, Day, FOREVER};
use super::sources::Sources;

use super::{ConceptRow, Error, FIRST, System, Vocabulary, athena, place, source_map};

/// What a concept is known by.
pub type Key = (System, String);

/// Whether rows bear the concept, or it only holds others together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Rows bear it.
    Code,
    /// A root, chapter, group or class.
    Group,
}

/// A local concept.
#[derive(Debug)]
pub struct Node {
    pub key: Key,
    pub id: i32,
    pub name: String,
    pub class: &'static str,
    pub role: Role,
    pub parents: Vec<usize>,
    pub valid: (Day, Day),
}

/// A concept that has no number yet.
struct Draft {
    entry: Entry,
    parents: Vec<Key>,
}

/// Reads everything and numbers it.
pub fn load(sources: &Sources, earlier: &[ConceptRow]) -> Result<Vocabulary, Error> {
    let read = nomenclature::read(sources)?;
    let (mut entries, mut findings) = (read.entries, read.findings);
    let mapped = source_map::read(sources, &mut entries, &mut findings)?;
    let (numbers, first) = numbers(earlier, &mut entries)?;
    let drafts = drafts(entries);
    let (nodes, by_code, next) = number(drafts, &numbers, first)?;
    let standards = athena::read(sources, &nodes, &mapped, &mut findings)?;
    Ok(Vocabulary {
        nodes,
        by_code,
        seen: Default::default(),
        next,
        standards,
        versions: read.versions,
        findings,
        unlisted: 0,
    })
}

/// The numbers that codes have already, and the first that is free. What no file lists any more stays, under its old name.
fn numbers(
    earlier: &[ConceptRow],
    entries: &mut BTreeMap<Key, Entry>,
) -> Result<(HashMap<Key, i32>, i32), Error> {
    let mut numbers = HashMap::new();
    let mut taken = HashSet::new();
    let mut first = FIRST;
    for row in earlier.iter().filter(|row| row.concept_id >= FIRST) {
        if !taken.insert(row.concept_id) {
            return Err(Error::Earlier(row.concept_id.to_string()));
        }
        first = first.max(row.concept_id.checked_add(1).ok_or(Error::Full)?);
        // The operator's own local concepts keep their numbers to themselves.
        let Some(system) = System::of_vocabulary(&row.vocabulary_id) else {
            continue;
        };
        if !row.concept_code.is_ascii() {
            return Err(Error::Earlier(row.concept_code.clone()));
        }
        let key = (system, row.concept_code.clone());
        if numbers.insert(key.clone(), row.concept_id).is_some() {
            return Err(Error::Earlier(row.concept_code.clone()));
        }
        let entry = entries.entry(key).or_default();
        if entry.name.is_none() && row.concept_name != row.concept_code {
            entry.name = Some(row.concept_name.clone());
            entry.valid = (row.valid_start_date, row.valid_end_date);
        }
    }
    Ok((numbers, first))
}

/// Hangs each entry under what its form gives, and adds what stands above.
fn drafts(entries: BTreeMap<Key, Entry>) -> BTreeMap<Key, Draft> {
    let mut waiting: Vec<Key> = entries.keys().cloned().collect();
    waiting.extend(System::ALL.map(place::root));
    waiting.extend(place::groups());
    let mut entries = entries;
    let listed: HashSet<Key> = entries.keys().cloned().collect();
    let mut drafts = BTreeMap::new();
    while let Some(key) = waiting.pop() {
        if drafts.contains_key(&key) {
            continue;
        }
        let entry = entries.remove(&key).unwrap_or_default();
        let has = |key: &Key| listed.contains(key);
        let parents = place::above(&key, &entry, &has);
        waiting.extend(parents.iter().cloned());
        drafts.insert(key, Draft { entry, parents });
    }
    drafts
}

/// Numbers them: those that have one keep it, the others go on from `first` in the order of (vocabulary, code).
type Numbered = (Vec<Node>, HashMap<Key, usize>, i32);

fn number(
    drafts: BTreeMap<Key, Draft>,
    numbers: &HashMap<Key, i32>,
    first: i32,
) -> Result<Numbered, Error> {
    let by_code: HashMap<Key, usize> = drafts
        .keys()
        .enumerate()
        .map(|(at, key)| (key.clone(), at))
        .collect();
    let mut next = first;
    let mut nodes = Vec::with_capacity(drafts.len());
    for (key, draft) in drafts {
        let id = match numbers.get(&key) {
            Some(&id) => id,
            None => {
                let id = next;
                next = next.checked_add(1).ok_or(Error::Full)?;
                id
            }
        };
        let parents = draft.parents.iter().map(|parent| by_code[parent]).collect();
        nodes.push(node(key, id, draft.entry, parents));
    }
    Ok((nodes, by_code, next))
}

fn node(key: Key, id: i32, entry: Entry, parents: Vec<usize>) -> Node {
    let (class, role) = place::shape(&key);
    Node {
        name: entry.name.unwrap_or_else(|| place::name(&key)),
        valid: entry.valid,
        key,
        id,
        class,
        role,
        parents,
    }
}

/// Makes a concept for a code in its one form, or finds it.
pub fn hang(vocabulary: &mut Vocabulary, system: System, code: &str) -> Result<usize, Malformed> {
    let key = (system, code.to_owned());
    if let Some(&at) = vocabulary.by_code.get(&key) {
        return Ok(at);
    }
    debug_assert_eq!(code::canonical(system, code).as_deref(), Ok(code));
    hang_new(vocabulary, key)
}

fn hang_new(vocabulary: &mut Vocabulary, key: Key) -> Result<usize, Malformed> {
    let entry = Entry {
        valid: (ALWAYS, FOREVER),
        ..Entry::default()
    };
    let by_code = &vocabulary.by_code;
    let above = place::above(&key, &entry, &|key| by_code.contains_key(key));
    let mut parents = Vec::with_capacity(above.len());
    for parent in above {
        let at = match vocabulary.by_code.get(&parent) {
            Some(&at) => at,
            // At most as deep as a code is long.
            None => hang_new(vocabulary, parent)?,
        };
        parents.push(at);
    }
    let id = vocabulary.next;
    vocabulary.next = id.checked_add(1).ok_or(Malformed::Full)?;
    let at = vocabulary.nodes.len();
    vocabulary.by_code.insert(key.clone(), at);
    vocabulary.nodes.push(node(key, id, entry, parents));
    Ok(at)
}
