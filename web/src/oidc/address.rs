use std::net::IpAddr;

use axum::http::Uri;

/// Where a provider is asked: `https`, or `http` on a loopback address of this machine. No user, no fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    text: String,
    host: String,
    port: u16,
    secure: bool,
    target: String,
}

impl Address {
    /// Reads an absolute address.
    ///
    /// # Errors
    /// What is wrong with it, to follow the name of the setting or field.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        if text.contains(['#', '@']) || !text.is_ascii() {
            return Err("must be an address without user, fragment and letters beyond ASCII");
        }
        let uri: Uri = text
            .parse()
            .map_err(|_| "must be an absolute address, such as `https://example.org/realm`")?;
        let host = uri
            .host()
            .filter(|host| !host.is_empty())
            .ok_or("must be an absolute address, such as `https://example.org/realm`")?
            .trim_matches(['[', ']'])
            .to_owned();
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_loopback(&host) => false,
            _ => return Err("must begin with `https://` (`http://` only for a loopback address)"),
        };
        Ok(Self {
            text: text.to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            target: uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            host,
            secure,
        })
    }

    /// As it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The name or number of the machine, without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is asked over TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// Path and query, for the request's first line.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// For the header `Host`: the port only where it is not the scheme's own (RFC 9110, section 7.2).
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// This address with `pairs` added to its query.
    pub(super) fn with(&self, pairs: &str) -> String {
        let joint = match self.text.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{}{joint}{pairs}", self.text)
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
