use super::{Error, Provider, form};

impl Provider {
    /// Where to send a browser so that the provider forgets the sign-in too (OpenID Connect RP-Initiated
    /// Logout 1.0): `hint` is the ID token of the sign-in, `back` our own address to return to, `state` what
    /// comes back with it. Nothing where the provider has no such address.
    ///
    /// # Errors
    /// When the provider can't be asked where that is.
    pub async fn end(
        &self,
        hint: &str,
        back: &str,
        state: &str,
        now: u64,
    ) -> Result<Option<String>, Error> {
        let metadata = self.metadata(now).await?;
        let pairs = [
            ("id_token_hint", hint),
            ("client_id", &self.settings.client),
            ("post_logout_redirect_uri", back),
            ("state", state),
        ];
        Ok(metadata
            .end_session
            .map(|address| address.with(&form::write(&pairs))))
    }
}
