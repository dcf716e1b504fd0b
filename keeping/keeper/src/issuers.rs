use std::fs;
use std::path::Path;

use aws_lc_rs::hmac;
use hygie_notice::{ActorKind, DataKey, Entropy, Issuer, IssuerKey};
use tracing::{info, warn};
use zeroize::Zeroizing;

use crate::{Error, Home, home, root};

/// The operator's name as an issuer.
pub(crate) const OPERATOR: &str = "operator";
/// The name under which care asserts what it does for the roll.
pub(crate) const ENROLMENT: &str = "enrolment";
/// The crossing's name as an issuer, and the role that it may speak for.
pub(crate) const CROSSING: &str = "crossing";
/// See [`CROSSING`].
pub(crate) const CROSSING_KINDS: [ActorKind; 1] = [ActorKind::Crossing];
/// The name under which care asserts whom it signed in.
pub(crate) const SIGN_IN: &str = "sign-in";
/// The roles that a sign-in may give, and its own.
pub(crate) const SIGN_IN_KINDS: [ActorKind; 7] = [
    ActorKind::SignIn,
    ActorKind::Holder,
    ActorKind::Representative,
    ActorKind::Professional,
    ActorKind::Support,
    ActorKind::Operator,
    ActorKind::Officer,
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

/// Reads an issuer's private key: one line of base64, 32 bytes. `name` is that of a key of the home: `operator`, `enrolment`,
/// `crossing`, `sign-in` or `demo`.
///
/// # Errors
/// [`Error::Missing`], [`Error::Malformed`] or [`Error::Io`].
pub fn load_issuer_key(path: impl AsRef<Path>, name: &str) -> Result<IssuerKey, Error> {
    let seed = root::read_seed(path.as_ref())?;
    Ok(IssuerKey::from_seed(name, &seed))
}

/// The key under which care seals the letters that wait, made out of the sign-in's private key by HMAC-SHA256: no key of
/// a stream (those are random), but one that lies where the host of the store has none, and that care can read. Who has
/// the sign-in's key can be anybody; to read who gets a letter gives him nothing more. With another key of the sign-in
/// what waits is lost.
///
/// # Errors
/// [`Error::Missing`], [`Error::Malformed`] or [`Error::Io`].
pub fn load_letters_key(home: &Home) -> Result<DataKey, Error> {
    let seed = root::read_seed(&home.sign_in_key())?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &*seed);
    let made = hmac::sign(&key, b"hygie letters that wait");
    let made: [u8; 32] = made.as_ref().try_into().expect("SHA-256 gives 32 bytes");
    Ok(DataKey::from_bytes(&made))
}

/// Whose assertions are believed in this home. One of before people signed in, or before there was a crossing, has no key
/// of theirs: it is made as `init` makes it, and said in the log. A key that the list names is not made anew: who took
/// it away knows why. Where the keeper may not write there (a confined service), it goes on, and care says that the
/// key of the sign-in is missing.
pub(crate) fn complete(home: &Home, entropy: &dyn Entropy) -> Result<Vec<Issuer>, Error> {
    let mut issuers = read(home)?;
    for (name, path, kinds) in [
        (CROSSING, home.crossing_key(), &CROSSING_KINDS[..]),
        (SIGN_IN, home.sign_in_key(), &SIGN_IN_KINDS[..]),
    ] {
        if issuers.iter().any(|issuer| issuer.name == name) {
            continue;
        }
        match add(home, &issuers, (name, &path, kinds), entropy) {
            Ok(issuer) => {
                issuers.push(issuer);
                info!("this home had no key of {name}: {name}.key was made");
            }
            Err(error) => {
                warn!(%error, "this home has no key of {name}, and it could not be made");
            }
        }
    }
    Ok(issuers)
}

/// A crash behind the first step leaves a key that nobody believes: the next start goes on with it.
fn add(
    home: &Home,
    known: &[Issuer],
    (name, path, kinds): (&str, &Path, &[ActorKind]),
    entropy: &dyn Entropy,
) -> Result<Issuer, Error> {
    let key = if path.exists() {
        load_issuer_key(path, name)?
    } else {
        make(path, name, entropy)?
    };
    let issuer = key.issuer(kinds);
    let all: Vec<&Issuer> = known.iter().chain([&issuer]).collect();
    let text = serde_json::to_vec_pretty(&all).expect("issuers are strings");
    let new = home.issuers().with_extension("new");
    let _left = fs::remove_file(&new);
    home::write_private_file(&new, &text)?;
    fs::rename(&new, home.issuers()).map_err(Error::io(&home.issuers()))?;
    home::sync_directory(home.keeper())?;
    Ok(issuer)
}

/// Makes an issuer's private key.
pub(crate) fn make(path: &Path, name: &str, entropy: &dyn Entropy) -> Result<IssuerKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill(seed.as_mut());
    root::write_seed(path, &seed)?;
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
