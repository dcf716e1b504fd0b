use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::address::Address;
use super::jwe::Opener;
use super::mapping::{Field, Mapping, Rule, Who};
use super::{Error, level};

/// What an operator says of one provider: a `[[sign_in.provider]]` of `hygie.toml`. Only the first five are
/// needed; a preset knows the rest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name in addresses: 1 to 32 lower-case letters, digits and `-`.
    pub name: String,
    /// Which habits it has.
    #[serde(default)]
    pub preset: Preset,
    /// Its issuer, exactly as it writes it itself.
    pub issuer: String,
    /// The name under which this installation is registered there.
    pub client_id: String,
    /// A file with the client's secret, readable by its owner alone; without one `signing_key_file` is needed.
    pub client_secret_file: Option<PathBuf>,
    /// What its button says, if not what the preset says.
    pub label: Option<String>,
    /// Who signs in there.
    pub who: Option<Who>,
    /// Where its discovery document lies, if not where the standard says: an address, or a path after the issuer.
    pub discovery: Option<String>,
    /// The scopes asked for, `openid` among them.
    pub scopes: Option<Vec<String>>,
    /// The words of `acr` that are taken, the least sure first: that one is asked for.
    pub acr: Option<Vec<String>>,
    /// Whether `amr` must name two factors; it is asked for, then.
    #[serde(default)]
    pub two_factors: bool,
    /// How old a sign-in at the provider may be, in seconds; asked for as `max_age`.
    pub max_age: Option<u64>,
    /// The parameter `prompt` of Core, section 3.1.2.1; empty: none, where the preset has one.
    pub prompt: Option<String>,
    /// How this client shows who it is at the token endpoint.
    pub client_auth: Option<ClientAuth>,
    /// A P-256 key in PKCS#8 (PEM), for `private_key_jwt`.
    pub signing_key_file: Option<PathBuf>,
    /// A P-256 key in PKCS#8 (PEM), to which the provider seals its tokens.
    pub encryption_key_file: Option<PathBuf>,
    /// Where the person's claims are told.
    pub userinfo: Option<Told>,
    /// A file of certificate authorities (PEM) in the place of the system's.
    pub authorities: Option<PathBuf>,
    /// Which claim gives which field, in the place of the preset's.
    #[serde(default)]
    claims: BTreeMap<Field, Rule>,
}

/// The habits of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// FranceConnect and FranceConnect+.
    #[serde(rename = "franceconnect")]
    FranceConnect,
    /// Pro Santé Connect.
    ProSanteConnect,
    /// Any other.
    #[default]
    Generic,
}

/// How a client shows who it is (Core, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// The secret in the header `Authorization`.
    ClientSecretBasic,
    /// The secret in the form.
    ClientSecretPost,
    /// A statement signed with our key (RFC 7523).
    PrivateKeyJwt,
}

/// Whether and how userinfo tells claims (section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// Not: all is in the ID token.
    None,
    /// As JSON, or signed.
    Plain,
    /// Signed, or it is refused.
    Signed,
}

/// What a preset knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Habits {
    label: Option<String>,
    who: Who,
    scopes: Vec<String>,
    client_auth: ClientAuth,
    userinfo: Told,
    discovery: Option<String>,
    prompt: Option<String>,
    claims: BTreeMap<Field, Rule>,
}

/// The settings of one provider, checked, with the secrets in memory.
pub(super) struct Settled {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) issuer: Address,
    pub(super) discovery: Address,
    pub(super) client: String,
    pub(super) auth: Auth,
    pub(super) opener: Option<Opener>,
    pub(super) callback: Address,
    pub(super) scopes: String,
    pub(super) acr: Vec<String>,
    pub(super) two_factors: bool,
    pub(super) max_age: Option<u64>,
    pub(super) prompt: Option<String>,
    pub(super) userinfo: Told,
    pub(super) mapping: Mapping,
}

/// How this client shows who it is, with what it takes.
pub(super) enum Auth {
    Basic(Zeroizing<String>),
    Post(Zeroizing<String>),
    /// PKCS#8, DER.
    Key(Zeroizing<Vec<u8>>),
}

impl Preset {
    fn habits(self) -> Habits {
        static ALL: LazyLock<[Habits; 3]> = LazyLock::new(|| {
            [
                include_str!("presets/franceconnect.toml"),
                include_str!("presets/pro-sante-connect.toml"),
                include_str!("presets/generic.toml"),
            ]
            .map(|text| {
                toml::from_str(text).expect("presets are compiled in, and a test reads them")
            })
        });
        let [franceconnect, pro_sante_connect, generic] = &*ALL;
        match self {
            Self::FranceConnect => franceconnect.clone(),
            Self::ProSanteConnect => pro_sante_connect.clone(),
            Self::Generic => generic.clone(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::FranceConnect => "franceconnect",
            Self::ProSanteConnect => "pro-sante-connect",
            Self::Generic => "generic",
        }
    }
}

/// A file of settings, as far as it is about this.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    sign_in: SignIn,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SignIn {
    #[serde(default)]
    provider: Vec<Settings>,
}

impl Settings {
    /// The providers in a file of settings: its `[[sign_in.provider]]` tables. What else it holds is others'.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn read(text: &str) -> Result<Vec<Self>, String> {
        let file: Result<File, _> = toml::from_str(text);
        let file = file.map_err(|error| {
            let begin = error.span().map_or(0, |span| span.start);
            let before = text.get(..begin).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let why = error.message().replace("unknown field", "unknown setting");
            let why = why.lines().collect::<Vec<_>>().join("; ");
            format!("line {line}: {why}")
        })?;
        Ok(file.sign_in.provider)
    }

    /// Checks everything, and reads the secrets. `callback` is our own address to which the provider sends back.
    pub(super) fn settle(&self, callback: &str) -> Result<Settled, Error> {
        let wrong = |setting: &'static str, why: &str| Error::Setting {
            provider: self.name.clone(),
            setting,
            why: why.to_owned(),
        };
        if !is_name(&self.name) {
            return Err(wrong(
                "name",
                "must be 1 to 32 lower-case letters, digits and `-`",
            ));
        }
        let address = |setting, text: &str| Address::read(text).map_err(|why| wrong(setting, why));
        let habits = self.preset.habits();
        let issuer = address("issuer", &self.issuer)?;
        if self.issuer.contains('?') {
            return Err(wrong("issuer", "must be an address without a query"));
        }
        let found = self.discovery.as_ref().or(habits.discovery.as_ref());
        let found = found.map_or(".well-known/openid-configuration", String::as_str);
        let discovery = match found.contains("://") {
            true => found.to_owned(),
            false => format!(
                "{}/{}",
                self.issuer.trim_end_matches('/'),
                found.trim_start_matches('/')
            ),
        };
        let discovery = address("discovery", &discovery)?;
        if issuer.is_secure() && !discovery.is_secure() {
            return Err(wrong(
                "discovery",
                "must begin with `https://` as the issuer does",
            ));
        }
        if self.client_id.is_empty() || self.client_id.chars().any(char::is_control) {
            return Err(wrong(
                "client_id",
                "must be the name that the provider gave",
            ));
        }
        let scopes = self.scopes.as_ref().unwrap_or(&habits.scopes);
        if !scopes.iter().any(|scope| scope == "openid") {
            return Err(wrong("scopes", "must have `openid` among them"));
        }
        let who = self.who.unwrap_or(habits.who);
        let prompt = self.prompt.clone().or(habits.prompt);
        let label = self.label.clone().or(habits.label);
        let mut rules = habits.claims;
        rules.retain(|field, _| field.is_of(who));
        rules.extend(self.claims.clone());
        Ok(Settled {
            name: self.name.clone(),
            label: label.unwrap_or_else(|| self.name.clone()),
            issuer,
            discovery,
            client: self.client_id.clone(),
            auth: self.auth(habits.client_auth)?,
            opener: self.opener()?,
            callback: address("callback", callback)?,
            scopes: scopes.join(" "),
            acr: self.acr(who)?,
            two_factors: self.two_factors,
            max_age: self.max_age,
            prompt: prompt.filter(|prompt| !prompt.is_empty()),
            userinfo: self.userinfo.unwrap_or(habits.userinfo),
            mapping: Mapping::new(who, rules).map_err(|why| wrong("claims", &why))?,
        })
    }

    /// The words of `acr` that are taken. Those of a provider that the table knows must be sure enough; of another
    /// the operator must say which are.
    fn acr(&self, who: Who) -> Result<Vec<String>, Error> {
        let wrong = |why: String| Error::Setting {
            provider: self.name.clone(),
            setting: "acr",
            why,
        };
        let known: Vec<_> = level::of(self.preset.word()).collect();
        let taken = match &self.acr {
            Some(acr) => acr.clone(),
            None => known
                .iter()
                .filter(|level| level.enough)
                .map(|level| level.acr.clone())
                .collect(),
        };
        if taken.is_empty() && who == Who::Citizen && !self.two_factors {
            return Err(wrong(
                "is missing: name the words of this provider that are sure enough for a health space, or set \
                 `two_factors = true`"
                    .to_owned(),
            ));
        }
        if let Some(word) = taken
            .iter()
            .find(|word| word.is_empty() || word.contains(char::is_whitespace))
        {
            return Err(wrong(format!("has `{word}`, which is no word")));
        }
        for word in taken.iter().filter(|_| !known.is_empty()) {
            match known.iter().find(|level| level.acr == *word) {
                Some(level) if level.enough => (),
                Some(level) => {
                    return Err(wrong(format!(
                        "has `{word}`, whose level is `{}`: not enough for a health space (PGSSI-S, EXI 01)",
                        level.level
                    )));
                }
                None => {
                    return Err(wrong(format!(
                        "has `{word}`, which this provider does not send"
                    )));
                }
            }
        }
        Ok(taken)
    }

    fn auth(&self, habit: ClientAuth) -> Result<Auth, Error> {
        let chosen = match (self.client_auth, &self.client_secret_file) {
            (Some(chosen), _) => chosen,
            (None, Some(_)) => habit,
            (None, None) => ClientAuth::PrivateKeyJwt,
        };
        if chosen == ClientAuth::PrivateKeyJwt {
            let file = self.signing_key_file.as_deref();
            let key = self.key("signing_key_file", file)?;
            return key.map(Auth::Key).ok_or_else(|| Error::Setting {
                provider: self.name.clone(),
                setting: "client_secret_file",
                why: "is missing, and so is `signing_key_file`: one of the two shows who this client is".to_owned(),
            });
        }
        let wrong = |why: String| Error::Setting {
            provider: self.name.clone(),
            setting: "client_secret_file",
            why,
        };
        let path = self
            .client_secret_file
            .as_ref()
            .ok_or_else(|| wrong("is missing".to_owned()))?;
        let secret = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| wrong(format!("can't be read (`{}`): {error}", path.display())))?;
        let secret = Zeroizing::new(secret.trim().to_owned());
        if secret.is_empty() {
            return Err(wrong(format!("is empty (`{}`)", path.display())));
        }
        Ok(match chosen {
            ClientAuth::ClientSecretPost => Auth::Post(secret),
            _ => Auth::Basic(secret),
        })
    }

    fn opener(&self) -> Result<Option<Opener>, Error> {
        let setting = "encryption_key_file";
        let key = self.key(setting, self.encryption_key_file.as_deref())?;
        key.map(|key| {
            Opener::new(&key).ok_or_else(|| self.no_key(setting, "is no P-256 key in PKCS#8"))
        })
        .transpose()
    }

    /// The DER in a PEM file with one PKCS#8 key.
    fn key(
        &self,
        setting: &'static str,
        path: Option<&Path>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(path) = path else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| {
                self.no_key(
                    setting,
                    &format!("can't be read (`{}`): {error}", path.display()),
                )
            })?;
        let inner = text
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"));
        let joined: Option<Zeroizing<String>> =
            inner.map(|inner| Zeroizing::new(inner.split_whitespace().collect()));
        joined
            .and_then(|joined| STANDARD.decode(joined.as_bytes()).ok())
            .map(|der| Some(Zeroizing::new(der)))
            .ok_or_else(|| {
                self.no_key(
                    setting,
                    "is no PKCS#8 key as PEM (`-----BEGIN PRIVATE KEY-----`)",
                )
            })
    }

    fn no_key(&self, setting: &'static str, why: &str) -> Error {
        Error::Setting {
            provider: self.name.clone(),
            setting,
            why: why.to_owned(),
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
