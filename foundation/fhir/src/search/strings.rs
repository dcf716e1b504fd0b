//! Strings and names (R4, 3.1.1.4.8), compared without case, accents and
//! punctuation, so that Hélène and HELENE, or D'Arc and D ARC, are found alike.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Text without case, accents, ligatures and punctuation; one space between
/// words.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded(String);

impl Folded {
    pub fn new(text: &str) -> Folded {
        let mut folded = String::with_capacity(text.len());
        let mut gap = false;
        // Decomposed before and after the change to lower case: İ becomes i
        // and a mark only then.
        let letters = text
            .nfkd()
            .flat_map(char::to_lowercase)
            .nfkd()
            .filter(|letter| !is_combining_mark(*letter));
        for letter in letters {
            if !letter.is_alphanumeric() {
                gap = !folded.is_empty();
                continue;
            }
            if std::mem::take(&mut gap) {
                folded.push(' ');
            }
            match undecomposed(letter) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(letter),
            }
        }
        Folded(folded)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn starts_with(&self, beginning: &Folded) -> bool {
        self.0.starts_with(&beginning.0)
    }

    pub fn contains(&self, part: &Folded) -> bool {
        self.0.contains(&part.0)
    }
}

/// Latin letters that Unicode does not take apart.
fn undecomposed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'þ' => "th",
        _ => return None,
    })
}

/// One alternative of a string search.
pub enum Query {
    Starts(Folded),
    Contains(Folded),
    /// Case and accents count.
    Exact(String),
}

impl Query {
    pub fn matches(&self, value: &str) -> bool {
        match self {
            Query::Starts(beginning) => Folded::new(value).starts_with(beginning),
            Query::Contains(part) => Folded::new(value).contains(part),
            Query::Exact(text) => value == text,
        }
    }
}
