use std::fmt;

use hygie_notice::{ActorRef, Millis, Subject};

use super::change::{News, read};
use super::secret::Secret;
use crate::Error;

/// An account as its log says it now. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Account {
    /// Its subject, which says nothing.
    pub subject: Subject,
    /// Its login name, in its one spelling.
    pub login: String,
    /// ISO 639: `fr`.
    pub language: String,
    /// Where to write to, if its owner said so.
    pub email: Option<String>,
    /// The roles that its owner may act in.
    pub roles: Vec<ActorRef>,
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
    /// Accounts of other providers.
    pub links: Vec<Link>,
    /// When it began.
    pub begun: Millis,
    pub(super) password: Option<Kept>,
    pub(super) invite: Option<([u8; 32], Millis)>,
    pub(super) recovery: Option<(Secret, Vec<Option<Secret>>)>,
}

/// A passkey of an account.
#[derive(Clone)]
pub struct Passkey {
    /// Its credential id.
    pub id: Vec<u8>,
    /// How its owner calls it.
    pub name: String,
    /// The credential, as the one who checks it prints it.
    pub credential: Secret,
    /// Since when.
    pub since: Millis,
    /// When it was used last.
    pub used: Option<Millis>,
}

/// An account of another provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Its `iss`.
    pub issuer: String,
    /// Its `sub`.
    pub subject: String,
}

/// A password and its authenticator.
#[derive(Clone)]
pub(super) struct Kept {
    pub hash: Secret,
    pub salt: Secret,
    pub cost: (u32, u32, u32),
    pub totp: Secret,
    /// The last step of which a code was used.
    pub step: u64,
    pub since: Millis,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(…)")
    }
}

impl Account {
    /// An account of which nothing is written yet.
    pub(super) fn of(subject: Subject) -> Self {
        Self {
            subject,
            login: String::new(),
            language: String::new(),
            email: None,
            roles: Vec::new(),
            passkeys: Vec::new(),
            links: Vec::new(),
            begun: 0,
            password: None,
            invite: None,
            recovery: None,
        }
    }

    /// The 16 bytes of its id.
    pub fn id(&self) -> [u8; 16] {
        let bytes = self.subject.bytes();
        bytes[1..].try_into().expect("a subject has 17 bytes")
    }

    /// Since when there has been a password with its authenticator.
    pub fn has_password(&self) -> Option<Millis> {
        self.password.as_ref().map(|kept| kept.since)
    }

    /// How many recovery codes are left.
    pub fn recovery_codes(&self) -> usize {
        let codes = self.recovery.iter().flat_map(|(_, codes)| codes);
        codes.flatten().count()
    }

    /// Whether anything was written in it.
    pub(super) fn is_begun(&self) -> bool {
        !self.language.is_empty()
    }

    /// Whether its owner was invited, and never chose how to sign in. One that was closed waits for nobody.
    pub(super) fn waits(&self) -> bool {
        let has_way =
            self.password.is_some() || !self.passkeys.is_empty() || !self.links.is_empty();
        self.invite.is_some() && !has_way
    }

    /// Applies one entry of the log.
    pub(super) fn apply(&mut self, plain: &[u8]) -> Result<(), Error> {
        let changed = read(plain)?;
        for news in changed.news {
            self.take(news, changed.at);
        }
        Ok(())
    }

    fn take(&mut self, news: News, at: Millis) {
        match news {
            News::Begin { login, language } => {
                (self.login, self.language, self.begun) = (login, language, at);
            }
            News::Role(role) => {
                if !self.roles.contains(&role) {
                    self.roles.push(role);
                }
            }
            News::RoleGone(role) => self.roles.retain(|one| *one != role),
            News::Invite { hash, until } => self.invite = Some((hash, until)),
            News::InviteGone => self.invite = None,
            News::Password {
                hash,
                salt,
                cost,
                totp,
                step,
            } => {
                self.password = Some(Kept {
                    hash,
                    salt,
                    cost,
                    totp,
                    step,
                    since: at,
                });
            }
            News::Step(step) => {
                if let Some(kept) = &mut self.password {
                    kept.step = kept.step.max(step);
                }
            }
            News::Recovery { salt, hashes } => {
                self.recovery = Some((salt, hashes.into_iter().map(Some).collect()));
            }
            News::RecoveryUsed(place) => {
                let codes = self.recovery.as_mut().map(|(_, codes)| codes);
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                if let Some(code) = codes.and_then(|codes| codes.get_mut(place)) {
                    *code = None;
                }
            }
            News::Link { issuer, subject } => {
                let link = Link { issuer, subject };
                if !self.links.contains(&link) {
                    self.links.push(link);
                }
            }
            News::LinkGone { issuer, subject } => {
                self.links.retain(|one| {
                    *one != Link {
                        issuer: issuer.clone(),
                        subject: subject.clone(),
                    }
                });
            }
            News::Closed => {
                (self.password, self.invite, self.recovery) = (None, None, None);
                self.passkeys.clear();
                self.links.clear();
            }
            News::Language(language) => self.language = language,
            News::Email(email) => self.email = Some(email).filter(|email| !email.is_empty()),
            passkey => self.take_passkey(passkey, at),
        }
    }

    fn take_passkey(&mut self, news: News, at: Millis) {
        match news {
            News::Passkey {
                id,
                name,
                credential,
            } => self.passkeys.push(Passkey {
                id,
                name,
                credential,
                since: at,
                used: None,
            }),
            News::PasskeyUsed { id, credential } => {
                if let Some(key) = self.passkeys.iter_mut().find(|key| key.id == id) {
                    key.used = Some(at);
                    if let Some(credential) = credential {
                        key.credential = credential;
                    }
                }
            }
            News::PasskeyGone(id) => self.passkeys.retain(|key| key.id != id),
            _ => {}
        }
    }
}
