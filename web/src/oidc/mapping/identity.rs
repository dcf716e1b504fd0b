use std::fmt;

use super::Who;

/// Who signed in, in the words of his provider.
#[derive(Clone, PartialEq, Eq)]
pub enum Identity {
    /// A person with a space of his own.
    Citizen(Citizen),
    /// Somebody with an RPPS number.
    Professional(Professional),
}

/// A citizen: known by `issuer` and `subject` together (OpenID Connect Core 1.0, section 5.7), and by nothing
/// else; the rest is what his provider says of him, for a link to his space to be made with.
#[derive(Clone, PartialEq, Eq)]
pub struct Citizen {
    /// The provider.
    pub issuer: String,
    /// His name there, which means nothing elsewhere.
    pub subject: String,
    /// All given names, with spaces between them.
    pub given_name: Option<String>,
    /// The family name of birth.
    pub family_name: Option<String>,
    /// The name that is used, if it is another.
    pub usual_name: Option<String>,
    /// `YYYY-MM-DD`; a month or day that is not known is `01` at FranceConnect.
    pub birthdate: Option<String>,
    /// `male` or `female`, or the word of a generic provider.
    pub gender: Option<String>,
    /// INSEE code of the commune, five characters; none for somebody born abroad.
    pub birthplace: Option<String>,
    /// INSEE code of the country, five digits.
    pub birthcountry: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// A professional, known by his RPPS number.
#[derive(Clone, PartialEq, Eq)]
pub struct Professional {
    /// The provider.
    pub issuer: String,
    /// His name there.
    pub subject: String,
    /// RPPS number, 11 digits.
    pub number: String,
    /// Given name in practice.
    pub given_name: Option<String>,
    /// Name in practice.
    pub family_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Where and as what he works; he acts in one of them at a time.
    pub practices: Vec<Practice>,
}

/// One way in which a professional works.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Practice {
    /// Profession, value set J01: `G15_10`.
    pub profession: Option<String>,
    /// Speciality, such as `SM26`.
    pub speciality: Option<String>,
    /// Sector, value set J02: `SA07`.
    pub sector: Option<String>,
    /// FINESS number of the structure, nine characters.
    pub structure: Option<String>,
    /// The structure's name, to be shown.
    pub structure_name: Option<String>,
}

impl fmt::Debug for Identity {
    /// The kind only: names and numbers of people never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self {
            Self::Citizen(_) => Who::Citizen,
            Self::Professional(_) => Who::Professional,
        };
        write!(f, "Identity({who:?})")
    }
}
