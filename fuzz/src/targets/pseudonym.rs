//! The crossing's keys by epoch, and the list of their rotation.

use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::OnceLock;

use hygie_pseudonym::{Entropy, Error, Keys, Pseudonym, Source};
use tempfile::TempDir;

use super::scratch;

/// The same each time.
struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Writes a file that only its owner may read.
fn put(path: &Path, bytes: &[u8]) {
    let _old = std::fs::remove_file(path);
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = file.expect("the folder can be written");
    std::io::Write::write_all(&mut file, bytes).expect("the folder can be written");
    let mode = file.metadata().expect("it is open").permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

/// A folder with a rotation under way, its keys' file and its list's.
struct Kept {
    dir: TempDir,
    keys: Vec<u8>,
    list: Vec<u8>,
}

/// Keys are locked while they are open: each target has its own.
fn made() -> Kept {
    let dir = scratch();
    let mut keys = Keys::create(dir.path(), &Sevens).expect("the folder is empty");
    let rotated = keys.rotate(&Sevens, |list| {
        list.person(&Source::beneficiary("ANO-1")?);
        list.person(&Source::insured("PSA-2", 1)?);
        list.carry(&Pseudonym::from_bytes([9; 16]));
        Ok::<(), Error>(())
    });
    rotated.expect("the folder can be written");
    drop(keys);
    let read = |name: &str| std::fs::read(dir.path().join(name)).expect("it was written");
    let (keys, list) = (read("pseudonym.keys"), read("rotation-2.sealed"));
    Kept { dir, keys, list }
}

/// The keys' file.
pub mod keys {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::{Error, Kept, Keys, OnceLock, Sevens, Source, made, put};

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(made)
    }

    /// The first byte says whether a right check follows the rest.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let mut content = content.to_vec();
        if which % 2 == 1 {
            let hash = digest(&SHA256, &content);
            let hex = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
            content.extend(format!("check {}\n", hex.collect::<String>()).into_bytes());
        }
        let dir = kept().dir.path();
        put(&dir.join("pseudonym.keys"), &content);
        if let Ok(mut keys) = Keys::open(dir) {
            let source = Source::beneficiary("ANO-1").expect("it is no blank");
            let (before, epoch) = (keys.pseudonym(&source), keys.epoch());
            let _retiring = keys.retiring();
            let _list = keys.rotation().map(|list| list.counts());
            let begun = keys.rotate(&Sevens, |_| Ok::<(), Error>(()));
            let moved = keys.epoch() != epoch;
            assert!(begun.is_ok() == moved, "an epoch goes on without its list");
            assert!(moved || keys.pseudonym(&source) == before);
            let list = format!("rotation-{}.sealed", keys.epoch().0);
            let _none = std::fs::remove_file(dir.join(list));
        }
        put(&dir.join("pseudonym.keys"), &kept().keys);
        put(&dir.join("rotation-2.sealed"), &kept().list);
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let whole = &kept().keys;
        let said = &whole[..whole.len() - 71];
        let text = std::str::from_utf8(said).expect("it is text");
        let settled: String = text
            .lines()
            .filter(|line| !line.starts_with("epoch 2") && !line.starts_with("list"))
            .map(|line| format!("{}\n", line.replace("current 2", "current 1")))
            .collect();
        let last = settled.replace(" 1", " 4294967295");
        vec![
            [&[0][..], whole].concat(),
            [&[1][..], said].concat(),
            [&[1][..], settled.as_bytes()].concat(),
            [&[1][..], last.as_bytes()].concat(),
        ]
    }
}

/// The list of a rotation.
pub mod list {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

    use super::{Kept, Keys, OnceLock, Pseudonym, made, put};

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(made)
    }

    /// A list's one chunk under a true seal: `Sevens` gave its key.
    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut place = *b"hygie rotation list             ";
        place[20..24].copy_from_slice(&1u32.to_be_bytes());
        place[24..28].copy_from_slice(&2u32.to_be_bytes());
        place[28..].copy_from_slice(&0u32.to_be_bytes());
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("the key has 32 bytes");
        let mut sealed = plain.to_vec();
        LessSafeKey::new(key)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([7; 12]),
                Aad::from(place),
                &mut sealed,
            )
            .expect("it is short");
        let length = u32::try_from(sealed.len()).expect("it is short");
        let mut file = b"HYGROT1\n".to_vec();
        file.extend_from_slice(&length.to_be_bytes());
        file.extend_from_slice(&[7; 12]);
        file.extend(sealed);
        file
    }

    /// The first byte says what the rest is: the file, or a chunk that is truly sealed.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let path = kept().dir.path().join("rotation-2.sealed");
        let own = which % 2 == 1;
        let file = if own {
            sealed(content)
        } else {
            content.to_vec()
        };
        put(&path, &file);
        let keys = Keys::open(kept().dir.path()).expect("its file is whole");
        if let Ok(mut list) = keys.rotation() {
            assert!(own || file == kept().list, "a list that nobody sealed");
            let (persons, carried) = list.counts();
            let mut pairs = Vec::new();
            let each = list.each(|old, new| pairs.push((old, new)));
            each.expect("it was checked to its end");
            assert!(pairs.len() as u64 == persons && carried <= persons);
            for old in [[0; 16], [9; 16], [0xff; 16]].map(Pseudonym::from_bytes) {
                let found = list.map(&old).expect("it was checked to its end");
                assert!(found.is_none_or(|new| pairs.contains(&(old, new))));
            }
        }
        put(&path, &kept().list);
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let mut chunk = vec![1, 1];
        for pair in [[0, 1], [3, 4]] {
            chunk.push(1);
            chunk.extend([[pair[0]; 16], [pair[1]; 16]].concat());
        }
        vec![[&[0][..], &kept().list].concat(), chunk, vec![1, 1]]
    }
}
