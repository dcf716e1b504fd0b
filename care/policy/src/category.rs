use std::fmt;

/// A class of documents (French "catégorie"), as the matrix of authorisations and the holder's own
/// authorisations name it: the classes of XDS (ANS, ASS_X16), and one of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Category {
    /// 10: reports, results.
    Report,
    /// 11: syntheses, allergies, problems.
    Synthesis,
    /// 31: imaging.
    Imaging,
    /// 42: prescriptions.
    Prescription,
    /// 43: dispensations.
    Dispensation,
    /// 44: plans and protocols of care.
    Plan,
    /// 45: treatments and vaccines as they were administered.
    Treatment,
    /// 52: certificates and declarations.
    Certificate,
    /// 60: reimbursements.
    Reimbursement,
    /// 90: what the patient himself deposits.
    Patient,
    /// 95: management.
    Management,
    /// Who somebody is, where he lives, whom to warn: of no class of documents, and shown to whoever is let in.
    Identity,
}

impl Category {
    /// Every class.
    pub const ALL: [Self; 12] = [
        Self::Report,
        Self::Synthesis,
        Self::Imaging,
        Self::Prescription,
        Self::Dispensation,
        Self::Plan,
        Self::Treatment,
        Self::Certificate,
        Self::Reimbursement,
        Self::Patient,
        Self::Management,
        Self::Identity,
    ];

    /// The code of the class in XDS; `identity` for the one that has none.
    pub fn code(self) -> &'static str {
        match self {
            Self::Report => "10",
            Self::Synthesis => "11",
            Self::Imaging => "31",
            Self::Prescription => "42",
            Self::Dispensation => "43",
            Self::Plan => "44",
            Self::Treatment => "45",
            Self::Certificate => "52",
            Self::Reimbursement => "60",
            Self::Patient => "90",
            Self::Management => "95",
            Self::Identity => "identity",
        }
    }

    /// The class of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.code() == code)
    }
}

/// A set of classes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Categories(u16);

impl Categories {
    /// All of them.
    pub const ALL: Self = Self(u16::MAX);

    /// The same with one more.
    #[must_use]
    pub fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u8)
    }

    /// Whether it holds this class.
    pub fn contains(self, category: Category) -> bool {
        self.0 & 1 << category as u8 != 0
    }

    /// What it holds, in the order of [`Category::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL
            .into_iter()
            .filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for Categories {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        categories.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Debug for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Category::code))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    //! Dangers: a class that is lost when it is named twice, or when classes are collected; a code that is another's.

    use super::{Categories, Category};

    #[test]
    fn a_set_holds_what_was_put_into_it_however_often() {
        for one in Category::ALL {
            let twice = Categories::default().with(one).with(one);
            let collected: Categories = [one, one].into_iter().collect();
            for other in Category::ALL {
                assert_eq!(twice.contains(other), one == other);
                assert_eq!(collected.contains(other), one == other);
            }
            assert_eq!(twice.iter().collect::<Vec<_>>(), [one]);
        }
        let two = [Category::Imaging, Category::Plan].into_iter();
        assert_eq!(
            format!("{:?}", two.collect::<Categories>()),
            r#"{"31", "44"}"#
        );
        let all: Categories = Category::ALL.into_iter().collect();
        assert!(all.iter().eq(Category::ALL));
    }
}
