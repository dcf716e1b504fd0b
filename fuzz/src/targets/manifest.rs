//! A backup's manifest: read as it is printed, and believed only as the ledger's key signed it.

use std::sync::OnceLock;

use hygie_keeper::{Manifest, Told};
use hygie_ledger::{Signer, note};

fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| {
        Signer::from_seed("fuzz.example/access", &[5; 32]).expect("the name is a ledger's")
    })
}

/// Two backups, the second behind the first.
fn honest() -> [Manifest; 2] {
    [1, 2].map(|number| {
        let file = |name: &str| {
            let hash = "5a".repeat(32);
            (name.to_owned(), Told { bytes: 640, hash })
        };
        Manifest {
            number,
            ledger: "fuzz.example/access".to_owned(),
            events: (number * 40 - 40, number * 40),
            positions: (number * 7 - 7, number * 7),
            previous: if number == 1 {
                String::new()
            } else {
                "c3".repeat(32)
            },
            files: ["keeper.age", "store.age"].map(file).into(),
        }
    })
}

/// See [`crate::Target::run`].
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(manifest) = Manifest::read(text) {
        assert_eq!(manifest.text(), text, "a manifest has two spellings");
    }
    if let Some(manifest) = Manifest::open(text, signer().verifier()) {
        assert!(
            honest().contains(&manifest),
            "a manifest is believed that nobody signed"
        );
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let texts = honest().map(|manifest| manifest.text());
    let signed = texts
        .iter()
        .map(|text| note::sign(text, signer()).expect("it ends in a new line"));
    let signed: Vec<Vec<u8>> = signed.map(String::into_bytes).collect();
    texts
        .map(String::into_bytes)
        .into_iter()
        .chain(signed)
        .collect()
}
