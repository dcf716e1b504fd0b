//! Failures covered: a range that gives other bytes than were taken in, at any length; an object whose
//! pieces were flipped, cut off, added, put in another order, or taken from another document or an older
//! one, and that still opens; an upload that was given up, or that a crash took, and whose object stays; a
//! sweep that takes what an entry refers to or somebody is sending; a subject forgotten whose documents are
//! not; a size that tells the length; a backup without its documents, or with altered ones.
//! Not a failure: that the store's holder sees how many documents a subject has, and their padded sizes.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use hygie_notice::{Head, PersonId, Stream, Subject, SystemEntropy};
use proptest::prelude::*;
use tempfile::TempDir;

use super::form::{PIECE, Shape};
use super::*;
use crate::{Sqlite, Vault};

/// Bytes that sealing adds to a piece.
const SEAL: usize = 72;

struct World {
    dir: TempDir,
    vault: Vault<Sqlite>,
    subject: Subject,
    key: DataKey,
    head: Head,
}

fn store(dir: &Path) -> Vault<Sqlite> {
    Vault::new(
        Sqlite::open(&dir.join("store")).unwrap(),
        Arc::new(SystemEntropy),
    )
}

fn objects(dir: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(dir.join("store/documents")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            found.insert(file.unwrap().path());
        }
    }
    found
}

impl World {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        Self {
            vault: store(dir.path()),
            dir,
            subject: Subject::person(PersonId::random(&SystemEntropy)),
            key: DataKey::random(&SystemEntropy),
            head: Head::default(),
        }
    }

    async fn upload(&self, plain: &[u8]) -> Document {
        let mut upload = self.vault.upload().await.unwrap();
        for part in plain.chunks(50_000) {
            upload.write(part).await.unwrap();
        }
        upload.finish().await.unwrap()
    }

    /// Takes a document in, with an entry that refers to it; gives its reference and its object.
    async fn keep(&mut self, plain: &[u8]) -> (Arc<Reference>, PathBuf) {
        let document = Arc::new(self.upload(plain).await);
        let claims = [Arc::clone(&document)];
        self.head = self
            .vault
            .append_claiming(
                &self.key,
                1,
                self.head,
                self.subject,
                Stream::Content,
                1,
                b"an entry",
                &claims,
            )
            .await
            .unwrap();
        let reference = Arc::clone(document.reference());
        let path = self.vault.store().documents().path(reference.name);
        (reference, path)
    }

    async fn read(&self, reference: &Arc<Reference>, range: Range<u64>) -> Result<Vec<u8>, Error> {
        let mut reader = self.vault.document(reference, range).await?;
        let mut plain = Vec::new();
        loop {
            let next = reader.next().await?;
            if next.is_empty() {
                return Ok(plain);
            }
            plain.extend(next);
        }
    }
}

fn bytes(length: usize, seed: u8) -> Vec<u8> {
    let mut plain = vec![0; length];
    let mut state = u32::from(seed) + 1;
    for byte in &mut plain {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = u8::try_from(state >> 24).unwrap();
    }
    plain
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Lengths near the edges of pieces, and of the pieces that are read at once.
fn length() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..300_usize,
        (0..6_usize, 0..5_usize).prop_map(|(pieces, off)| (pieces * PIECE + off).saturating_sub(2)),
        0..400_000_usize,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_range_gives_other_bytes(
        length in length(),
        ranges in prop::collection::vec((0.0..1.0_f64, 0.0..1.1_f64), 1..6),
    ) {
        now(async {
            let mut world = World::new();
            let plain = bytes(length, 1);
            let (reference, path) = world.keep(&plain).await;
            prop_assert_eq!(reference.length(), u64::try_from(length).unwrap());
            prop_assert_eq!(&world.read(&reference, 0..u64::MAX).await.unwrap(), &plain);
            let shape = Shape::of(reference.length()).unwrap();
            prop_assert_eq!(fs::metadata(path).unwrap().len(), shape.sealed);
            for (from, to) in ranges {
                let at = |part: f64| (part * length as f64) as usize;
                let (from, to) = (at(from).min(at(to)), at(from).max(at(to)));
                let range = u64::try_from(from).unwrap()..u64::try_from(to).unwrap();
                let wanted = &plain[from.min(length)..to.min(length)];
                prop_assert_eq!(&world.read(&reference, range).await.unwrap(), wanted);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_tampered_object_gives_a_wrong_plaintext(
        length in length(),
        tampering in prop::collection::vec((0..7_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        now(async {
            let mut world = World::new();
            let (plain, other) = (bytes(length, 1), bytes(length, 2));
            let (reference, path) = world.keep(&plain).await;
            let (_, beside) = world.keep(&other).await;
            let sealed = fs::read(&path).unwrap();
            let beside = fs::read(beside).unwrap();
            let mut altered = sealed.clone();
            for (how, one, two) in tampering {
                tamper(&mut altered, &beside, how, one, two);
            }
            fs::write(&path, &altered).unwrap();
            // Piece by piece: what is given out is right, whatever follows.
            let mut read = Vec::new();
            let outcome = async {
                let mut reader = world.vault.document(&reference, 0..u64::MAX).await?;
                loop {
                    let next = reader.next().await?;
                    if next.is_empty() {
                        return Ok::<(), Error>(());
                    }
                    read.extend(next);
                }
            }
            .await;
            prop_assert!(plain.starts_with(&read), "a wrong plaintext");
            if altered == sealed {
                prop_assert_eq!(&read, &plain);
            } else {
                prop_assert_eq!(outcome, Err(Error::DocumentAltered));
            }
            Ok(())
        })?;
    }
}

fn tamper(
    object: &mut Vec<u8>,
    other: &[u8],
    how: u8,
    one: prop::sample::Index,
    two: prop::sample::Index,
) {
    let whole = PIECE + SEAL;
    let pieces: Vec<Vec<u8>> = object.chunks(whole).map(<[u8]>::to_vec).collect();
    if pieces.is_empty() {
        return;
    }
    let (first, second) = (one.index(pieces.len()), two.index(pieces.len()));
    match how {
        // A bit, anywhere.
        0 => {
            let at = one.index(object.len());
            object[at] ^= 1 << two.index(8);
        }
        // Cut at a piece, or anywhere.
        1 => object.truncate(first * whole),
        2 => object.truncate(one.index(object.len())),
        // Pieces in another order, or twice.
        3 => {
            let mut pieces = pieces;
            pieces.swap(first, second);
            *object = pieces.concat();
        }
        4 => {
            let mut pieces = pieces;
            let again = pieces[first].clone();
            pieces.insert(second, again);
            *object = pieces.concat();
        }
        // A piece of another document, at the same place; or all of it.
        5 => {
            let mut pieces = pieces;
            if let Some(piece) = other.chunks(whole).nth(first) {
                pieces[first] = piece.to_vec();
            }
            *object = pieces.concat();
        }
        _ => *object = other.to_vec(),
    }
}

#[test]
fn any_byte_may_be_another() {
    now(async {
        let mut world = World::new();
        let plain = bytes(300, 1);
        let (reference, path) = world.keep(&plain).await;
        let sealed = fs::read(&path).unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            fs::write(&path, &altered).unwrap();
            let read = world.read(&reference, 0..u64::MAX).await;
            assert_eq!(read, Err(Error::DocumentAltered), "byte {at}");
        }
        println!("{} bytes flipped, each refused", sealed.len());
    });
}

#[test]
fn an_end_is_cut_off_and_not_missed() {
    now(async {
        let mut world = World::new();
        let plain = bytes(5 * PIECE, 1);
        let (reference, path) = world.keep(&plain).await;
        let sealed = fs::read(&path).unwrap();
        for pieces in 0..sealed.len().div_ceil(PIECE + SEAL) {
            fs::write(&path, &sealed[..pieces * (PIECE + SEAL)]).unwrap();
            // Not even the first byte is given out: the length is looked at first.
            let read = world.read(&reference, 0..1).await;
            assert_eq!(read, Err(Error::DocumentAltered), "{pieces} pieces");
        }
        fs::remove_file(&path).unwrap();
        let read = world.read(&reference, 0..1).await;
        assert_eq!(read, Err(Error::DocumentAltered));
        assert!(world.vault.faults().altered > 5);
    });
}

#[test]
fn two_documents_of_one_content_look_alike() {
    now(async {
        let mut world = World::new();
        let plain = bytes(70_000, 1);
        let (_, one) = world.keep(&plain).await;
        let (_, other) = world.keep(&plain).await;
        let (one, other) = (fs::read(one).unwrap(), fs::read(other).unwrap());
        assert_eq!(one.len(), other.len());
        let same = one.iter().zip(&other).filter(|(a, b)| a == b).count();
        assert!(same < one.len() / 100, "{same} bytes are the same");
    });
}

#[test]
fn a_size_tells_the_length() {
    let sizes: BTreeSet<u64> = (1_000_000..1_050_000)
        .map(|length| Shape::of(length).unwrap().sealed)
        .collect();
    assert!(sizes.len() <= 4, "{sizes:?}");
    for length in [20_000, 1_000_000, LONGEST] {
        let shape = Shape::of(length).unwrap();
        assert!(shape.padded * 100 <= length * 112, "{length}: {shape:?}");
    }
}

#[test]
fn an_upload_that_was_given_up_stays() {
    now(async {
        let world = World::new();
        let mut upload = world.vault.upload().await.unwrap();
        upload.write(&bytes(400_000, 1)).await.unwrap();
        assert_eq!(objects(world.dir.path()).len(), 1);
        // A sweep at this moment is not for it.
        assert_eq!(world.vault.sweep().await, Ok(0));
        upload.write(&bytes(400_000, 1)).await.unwrap();
        drop(upload);
        let finished = world.upload(&bytes(400_000, 1)).await;
        assert_eq!(world.vault.sweep().await, Ok(0));
        drop(finished);
        for _ in 0..200 {
            if objects(world.dir.path()).is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(objects(world.dir.path()), BTreeSet::new());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert_eq!(world.vault.sweep().await, Ok(0), "a row is left");
    });
}

#[test]
fn what_a_crash_left_is_there_for_ever() {
    let mut world = World::new();
    let plain = bytes(200_000, 1);
    let reference = now(async {
        let (reference, _) = world.keep(&plain).await;
        // The process ends here: what is on its way is not given up by anybody.
        let mut upload = world.vault.upload().await.unwrap();
        upload.write(&plain).await.unwrap();
        std::mem::forget(upload);
        std::mem::forget(world.upload(&plain).await);
        reference
    });
    assert_eq!(objects(world.dir.path()).len(), 3);
    world.vault = store(world.dir.path());
    now(async {
        assert_eq!(world.vault.sweep().await, Ok(2));
        assert_eq!(objects(world.dir.path()).len(), 1);
        let read = world.read(&reference, 0..u64::MAX).await;
        assert_eq!(read, Ok(plain), "what an entry refers to was swept");
        assert_eq!(world.vault.sweep().await, Ok(0));
    });
}

#[test]
fn an_entry_that_was_not_written_keeps_its_document() {
    now(async {
        let mut world = World::new();
        let (_, _) = world.keep(b"the first").await;
        let document = Arc::new(world.upload(&bytes(100_000, 1)).await);
        let before = Head::default();
        let refused = world
            .vault
            .append_claiming(
                &world.key,
                1,
                before,
                world.subject,
                Stream::Content,
                1,
                b"late",
                &[Arc::clone(&document)],
            )
            .await;
        assert_eq!(refused, Err(Error::Conflict));
        assert_eq!(objects(world.dir.path()).len(), 2);
        drop(document);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(objects(world.dir.path()).len(), 1);
    });
}

#[test]
fn a_forgotten_subject_leaves_its_documents() {
    now(async {
        let mut world = World::new();
        let (_, gone) = world.keep(&bytes(100_000, 1)).await;
        let stays = Subject::person(PersonId::random(&SystemEntropy));
        let other = Arc::new(world.upload(&bytes(100_000, 2)).await);
        world
            .vault
            .append_claiming(
                &world.key,
                1,
                Head::default(),
                stays,
                Stream::Content,
                1,
                b"another's",
                &[Arc::clone(&other)],
            )
            .await
            .unwrap();
        world.vault.forget(world.subject).await.unwrap();
        assert!(!gone.exists());
        let path = world.vault.store().documents().path(other.reference().name);
        assert_eq!(objects(world.dir.path()), BTreeSet::from([path]));
    });
}

async fn part(vault: &Vault<Sqlite>, after: u64) -> Result<Vec<u8>, Error> {
    let mut backup = vault.backup(after).await?;
    let mut part = Vec::new();
    loop {
        let bytes = backup.next().await?;
        if bytes.is_empty() {
            return Ok(part);
        }
        part.extend(bytes);
    }
}

#[test]
fn a_backup_misses_doubles_or_alters_a_document() {
    now(async {
        let mut world = World::new();
        let plains = [bytes(100_000, 1), bytes(1_500_000, 2), bytes(20_000, 3)];
        let mut references = Vec::new();
        references.push(world.keep(&plains[0]).await.0);
        references.push(world.keep(&plains[1]).await.0);
        let first = part(&world.vault, 0).await.unwrap();
        let position = u64::from_be_bytes(first[first.len() - 8..].try_into().unwrap());
        let (last, path) = world.keep(&plains[2]).await;
        references.push(last);
        let heads = [((world.subject, Stream::Content), world.head)].into();
        // Behind the heads: it is left out, and its document with it.
        let (_, _) = world.keep(&bytes(30_000, 4)).await;
        let second = part(&world.vault, position).await.unwrap();
        assert!(second.len() < 80_000, "what the first has comes again");

        let back = World::new();
        let restored = |parts: [Vec<u8>; 2], to: &World| {
            let parts = parts.map(|part| Box::new(Cursor::new(part)) as Box<dyn Read + Send>);
            let (vault, heads) = (store(to.dir.path()), &heads);
            async move { vault.restore(heads, parts.into()).await }
        };
        let done = restored([first.clone(), second.clone()], &back)
            .await
            .unwrap();
        assert_eq!((done.entries, done.left, done.documents), (3, 1, 3));
        let opened = store(back.dir.path());
        for (reference, plain) in references.iter().zip(&plains) {
            let mut reader = opened.document(reference, 0..u64::MAX).await.unwrap();
            let mut read = Vec::new();
            loop {
                let next = reader.next().await.unwrap();
                if next.is_empty() {
                    break;
                }
                read.extend(next);
            }
            assert!(&read == plain);
        }
        assert_eq!(opened.sweep().await, Ok(0), "what was restored is swept");
        // A backup of what was restored has all of it again.
        assert!(part(&opened, 0).await.unwrap().len() > first.len());

        for at in [first.len() / 2, first.len() - 100] {
            let mut altered = first.clone();
            altered[at] ^= 1;
            let refused = restored([altered, second.clone()], &World::new()).await;
            assert_eq!(refused, Err(Error::DocumentAltered));
        }
        let mut altered = fs::read(&path).unwrap();
        altered[5] ^= 1;
        fs::write(&path, &altered).unwrap();
        let refused = part(&world.vault, position).await;
        assert_eq!(refused, Err(Error::DocumentAltered));
        fs::remove_file(&path).unwrap();
        let refused = part(&world.vault, position).await;
        assert_eq!(refused, Err(Error::DocumentAltered));
    });
}
