//! Sign-in at a real, certified provider (npm `oidc-provider`), over a wire that the tests hold in their hands.
//! Nothing of the protocol is ours but the relying party: the provider's settings and its people are.
//!
//! Dangers: somebody is signed in as another, by a token that is forged, replayed, of another client, of
//! another issuer, of another sign-in, too old, not sure enough, or told by somebody in between; a provider that
//! is down, slow or boundless takes us with it; a change of its keys locks everybody out; words of a provider
//! are lost or believed where they must not be; somebody stays signed in at the provider after he went.
//!
//! Not a failure: a machine without npm's packages (`./test` installs them): that is said, test by test.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/attacks.rs"]
mod attacks;
#[path = "main/browser.rs"]
mod browser;
#[path = "main/down.rs"]
mod down;
#[path = "main/flow.rs"]
mod flow;
#[path = "main/house.rs"]
mod house;
#[path = "main/levels.rs"]
mod levels;
#[path = "main/middle.rs"]
mod middle;
#[path = "main/people.rs"]
mod people;
#[path = "main/settings.rs"]
mod settings;
#[path = "main/tls.rs"]
mod tls;
