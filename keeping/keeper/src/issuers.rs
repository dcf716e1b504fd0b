use std::path::Path;

use hygie_notice::{ActorKind, Issuer, IssuerKey};

use crate::{Error, Home, home, root};

/// The operator's name as an issuer.
pub(crate) const OPERATOR: &str = "operator";
/// The name under which care asserts what it does for the roll.
pub(crate) const ENROLMENT: &str = "enrolment";
/// The name under which care asserts whom it signed in.
pub(crate) const SIGN_IN: &str = "sign-in";
/// The roles that a sign-in may give, and its own.
pub(crate) const SIGN_IN_KINDS: [ActorKind; 6] = [
    ActorKind::SignIn,
    ActorKind::Holder,
    ActorKind::Representative,
    ActorKind::Professional,
    ActorKind::Support,
    ActorKind::Operator,
];
/// The demo issuer's name.
pub(crate) const DEMO: &str = "demo";
/// The roles that the demo issuer may speak for.
pub(crate) const DEMO_KINDS: [ActorKind; 6] = [
    ActorKind::Holder,
    ActorKind::Representative,
    ActorKind::Professional,
    ActorKind::Software,
    ActorKind::App,
    ActorKind::Support,
];

/// Reads an issuer's private key: one line of base64, 32 bytes. `name` is that of a key of the home: `operator`, `enrolment`, `sign-in` or `demo`.
///
/// # Errors
/// [`Error::Missing`], [`Error::Malformed`] or [`Error::Io`].
pub fn load_issuer_key(path: impl AsRef<Path>, name: &str) -> Result<IssuerKey, Error> {
    let seed = root::read_seed(path.as_ref())?;
    Ok(IssuerKey::from_seed(name, &seed))
}

/// Writes whose assertions are believed.
pub(crate) fn write(home: &Home, issuers: &[Issuer]) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(issuers).expect("issuers are strings");
    home::write_private_file(&home.issuers(), &text)
}

/// Reads whose assertions are believed.
pub(crate) fn read(home: &Home) -> Result<Vec<Issuer>, Error> {
    let path = home.issuers();
    let bytes = home::read(&path)?;
    serde_json::from_slice(&bytes).map_err(|_| Error::Malformed {
        path,
        why: "not a list of issuers",
    })
}
