//! E-mail as a value: to whom, about what, in which words.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use hygie_notice::{Entropy, Millis, symbols};
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};

use crate::{Address, Error};

/// An e-mail of plain text. Its text may hold a code: it is never printed where it could reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Where it goes.
    pub(crate) to: Address,
    /// The language of its text (BCP 47).
    pub(crate) language: &'static str,
    /// What stands above it; nothing for none.
    pub(crate) subject: String,
    /// What it says.
    pub(crate) text: String,
    /// By what it is known, where not by a random word: the left part of its Message-ID.
    pub(crate) id: Option<String>,
}

/// A language of mails by its tag.
pub(crate) fn language(tag: &str) -> Option<&'static str> {
    ["fr", "en"].into_iter().find(|known| *known == tag)
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}

impl Mail {
    /// What stands above it.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, known by this reference wherever it comes back from: it is the beginning of its Message-ID, which tells
    /// nothing else. Sent again it has the same.
    #[must_use]
    pub fn known_by(mut self, reference: &str, entropy: &dyn Entropy) -> Self {
        self.id = Some(format!("{reference}.{}", symbols(entropy, 26)));
        self
    }

    /// The left part of its Message-ID, where it is known by one.
    pub fn known(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// As it is sent: from `from`, at `now`, under a name that says nothing.
    pub(crate) fn message(
        &self,
        from: &Address,
        now: Millis,
        entropy: &dyn Entropy,
    ) -> Result<Message, Error> {
        let word = self.id.clone();
        let word = word.unwrap_or_else(|| symbols(entropy, 26));
        let id = format!("<{word}@{}>", from.domain());
        let message = Message::builder()
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_millis(now))
            .from(Mailbox::new(None, from.inner().clone()))
            .to(Mailbox::new(None, self.to.inner().clone()));
        let message = match self.subject.as_str() {
            "" => message,
            subject => message.subject(subject),
        };
        message
            .header(AutoSubmitted)
            .header(ContentLanguage(self.language.to_owned()))
            .singlepart(SinglePart::plain(self.text.clone()))
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
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(tag: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(tag.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}
