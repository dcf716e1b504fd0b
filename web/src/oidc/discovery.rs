use serde::Deserialize;

use super::address::Address;
use super::{Error, Part};

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it is used.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    pub(super) authorization: Address,
    pub(super) token: Address,
    pub(super) userinfo: Option<Address>,
    pub(super) keys: Address,
    pub(super) end_session: Option<Address>,
    /// Whether each callback names its issuer (RFC 9207, section 3).
    pub(super) names_issuer: bool,
}

#[derive(Deserialize)]
struct Said {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Reads the document of `issuer`.
pub(super) fn read(body: &[u8], issuer: &Address) -> Result<Metadata, Error> {
    let wrong = |why: String| Error::Answer {
        part: Part::Discovery,
        why,
    };
    let said: Said = serde_json::from_slice(body)
        .map_err(|error| wrong(format!("line {}: {}", error.line(), plain(&error))))?;
    // Discovery, section 4.3: exactly the issuer that was asked.
    if said.issuer != issuer.as_str() {
        return Err(wrong(
            "its `issuer` is not the issuer of the settings".to_owned(),
        ));
    }
    let address = |name: &str, text: &str| {
        let address = Address::read(text).map_err(|why| wrong(format!("its `{name}` {why}")))?;
        // A provider elsewhere has no business on this machine's loopback.
        if issuer.is_secure() && !address.is_secure() {
            return Err(wrong(format!("its `{name}` must begin with `https://`")));
        }
        Ok(address)
    };
    let maybe = |name: &str, text: &Option<String>| {
        text.as_deref().map(|text| address(name, text)).transpose()
    };
    Ok(Metadata {
        authorization: address("authorization_endpoint", &said.authorization_endpoint)?,
        token: address("token_endpoint", &said.token_endpoint)?,
        userinfo: maybe("userinfo_endpoint", &said.userinfo_endpoint)?,
        keys: address("jwks_uri", &said.jwks_uri)?,
        end_session: maybe("end_session_endpoint", &said.end_session_endpoint)?,
        names_issuer: said.authorization_response_iss_parameter_supported,
    })
}

/// What is wrong with JSON, without the values it holds.
pub(super) fn plain(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "a field is missing or of another kind",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it is no JSON",
    }
}
