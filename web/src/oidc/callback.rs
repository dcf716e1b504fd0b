use super::error::known;
use super::{Error, form};

/// The longest query taken, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a provider sent the browser back with (RFC 6749, section 4.1.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Callback {
    pub(super) state: String,
    /// RFC 9207.
    pub(super) issuer: Option<String>,
    pub(super) told: Told,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// To be exchanged, once.
    Code(String),
    /// One of the standards' codes, else `unknown`.
    Error(&'static str),
}

/// Reads a query. A name that stands twice is refused, as RFC 6749, section 3.1, wants; other names are ignored.
pub(super) fn read(query: &str) -> Result<Callback, Error> {
    if query.len() > LONGEST {
        return Err(Error::Callback("it is longer than 8 KiB"));
    }
    let pairs = form::read(query).ok_or(Error::Callback("an escape in it is broken"))?;
    let (mut state, mut issuer, mut code, mut error) = (None, None, None, None);
    for (name, value) in pairs {
        let place = match name.as_str() {
            "state" => &mut state,
            "iss" => &mut issuer,
            "code" => &mut code,
            "error" => &mut error,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err(Error::Callback("a parameter stands twice"));
        }
    }
    let told = match (code, error) {
        (Some(code), None) if !code.is_empty() => Told::Code(code),
        (None, Some(error)) => Told::Error(known(&error)),
        (Some(_), Some(_)) => return Err(Error::Callback("it has both a code and an error")),
        _ => return Err(Error::Callback("it has neither a code nor an error")),
    };
    Ok(Callback {
        state: state.ok_or(Error::Callback("it has no `state`"))?,
        issuer,
        told,
    })
}
