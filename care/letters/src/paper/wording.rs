/// In which language, and how plainly, a letter speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Wording {
    /// French.
    #[default]
    French,
    /// English.
    English,
    /// French that is easy to read: short sentences, one idea a line, larger print (FALC).
    EasyFrench,
}

impl Wording {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::French, Self::English, Self::EasyFrench];

    /// The language of its texts (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::French | Self::EasyFrench => "fr",
            Self::English => "en",
        }
    }

    /// Its name in a print shop's index.
    pub fn name(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
            Self::EasyFrench => "fr-easy",
        }
    }

    /// The language of the line for those who can't read the rest.
    pub(crate) fn other_tag(self) -> &'static str {
        match self {
            Self::French | Self::EasyFrench => "en",
            Self::English => "fr",
        }
    }
}
