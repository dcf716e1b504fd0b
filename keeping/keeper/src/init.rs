use std::fs;
use std::path::Path;

use hygie_ledger::{Folder, Log, Signer};
use hygie_notice::{ActorKind, Entropy, PersonId, Subject, SubjectKind};
use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::issuers::{
    CROSSING, CROSSING_KINDS, DEMO, DEMO_KINDS, ENROLMENT, OPERATOR, SIGN_IN, SIGN_IN_KINDS,
};
use crate::keeper::kek_place;
use crate::sequencer::{Epoch, create_subject};
use crate::wrap::WrappingKey;
use crate::{Error, Home, Protection, database, home, issuers, root};

/// Makes a keeper in `dir`: root key, database, ledger named `origin` (`<name>/access`), the
/// operator's key, the roll's, the crossing's, the sign-in's, and in demo homes the demo issuer's. Either all of it is made or, as far as a
/// next start can see, none.
///
/// # Errors
/// [`Error::Exists`] when the home has a keeper, or one of the keys beside it; nothing is overwritten.
/// [`Error::PassphraseShort`], [`Error::OriginMalformed`], [`Error::Io`] and others as they are named.
pub fn init(
    dir: &Path,
    protection: &Protection,
    demo: bool,
    origin: &str,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    check_origin(origin)?;
    let finished = Home::new(dir);
    clear(&finished)?;
    let home = finished.unborn();
    home::make_private_directory(home.keeper())?;
    // The folder's name is durable before the keys beside it are: they are known as its own by it.
    home::sync_directory(dir)?;
    let root = root::create(&home, protection, entropy)?;
    let seed = make_database(&home, &root, origin, entropy)?;
    make_ledger(&home, origin, &seed)?;
    make_issuers(&home, demo, entropy)?;
    home::sync_directory(home.keeper())?;
    fs::rename(home.keeper(), finished.keeper()).map_err(Error::io(finished.keeper()))?;
    home::sync_directory(dir)
}

/// Takes away what is left of an earlier attempt, which never kept anything. The keys beside the keeper's folder
/// are of that attempt when the folder still has its unfinished name, and go first.
///
/// # Errors
/// [`Error::Exists`] for a keeper, or for keys that no attempt left.
fn clear(finished: &Home) -> Result<(), Error> {
    let unborn = finished.unborn();
    if finished.keeper().exists() {
        return Err(Error::Exists(finished.keeper().to_owned()));
    }
    let begun = unborn.keeper().exists();
    for key in [
        finished.operator_key(),
        finished.enrolment_key(),
        finished.crossing_key(),
        finished.sign_in_key(),
    ] {
        if key.exists() {
            if !begun {
                return Err(Error::Exists(key));
            }
            fs::remove_file(&key).map_err(Error::io(&key))?;
        }
    }
    if begun {
        home::sync_directory(finished.dir())?;
        fs::remove_dir_all(unborn.keeper()).map_err(Error::io(unborn.keeper()))?;
    }
    Ok(())
}

/// A name for signed notes that is also readable in a path.
fn check_origin(origin: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"./-_".contains(&byte);
    if origin.is_empty() || origin.len() > 200 || !origin.bytes().all(allowed) {
        return Err(Error::OriginMalformed(origin.to_owned()));
    }
    Ok(())
}

/// Makes the database with its first key-encryption key; returns the ledger's signing seed.
fn make_database(
    home: &Home,
    root: &WrappingKey,
    origin: &str,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut db = database::create(&home.database())?;
    let all = db.transaction()?;
    database::put_fact(&all, "origin", origin.as_bytes())?;
    let seed = make_secret(&all, root, "ledger", entropy)?;
    make_secret(&all, root, "tag", entropy)?;
    let epoch = Epoch {
        number: 1,
        kek: WrappingKey::random(entropy),
    };
    let wrapped = root.wrap_at(&kek_place(epoch.number), epoch.kek.expose());
    database::put_kek(&all, epoch.number, &wrapped)?;
    let stray = Subject {
        kind: SubjectKind::Account,
        id: PersonId::random(entropy),
    };
    create_subject(&all, &stray, &epoch, entropy)?;
    create_subject(&all, &Subject::directory(), &epoch, entropy)?;
    create_subject(&all, &Subject::alarms(), &epoch, entropy)?;
    database::put_fact(&all, "stray", &stray.bytes())?;
    all.commit()?;
    db.close().map_err(|(_, error)| Error::Database(error))?;
    Ok(seed)
}

fn make_secret(
    db: &Connection,
    root: &WrappingKey,
    name: &str,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut secret = Zeroizing::new([0; 32]);
    entropy.fill(secret.as_mut());
    database::put_secret(db, name, &root.wrap_at(name.as_bytes(), &secret))?;
    Ok(secret)
}

fn make_ledger(home: &Home, origin: &str, seed: &[u8; 32]) -> Result<(), Error> {
    let signer = Signer::from_seed(origin, seed)?;
    let verifier = format!("{}\n", signer.verifier());
    home::make_private_directory(&home.ledger())?;
    Log::create(Folder::open(home.ledger())?, signer)?;
    home::write_private_file(&home.verifier(), verifier.as_bytes())
}

fn make_issuers(home: &Home, demo: bool, entropy: &dyn Entropy) -> Result<(), Error> {
    let mut trusted = Vec::new();
    if demo {
        let key = issuers::make(&home.demo_key(), DEMO, entropy)?;
        trusted.push(key.issuer(&DEMO_KINDS));
    }
    let key = issuers::make(&home.operator_key(), OPERATOR, entropy)?;
    trusted.push(key.issuer(&[ActorKind::Operator]));
    let key = issuers::make(&home.enrolment_key(), ENROLMENT, entropy)?;
    trusted.push(key.issuer(&[ActorKind::Enrolment]));
    let key = issuers::make(&home.crossing_key(), CROSSING, entropy)?;
    trusted.push(key.issuer(&CROSSING_KINDS));
    let key = issuers::make(&home.sign_in_key(), SIGN_IN, entropy)?;
    trusted.push(key.issuer(&SIGN_IN_KINDS));
    issuers::write(home, &trusted)
}
