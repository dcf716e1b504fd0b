//! Covered: a check without a threshold, two with one name, a threshold that no share can be, a check that says nothing in
//! one of the languages.

use std::collections::HashSet;

use super::*;
use crate::tally::At;
use crate::words;

#[test]
fn no_check_is_without_a_line_a_name_or_words() {
    let names: HashSet<&str> = TABLE.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), TABLE.len());
    // The last of the list: one that is added after it has no line yet.
    assert_eq!(TABLE.len(), Check::MonthSteady as usize + 1);
    for entry in TABLE {
        assert!((0.0..100.0).contains(&entry.percent), "{}", entry.name);
        assert!(!entry.source.is_empty());
        let words = words::meaning(At {
            check: entry.check,
            table: "drug_exposure",
            column: None,
        });
        assert!(
            words.fr.ends_with('.') && words.en.ends_with('.'),
            "{}",
            entry.name
        );
        assert_ne!(words.fr, words.en);
        assert_eq!(entry.check.entry().name, entry.name);
    }
}
