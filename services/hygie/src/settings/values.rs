//! The values of settings, checked before any service is started.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

/// Where health is told: an address, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Health {
    /// Nowhere.
    Off,
    /// Here.
    At(SocketAddr),
}

/// The address before `/Type/id` in links, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BaseUrl(String);

/// A web origin as browsers send it: scheme, host, and port if it is not the scheme's own (RFC 6454, section 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

/// The least of what is logged by our own programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Level {
    /// What failed.
    Error,
    /// And what should be looked at.
    Warn,
    /// And what was begun and ended.
    #[default]
    Info,
    /// And what developers want to know.
    Debug,
}

/// Which national numbers of persons are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum NationalNumbers {
    /// Those of real persons, whose key fits.
    Real,
    /// Any of their form, where nobody is real.
    Any,
}

/// A zone of the IANA time zone database, by its name: `Europe/Paris`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(String);

impl Zone {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self("Europe/Paris".to_owned())
    }
}

impl FromStr for Zone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match jiff::tz::TimeZone::get(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err("a time zone is a name like `Europe/Paris` or `Indian/Reunion`"),
        }
    }
}

impl TryFrom<String> for Zone {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Days, from 0 to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Days(u16);

impl Days {
    /// How many.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Days {
    type Error = &'static str;

    fn try_from(days: u16) -> Result<Self, Self::Error> {
        if days <= 365 {
            Ok(Self(days))
        } else {
            Err("days are 0 to 365")
        }
    }
}

/// After how many seconds without use a session on the pages ends, from 1 to 3,600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct SessionIdle(u16);

impl SessionIdle {
    /// How many seconds.
    pub fn seconds(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for SessionIdle {
    type Error = &'static str;

    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        if (1..=3_600).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err("a session without use ends after 1 to 3600 seconds")
        }
    }
}

impl FromStr for SessionIdle {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .ok()
            .and_then(|seconds: u16| Self::try_from(seconds).ok())
            .ok_or("a session without use ends after 1 to 3600 seconds")
    }
}

/// A pause in milliseconds, from 1 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Pause(u64);

impl Pause {
    /// The same as a duration.
    pub fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self(200)
    }
}

impl TryFrom<u64> for Pause {
    type Error = &'static str;

    fn try_from(milliseconds: u64) -> Result<Self, Self::Error> {
        if (1..=10_000).contains(&milliseconds) {
            Ok(Self(milliseconds))
        } else {
            Err("a pause is 1 to 10000 milliseconds")
        }
    }
}

impl FromStr for Pause {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<u64>()
            .map_err(|_| "a pause is a whole number of milliseconds")
            .and_then(Self::try_from)
    }
}

impl FromStr for Health {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse()
            .map(Self::At)
            .map_err(|_| "health is told at an IP address and port like `127.0.0.1:8481`, or `off`")
    }
}

impl FromStr for BaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or_default();
        let plain = rest.bytes().all(|byte| byte.is_ascii_graphic()) && !rest.contains(['?', '#']);
        if plain && !rest.is_empty() && !rest.starts_with('/') && !rest.ends_with('/') {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "a base URL is like `https://records.example/fhir`: http or https, no slash at the end, no query",
            )
        }
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, host) = text.split_once("://").unwrap_or_default();
        let named = scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(&byte)
            });
        let plain = host.bytes().all(|byte| byte.is_ascii_graphic())
            && !host.contains(['/', '?', '#', ',', '*', '@']);
        if named && plain && !host.is_empty() {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "an origin is like `https://app.example` or `https://app.example:8443`; each is named, `*` is none",
            )
        }
    }
}

impl FromStr for Level {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "error" => Ok(Self::Error),
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => Err("a log level is one of `error`, `warn`, `info`, `debug`"),
        }
    }
}

impl FromStr for NationalNumbers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "real" => Ok(Self::Real),
            "any" => Ok(Self::Any),
            _ => Err("the national numbers that are taken in are `real` or `any`"),
        }
    }
}

impl NationalNumbers {
    /// The word for them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Any => "any",
        }
    }
}

impl Level {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In the file a value is checked by the same rule as on the command line.
macro_rules! as_in_words {
    ($($name:ty),*) => {$(
        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, &'static str> {
                text.parse()
            }
        }
    )*};
}

as_in_words!(Health, BaseUrl, Origin, Level, NationalNumbers);
