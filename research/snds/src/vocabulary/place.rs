//! Where a code stands, by its form and by what its file says of it.

use super::System;
use super::build::{Key, Role};
use super::nomenclature::Entry;
use super::{ccam, icd10};

/// What marks a group of NABM among its codes.
pub const NABM_GROUP: &str = "GRP ";

/// The key of a vocabulary's root.
pub fn root(system: System) -> Key {
    (system, system.vocabulary_id().to_owned())
}

/// Groups that are there whether or not a code lies under them.
pub fn groups() -> impl Iterator<Item = Key> {
    let chapters = icd10::chapters().iter();
    let blocks = chapters.clone().flat_map(|chapter| &chapter.blocks);
    chapters
        .map(|chapter| chapter.number.to_owned())
        .chain(blocks.map(icd10::Block::code))
        .map(|code| (System::Icd10, code))
}

/// What stands right above.
pub fn above(key: &Key, entry: &Entry, has: &dyn Fn(&Key) -> bool) -> Vec<Key> {
    let (system, code) = (key.0, key.1.as_str());
    if code == system.vocabulary_id() {
        return Vec::new();
    }
    let nearest = match system {
        System::Icd10 => above_icd10(code, has),
        System::Ccam => prefix(code, &[4, 3, 2, 1]),
        System::Atc => prefix(code, &[5, 4, 3, 1]),
        System::Lpp if is_path(code) => code.rsplit_once('.').map(|(above, _)| above.to_owned()),
        System::Nabm | System::Lpp => entry.under.clone(),
        System::Cip13 | System::Ucd | System::Nature => None,
    };
    let mut above = vec![nearest.map_or_else(|| root(system), |code| (system, code))];
    above.extend(entry.atc.iter().map(|class| (System::Atc, class.clone())));
    above
}

fn above_icd10(code: &str, has: &dyn Fn(&Key) -> bool) -> Option<String> {
    if let Some(chapter) = icd10::chapters()
        .iter()
        .find(|chapter| chapter.number == code)
    {
        debug_assert_eq!(chapter.number, code);
        return None;
    }
    if code.contains('-') {
        return icd10::chapter_of(code.split('-').next()?).map(|chapter| chapter.number.to_owned());
    }
    if code.len() > 3 {
        let listed = (4..code.len())
            .rev()
            .map(|length| code[..length].to_owned())
            .find(|shorter| has(&(System::Icd10, shorter.clone())));
        return Some(listed.unwrap_or_else(|| code[..3].to_owned()));
    }
    let chapter = icd10::chapter_of(code)?;
    let block = chapter.block_of(code).map(icd10::Block::code);
    Some(block.unwrap_or_else(|| chapter.number.to_owned()))
}

/// The longest of these beginnings that is shorter than the code.
fn prefix(code: &str, lengths: &[usize]) -> Option<String> {
    let length = lengths.iter().find(|&&length| length < code.len())?;
    Some(code[..*length].to_owned())
}

fn is_path(code: &str) -> bool {
    code.len() < 7 || code.contains('.')
}

/// Its class, and whether rows bear it.
pub fn shape(key: &Key) -> (&'static str, Role) {
    let (system, code) = (key.0, key.1.as_str());
    if code == system.vocabulary_id() {
        return ("Vocabulary", Role::Group);
    }
    match system {
        System::Icd10 if code.contains('-') => ("Block", Role::Group),
        System::Icd10 if !code.contains(|letter: char| letter.is_ascii_digit()) => {
            ("Chapter", Role::Group)
        }
        System::Icd10 if code.len() == 3 => ("Category", Role::Code),
        System::Icd10 => ("Subcategory", Role::Code),
        System::Ccam => match code.len() {
            1 => ("System", Role::Group),
            2 => ("Organ", Role::Group),
            3 => ("Action", Role::Group),
            4 => ("Approach", Role::Group),
            _ => ("Act", Role::Code),
        },
        System::Atc => match code.len() {
            1 => ("ATC 1st", Role::Group),
            3 => ("ATC 2nd", Role::Group),
            4 => ("ATC 3rd", Role::Group),
            5 => ("ATC 4th", Role::Group),
            _ => ("ATC 5th", Role::Group),
        },
        System::Nabm if code.starts_with(NABM_GROUP) => ("Group", Role::Group),
        System::Nabm => ("Act", Role::Code),
        System::Lpp if is_path(code) => ("Chapter", Role::Group),
        System::Lpp => ("Device", Role::Code),
        System::Cip13 => ("Package", Role::Code),
        System::Ucd => ("Dispensing unit", Role::Code),
        System::Nature => ("Nature", Role::Code),
    }
}

/// What it is called where no file names it: by its code, but for what the classifications themselves call so.
pub fn name(key: &Key) -> String {
    let (system, code) = (key.0, key.1.as_str());
    if code == system.vocabulary_id() {
        return system.title().to_owned();
    }
    let known = match system {
        System::Icd10 => icd10::title(code),
        System::Ccam => ccam::title(code),
        System::Lpp if is_path(code) => return format!("Chapitre {code}"),
        _ => None,
    };
    known.unwrap_or(code).to_owned()
}
