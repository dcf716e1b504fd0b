/// The language of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Unless somebody chose otherwise.
    #[default]
    French,
    /// English.
    English,
}

impl Language {
    /// The language of a tag (BCP 47) such as `en` or `fr-FR`; French for all that is not English.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Self::English
        } else {
            Self::French
        }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}
