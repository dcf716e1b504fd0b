//! Passkeys (WebAuthn Level 3): the questions that a browser is asked, and what its answers prove. Accounts are
//! opaque here; credentials are kept by the site, in the form that this module prints.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::AccountId;
use crate::sessions::Millis;

/// Where the script is that asks the browser.
pub const SCRIPT: &str = "/passkey.js";
/// How long a question waits for its answer.
const PATIENCE: Millis = 5 * 60 * 1000;
/// Most questions that wait at once; the oldest go.
const WAITING: usize = 10_000;

/// Asks for passkeys and checks them, for one origin.
pub struct Passkeys {
    webauthn: Webauthn,
    waiting: Mutex<HashMap<[u8; 32], Asked>>,
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkeys(…)")
    }
}

struct Asked {
    at: Millis,
    question: Question,
}

enum Question {
    Make(PasskeyRegistration),
    Show(DiscoverableAuthentication),
}

/// A passkey that was made.
pub struct Made {
    /// Its credential id.
    pub id: Vec<u8>,
    /// The credential, to be kept; opaque but to this module. It holds a public key and a counter.
    pub credential: Vec<u8>,
}

/// Whose a passkey says it is, before anything is believed.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The account.
    pub account: AccountId,
    /// Which of its passkeys.
    pub id: Vec<u8>,
}

/// What a passkey proved: that its owner is there.
pub struct Proved {
    /// The credential as it is to be kept from now on, where that changed.
    pub credential: Option<Vec<u8>>,
}

impl Passkeys {
    /// For the site at this origin (`https://space.example`), which is what passkeys are bound to for ever.
    /// `None` where the origin has no name, only an address: WebAuthn knows none there.
    pub fn new(origin: &str, site: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let name = origin.domain()?.to_owned();
        let builder = WebauthnBuilder::new(&name, &origin).ok()?;
        Some(Self {
            webauthn: builder.rp_name(site).build().ok()?,
            waiting: Mutex::default(),
        })
    }

    /// Asks a browser (`browser`, as its form or session says) to make a passkey that needs no login name.
    /// Gives the options for the script.
    pub fn ask_to_make(
        &self,
        browser: [u8; 32],
        (account, login): (AccountId, &str),
        known: &[Vec<u8>],
        now: Millis,
    ) -> Option<String> {
        let known = known.to_vec();
        let user = Uuid::from_bytes(account.0);
        let asked = self
            .webauthn
            .start_passkey_registration(user, login, login, Some(known));
        let (options, question) = asked.ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        // Found by the authenticator itself, so that nobody types who he is, nor learns who has an account.
        let wanted = &mut options["publicKey"]["authenticatorSelection"];
        wanted["residentKey"] = json!("required");
        wanted["requireResidentKey"] = json!(true);
        self.wait(browser, Question::Make(question), now);
        Some(options.to_string())
    }

    /// The passkey that the browser made, if it answers the question that this browser was asked.
    pub fn made(&self, browser: [u8; 32], answer: &str, now: Millis) -> Option<Made> {
        let Question::Make(question) = self.asked(browser, now)? else {
            return None;
        };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).ok()?;
        let passkey = self
            .webauthn
            .finish_passkey_registration(&answer, &question);
        let passkey = passkey.ok()?;
        Some(Made {
            id: passkey.cred_id().to_vec(),
            credential: serde_json::to_vec(&passkey).ok()?,
        })
    }

    /// Asks a browser to show any passkey of this site. Gives the options for the script.
    pub fn ask_to_show(&self, browser: [u8; 32], now: Millis) -> Option<String> {
        let (options, question) = self.webauthn.start_discoverable_authentication().ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        if let Value::Object(options) = &mut options {
            // Somebody pressed a button: the browser asks at once.
            options.remove("mediation");
        }
        self.wait(browser, Question::Show(question), now);
        Some(options.to_string())
    }

    /// Whose passkey an answer says it is.
    pub fn claim(&self, answer: &str) -> Option<Claim> {
        let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let claimed = self.webauthn.identify_discoverable_authentication(&answer);
        let (user, id) = claimed.ok()?;
        Some(Claim {
            account: AccountId(user.into_bytes()),
            id: id.to_vec(),
        })
    }

    /// Whether the answer proves that the owner of this credential is there, by the question that this browser
    /// was asked: signature, origin, counter, and that he was verified (WebAuthn 7.2).
    pub fn prove(
        &self,
        browser: [u8; 32],
        answer: &str,
        credential: &[u8],
        now: Millis,
    ) -> Option<Proved> {
        let Question::Show(question) = self.asked(browser, now)? else {
            return None;
        };
        let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let mut passkey: Passkey = serde_json::from_slice(credential).ok()?;
        let shown = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer, question, &passkey);
        let changed = passkey.update_credential(&shown.ok()?)?;
        let kept = changed.then(|| serde_json::to_vec(&passkey).ok()).flatten();
        Some(Proved { credential: kept })
    }

    fn wait(&self, browser: [u8; 32], question: Question, now: Millis) {
        let mut waiting = self.waiting();
        if waiting.len() >= WAITING {
            waiting.retain(|_, asked| now.saturating_sub(asked.at) < PATIENCE);
        }
        while waiting.len() >= WAITING {
            let oldest = waiting.iter().min_by_key(|(_, asked)| asked.at);
            let Some(key) = oldest.map(|(key, _)| *key) else {
                break;
            };
            waiting.remove(&key);
        }
        waiting.insert(browser, Asked { at: now, question });
    }

    /// The question that a browser was asked; it is answered once.
    fn asked(&self, browser: [u8; 32], now: Millis) -> Option<Question> {
        let asked = self.waiting().remove(&browser)?;
        (now.saturating_sub(asked.at) < PATIENCE).then_some(asked.question)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<[u8; 32], Asked>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The script, for the route [`SCRIPT`].
pub async fn script() -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
    ];
    (headers, include_str!("../passkey.js")).into_response()
}

#[cfg(test)]
mod tests;
