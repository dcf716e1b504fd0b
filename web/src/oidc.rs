//! Sign-in at a provider of identities: the relying party of OpenID Connect 1.0, by the authorization code
//! flow with PKCE (RFC 7636, S256), state and nonce. It keeps no session and knows no account: what it gives
//! is who signed in, as plain words, and how surely. Sections cited are those of OpenID Connect Core 1.0.

mod address;
mod begin;
mod callback;
mod check;
pub mod decode;
mod discovery;
mod error;
mod fetch;
mod finish;
mod form;
mod jwe;
mod jws;
mod keys;
mod level;
mod logout;
mod mapping;
mod pending;
mod provider;
mod settings;
#[cfg(test)]
mod tests;

pub use error::{Error, Part};
pub use finish::Signed;
pub use mapping::{Citizen, Identity, Practice, Professional, Who};
pub use pending::{Pending, Waiting};
pub use provider::Provider;
pub use settings::{Preset, Settings};
