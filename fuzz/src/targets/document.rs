//! A document's object as a store gives it back: only the one that was sealed opens.

use std::fs;
use std::sync::{Arc, OnceLock};

use hygie_vault::{Reference, Sqlite, Vault, open_object};

/// One document of two pieces, and its object.
fn sealed() -> &'static (Arc<Reference>, Vec<u8>) {
    static SEALED: OnceLock<(Arc<Reference>, Vec<u8>)> = OnceLock::new();
    SEALED.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder for temporary files");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without timers and sockets starts");
        let store = Sqlite::open(dir.path()).expect("an empty folder takes a store");
        let vault = Vault::new(store, Arc::new(super::entry::Fixed));
        let document = runtime.block_on(async {
            let mut upload = vault.upload().await?;
            upload.write(&vec![7; 70_000]).await?;
            upload.finish().await
        });
        let document = document.expect("an empty store takes a document");
        let files = fs::read_dir(dir.path().join("documents")).expect("it is there");
        let folder = files.flatten().next().expect("it has an object").path();
        let object = fs::read_dir(folder).expect("it is there").flatten().next();
        let object = fs::read(object.expect("it has an object").path());
        let reference = Arc::clone(document.reference());
        (reference, object.expect("it was just written"))
    })
}

/// See [`crate::Target::run`].
pub fn run(bytes: &[u8]) {
    let (reference, object) = sealed();
    let opened = open_object(reference, bytes);
    assert_eq!(
        opened.is_ok(),
        bytes == object,
        "an object opens that nobody sealed"
    );
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    vec![sealed().1.clone()]
}
