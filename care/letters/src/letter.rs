//! What a letter says: that something is new, and where to sign in. Whoever reads it on its way, or on a shared screen,
//! learns that somebody has a space, and nothing of him.

use std::time::{Duration, UNIX_EPOCH};

use hygie_notice::{Entropy, Millis, symbols};
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};

use crate::{Address, Error, Language, Site};

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where it goes.
    pub to: Address,
    /// In which language.
    pub language: Language,
}

impl Letter {
    /// What stands above it.
    pub fn subject(&self) -> &'static str {
        match self.language {
            Language::French => "Du nouveau dans votre espace de santé",
            Language::English => "Something is new in your health space",
        }
    }

    /// What it says, the same to everybody.
    pub fn text(&self, site: &Site) -> String {
        match self.language {
            Language::French => format!(
                "Bonjour,\n\n\
                 Il y a du nouveau dans votre espace de santé. Pour le lire, connectez-vous :\n\n\
                 {site}\n\n\
                 Ce message n'en dit pas plus, pour que personne d'autre ne lise ce qui vous regarde.\n\
                 Nous ne demandons jamais votre mot de passe ni un code par courrier électronique.\n\
                 Dans votre espace, vous choisissez si vous recevez ces messages.\n"
            ),
            Language::English => format!(
                "Hello,\n\n\
                 Something is new in your health space. Sign in to read it:\n\n\
                 {site}\n\n\
                 This message says no more, so that nobody else reads what concerns you.\n\
                 We never ask for your password or for a code by e-mail.\n\
                 In your space you choose whether you get these messages.\n"
            ),
        }
    }

    /// As it is sent: from `from`, at `now`, under a name that says nothing.
    pub(crate) fn message(
        &self,
        from: &Address,
        site: &Site,
        now: Millis,
        entropy: &dyn Entropy,
    ) -> Result<Message, Error> {
        let id = format!("<{}@{}>", symbols(entropy, 26), from.domain());
        Message::builder()
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_millis(now))
            .from(Mailbox::new(None, from.inner().clone()))
            .to(Mailbox::new(None, self.to.inner().clone()))
            .subject(self.subject())
            .header(AutoSubmitted)
            .header(ContentLanguage(self.language))
            .singlepart(SinglePart::plain(self.text(site)))
            .map_err(|_| Error::AddressMalformed)
    }
}

/// Tells programs that answer by themselves not to (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The language of the text (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(tag: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(Language::of(tag)))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.tag().to_owned())
    }
}

#[cfg(test)]
mod tests;
