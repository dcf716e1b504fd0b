//! Text messages (SMS), by an operator's gateway that takes them as e-mail (decision 0031). One message each, never more:
//! parts of a long one come in any order, or not at all. They name nobody, and hold codes that are worth little alone:
//! a code that opposes, and a one-time code. What takes an opposition back never goes by this way.

use std::fmt;

use crate::{Code, Error, Mail, Phone, Site, Wording};

/// Stands for the number in a gateway's address, with its `+` and without.
const WITH_PLUS: &str = "{phone}";
const BARE: &str = "{digits}";
/// Septets of one message in the alphabet of all telephones, and UTF-16 units in any other (3GPP TS 23.040, 9.2.3.16).
const SEPTETS: usize = 160;
const UNITS: usize = 70;
/// The alphabet of all telephones, and what costs two septets of it (3GPP TS 23.038, 6.2.1).
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const DOUBLE: &str = "^{}\\[~]|€\u{c}";

/// By what gateway text messages leave, and which site they name.
#[derive(Clone)]
pub struct Texts {
    gateway: String,
    /// As people type it.
    site: String,
}

/// What a text message is about.
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// A code that was asked for anew, and that opposes for thirty days.
    NewCode(Code),
    /// A one-time code, good for ten minutes, as it is read and typed: `1234 5678`.
    OneTime(String),
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

impl Texts {
    /// Text messages leave by e-mail to this address, in which `{phone}` stands for the number with its `+`, or `{digits}`
    /// for the number without.
    ///
    /// # Errors
    /// [`Error::GatewayMalformed`]; [`Error::TextTooLong`] where this site fits into no single message.
    pub fn new(gateway: &str, site: &Site) -> Result<Self, Error> {
        let places = gateway.matches(WITH_PLUS).count() + gateway.matches(BARE).count();
        if places != 1 {
            return Err(Error::GatewayMalformed);
        }
        let whole = site.to_string();
        let texts = Self {
            gateway: gateway.to_owned(),
            site: whole.strip_prefix("https://").unwrap_or(&whole).to_owned(),
        };
        // A number of the longest kind, and a code of the widest: none of either is refused later.
        let longest: Phone = "+123456789012345".parse()?;
        let code: Code = "0000-0000-0000-~".parse()?;
        for wording in Wording::ALL {
            texts.mail(&longest, wording, &Text::NewCode(code.clone()))?;
        }
        Ok(texts)
    }

    /// A message to this number, as e-mail to the gateway. It has no subject: gateways put that before the text.
    ///
    /// # Errors
    /// [`Error::TextTooLong`] where the text fits into no single message; [`Error::GatewayMalformed`].
    pub fn mail(&self, to: &Phone, wording: Wording, text: &Text) -> Result<Mail, Error> {
        let said = self.say(wording, text);
        if !is_one(&said) {
            return Err(Error::TextTooLong);
        }
        let digits = to.digits();
        let address = self.gateway.replace(WITH_PLUS, &format!("+{digits}"));
        let address = address.replace(BARE, digits);
        Ok(Mail {
            to: address.parse().map_err(|_| Error::GatewayMalformed)?,
            language: wording.tag(),
            subject: String::new(),
            text: said,
            id: None,
        })
    }

    /// In the letters of the alphabet of all telephones, which has no ê, ç or œ: words that need them are not used.
    fn say(&self, wording: Wording, text: &Text) -> String {
        let site = &self.site;
        match (text, wording) {
            (Text::NewCode(code), Wording::French) => format!(
                "Espace santé : pour dire non, tapez le code {} sur {site}/opposition (valable 30 jours). Pas demandé ? \
                 Ne faites rien.",
                code.text()
            ),
            (Text::NewCode(code), Wording::English) => format!(
                "Health space: to say no, type the code {} at {site}/opposition (good for 30 days). You did not ask? \
                 Do nothing.",
                code.text()
            ),
            (Text::NewCode(code), Wording::EasyFrench) => format!(
                "Espace santé. Pour dire non, tapez le code {} sur {site}/opposition. Le code marche 30 jours.",
                code.text()
            ),
            (Text::OneTime(code), Wording::French) => format!(
                "Espace santé : votre code à usage unique est {code}, valable 10 minutes. Ne le donnez à personne. Pas \
                 demandé ? Quelqu'un a votre courrier : appelez-nous."
            ),
            (Text::OneTime(code), Wording::English) => format!(
                "Health space: your one-time code is {code}, good for 10 minutes. Give it to nobody. You did not ask? \
                 Somebody has your letter: call us."
            ),
            (Text::OneTime(code), Wording::EasyFrench) => format!(
                "Espace santé. Votre code est {code}. Il marche 10 minutes. Ne donnez ce code à personne."
            ),
        }
    }
}

/// Whether a text is one message.
fn is_one(text: &str) -> bool {
    match septets(text) {
        Some(septets) => septets <= SEPTETS,
        None => text.encode_utf16().count() <= UNITS,
    }
}

/// How many septets a text has in the alphabet of all telephones; none where it needs another.
fn septets(text: &str) -> Option<usize> {
    let cost = |symbol| match symbol {
        _ if ALPHABET.contains(symbol) => Some(1),
        _ if DOUBLE.contains(symbol) => Some(2),
        _ => None,
    };
    text.chars().map(cost).sum()
}

#[cfg(test)]
mod tests;
