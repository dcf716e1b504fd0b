mod recover;

use std::fmt;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_notice::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::wrap::WrappingKey;
use crate::{Error, Home, home};

pub use recover::recover;

/// Argon2id's cost: the second recommended choice of RFC 9106, section 4 (64 MiB, three passes, four lanes).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// The most that a file may ask for, so that a damaged one cannot take all memory: 1 GiB.
const MEMORY_KIB_LIMIT: u32 = 1024 * 1024;
/// The most passes and lanes that a file may ask for, so that a damaged one cannot take hours.
const PASSES_LIMIT: u32 = 64;
const LANES_LIMIT: u32 = 64;
/// The shortest passphrase, in characters.
const PASSPHRASE: usize = 12;
/// Where the root key stands; see [`WrappingKey::wrap_at`].
const PLACE: &[u8] = b"hygie root v1";

/// A passphrase; it cannot be printed, and is wiped from memory when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the words as typed.
    pub fn new(words: String) -> Self {
        Self(Zeroizing::new(words))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// How a new root key is to be protected.
#[derive(Debug, Clone)]
pub enum Protection {
    /// By a file of 32 random bytes in base64, made where there is none; `None` is `keeper/root.key`.
    KeyFile(Option<PathBuf>),
    /// By a passphrase of at least twelve characters, through Argon2id.
    Passphrase(Passphrase),
}

/// What opens a root key again. The default is enough for a home with a key file at its recorded place.
#[derive(Debug, Clone, Default)]
pub struct Unlock {
    /// Where the key file lies now, when not where `init` left it.
    pub key_file: Option<PathBuf>,
    /// The passphrase, for a home that has one.
    pub passphrase: Option<Passphrase>,
}

/// The file `root`: nothing in it is secret without the key file or the passphrase.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootFile {
    version: u32,
    /// The root key under AES-256-KWP, base64.
    wrapped: String,
    guard: Guard,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Guard {
    KeyFile {
        /// Relative to the keeper's folder.
        path: PathBuf,
    },
    Argon2id {
        memory_kib: u32,
        passes: u32,
        lanes: u32,
        /// Sixteen random bytes, base64.
        salt: String,
    },
}

/// Makes a root key and writes it down under its protection.
pub(crate) fn create(
    home: &Home,
    protection: &Protection,
    entropy: &dyn Entropy,
) -> Result<WrappingKey, Error> {
    let root = WrappingKey::random(entropy);
    let text = protect(home, &root, protection, entropy)?;
    home::write_private_file(&home.root(), text.as_bytes())?;
    Ok(root)
}

/// The text of a file `root` that holds this root key under a protection.
fn protect(
    home: &Home,
    root: &WrappingKey,
    protection: &Protection,
    entropy: &dyn Entropy,
) -> Result<String, Error> {
    let (guard, above) = match protection {
        Protection::KeyFile(path) => key_file_guard(home, path.as_deref(), entropy)?,
        Protection::Passphrase(passphrase) => passphrase_guard(home, passphrase, entropy)?,
    };
    let file = RootFile {
        version: 1,
        wrapped: STANDARD.encode(above.wrap_at(PLACE, root.expose())),
        guard,
    };
    Ok(toml::to_string(&file).expect("strings and numbers have a TOML form"))
}

/// Opens the root key.
pub(crate) fn unlock(home: &Home, given: &Unlock) -> Result<WrappingKey, Error> {
    let path = home.root();
    let malformed = |why| Error::Malformed {
        path: path.clone(),
        why,
    };
    let text = String::from_utf8(home::read(&path)?).map_err(|_| malformed("not text"))?;
    let file: RootFile =
        toml::from_str(&text).map_err(|_| malformed("not the form of a root file"))?;
    if file.version != 1 {
        return Err(malformed("its version is not 1"));
    }
    let above = match &file.guard {
        Guard::KeyFile { path } => {
            let place = given
                .key_file
                .clone()
                .unwrap_or_else(|| home.keeper().join(path));
            WrappingKey::from_bytes(&*read_seed(&place)?)
        }
        Guard::Argon2id {
            memory_kib,
            passes,
            lanes,
            salt,
        } => {
            let passphrase = given.passphrase.as_ref().ok_or(Error::PassphraseWanted)?;
            let salt = STANDARD
                .decode(salt)
                .map_err(|_| malformed("the salt is not base64"))?;
            stretch(passphrase, &salt, *memory_kib, *passes, *lanes)
                .ok_or_else(|| malformed("Argon2id does not allow these parameters"))?
        }
    };
    let wrapped = STANDARD
        .decode(&file.wrapped)
        .map_err(|_| malformed("the root key is not base64"))?;
    let root = above.unwrap_at(PLACE, &wrapped).ok_or(Error::WrongSecret)?;
    Ok(WrappingKey::from_bytes(&root))
}

fn key_file_guard(
    home: &Home,
    path: Option<&Path>,
    entropy: &dyn Entropy,
) -> Result<(Guard, WrappingKey), Error> {
    let (recorded, place) = match path {
        None => (PathBuf::from("root.key"), home.keeper().join("root.key")),
        Some(path) => {
            let path = std::path::absolute(path).map_err(Error::io(path))?;
            (path.clone(), path)
        }
    };
    if !place.exists() {
        write_seed(&place, WrappingKey::random(entropy).expose())?;
    }
    let above = WrappingKey::from_bytes(&*read_seed(&place)?);
    Ok((Guard::KeyFile { path: recorded }, above))
}

fn passphrase_guard(
    home: &Home,
    passphrase: &Passphrase,
    entropy: &dyn Entropy,
) -> Result<(Guard, WrappingKey), Error> {
    if passphrase.0.chars().count() < PASSPHRASE {
        return Err(Error::PassphraseShort);
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let above =
        stretch(passphrase, &salt, MEMORY_KIB, PASSES, LANES).ok_or_else(|| Error::Malformed {
            path: home.root(),
            why: "Argon2id found no memory",
        })?;
    let guard = Guard::Argon2id {
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
        salt: STANDARD.encode(salt),
    };
    Ok((guard, above))
}

/// Argon2id (RFC 9106), version 1.3; `None` when the parameters are out of range.
fn stretch(
    passphrase: &Passphrase,
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
) -> Option<WrappingKey> {
    if memory_kib > MEMORY_KIB_LIMIT || passes > PASSES_LIMIT || lanes > LANES_LIMIT {
        return None;
    }
    let params = Params::new(memory_kib, passes, lanes, Some(32)).ok()?;
    // Argon2's own buffer is given back unwiped, and the last blocks of it are all but the key.
    let mut blocks = Zeroizing::new(Vec::new());
    blocks.try_reserve_exact(params.block_count()).ok()?;
    blocks.resize(params.block_count(), Block::default());
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(passphrase.0.as_bytes(), salt, out.as_mut(), &mut **blocks)
        .ok()?;
    Some(WrappingKey::from_bytes(&out))
}

/// Writes 32 bytes as one line of base64, mode 0600.
pub(crate) fn write_seed(path: &Path, seed: &[u8; 32]) -> Result<(), Error> {
    let mut line = Zeroizing::new(STANDARD.encode(seed));
    line.push('\n');
    home::write_private_file(path, line.as_bytes())
}

/// Reads what [`write_seed`] wrote.
pub(crate) fn read_seed(path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
    let malformed = |why| Error::Malformed {
        path: path.to_owned(),
        why,
    };
    let bytes = Zeroizing::new(home::read(path)?);
    let seed = STANDARD
        .decode(bytes.trim_ascii())
        .map(Zeroizing::new)
        .map_err(|_| malformed("not one line of base64"))?;
    let seed = seed
        .as_slice()
        .try_into()
        .map_err(|_| malformed("not 32 bytes"))?;
    Ok(Zeroizing::new(seed))
}
