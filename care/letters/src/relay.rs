use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The mail server that takes our letters, with its password if it has one; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay(String);

impl FromStr for Relay {
    type Err = Error;

    /// `smtps://…` or `smtp://…?tls=required`; `smtp://` alone for this very machine.
    fn from_str(text: &str) -> Result<Self, Error> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::RelayMalformed);
        }
        let protected = text.strip_prefix("smtps://");
        let Some(rest) = protected.or_else(|| text.strip_prefix("smtp://")) else {
            return Err(Error::RelayMalformed);
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.split('/').next().unwrap_or_default();
        let server = place.rsplit_once('@').map_or(place, |(_, server)| server);
        if server.is_empty() || server.starts_with(':') {
            return Err(Error::RelayMalformed);
        }
        // INVARIANT (the host reads nothing): addresses of people cross no network in the clear.
        let required = query.split('&').any(|word| word == "tls=required");
        if protected.is_none() && !required && !is_here(server) {
            return Err(Error::RelayUnprotected);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether a host, with or without its port, is this machine.
fn is_here(server: &str) -> bool {
    let host = match server.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => server.split(':').next().unwrap_or_default(),
    };
    let loopback = |host: &str| {
        host.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    };
    host == "localhost" || loopback(host)
}

impl Relay {
    pub(crate) fn url(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relay(…)")
    }
}
