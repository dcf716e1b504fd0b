//! The insured as `hygie register` takes them: one line of CSV (RFC 4180) each.

use hygie_identity::InsSystem;

use crate::person::Person;

/// The first line of the file.
pub const COLUMNS: &str = "ins_system,ins,family,given,birth_date,language";

/// The line of person `index`, without its line break; letters go out in French.
pub fn roll_line(seed: u64, index: u64) -> String {
    let person = Person::new(seed, index);
    let me = person.me();
    // No name of the tables holds a comma or a quotation mark.
    format!(
        "{},{},{},{},{},fr",
        InsSystem::Test.uri(),
        me.ins(),
        me.family,
        me.given[0],
        me.born
    )
}
