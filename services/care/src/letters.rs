//! Where letters to people go: to a mail server, into a folder, or nowhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use hygie_enrolment::Mails;
use hygie_keeper::{Home, load_letters_key};
use hygie_letters::{Address, Bag, Language, Mailbox, Notifier, Outbox, Pace, Relay, Site, Texts};
use hygie_notice::{PersonId, SystemClock, SystemEntropy};
use hygie_record::{self as record, News};

use crate::Error;
use crate::desk::Officer;

/// The settings of letters; `hygie.toml` explains them. They are read when letters begin, since the command line's own
/// errors would repeat a password.
#[derive(Clone, Args)]
pub struct Letters {
    /// The mail server that takes letters, its password included: better said in the environment.
    #[arg(
        long = "letters-smtp",
        env = "HYGIE_LETTERS_SMTP",
        value_name = "URL",
        hide_env_values = true
    )]
    smtp: Option<String>,
    /// The folder that takes letters instead, for a demonstration; below the home unless it begins with `/`.
    #[arg(
        long = "letters-folder",
        env = "HYGIE_LETTERS_FOLDER",
        value_name = "DIR"
    )]
    folder: Option<PathBuf>,
    /// From whom letters are; by default `no-reply@` the site's host.
    #[arg(
        long = "letters-from",
        env = "HYGIE_LETTERS_FROM",
        value_name = "ADDRESS"
    )]
    from: Option<String>,
    /// Where letters say to sign in; by default the base URL without its `/fhir`.
    #[arg(long = "letters-site", env = "HYGIE_LETTERS_SITE", value_name = "URL")]
    site: Option<String>,
    /// The gateway that takes text messages as e-mail: `{phone}` stands for the number, or `{digits}` without its `+`.
    #[arg(
        long = "letters-sms",
        env = "HYGIE_LETTERS_SMS",
        value_name = "ADDRESS"
    )]
    sms: Option<String>,
    /// Where the data-protection officer is reminded of cases that wait for an answer.
    #[arg(
        long = "letters-officer",
        env = "HYGIE_LETTERS_OFFICER",
        value_name = "ADDRESS"
    )]
    officer: Option<String>,
    /// The least number of minutes between two letters to one person.
    #[arg(long = "letters-minutes", env = "HYGIE_LETTERS_MINUTES", value_name = "N",
          default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_080))]
    minutes: u32,
}

/// The domain of a host's mail: an address of a network has none.
fn domain(host: &str) -> &str {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(_) => "localhost",
        Err(_) => host,
    }
}

/// Tells people by letters.
pub struct Told(pub Arc<Notifier>);

impl News for Told {
    fn new_for(&self, person: PersonId, to: &record::Letters) {
        // An address that is none was refused when it was given.
        if let Ok(address) = to.address.parse() {
            self.0.new_for(person, address, Language::of(&to.language));
        }
    }
}

/// The file of letters that wait, in the store's folder.
const OUTBOX: &str = "letters";
/// The folder of the campaign's e-mails on their way, there too.
const MAILS: &str = "mails";
/// The folder of letters of a demo home.
const DEMO: &str = "mailbox";
/// Its gateway of text messages: nobody's.
const DEMO_GATEWAY: &str = "{phone}@sms.localhost";

impl Letters {
    /// Begins to send, if there is a place to send to; a demo home has a folder of its own.
    ///
    /// # Errors
    /// [`Error::TwoPlaces`], or [`Error::Letters`] with what is wrong with a setting.
    pub fn begin(&self, home: &Path, base: &str) -> Result<Option<Arc<Notifier>>, Error> {
        let Some((mailbox, site)) = self.mailbox(home, base)? else {
            return Ok(None);
        };
        let pace = Pace {
            interval: Duration::from_secs(60 * u64::from(self.minutes)),
            ..Pace::default()
        };
        let notifier = Self::kept(home, mailbox, site, pace)?;
        Ok(Some(Arc::new(notifier)))
    }

    /// The campaign's e-mails, if there is a place to send to; those on their way lie beside the store.
    ///
    /// # Errors
    /// As [`Letters::begin`].
    pub fn mails(&self, home: &Path, base: &str) -> Result<Option<Mails>, Error> {
        let Some((mailbox, _)) = self.mailbox(home, base)? else {
            return Ok(None);
        };
        let key = load_letters_key(&Home::new(home))?;
        let bag = Bag::new(home.join("store").join(MAILS), key, Arc::new(SystemEntropy));
        Ok(Some(Mails::new(bag, mailbox)))
    }

    /// By what gateway text messages leave, if there is one, and a place to send to; a demo home has its folder.
    ///
    /// # Errors
    /// As [`Letters::begin`].
    pub fn texts(&self, home: &Path, base: &str) -> Result<Option<Texts>, Error> {
        let Some((_, site)) = self.mailbox(home, base)? else {
            return Ok(None);
        };
        let is_demo = self.smtp.is_none() && Home::new(home).demo_key().exists();
        match &self.sms {
            Some(gateway) => Ok(Some(Texts::new(gateway, &site)?)),
            // Nobody asked for it: a demonstration whose site is too long for a text goes without.
            None if is_demo => Ok(Texts::new(DEMO_GATEWAY, &site).ok()),
            None => Ok(None),
        }
    }

    /// Where the officer is reminded, if there is an address, and a place to send to.
    ///
    /// # Errors
    /// As [`Letters::begin`].
    pub fn officer(&self, home: &Path, base: &str) -> Result<Option<Officer>, Error> {
        let Some(to) = &self.officer else {
            return Ok(None);
        };
        let to = to.parse()?;
        let begun = self.mailbox(home, base)?;
        Ok(begun.map(|(mailbox, site)| Officer { to, mailbox, site }))
    }

    /// Where letters go, and which site they name; a demo home has a folder of its own.
    ///
    /// # Errors
    /// As [`Letters::begin`].
    pub fn mailbox(&self, home: &Path, base: &str) -> Result<Option<(Mailbox, Site)>, Error> {
        let base = base.strip_suffix("/fhir").unwrap_or(base);
        let site: Site = self.site.as_deref().unwrap_or(base).parse()?;
        let from: Address = match &self.from {
            Some(from) => from.parse()?,
            None => format!("no-reply@{}", domain(site.host())).parse()?,
        };
        let entropy = Arc::new(SystemEntropy);
        let mailbox = match (&self.smtp, &self.folder) {
            (Some(_), Some(_)) => return Err(Error::TwoPlaces),
            (Some(server), None) => {
                let relay: Relay = server.parse()?;
                Mailbox::server(&relay, from, entropy)?
            }
            (None, Some(folder)) => Mailbox::folder(home.join(folder), from, entropy),
            (None, None) if Home::new(home).demo_key().exists() => {
                Mailbox::folder(home.join(DEMO), from, entropy)
            }
            (None, None) => return Ok(None),
        };
        Ok(Some((mailbox, site)))
    }

    /// With an outbox beside the store. One that can't be read is set aside, and said: what waited is lost, and letters
    /// go on.
    fn kept(home: &Path, mailbox: Mailbox, site: Site, pace: Pace) -> Result<Notifier, Error> {
        let path = home.join("store").join(OUTBOX);
        let begin = |path: PathBuf| -> Result<_, Error> {
            let key = load_letters_key(&Home::new(home))?;
            let outbox = Outbox::new(path, key, Arc::new(SystemEntropy));
            let clock = Arc::new(SystemClock);
            Ok(Notifier::keeping(
                mailbox.clone(),
                clock,
                site.clone(),
                pace,
                outbox,
            ))
        };
        match begin(path.clone())? {
            Ok(notifier) => Ok(notifier),
            Err(error) => {
                tracing::warn!(%error, "letters that waited are lost");
                std::fs::rename(&path, path.with_extension("unreadable"))
                    .map_err(|error| Error::Io("setting the outbox aside", error))?;
                Ok(begin(path)??)
            }
        }
    }
}
