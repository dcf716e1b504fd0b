use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The longest address of a site, in bytes.
const LONGEST: usize = 200;

/// Where people sign in, as they know it: printed in letters as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site(String);

impl FromStr for Site {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or_default();
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        // No query and no name of a user: a letter holds nothing that differs from person to person.
        if host.is_empty()
            || host.starts_with('/')
            || !plain
            || text.len() > LONGEST
            || host.contains(['?', '#', '@', '<', '>'])
        {
            return Err(Error::SiteMalformed);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl Site {
    /// Its host, without a port; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let server = rest.split('/').next().unwrap_or_default();
        match server.rfind(']') {
            Some(end) => &server[..=end],
            None => server.split(':').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
