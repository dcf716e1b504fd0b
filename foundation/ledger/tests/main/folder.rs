//! Failures covered, on a real directory: a log that does not survive being closed, files beside those of the layout,
//! two writers at once, a path that leads outside, a link in the place of a file.
//! Not a failure: reading while another process holds the claim to write.

use std::fs;

use hygie_ledger::{Error, Folder, Log, Store, verify};

use crate::{check_world, entries, signer};

fn place() -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/ledger");
    (directory, path)
}

#[test]
fn a_closed_log_opens_again() {
    let (_kept, path) = place();
    drop(Log::create(Folder::open(&path).unwrap(), signer()).unwrap());
    let mut size = 0;
    for group in [1, 2, 300, 1, 900] {
        let mut log = Log::open(Folder::open(&path).unwrap(), signer()).unwrap();
        log.append(&entries(size..size + group)).unwrap();
        size += group;
        assert_eq!(log.entry(size - 1).unwrap(), crate::entry(size - 1));
        assert_eq!(log.entry(0).unwrap(), crate::entry(0));
        // Reading needs no claim.
        check_world(&Folder::open(&path).unwrap(), &entries(0..size));
    }
    assert!(
        !path.join("tile/0/000.p").exists(),
        "the empty directory of a filled tile's partials stays"
    );
}

#[test]
fn leftovers_do_not_stay_in_the_folder() {
    let (_kept, path) = place();
    let mut log = Log::create(Folder::open(&path).unwrap(), signer()).unwrap();
    log.append(&entries(0..300)).unwrap();
    drop(log);
    let expected = Folder::open(&path).unwrap().list().unwrap().len();
    fs::write(path.join("checkpoint.tmp"), "half").unwrap();
    fs::write(path.join("tile/0/001.p/45"), "half").unwrap();
    fs::write(path.join("tile/entries/001.tmp"), "half").unwrap();
    assert!(matches!(
        verify::folder(&Folder::open(&path).unwrap(), signer().verifier()),
        Err(Error::Unexpected { .. })
    ));
    drop(Log::open(Folder::open(&path).unwrap(), signer()).unwrap());
    check_world(&Folder::open(&path).unwrap(), &entries(0..300));
    assert_eq!(Folder::open(&path).unwrap().list().unwrap().len(), expected);
}

#[test]
fn two_writers_cannot_fork_a_log() {
    let (_kept, path) = place();
    let log = Log::create(Folder::open(&path).unwrap(), signer()).unwrap();
    assert!(matches!(
        Log::open(Folder::open(&path).unwrap(), signer()),
        Err(Error::InUse)
    ));
    assert!(matches!(
        Folder::open(&path).unwrap().remove("checkpoint"),
        Err(Error::InUse)
    ));
    drop(log);
    assert!(Log::open(Folder::open(&path).unwrap(), signer()).is_ok());
}

#[test]
fn a_path_does_not_lead_out_of_the_folder() {
    let (_kept, path) = place();
    let mut folder = Folder::open(&path).unwrap();
    for path in ["", "/etc/hostname", "../checkpoint", "tile/../../x", "."] {
        assert!(folder.get(path).is_err(), "{path}");
        assert!(
            folder.put(&[(path.to_owned(), Vec::new())]).is_err(),
            "{path}"
        );
        assert!(folder.remove(path).is_err(), "{path}");
    }
}

#[test]
fn a_mistyped_folder_is_not_made_by_reading_it() {
    let (_kept, path) = place();
    let folder = Folder::open(&path).unwrap();
    assert!(matches!(
        verify::folder(&folder, signer().verifier()),
        Err(Error::Missing { .. })
    ));
    assert!(!path.exists());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "a file").unwrap();
    assert!(matches!(Folder::open(&path), Err(Error::Io { .. })));
}

#[cfg(unix)]
#[test]
fn a_linked_directory_is_not_followed() {
    let (_kept, path) = place();
    let mut log = Log::create(Folder::open(&path).unwrap(), signer()).unwrap();
    log.append(&entries(0..300)).unwrap();
    drop(log);
    fs::rename(path.join("tile"), path.with_extension("elsewhere")).unwrap();
    std::os::unix::fs::symlink(path.with_extension("elsewhere"), path.join("tile")).unwrap();
    assert!(verify::folder(&Folder::open(&path).unwrap(), signer().verifier()).is_err());
}
