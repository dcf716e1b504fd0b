//! The insured as `hygie register import` takes them: one line of CSV (RFC 4180) each.

use hygie_identity::InsSystem;

use crate::person::Person;

/// The first line of the file.
pub const COLUMNS: &str =
    "ins_system,ins,family,given,birth_date,language,sex,address,postcode,regime";

/// The line of person `index`, without its line break; letters go out in French.
pub fn roll_line(seed: u64, index: u64) -> String {
    let person = Person::new(seed, index);
    let me = person.me();
    let home = &person.household;
    let (postcode, town) = (home.department.postal, home.department.town);
    // No name of the tables holds a comma, a quotation mark or a bar.
    format!(
        "{},{},{},{},{},fr,{},{}|{postcode} {town},{postcode},01",
        InsSystem::Test.uri(),
        me.ins(),
        me.family,
        me.given[0],
        me.born,
        if me.woman { "female" } else { "male" },
        home.street,
    )
}
