use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::pending::{Pending, random};
use super::{Error, Provider, form};

impl Provider {
    /// Where to send a browser that wants to sign in, and what its way back must fit (section 3.1.2.1). With
    /// `again`, the person must prove who he is whatever the provider remembers. `fill` gives randomness, `now` is
    /// seconds since 1970.
    ///
    /// # Errors
    /// When the provider can't be asked where that is.
    pub async fn begin(
        &self,
        now: u64,
        again: bool,
        fill: &mut (dyn FnMut(&mut [u8]) + Send),
    ) -> Result<(String, Pending), Error> {
        let metadata = self.metadata(now).await?;
        let settings = &self.settings;
        let pending = Pending {
            provider: settings.name.clone(),
            again,
            state: random(fill),
            nonce: random(fill),
            verifier: random(fill),
            begun: now,
        };
        let challenge = challenge(&pending.verifier);
        let age = settings.max_age.map(|age| age.to_string());
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &settings.client),
            ("redirect_uri", settings.callback.as_str()),
            ("scope", &settings.scopes),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        // A floor where it is known (FranceConnect), a wish elsewhere; what came is checked all the same.
        pairs.extend(settings.acr.first().map(|acr| ("acr_values", acr.as_str())));
        let prompt = if again {
            Some("login")
        } else {
            settings.prompt.as_deref()
        };
        pairs.extend(prompt.map(|prompt| ("prompt", prompt)));
        pairs.extend(age.as_deref().map(|age| ("max_age", age)));
        if settings.two_factors {
            pairs.push(("claims", r#"{"id_token":{"amr":{"essential":true}}}"#));
        }
        Ok((metadata.authorization.with(&form::write(&pairs)), pending))
    }
}

/// PKCE's challenge (RFC 7636, section 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}
