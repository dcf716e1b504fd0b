//! What makes an ID token ours, of now, and of this sign-in (section 3.1.3.7, in its order).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Error, level};

/// How far the provider's clock may stand from ours, in seconds.
pub(super) const SKEW: u64 = 60;

/// How old an ID token may be that comes straight from the token endpoint, in seconds.
const OLDEST: u64 = 600;

/// What a token must fit.
pub(super) struct Wanted<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a str,
    /// Words of `acr` that are taken; none: any.
    pub(super) acr: &'a [String],
    pub(super) two_factors: bool,
    /// How old the sign-in at the provider may be, in seconds.
    pub(super) max_age: Option<u64>,
    /// Since when he must have proved who he is, where the provider says when he did; seconds since 1970.
    pub(super) proved_since: Option<u64>,
    /// Seconds since 1970.
    pub(super) now: u64,
}

/// What a checked token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) subject: String,
    pub(super) acr: Option<String>,
    pub(super) amr: Vec<String>,
    pub(super) auth_time: Option<u64>,
}

/// Checks the claims of an ID token whose signature was verified.
pub(super) fn id_token(claims: &Map<String, Value>, wanted: &Wanted<'_>) -> Result<Checked, Error> {
    issued_for(claims, wanted)?;
    times(claims, wanted.now)?;
    let nonce = text(claims, "nonce").unwrap_or_default();
    verify_slices_are_equal(nonce.as_bytes(), wanted.nonce.as_bytes())
        .map_err(|_| wrong("nonce", "is not the one of this sign-in"))?;
    access_token(claims, wanted.access_token)?;
    let subject = subject(claims).ok_or(wrong("sub", "is missing or malformed"))?;
    let auth_time = claims.get("auth_time").and_then(seconds);
    if let Some(age) = wanted.max_age {
        let at = auth_time.ok_or(wrong(
            "auth_time",
            "is missing although `max_age` was asked",
        ))?;
        if wanted.now.saturating_sub(at) > age.saturating_add(SKEW) {
            return Err(wrong("auth_time", "is older than `max_age` allows"));
        }
    }
    // `prompt=login` is a wish; that it was heard shows where the time of it is told.
    if let (Some(since), Some(at)) = (wanted.proved_since, auth_time)
        && at.saturating_add(SKEW) < since
    {
        return Err(wrong("auth_time", "lies before the sign-in was begun"));
    }
    let acr = text(claims, "acr").map(str::to_owned);
    let amr = amr(claims)?;
    if !wanted.acr.is_empty() {
        match &acr {
            None => return Err(Error::Level("the provider says no `acr`")),
            Some(acr) if wanted.acr.contains(acr) => (),
            Some(_) => return Err(Error::Level("its `acr` is not one of those that are taken")),
        }
    }
    if wanted.two_factors && !level::has_two_factors(&amr) {
        return Err(Error::Level("its `amr` names no two factors"));
    }
    Ok(Checked {
        subject,
        acr,
        amr,
        auth_time,
    })
}

/// Checks `iss` and `aud` of a userinfo that came as a token (section 5.3.2): what it says must be true, and
/// a signed answer for another client is not ours.
pub(super) fn userinfo(
    claims: &Map<String, Value>,
    issuer: &str,
    client: &str,
) -> Result<(), Error> {
    if text(claims, "iss").is_some_and(|said| said != issuer) {
        return Err(Error::Userinfo("is signed for another issuer"));
    }
    match claims.get("aud") {
        None => Ok(()),
        Some(said) if audiences(said).contains(&client) => Ok(()),
        Some(_) => Err(Error::Userinfo("is signed for another client")),
    }
}

/// `sub`: at most 255 characters of ASCII, none of them a control (section 2).
pub(super) fn subject(claims: &Map<String, Value>) -> Option<String> {
    let subject = text(claims, "sub")?;
    let good = (1..=255).contains(&subject.len())
        && subject.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    good.then(|| subject.to_owned())
}

fn issued_for(claims: &Map<String, Value>, wanted: &Wanted<'_>) -> Result<(), Error> {
    if text(claims, "iss") != Some(wanted.issuer) {
        return Err(wrong("iss", "is not the issuer that was asked"));
    }
    let audiences = audiences(claims.get("aud").unwrap_or(&Value::Null));
    if !audiences.contains(&wanted.client) {
        return Err(wrong("aud", "does not name this client"));
    }
    let authorized = claims
        .get("azp")
        .map(|azp| azp.as_str() == Some(wanted.client));
    match authorized {
        Some(false) => Err(wrong("azp", "names another client")),
        None if audiences.len() > 1 => Err(wrong("aud", "names others too, and there is no `azp`")),
        _ => Ok(()),
    }
}

fn times(claims: &Map<String, Value>, now: u64) -> Result<(), Error> {
    let time = |name| claims.get(name).and_then(seconds);
    let expires = time("exp").ok_or(wrong("exp", "is missing or no time"))?;
    if now >= expires.saturating_add(SKEW) {
        return Err(wrong("exp", "is over; if this repeats, compare the clocks"));
    }
    let issued = time("iat").ok_or(wrong("iat", "is missing or no time"))?;
    if issued > now.saturating_add(SKEW) {
        return Err(wrong("iat", "lies in the future; compare the clocks"));
    }
    if now.saturating_sub(issued) > OLDEST {
        return Err(wrong(
            "iat",
            "lies more than ten minutes back; compare the clocks",
        ));
    }
    if claims.contains_key("nbf") && time("nbf").is_none_or(|from| from > now.saturating_add(SKEW))
    {
        return Err(wrong("nbf", "lies in the future; compare the clocks"));
    }
    Ok(())
}

/// `at_hash`, where it is there (section 3.1.3.6): half of SHA-256, which every signature taken here uses
/// except EdDSA, for which no hash is written down; providers take SHA-512 then, and both are taken.
fn access_token(claims: &Map<String, Value>, token: &str) -> Result<(), Error> {
    let Some(said) = claims.get("at_hash") else {
        return Ok(());
    };
    let half = |algorithm, bytes: usize| {
        let whole = digest(algorithm, token.as_bytes());
        URL_SAFE_NO_PAD.encode(whole.as_ref().get(..bytes).unwrap_or_default())
    };
    let said = said.as_str().unwrap_or_default();
    if said == half(&SHA256, 16) || said == half(&aws_lc_rs::digest::SHA512, 32) {
        Ok(())
    } else {
        Err(wrong("at_hash", "is not that of the access token"))
    }
}

fn amr(claims: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let malformed = || wrong("amr", "is no list of words");
    match claims.get("amr") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(words)) => words
            .iter()
            .map(|word| word.as_str().map(str::to_owned).ok_or_else(malformed))
            .collect(),
        Some(_) => Err(malformed()),
    }
}

fn audiences(said: &Value) -> Vec<&str> {
    match said {
        Value::String(one) => vec![one],
        Value::Array(several) => several
            .iter()
            .map(|one| one.as_str().unwrap_or_default())
            .collect(),
        _ => Vec::new(),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// A NumericDate (RFC 7519, section 2): seconds since 1970, a fraction allowed and dropped.
fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let seconds = value.as_f64()?;
        // 2^53 seconds are 285 million years: what is beyond is no time, and no number here either.
        (0.0..9_007_199_254_740_992.0)
            .contains(&seconds)
            .then_some(seconds as u64)
    })
}

fn wrong(claim: &'static str, why: &'static str) -> Error {
    Error::Claim { claim, why }
}
