//! Resource ids: `Patient/{person}`, others `{person}-{13 symbols}`, and the directory's 26 symbols.

use hygie_notice::{Entropy, Millis, PersonId, symbols};

/// How many random symbols stand behind a person's id.
const TAIL: usize = 13;

/// A new id for a resource of a person's record.
pub fn fresh(person: PersonId, entropy: &dyn Entropy) -> String {
    format!("{person}-{}", symbols(entropy, TAIL))
}

/// A new opaque version id.
pub fn version(entropy: &dyn Entropy) -> String {
    symbols(entropy, TAIL)
}

/// The opaque version id that these bytes give, always the same.
pub fn version_of(bytes: &[u8]) -> String {
    struct Fixed<'a>(&'a [u8]);
    impl Entropy for Fixed<'_> {
        fn fill(&self, out: &mut [u8]) {
            let bytes = self.0.iter().cycle();
            out.iter_mut()
                .zip(bytes)
                .for_each(|(out, byte)| *out = *byte);
        }
    }
    symbols(&Fixed(bytes), TAIL)
}

/// The person in whose record a resource of this id can be, if the id has our form.
pub fn person(id: &str) -> Option<PersonId> {
    match id.split_once('-') {
        None => id.parse().ok(),
        Some((person, tail)) if tail.len() == TAIL && tail.bytes().all(is_symbol) => {
            person.parse().ok()
        }
        Some(_) => None,
    }
}

/// Lower-case letters and digits: nothing else of a request's address gets into a trail.
fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_lowercase()
}

/// An instant as FHIR prints it, to the millisecond, in UTC.
pub fn instant(at: Millis) -> String {
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(at) {
        Ok(stamp) => format!("{stamp:.3}"),
        // Only a clock beyond the year 9999 comes here.
        Err(_) => "9999-12-31T23:59:59.999Z".to_owned(),
    }
}
