//! Raw rows that the crossing keeps: nothing opens that was not sealed, and what was sealed is read or refused.

use std::path::PathBuf;
use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use hygie_bronze::{Bronze, Key};
use tempfile::TempDir;

use super::scratch;

const EPOCH: u32 = 3;
const TABLE: &str = "ER_PRS_F";
const PART: &str = "202301";
const SALT: [u8; 32] = [8; 32];

fn key() -> Key {
    Key::random(|bytes| bytes.fill(7))
}

/// A bronze of one part, and that part's file and bytes.
struct Kept {
    _dir: TempDir,
    bronze: Bronze,
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Bronze is locked: each target has its own.
fn made() -> Kept {
    let dir = scratch();
    let folder = dir.path().join("bronze");
    let bronze = Bronze::create(&folder, key(), EPOCH).expect("the folder is empty");
    let mut writer = bronze.writer(TABLE, PART).expect("the part is new");
    let rows = [
        (Some([1; 16]), &b"1;2;3"[..], None),
        (Some([1; 16]), b"", Some("line 3: no day")),
        (None, b"4;5;6", Some("line 4: no day")),
        (Some([2; 16]), b"7;8;9", None),
    ];
    for (person, raw, reason) in rows {
        writer.push(person, raw, reason).expect("a row is short");
    }
    writer.finish().expect("the folder can be written");
    let path = folder.join(TABLE).join(format!("{PART}.bronze"));
    let bytes = std::fs::read(&path).expect("it was written");
    Kept {
        _dir: dir,
        bronze,
        path,
        bytes,
    }
}

/// The form by a second hand, out of its description: HKDF-SHA-256, AES-256-GCM, a frame bound to its kind and number.
struct Sealed {
    cipher: RandomizedNonceKey,
    head: [u8; 64],
}

impl Sealed {
    fn of(table: &str, part: &str) -> Sealed {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let length = |text: &str| (text.len() as u32).to_be_bytes();
        let (lengths, epoch) = ([length(table), length(part)], EPOCH.to_be_bytes());
        let derive = |label: &[u8]| {
            let info = [
                label,
                &lengths[0],
                table.as_bytes(),
                &lengths[1],
                part.as_bytes(),
                &epoch,
            ];
            let mut out = [0; 32];
            Salt::new(HKDF_SHA256, &SALT)
                .extract(&[7; 32])
                .expand(&info, Length)
                .and_then(|okm| okm.fill(&mut out))
                .expect("32 bytes are within HKDF's range");
            out
        };
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &derive(b"hygie bronze seal v1"));
        let mut head = [0; 64];
        head[..32].copy_from_slice(&SALT);
        head[32..].copy_from_slice(&derive(b"hygie bronze commit v1"));
        Sealed {
            cipher: cipher.expect("the key has 32 bytes"),
            head,
        }
    }

    /// Nonce, and ciphertext with its tag.
    fn seal(&self, kind: u8, number: u64, plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut place = [kind; 9];
        place[1..].copy_from_slice(&number.to_be_bytes());
        let mut sealed = plain.to_vec();
        let nonce = self
            .cipher
            .seal_in_place_append_tag(Aad::from(place), &mut sealed)
            .expect("it is short");
        (nonce.as_ref().to_vec(), sealed)
    }

    /// A file of bronze of these frames: kind and content.
    fn file(&self, frames: &[(u8, &[u8])]) -> Vec<u8> {
        let mut file = b"HYGBRZ1\n".to_vec();
        file.extend_from_slice(&EPOCH.to_be_bytes());
        file.extend_from_slice(&self.head);
        for (number, (kind, plain)) in (0u64..).zip(frames) {
            let (nonce, sealed) = self.seal(*kind, number, plain);
            file.push(*kind);
            file.extend_from_slice(&(sealed.len() as u32).to_be_bytes());
            file.extend(nonce);
            file.extend(sealed);
        }
        file
    }
}

/// A part's file, and chunks of rows under a true seal.
pub mod rows {
    use std::collections::HashSet;

    use hygie_bronze::Reader;

    use super::{Kept, OnceLock, PART, Sealed, TABLE, made};

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(made)
    }

    /// A row's person, bytes and reason.
    type Own = (Option<[u8; 16]>, Vec<u8>, Option<String>);

    /// The rows that it gives; none where it breaks off.
    fn all(mut reader: Reader) -> Option<Vec<Own>> {
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row().ok()? {
            let reason = row.reason.map(str::to_owned);
            rows.push((row.person, row.raw.to_vec(), reason));
        }
        Some(rows)
    }

    /// The first byte says what the rest is: a file, or one chunk that is truly sealed.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let kept = kept();
        let put = |bytes: &[u8]| std::fs::write(&kept.path, bytes).expect("it can be written");
        let read = || kept.bronze.read(TABLE, PART).ok().and_then(all);
        if which % 2 == 0 {
            let own = read();
            put(content);
            let rows = read();
            assert!(rows.is_none() || rows == own, "rows that nobody sealed");
        } else {
            let sealed = Sealed::of(TABLE, PART);
            // The end counts rows, rejects, tags and bytes: of a chunk that holds anything these are others.
            put(&sealed.file(&[(0, content), (1, &[0; 32])]));
            let rows = read();
            assert!(
                rows.is_none_or(|rows| rows.is_empty()),
                "rows are not counted"
            );
            let persons = HashSet::from([[1; 16]]);
            let purged = kept.bronze.purge(&persons);
            if let Ok(counts) = purged {
                assert!(counts.purged + counts.kept == 0, "rows are not counted");
            }
        }
        put(&kept.bytes);
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let mut seeds = vec![[&[0][..], &kept().bytes].concat()];
        for (tags, rows) in [
            // One person, no reason, a row of his of three bytes.
            (
                &b"\0\0\0\x01AAAAAAAAAAAAAAAA\0\0\0\0\x01\0\x03"[..],
                &b"1;2"[..],
            ),
            // No person, one reason, two rows.
            (b"\0\0\0\0\0\0\0\x01\0\x02no\0\x01\x01\0\0\x02", b"abc"),
            (b"\0\0\0\0\0\0\0\0", b""),
        ] {
            let press =
                |plain: &[u8]| zstd::bulk::compress(plain, 1).expect("zstd takes any bytes");
            let (small_tags, small_rows) = (press(tags), press(rows));
            let mut seed = vec![1];
            for length in [small_tags.len(), tags.len(), small_rows.len(), rows.len()] {
                seed.extend_from_slice(&(length as u32).to_be_bytes());
            }
            seed.extend(small_tags);
            seed.extend(small_rows);
            seeds.push(seed);
        }
        seeds
    }
}

/// Pieces of a file beside bronze, the key's file, and the mark of the folder.
pub mod beside {
    use std::os::unix::fs::PermissionsExt;

    use super::{Bronze, EPOCH, Kept, Key, OnceLock, SHA256, Sealed, digest, key, made, scratch};

    const NAME: &str = "claims-202301";
    /// What a piece is sealed under.
    const TABLE: &str = "beside/";

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(made)
    }

    /// The first byte says what the rest is: a head and a piece, a piece that is truly sealed, a key's file, the same with a
    /// right check at its end, or the folder's mark.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        match which % 5 {
            0 => piece(content),
            1 => sealed(content),
            2 => key_file(content),
            3 => key_file(&checked(content)),
            _ => mark(content),
        }
    }

    fn piece(content: &[u8]) {
        let Some((head, piece)) = content.split_first_chunk::<64>() else {
            return;
        };
        if let Some(seal) = kept().bronze.seal_of(NAME, head) {
            let opened = seal.open(0, piece);
            assert!(
                opened.is_none_or(|plain| plain == b"a piece"),
                "a piece that nobody sealed"
            );
        }
    }

    fn sealed(content: &[u8]) {
        let own = Sealed::of(TABLE, NAME);
        let seal = kept().bronze.seal_of(NAME, &own.head);
        let seal = seal.expect("the head is the form's");
        let (nonce, sealed) = own.seal(0, 0, content);
        let whole = [nonce, sealed].concat();
        assert!(
            seal.open(1, &whole).is_none(),
            "a piece opens in another's place"
        );
        if let Some(plain) = seal.open(0, &whole) {
            let again = seal.seal(0, &plain);
            assert!(
                seal.open(0, &again) == Some(plain),
                "a piece is not what was sealed"
            );
        }
    }

    /// With the hash of all that is said before it.
    fn checked(content: &[u8]) -> Vec<u8> {
        let hash = digest(&SHA256, content);
        let hex = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
        [content, hex.collect::<String>().as_bytes(), b"\n"].concat()
    }

    fn key_file(content: &[u8]) {
        let dir = scratch();
        let path = dir.path().join("bronze.key");
        std::fs::write(&path, content).expect("the folder can be written");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, private).expect("the file is ours");
        let Ok(key) = Key::read(&path) else { return };
        let copy = dir.path().join("copy.key");
        key.keep(&copy).expect("the folder can be written");
        let printed = std::fs::read(&copy).expect("it was written");
        // The check is over the digits as they stand; in what case they do is nobody's matter.
        let said = ..printed.len() - 65;
        assert!(
            printed[said].eq_ignore_ascii_case(&content[said]),
            "a key is another when it is kept again"
        );
    }

    fn mark(content: &[u8]) {
        let dir = scratch();
        std::fs::write(dir.path().join("bronze"), content).expect("the folder can be written");
        let opened = Bronze::open(dir.path(), key(), EPOCH);
        let own = std::fs::read(kept().path.with_file_name("../bronze"));
        let own = own.expect("it was made");
        assert!(
            opened.is_err() || content == own,
            "a folder of another key opens"
        );
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let (seal, head) = kept().bronze.seal(NAME);
        let piece = seal.seal(0, b"a piece");
        let pressed = zstd::bulk::compress(b"a piece", 1).expect("zstd takes any bytes");
        let dir = scratch();
        let path = dir.path().join("bronze.key");
        key().keep(&path).expect("the folder can be written");
        let file = std::fs::read(&path).expect("it was written");
        let mark = std::fs::read(kept().path.with_file_name("../bronze"));
        vec![
            [&[0][..], &head, &piece].concat(),
            [&[1][..], &7u32.to_be_bytes(), &pressed].concat(),
            [&[2][..], &file].concat(),
            [&[3][..], &file[..file.len() - 65]].concat(),
            [&[4][..], &mark.expect("it was made")].concat(),
        ]
    }
}
