//! The decoders of what a provider sends, each by itself, for fuzzing (`fuzz/`): a sign-in calls them one behind the
//! other, with what it knows of itself. Nobody is signed in here.

use serde_json::{Map, Value};

use super::address::Address;
use super::check::{self, Wanted};
use super::jws::Signing;
use super::keys::Keys;
use super::{Provider, discovery, jws};

/// Whose answers are read.
pub const ISSUER: &str = "https://provider.example";
/// The client that they are for.
pub const CLIENT: &str = "us";
/// The sign-in that they belong to.
pub const NONCE: &str = "n";
/// Seconds since 1970 at which they are read.
pub const NOW: u64 = 1_790_000_000;

/// The addresses that a document of discovery names, of [`ISSUER`]; none where it is refused.
pub fn discovered(body: &[u8]) -> Option<Vec<String>> {
    let issuer = Address::read(ISSUER).ok()?;
    let said = discovery::read(body, &issuer).ok()?;
    let always = [&said.authorization, &said.token, &said.keys].into_iter();
    let all = always.chain(&said.userinfo).chain(&said.end_session);
    Some(all.map(|address| address.as_str().to_owned()).collect())
}

/// How many keys of a set may verify something, counted once for each kind of signature.
pub fn keys(body: &[u8]) -> Option<usize> {
    let keys = Keys::read(body).ok()?;
    let kinds = [
        Signing::Rs256,
        Signing::Ps256,
        Signing::Es256,
        Signing::EdDsa,
    ];
    Some(
        kinds
            .iter()
            .map(|kind| keys.for_token(None, *kind).len())
            .sum(),
    )
}

/// The claims of a token that a key of the set signed.
pub fn signed(token: &str, set: &[u8]) -> Option<Map<String, Value>> {
    jws::verify(token, &Keys::read(set).ok()?).ok()
}

/// The name of whoever an ID token with these claims signs in as, where it is for us, of now and of this sign-in.
pub fn id_token(claims: &Map<String, Value>) -> Option<String> {
    let wanted = Wanted {
        issuer: ISSUER,
        client: CLIENT,
        nonce: NONCE,
        access_token: "t",
        acr: &[],
        two_factors: false,
        max_age: Some(600),
        proved_since: Some(NOW - 60),
        now: NOW,
    };
    let checked = check::id_token(claims, &wanted).ok()?;
    Some(checked.subject)
}

/// Whether what userinfo says is taken, and speaks of somebody; by the mapping of `provider` who he is, if it tells.
pub fn userinfo(body: &[u8], provider: &Provider) -> Option<(String, bool)> {
    let claims: Map<String, Value> = serde_json::from_slice(body).ok()?;
    check::userinfo(&claims, ISSUER, CLIENT).ok()?;
    let subject = check::subject(&claims)?;
    let mapping = &provider.settings.mapping;
    let told = mapping.identity(ISSUER, &subject, &claims).is_ok();
    Some((subject, told))
}
