use axum::http::{HeaderMap, header};

/// The languages that every page speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// The first.
    French,
    /// The second.
    English,
    /// French that is easy to read (FALC): short sentences, one idea a line. Pages that have no words of it speak French.
    EasyFrench,
}

impl Language {
    /// Those that every page speaks, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The code for `lang` and for addresses (ISO 639; BCP 47's registered variant for what is easy to read).
    pub fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
            Self::EasyFrench => "fr-simple",
        }
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::French => "Français",
            Self::English => "English",
            Self::EasyFrench => "Facile à lire",
        }
    }

    /// In which a page can be had beside this one, the easy one where it `has_easy` words.
    pub fn others(self, has_easy: bool) -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter().chain([Self::EasyFrench]);
        all.filter(move |other| match (self, other) {
            (_, Self::EasyFrench) => has_easy && self != Self::EasyFrench,
            // Without easy words the page speaks French already.
            (Self::EasyFrench, Self::French) => has_easy,
            (this, other) => this != *other,
        })
    }

    /// The language of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().chain([Self::EasyFrench]);
        all.find(|language| language.code() == code)
    }

    /// What was asked for in the address, else the first of `Accept-Language` (RFC 9110 12.5.4) that we
    /// speak, by weight; else French.
    pub fn choose(asked: Option<&str>, headers: &HeaderMap) -> Self {
        if let Some(language) = asked.and_then(Self::from_code) {
            return language;
        }
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut best = (0.0, Self::French);
        for part in accepted.split(',') {
            let mut pieces = part.trim().split(';');
            let code = pieces
                .next()
                .unwrap_or_default()
                .split('-')
                .next()
                .unwrap_or_default();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |text| text.parse().unwrap_or(0.0_f32));
            if let Some(language) = Self::from_code(&code.to_ascii_lowercase())
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}
