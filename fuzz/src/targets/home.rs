//! The keeper's small files: a damaged one is refused, in little time and memory.

use std::sync::{Arc, OnceLock};

use hygie_keeper::{Home, Keeper, Passphrase, Protection, Unlock, init, load_issuer_key};
use hygie_notice::{SystemClock, SystemEntropy};
use tempfile::TempDir;

fn home() -> &'static (TempDir, Home) {
    static HOME: OnceLock<(TempDir, Home)> = OnceLock::new();
    HOME.get_or_init(|| {
        let dir = tempfile::tempdir().expect("there is a temporary folder");
        let origin = "fuzz.example/access";
        let made = init(
            dir.path(),
            &Protection::KeyFile(None),
            true,
            origin,
            &SystemEntropy,
        );
        made.expect("the folder is empty");
        let home = Home::new(dir.path());
        (dir, home)
    })
}

/// The first byte chooses the file that the rest replaces: root, issuers, or an issuer's key.
pub fn run(bytes: &[u8]) {
    let Some((file, content)) = bytes.split_first() else {
        return;
    };
    let home = &home().1;
    let path = match file % 3 {
        0 => home.keeper().join("root"),
        1 => home.issuers(),
        _ => home.operator_key(),
    };
    let before = std::fs::read(&path).expect("init made it");
    std::fs::write(&path, content).expect("the folder can be written");
    let unlock = Unlock {
        key_file: None,
        passphrase: Some(Passphrase::new("correct horse battery".to_owned())),
    };
    if file % 3 == 2 {
        let _key = load_issuer_key(&path, "operator");
    } else {
        let _keeper = Keeper::start(
            home,
            &unlock,
            Arc::new(SystemClock),
            Arc::new(SystemEntropy),
        );
    }
    std::fs::write(&path, before).expect("the folder can be written");
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let read = |path: std::path::PathBuf, file: u8| {
        let mut seed = vec![file];
        seed.extend(std::fs::read(path).expect("init made it"));
        seed
    };
    let home = &home().1;
    // No more than Argon2id's least: a run must be short.
    let stretched = "\0version = 1\nwrapped = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\n\n[guard.argon2id]\n\
        memory_kib = 64\npasses = 1\nlanes = 1\nsalt = \"AAAAAAAAAAAAAAAAAAAAAA==\"\n";
    vec![
        read(home.keeper().join("root"), 0),
        stretched.as_bytes().to_vec(),
        read(home.issuers(), 1),
        read(home.operator_key(), 2),
    ]
}
