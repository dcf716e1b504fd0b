//! Who somebody is, as a provider of identities says it, held against the line of the roll (traits d'identité). What
//! registers and providers write differently of the same person is the same here; what nobody wrote is no difference.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Insured;

/// What a provider says of somebody whom it identified at a substantial level (eIDAS, art. 8) or better.
#[derive(Clone, Default)]
pub struct Traits {
    /// The family name of birth.
    pub family: String,
    /// All given names, with spaces between them.
    pub given: String,
    /// `YYYY-MM-DD`.
    pub birth: String,
    /// INSEE code of the commune of birth, or of the country for who was born abroad; nothing where it is not said.
    pub place: String,
    /// `male` or `female`; nothing, or another word, where it is not said.
    pub sex: String,
}

impl std::fmt::Debug for Traits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Traits(…)")
    }
}

impl Traits {
    /// Whether they say who somebody is: without names and a birth date they are nobody's.
    pub fn are_whole(&self) -> bool {
        !words(&self.family).is_empty() && !words(&self.given).is_empty() && self.birth.len() == 10
    }

    /// Whether they are an insured person's. Everything is compared, whatever does not fit, so that the time tells nothing.
    pub(crate) fn are_of(&self, insured: &Insured) -> bool {
        let born = verify_slices_are_equal(self.birth.as_bytes(), insured.birth_date.as_bytes());
        let family = words(&self.family).concat() == words(&insured.family).concat();
        let given = same_given(&self.given, &insured.given);
        let place = same_if_said(&self.place, &insured.birth_place);
        let sex = !is_sex(&self.sex) || same_if_said(&self.sex, &insured.sex);
        self.are_whole() & born.is_ok() & family & given & place & sex
    }
}

/// Given names: the same from the first on, as far as both know of them. A name of two words with a hyphen is one, so
/// that Marie is not her sister Marie-Claire; the hyphen itself is often lost.
fn same_given(one: &str, other: &str) -> bool {
    let (left, right) = (words(one), words(other));
    let common = left.len().min(right.len());
    let first = first_name(one).max(first_name(other));
    common >= first && left[..common] == right[..common]
}

/// Of how many words the first given name is.
fn first_name(given: &str) -> usize {
    let mut names = given.split([' ', ',']).filter(|name| !name.is_empty());
    names.next().map_or(1, |name| words(name).len().max(1))
}

/// A name's words, without case, accents, ligatures, hyphens and apostrophes.
fn words(name: &str) -> Vec<String> {
    let letters = name.nfkd().filter(|letter| !is_combining_mark(*letter));
    let mut plain = String::new();
    for letter in letters.flat_map(char::to_lowercase) {
        match letter {
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            letter => plain.push(letter),
        }
    }
    let words = plain.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn same_if_said(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
}

/// Registers write `other` and `unknown` too, which a provider does not.
fn is_sex(word: &str) -> bool {
    matches!(word, "male" | "female")
}

#[cfg(test)]
mod tests;
