//! Somebody with the root key, every backup, every file of the home, and what custodians hold now: what
//! opens for him? The wrappings are undone here by hand (NIST SP 800-38F), not by the keeper's code.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_keeper::Home;
use hygie_notice::{DataKey, Head, Stream, Subject, SystemEntropy};
use hygie_vault::{Sqlite, Vault};
use rusqlite::Connection;

/// What he has of keys.
#[derive(Default)]
pub struct Loot {
    /// Keys of epochs.
    keks: Vec<[u8; 32]>,
    /// Keys of streams that these open, and whose each is.
    pub keys: Vec<(Subject, [u8; 32])>,
    /// How many wrapped keys he saw.
    pub wrapped: usize,
}

fn unwrap(key: &[u8; 32], wrapped: &[u8]) -> Option<Vec<u8>> {
    let kek = AesKek::new(&AES_256, key).unwrap();
    let mut out = vec![0; wrapped.len()];
    let plain = kek.unwrap_with_padding(wrapped, &mut out).ok()?;
    Some(plain.to_vec())
}

/// The root key, out of the file `root` and its key file.
fn root(home: &Home) -> [u8; 32] {
    let text = fs::read_to_string(home.keeper().join("root")).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("wrapped"))
        .unwrap();
    let wrapped = STANDARD.decode(line.split('"').nth(1).unwrap()).unwrap();
    let file = fs::read_to_string(home.keeper().join("root.key")).unwrap();
    let above = STANDARD.decode(file.trim()).unwrap().try_into().unwrap();
    unwrap(&above, &wrapped).unwrap()[..32].try_into().unwrap()
}

impl Loot {
    /// Takes what these databases give: the home's own, and the keeper's part of every backup; `shares` are
    /// epochs' keys as custodians put them together.
    pub fn of(home: &Home, parts: &[PathBuf], shares: &[[u8; 32]]) -> Self {
        let root = root(home);
        let mut databases = parts.to_vec();
        databases.push(home.keeper().join("keys.db"));
        let mut loot = Self {
            keks: shares.to_vec(),
            ..Self::default()
        };
        for path in &databases {
            let wrapped: Vec<Vec<u8>> = column(path, "SELECT wrapped FROM keks");
            let opened = wrapped.iter().filter_map(|wrapped| unwrap(&root, wrapped));
            loot.keks
                .extend(opened.map(|kek| <[u8; 32]>::try_from(&kek[..32]).unwrap()));
        }
        loot.keks.sort_unstable();
        loot.keks.dedup();
        for path in &databases {
            let db = Connection::open(path).unwrap();
            let mut query = db.prepare("SELECT subject, wrapped FROM keys").unwrap();
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
            for row in rows.unwrap() {
                let (subject, wrapped): (Vec<u8>, Vec<u8>) = row.unwrap();
                loot.wrapped += 1;
                let subject = Subject::from_bytes(&subject).unwrap();
                let opened = loot.keks.iter().filter_map(|kek| unwrap(kek, &wrapped));
                let keys: Vec<_> = opened
                    .map(|key| (subject, key[..32].try_into().unwrap()))
                    .collect();
                loot.keys.extend(keys);
            }
        }
        loot.keys.sort_unstable();
        loot.keys.dedup();
        loot
    }

    /// How many epochs' keys he has.
    pub fn keks(&self) -> usize {
        self.keks.len()
    }

    /// What lies in the archives under these epochs, unwrapped: CBOR with sealed shares inside.
    pub fn archives(&self, paths: &[PathBuf]) -> Vec<Vec<u8>> {
        let mut opened = Vec::new();
        for path in paths {
            for wrapped in column(path, "SELECT bundle FROM ended WHERE bundle IS NOT NULL") {
                opened.extend(self.keks.iter().filter_map(|kek| unwrap(kek, &wrapped)));
            }
        }
        opened
    }
}

fn column(path: &Path, query: &str) -> Vec<Vec<u8>> {
    let db = Connection::open(path).unwrap();
    let mut query = db.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Where each record ended when this part of a backup was made.
pub fn heads(part: &Path) -> HashMap<(Subject, Stream), Head> {
    let db = Connection::open(part).unwrap();
    let mut query = db
        .prepare("SELECT subject, stream, count, hash FROM streams WHERE count > 0 AND stream < 3")
        .unwrap();
    let rows = query.query_map([], |row| {
        let (subject, stream, count): (Vec<u8>, u8, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let place = (
            Subject::from_bytes(&subject).unwrap(),
            Stream::from_number(stream).unwrap(),
        );
        let count = u64::try_from(count).unwrap();
        Ok((
            place,
            Head {
                count,
                hash: row.get(3)?,
            },
        ))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The store as it was then, out of the parts of the backups.
pub async fn store(
    dir: &Path,
    heads: &HashMap<(Subject, Stream), Head>,
    parts: &[PathBuf],
) -> Vault<Sqlite> {
    let vault = Vault::new(Sqlite::open(dir).unwrap(), Arc::new(SystemEntropy));
    let files = parts
        .iter()
        .map(|path| Box::new(fs::File::open(path).unwrap()) as Box<dyn std::io::Read + Send>)
        .collect();
    vault.restore(heads, files).await.unwrap();
    vault
}

/// Tries `keys` on every stream of these subjects; gives how many streams opened, and how often it tried.
pub async fn try_all(
    vault: &Vault<Sqlite>,
    heads: &HashMap<(Subject, Stream), Head>,
    subjects: &[Subject],
    keys: impl Fn(Subject) -> Vec<[u8; 32]>,
) -> (usize, usize) {
    let (mut opened, mut tried) = (0, 0);
    for subject in subjects {
        for stream in [Stream::Rights, Stream::Content] {
            let Some(head) = heads.get(&(*subject, stream)) else {
                continue;
            };
            for key in keys(*subject) {
                tried += 1;
                let key = DataKey::from_bytes(&key);
                let read = vault.read(*subject, stream, &key, *head).await;
                opened += usize::from(read.is_ok());
            }
        }
    }
    (opened, tried)
}
