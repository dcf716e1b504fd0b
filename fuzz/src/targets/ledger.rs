//! The ledger's own files, and the texts that leave it.

use std::sync::OnceLock;

use hygie_ledger::{
    Checkpoint, Inclusion, Log, Memory, Signer, Store as _, Verifier, note as notes, verify,
};

/// Enough entries for a full tile, a full bundle, and partial ones.
const ENTRIES: u8 = 44;

fn signer() -> Signer {
    Signer::from_seed("fuzz.example/access", &[1; 32]).expect("the name is allowed")
}

/// A store, its files by path, and a proof out of it.
type Kept = (Memory, Vec<(String, Vec<u8>)>, Inclusion);

/// A log of 300 entries.
fn store() -> &'static Kept {
    static STORE: OnceLock<Kept> = OnceLock::new();
    STORE.get_or_init(|| {
        // The log keeps its store to itself, so it is written to a folder and read back.
        let dir = tempfile::tempdir().expect("there is a temporary folder");
        let folder = hygie_ledger::Folder::open(dir.path()).expect("the folder is empty");
        let mut log = Log::create(folder, signer()).expect("the folder is empty");
        let entries: Vec<Vec<u8>> = (0..256_u16 + u16::from(ENTRIES))
            .map(|number| number.to_be_bytes().to_vec())
            .collect();
        log.append(&entries).expect("entries are short");
        let inclusion = Inclusion {
            entry: log.entry(7).expect("it has 300"),
            index: 7,
            path: log.prove_inclusion(7).expect("it has 300"),
            checkpoint: log.checkpoint().to_owned(),
        };
        drop(log);
        let folder = hygie_ledger::Folder::open(dir.path()).expect("it was made");
        let mut files = Vec::new();
        let mut paths = folder.list().expect("it can be read");
        paths.sort();
        for path in paths {
            let bytes = folder.get(&path).expect("it can be read");
            files.push((path, bytes.expect("it was listed")));
        }
        let mut memory = Memory::default();
        memory.put(&files).expect("memory takes anything");
        (memory, files, inclusion)
    })
}

/// Notes, checkpoints, keys and proofs as texts, and the texts of notes that are truly signed.
pub mod note {
    use super::{Checkpoint, Inclusion, Verifier, notes, signer, store};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        let signer = signer();
        let signed = &store().2.checkpoint;
        if Checkpoint::open(text, signer.verifier()).is_ok() {
            assert_eq!(text, signed, "a checkpoint nobody signed is believed");
        }
        if let Ok(verifier) = text.parse::<Verifier>() {
            assert_eq!(verifier.to_string(), text);
        }
        if let Ok(proof) = Inclusion::parse(text) {
            let printed = proof.to_string();
            let again = Inclusion::parse(&printed).expect("what was printed can be read");
            assert_eq!(again.to_string(), printed);
            if proof.verify(signer.verifier()).is_ok() {
                assert!(proof == store().2, "a proof of nothing holds");
            }
        }
        if let Ok(note) = notes::sign(text, &signer) {
            let opened = notes::open(&note, signer.verifier()).expect("it was signed just now");
            assert_eq!(opened, text);
            if let Ok(checkpoint) = Checkpoint::open(&note, signer.verifier()) {
                assert_eq!(checkpoint.origin, signer.verifier().origin());
            }
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let checkpoint = &store().2.checkpoint;
        let body = checkpoint.split_inclusive('\n').take(3).collect();
        let texts: [String; 4] = [
            checkpoint.clone(),
            body,
            signer().verifier().to_string(),
            store().2.to_string(),
        ];
        texts.map(String::into_bytes).to_vec()
    }
}

/// Proofs as numbers and hashes.
pub mod proof {
    use super::{store, verify};

    /// Old size, index and size as eight bytes each, then hashes.
    pub fn run(bytes: &[u8]) {
        let Some((numbers, rest)) = bytes.split_first_chunk::<24>() else {
            return;
        };
        let number = |at: usize| {
            let eight = numbers[at..at + 8].try_into().expect("eight bytes");
            u64::from_be_bytes(eight)
        };
        let hashes: Vec<[u8; 32]> = rest.as_chunks::<32>().0.to_vec();
        let Some(([leaf, root], path)) = hashes.split_first_chunk::<2>() else {
            return;
        };
        let index = number(8);
        let held = verify::inclusion(leaf, index, number(16), path, root).is_ok();
        assert!(!held || index < number(16));
        let held = verify::consistency(number(0), leaf, number(16), root, path).is_ok();
        assert!(!held || number(0) <= number(16));
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let inclusion = &store().2;
        let mut seed = [44_u64, inclusion.index, 300]
            .map(u64::to_be_bytes)
            .as_flattened()
            .to_vec();
        seed.extend(verify::leaf_hash(&inclusion.entry));
        seed.extend([0; 32]);
        seed.extend(inclusion.path.as_flattened());
        vec![seed]
    }
}

/// A whole folder, some of its files altered: it verifies only when it is as it was.
pub mod folder {
    use super::{Log, signer, store, verify};
    use hygie_ledger::Store as _;

    /// Each step is a file's number, what to do with it, a place in it, and a length of bytes that follow.
    pub fn run(bytes: &[u8]) {
        let (memory, files, _) = store();
        let mut altered = memory.clone();
        let mut rest = bytes;
        while let Some(([file, act, high, low, length], behind)) = rest.split_first_chunk() {
            let (path, _) = &files[usize::from(*file) % files.len()];
            let (piece, behind) = behind.split_at(usize::from(*length).min(behind.len()));
            rest = behind;
            let mut content = altered
                .get(path)
                .expect("memory can be read")
                .unwrap_or_default();
            let at = usize::from(u16::from_be_bytes([*high, *low])) % (content.len() + 1);
            match act % 5 {
                0 => content.truncate(at),
                1 => drop(content.splice(at..at, piece.iter().copied())),
                2 => {
                    let end = (at + piece.len()).min(content.len());
                    content.splice(at..end, piece.iter().copied());
                }
                3 => {
                    altered.remove(path).expect("memory forgets");
                    continue;
                }
                _ => {
                    let name = String::from_utf8_lossy(piece).into_owned();
                    altered
                        .put(&[(name, content)])
                        .expect("memory takes anything");
                    continue;
                }
            }
            altered
                .put(&[(path.clone(), content)])
                .expect("memory takes anything");
        }
        let untouched = altered.list().expect("memory lists").len() == files.len()
            && files
                .iter()
                .all(|(path, bytes)| altered.get(path).ok().flatten().as_ref() == Some(bytes));
        let signer = signer();
        let verified = verify::folder(&altered, signer.verifier());
        assert_eq!(verified.is_ok(), untouched, "an altered folder verifies");
        if let Ok(log) = Log::open(altered, signer) {
            assert_eq!(log.size(), 300);
            let _entry = log.entry(3);
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let name = b"tile/0/001.tmp";
        let mut copy = vec![1, 4, 0, 0, 14];
        copy.extend_from_slice(name);
        vec![
            Vec::new(),
            vec![0, 2, 0, 0, 1, b'x'],
            vec![3, 0, 0, 9, 0],
            vec![2, 3, 0, 0, 0],
            copy,
        ]
    }
}
