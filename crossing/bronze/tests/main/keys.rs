use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hygie_bronze::{Bronze, Error, Key};

use crate::{key, made, read, write};

#[test]
fn a_key_is_kept_and_read_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bronze.key");
    key().keep(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(matches!(key().keep(&path), Err(Error::Exists(_))));
    let (home, bronze) = made();
    write(&bronze, "T", "p", &[]);
    drop(bronze);
    let bronze = Bronze::open(home.path(), Key::read(&path).unwrap(), 1).unwrap();
    assert_eq!(read(&bronze, "T", "p").unwrap(), []);
}

#[test]
fn a_key_file_that_was_cut_or_altered_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bronze.key");
    key().keep(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(Key::read(&path), Err(Error::Form { .. })));
    }
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        fs::write(&path, &altered).unwrap();
        assert!(matches!(Key::read(&path), Err(Error::Form { .. })), "{at}");
    }
}

#[test]
fn others_read_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bronze.key");
    assert!(matches!(Key::read(&path), Err(Error::Missing(_))));
    key().keep(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
    assert!(matches!(Key::read(&path), Err(Error::Readable(_))));
}

#[test]
fn neither_keys_nor_rows_are_printed() {
    let (_folder, bronze) = made();
    assert_eq!(format!("{:?}", key()), "Key(…)");
    assert!(!format!("{bronze:?}").contains("0707"));
    write(&bronze, "T", "p", &[(None, b"canary".to_vec(), None)]);
    let mut reader = bronze.read("T", "p").unwrap();
    let row = reader.next_row().unwrap().unwrap();
    assert_eq!(format!("{row:?}"), "Row(…)");
}

#[test]
fn a_folder_without_a_name_is_refused_and_one_is_known_by_its_own() {
    let root = Path::new("/");
    assert!(matches!(
        Bronze::open(root, key(), 1),
        Err(Error::Nameless(_))
    ));
    assert!(matches!(
        Bronze::create(&root.join("tmp/.."), key(), 1),
        Err(Error::Nameless(_))
    ));
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("rows");
    write(
        &Bronze::create(&folder, key(), 1).unwrap(),
        "T",
        "p",
        &[(None, b"row".to_vec(), None)],
    );
    // Whatever it is called, it is the same one.
    let inside = folder.join("T/..");
    let bronze = Bronze::open(&inside, key(), 1).unwrap();
    assert_eq!(read(&bronze, "T", "p").unwrap().len(), 1);
    assert!(matches!(
        Bronze::open(&home.path().join("none"), key(), 1),
        Err(Error::Missing(_))
    ));
}
