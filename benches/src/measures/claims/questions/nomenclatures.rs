//! Concepts by their codes. The files are small, and read once by question.

use std::collections::{BTreeSet, HashMap};

use hygie_snapshot::{Error, Order, Scan, Table, Values};

use super::whole;

/// All concepts, and which lie below which.
pub struct Nomenclatures {
    concepts: Table,
    ancestors: Table,
}

impl Nomenclatures {
    pub fn read(scan: &Scan<'_>) -> Result<Nomenclatures, Error> {
        let table = |name: &str, columns: &[&str]| {
            let file = &scan.files(name, Order::Plain)?[0];
            Ok(scan.read(file, columns)?.table)
        };
        Ok(Nomenclatures {
            concepts: table("concept", &["concept_id", "vocabulary_id", "concept_code"])?,
            ancestors: table(
                "concept_ancestor",
                &["ancestor_concept_id", "descendant_concept_id"],
            )?,
        })
    }

    /// The concepts whose codes, or whose classes' codes, begin so.
    pub fn beginning(&self, vocabulary: &str, prefix: &str) -> BTreeSet<i32> {
        let mut set: BTreeSet<i32> = self
            .of(vocabulary)
            .filter(|(_, code)| code.starts_with(prefix))
            .map(|(id, _)| id)
            .collect();
        let [above, below] = ["ancestor_concept_id", "descendant_concept_id"];
        let pairs = whole(&self.ancestors, above)
            .iter()
            .zip(whole(&self.ancestors, below));
        let theirs: Vec<i32> = pairs
            .filter(|(above, _)| set.contains(above))
            .map(|(_, below)| *below)
            .collect();
        set.extend(theirs);
        set
    }

    /// The group of each concept: the first three signs of its code.
    pub fn groups(&self, vocabulary: &str) -> HashMap<i32, &str> {
        let group = |code: &'_ str| code.char_indices().nth(3).map_or(code.len(), |(at, _)| at);
        self.of(vocabulary)
            .map(|(id, code)| (id, &code[..group(code)]))
            .collect()
    }

    /// A vocabulary's concepts with their codes.
    fn of(&self, vocabulary: &str) -> impl Iterator<Item = (i32, &str)> {
        let words = |name: &str| match self.concepts.column(name) {
            Some(Values::Text { at, words }) => (at.as_slice(), words.as_slice()),
            _ => (&[][..], &[][..]),
        };
        let (vocabularies, names) = words("vocabulary_id");
        let (at, codes) = words("concept_code");
        let ids = whole(&self.concepts, "concept_id").iter();
        ids.zip(vocabularies)
            .zip(at)
            .filter(move |((_, of), _)| names[**of as usize] == vocabulary)
            .map(|((id, _), code)| (*id, codes[*code as usize].as_str()))
    }
}
