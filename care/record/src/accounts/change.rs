//! What an entry of an account holds once opened: CBOR with field names. The form is final: fields and news
//! are added, never changed.

use hygie_notice::{ActorRef, Millis};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::secret::Secret;
use crate::Error;
use crate::change::{decode, encode};

/// A change of an account.
#[derive(Serialize, Deserialize)]
pub struct Changed {
    /// When it was acknowledged, by care's clock.
    pub at: Millis,
    /// What changed, in order.
    pub news: Vec<News>,
}

/// What can be written in an account.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// The account begins.
    Begin {
        /// Its login name, in its one spelling.
        login: String,
        /// ISO 639: `fr`.
        language: String,
    },
    /// A role that its owner may act in.
    Role(ActorRef),
    /// He no longer may.
    RoleGone(ActorRef),
    /// An invitation to choose how to sign in; those before it are worth nothing.
    Invite {
        /// SHA-256 of its secret.
        #[serde(with = "serde_bytes")]
        hash: [u8; 32],
        /// The first moment at which it is worth nothing.
        until: Millis,
    },
    /// The invitation was used, or taken back.
    InviteGone,
    /// A password and an authenticator, which go together.
    Password {
        /// Argon2id of the password.
        hash: Secret,
        /// Salt of it.
        salt: Secret,
        /// Memory in KiB, passes and lanes of it.
        cost: (u32, u32, u32),
        /// The authenticator's secret, 20 bytes (RFC 6238).
        totp: Secret,
        /// The time step of the code by which it was shown to work.
        step: u64,
    },
    /// A code was used: this step and those before it are over.
    Step(u64),
    /// A passkey, as the one who checks it prints it.
    Passkey {
        /// Its credential id.
        #[serde(with = "serde_bytes")]
        id: Vec<u8>,
        /// How its owner calls it.
        name: String,
        /// The credential.
        credential: Secret,
    },
    /// A passkey was used.
    PasskeyUsed {
        /// Which.
        #[serde(with = "serde_bytes")]
        id: Vec<u8>,
        /// What it is from now on, where that changed.
        credential: Option<Secret>,
    },
    /// A passkey is worth nothing any more.
    PasskeyGone(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Codes for whoever lost the authenticator; those before them are worth nothing.
    Recovery {
        /// Key of the hashes.
        salt: Secret,
        /// HMAC-SHA256 of each.
        hashes: Vec<Secret>,
    },
    /// The code of this place was used.
    RecoveryUsed(u32),
    /// An account of another provider, by which its owner is known.
    Link {
        /// Its `iss`.
        issuer: String,
        /// Its `sub`.
        subject: String,
    },
    /// It is worth nothing any more.
    LinkGone {
        /// Its `iss`.
        issuer: String,
        /// Its `sub`.
        subject: String,
    },
    /// The operator closed it: nothing that was good to sign in with is any more. An invitation opens it again.
    Closed,
    /// The language of pages and letters.
    Language(String),
    /// Where to write to; nowhere when empty.
    Email(String),
}

/// Prints a change.
pub fn print(at: Millis, news: Vec<News>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(encode(&Changed { at, news }))
}

/// Reads a change.
pub fn read(plain: &[u8]) -> Result<Changed, Error> {
    decode(plain)
}
