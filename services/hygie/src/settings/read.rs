//! The file of settings, `hygie.toml` in the home.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use hygie_web::oidc;
use serde::Deserialize;

use super::{
    BaseUrl, Budgets, Days, Health, Letters, Level, Limits, NationalNumbers, Origin, Pause,
    SessionIdle, Zone,
};
use crate::{Error, Home};

/// What `init` writes: every setting, explained, at its default, commented out.
pub const TEMPLATE: &str = include_str!("hygie.toml");

/// What the file says; nothing is settled yet.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub listen: Option<SocketAddr>,
    pub base_url: Option<BaseUrl>,
    pub health_listen: Option<Health>,
    pub cors_origins: Option<Vec<Origin>>,
    pub checkpoint: Option<PathBuf>,
    pub log: Option<Level>,
    pub backup_recipients: Option<Vec<String>>,
    pub archive_years: Option<u8>,
    pub restart_pause: Option<Pause>,
    pub letters: Option<Letters>,
    pub budgets: Option<Budgets>,
    pub matrix: Option<PathBuf>,
    pub regulation_centres: Option<Vec<String>>,
    pub announcement_days: Option<Days>,
    pub national_numbers: Option<NationalNumbers>,
    pub session_idle: Option<SessionIdle>,
    pub time_zone: Option<Zone>,
    pub limits: Option<Limits>,
    #[serde(default)]
    pub sign_in: SignIn,
    /// Care reads it.
    pub campaign: Option<toml::Table>,
}

/// How people sign in, beside accounts of this installation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    #[serde(default)]
    pub provider: Vec<oidc::Settings>,
}

impl File {
    /// The home's file; one that is not there says nothing.
    pub fn of(home: &Home) -> Result<Self, Error> {
        let path = home.settings();
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::read(&text, &path),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::file("read", &path, source)),
        }
    }

    /// What `text` says; `path` is for the error.
    pub fn read(text: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            let begin = error.span().map_or(0, |span| span.start);
            let before = text.get(..begin).unwrap_or_default();
            // The parser speaks of fields, and breaks its lines.
            let why = error.message().replace("unknown field", "unknown setting");
            Error::Settings {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                why: why.lines().collect::<Vec<_>>().join("; "),
            }
        })
    }
}

/// Writes the explained defaults; a file that is there already is left as it is.
pub fn write_template(home: &Home) -> Result<(), Error> {
    let path = home.settings();
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    match made {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made
            .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()))
            .map_err(|source| Error::file("write", &path, source)),
    }
}
