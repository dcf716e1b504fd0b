use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use hygie_pseudonym::{Error, Keys, Pseudonym, Source};

use crate::{Counting, of};

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Keys::create(folder.path(), &Counting::new(1)).unwrap();
    folder
}

#[test]
fn keys_are_never_overwritten() {
    let folder = made();
    let text = fs::read(folder.path().join("pseudonym.keys")).unwrap();
    let again = Keys::create(folder.path(), &Counting::new(2));
    assert!(matches!(again, Err(Error::Exists(_))));
    assert_eq!(
        fs::read(folder.path().join("pseudonym.keys")).unwrap(),
        text
    );
}

#[test]
fn no_keys_is_said() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Keys::open(folder.path()), Err(Error::Missing(_))));
}

#[test]
fn others_read_no_key_file() {
    let folder = made();
    let path = folder.path().join("pseudonym.keys");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Keys::open(folder.path()), Err(Error::Readable(_))));
}

#[test]
fn a_key_file_that_was_altered_or_cut_is_refused_and_says_nothing_of_the_key() {
    let folder = made();
    let path = folder.path().join("pseudonym.keys");
    let whole = fs::read(&path).unwrap();
    let key = String::from_utf8(whole[whole.len() - 140..].to_vec()).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        refused(folder.path(), &key);
    }
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        fs::write(&path, &altered).unwrap();
        refused(folder.path(), &key);
    }
    fs::write(&path, &whole).unwrap();
    Keys::open(folder.path()).unwrap();
}

fn refused(folder: &std::path::Path, key: &str) {
    let error = Keys::open(folder).unwrap_err();
    assert!(matches!(error, Error::KeyFile { .. }));
    let said = format!("{error} {error:?}");
    assert!(
        key.split_whitespace()
            .filter(|word| word.len() > 16)
            .all(|word| !said.contains(word))
    );
}

#[test]
fn a_list_that_was_cut_altered_or_prolonged_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    keys.rotate(&Counting::new(2), |list| {
        for number in 0..40_000_u32 {
            list.person(&Source::beneficiary(&number.to_string())?);
        }
        Ok::<(), Error>(())
    })
    .unwrap();
    let path = folder.path().join("rotation-2.sealed");
    let whole = fs::read(&path).unwrap();
    let second =
        8 + 4 + usize::try_from(u32::from_be_bytes(whole[8..12].try_into().unwrap())).unwrap() + 12;
    for (length, chunk) in [
        (0, 0),
        (7, 0),
        (8, 0),
        (20, 0),
        (second, 1),
        (whole.len() - 1, 1),
    ] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(place(&keys), chunk, "cut at {length}");
    }
    for (at, chunk) in [
        (0, 0),
        (9, 0),
        (13, 0),
        (500, 0),
        (second + 5, 1),
        (whole.len() - 1, 1),
    ] {
        let mut altered = whole.clone();
        altered[at] ^= 0x40;
        fs::write(&path, &altered).unwrap();
        assert_eq!(place(&keys), chunk, "altered at {at}");
    }
    let swapped = [&whole[..8], &whole[second..], &whole[8..second]].concat();
    fs::write(&path, &swapped).unwrap();
    assert_eq!(place(&keys), 0);
    fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
    assert_eq!(place(&keys), 2);
    fs::write(&path, &whole).unwrap();
    assert_eq!(keys.rotation().unwrap().counts(), (40_000, 0));
}

fn place(keys: &Keys) -> u32 {
    match keys.rotation().unwrap_err() {
        Error::ListBroken { chunk, .. } => chunk,
        other => panic!("{other}"),
    }
}

#[test]
fn the_list_shows_no_pseudonym_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::create(folder.path(), &Counting::new(1)).unwrap();
    let old = of(&keys, "A");
    keys.rotate(&Counting::new(2), |list| {
        list.carry(&Pseudonym::from_bytes(*b"sixteen letters!"));
        list.person(&Source::beneficiary("A")?);
        Ok::<(), Error>(())
    })
    .unwrap();
    let bytes = fs::read(folder.path().join("rotation-2.sealed")).unwrap();
    for canary in [*b"sixteen letters!", old.bytes(), of(&keys, "A").bytes()] {
        assert!(!bytes.windows(16).any(|window| window == canary));
    }
}
