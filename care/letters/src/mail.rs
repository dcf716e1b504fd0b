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
    /// What stands above it.
    pub(crate) subject: String,
    /// What it says.
    pub(crate) text: String,
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

    /// As it is sent: from `from`, at `now`, under a name that says nothing.
    pub(crate) fn message(
        &self,
        from: &Address,
        now: Millis,
        entropy: &dyn Entropy,
    ) -> Result<Message, Error> {
        let id = format!("<{}@{}>", symbols(entropy, 26), from.domain());
        Message::builder()
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_millis(now))
            .from(Mailbox::new(None, from.inner().clone()))
            .to(Mailbox::new(None, self.to.inner().clone()))
            .subject(self.subject.as_str())
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
