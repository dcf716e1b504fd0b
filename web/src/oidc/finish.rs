use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::callback::{self, Callback, Told as Came};
use super::check::{self, Checked, Wanted};
use super::discovery::Metadata;
use super::error::known;
use super::fetch::{Credentials, Reply};
use super::pending::{Pending, late};
use super::provider::{encoding_key, public};
use super::settings::{Auth, Told};
use super::{Error, Part, Provider, form};

/// How long a statement of who we are is good, in seconds.
const STATEMENT: u64 = 60;

/// Claims that the protocol itself is made of: userinfo can't change what the ID token said.
const PROTOCOL: [&str; 13] = [
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "acr",
    "amr",
    "auth_time",
    "at_hash",
    "sid",
];

/// A sign-in, verified.
#[derive(Clone)]
pub struct Signed {
    /// The provider that says so.
    pub issuer: String,
    /// The person's name there; with `issuer`, the one thing by which he is known again.
    pub subject: String,
    /// What the provider tells of him, from userinfo and the ID token.
    pub claims: Map<String, Value>,
    /// How surely he signed in, in the provider's word; one of the settings' words where they name any.
    pub acr: Option<String>,
    /// By which means (RFC 8176).
    pub amr: Vec<String>,
    /// When he last signed in at the provider, in seconds since 1970.
    pub auth_time: Option<u64>,
    /// The ID token, opened if it came sealed, for [`Provider::end`].
    pub id_token: String,
}

impl fmt::Debug for Signed {
    /// The provider only: what is known of people never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({})", self.issuer)
    }
}

/// What the token endpoint gives (section 3.1.3.3).
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Provider {
    /// Who signed in: the callback's `query` must fit `pending`, its code is exchanged, and what comes back is
    /// verified. `now` is seconds since 1970. `pending` is used up, whatever comes of it.
    ///
    /// # Errors
    /// Any [`Error`] but those of settings and mapping.
    pub async fn finish(&self, pending: Pending, query: &str, now: u64) -> Result<Signed, Error> {
        let callback = callback::read(query)?;
        // Before all else: whoever can't name the state may have written the rest too.
        verify_slices_are_equal(callback.state.as_bytes(), pending.state.as_bytes())
            .map_err(|_| Error::State)?;
        if pending.provider != self.settings.name {
            return Err(Error::State);
        }
        if late(pending.begun, now) {
            return Err(Error::Late);
        }
        let metadata = self.metadata(now).await?;
        let code = self.code(callback, &metadata)?;
        let tokens = self
            .exchange(&code, &pending.verifier, &metadata, now)
            .await?;
        let id_token = self.unsealed(tokens.id_token.clone())?;
        let claims = self.verify(&id_token, now).await?;
        let settings = &self.settings;
        let wanted = Wanted {
            issuer: settings.issuer.as_str(),
            client: &settings.client,
            nonce: &pending.nonce,
            access_token: &tokens.access_token,
            acr: &settings.acr,
            two_factors: settings.two_factors,
            max_age: settings.max_age,
            proved_since: pending.again.then_some(pending.begun),
            now,
        };
        let checked = check::id_token(&claims, &wanted)?;
        let told = self.userinfo(&tokens, &checked, &metadata, now).await?;
        Ok(Signed {
            issuer: settings.issuer.as_str().to_owned(),
            claims: merged(claims, told),
            subject: checked.subject,
            acr: checked.acr,
            amr: checked.amr,
            auth_time: checked.auth_time,
            id_token,
        })
    }

    /// The code of a callback that comes from the issuer that was asked (RFC 9207, section 2.4).
    fn code(&self, callback: Callback, metadata: &Metadata) -> Result<String, Error> {
        match &callback.issuer {
            Some(issuer) if issuer != self.settings.issuer.as_str() => {
                return Err(Error::CallbackIssuer);
            }
            None if metadata.names_issuer => return Err(Error::CallbackIssuer),
            _ => (),
        }
        match callback.told {
            Came::Code(code) => Ok(code),
            Came::Error("access_denied") => Err(Error::Denied),
            Came::Error(code) => Err(Error::Provider { code }),
        }
    }

    async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        metadata: &Metadata,
        now: u64,
    ) -> Result<Tokens, Error> {
        let settings = &self.settings;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", settings.callback.as_str()),
            ("code_verifier", verifier),
        ];
        let statement;
        let credentials = match &settings.auth {
            Auth::Basic(secret) => Credentials::Basic {
                id: &settings.client,
                secret,
            },
            Auth::Post(secret) => {
                pairs.extend([
                    ("client_id", settings.client.as_str()),
                    ("client_secret", secret),
                ]);
                Credentials::None
            }
            Auth::Key(key) => {
                statement = self.statement(key, metadata, verifier, now);
                pairs.extend([
                    ("client_id", settings.client.as_str()),
                    (
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ),
                    ("client_assertion", &statement),
                ]);
                Credentials::None
            }
        };
        let form = form::write(&pairs);
        let reply = self
            .fetch
            .post(Part::Token, &metadata.token, form, credentials)
            .await?;
        let wrong = |why: String| Error::Answer {
            part: Part::Token,
            why,
        };
        if reply.status != 200 {
            return Err(refusal(&reply));
        }
        let tokens: Tokens = serde_json::from_slice(&reply.body)
            .map_err(|error| wrong(super::discovery::plain(&error).to_owned()))?;
        if !tokens.token_type.eq_ignore_ascii_case("bearer") {
            return Err(wrong("its `token_type` is not `Bearer`".to_owned()));
        }
        Ok(tokens)
    }

    /// Who we are, signed (RFC 7523, section 3). Its name is made of PKCE's secret, which is used once.
    fn statement(&self, key: &[u8], metadata: &Metadata, verifier: &str, now: u64) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid =
            public(key).and_then(|key| key.get("kid").and_then(Value::as_str).map(str::to_owned));
        let client = &self.settings.client;
        let claims = json!({
            "iss": client, "sub": client, "aud": metadata.token.as_str(),
            "jti": super::begin::challenge(&format!("{verifier}.statement")),
            "iat": now, "exp": now.saturating_add(STATEMENT),
        });
        let key = encoding_key(key).expect("the key was tried when the settings were read");
        jsonwebtoken::encode(&header, &claims, &key).expect("claims of strings and numbers encode")
    }

    /// What userinfo tells, of the same person (section 5.3.4).
    async fn userinfo(
        &self,
        tokens: &Tokens,
        checked: &Checked,
        metadata: &Metadata,
        now: u64,
    ) -> Result<Map<String, Value>, Error> {
        let settings = &self.settings;
        let address = match (settings.userinfo, &metadata.userinfo) {
            (Told::None, _) => return Ok(Map::new()),
            (_, Some(address)) => address,
            (_, None) => {
                return Err(Error::Userinfo(
                    "has no address; set `userinfo = \"none\"` if the ID token says all",
                ));
            }
        };
        let accept = "application/jwt, application/json;q=0.9";
        let bearer = Credentials::Bearer(&tokens.access_token);
        let reply = self
            .fetch
            .get(Part::Userinfo, address, accept, bearer)
            .await?;
        if reply.status != 200 {
            return Err(refusal_of(Part::Userinfo, &reply));
        }
        let claims = match reply.media.as_str() {
            "application/jwt" => {
                let token =
                    std::str::from_utf8(&reply.body).map_err(|_| Error::Userinfo("is no token"))?;
                let token = self.unsealed(token.trim().to_owned())?;
                let claims = self.verify(&token, now).await?;
                check::userinfo(&claims, settings.issuer.as_str(), &settings.client)?;
                claims
            }
            _ if settings.userinfo == Told::Signed => {
                return Err(Error::Userinfo("is not signed, and must be"));
            }
            "application/json" => serde_json::from_slice(&reply.body)
                .map_err(|_| Error::Userinfo("is no object of claims"))?,
            _ => {
                return Err(Error::Userinfo(
                    "is neither `application/json` nor `application/jwt`",
                ));
            }
        };
        match check::subject(&claims) {
            Some(subject) if subject == checked.subject => Ok(claims),
            _ => Err(Error::Userinfo("speaks of somebody else than the ID token")),
        }
    }
}

/// What both say; where both say something, userinfo is believed, but for the protocol's own claims.
pub(super) fn merged(
    id_token: Map<String, Value>,
    userinfo: Map<String, Value>,
) -> Map<String, Value> {
    let mut claims = id_token;
    let told = userinfo.into_iter();
    claims.extend(told.filter(|(name, _)| !PROTOCOL.contains(&name.as_str())));
    claims
}

/// A refusal of the token endpoint in its own word, if it is a standard's.
fn refusal(reply: &Reply) -> Error {
    match serde_json::from_slice::<Refusal>(&reply.body) {
        Ok(refusal) if (400..500).contains(&reply.status) => Error::Token {
            code: known(&refusal.error),
        },
        _ => refusal_of(Part::Token, reply),
    }
}

fn refusal_of(part: Part, reply: &Reply) -> Error {
    let why = format!("it answered with status {}", reply.status);
    match reply.status {
        500..=599 => Error::Unreachable { part, why },
        _ => Error::Answer { part, why },
    }
}
