//! A part of the store's backup: whatever its bytes, a store that is restored holds what was sealed, up to its head.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use hygie_notice::{DataKey, Entropy, Head, PersonId, Stream, Subject};
use hygie_vault::{Log, Memory, Vault};
use tokio::runtime::Runtime;

/// The same nonce each time: nothing here is secret.
struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A backup of one stream with two entries, and what it says.
struct Honest {
    key: DataKey,
    subject: Subject,
    head: Head,
    part: Vec<u8>,
    log: Log,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without timers and sockets starts")
    })
}

fn vault() -> Vault<Memory> {
    Vault::new(Memory::default(), Arc::new(Fixed))
}

fn honest() -> &'static Honest {
    static HONEST: OnceLock<Honest> = OnceLock::new();
    HONEST.get_or_init(|| runtime().block_on(make()))
}

async fn make() -> Honest {
    let (vault, key) = (vault(), DataKey::from_bytes(&[42; 32]));
    let subject = Subject::person(PersonId::random(&Fixed));
    let mut head = Head::default();
    for plain in [b"one".as_slice(), b"the other"] {
        let appended = vault.append(&key, 1, head, subject, Stream::Content, 1, plain);
        head = appended.await.expect("memory takes all");
    }
    let mut backup = vault.backup(0).await.expect("memory is read");
    let mut part = Vec::new();
    loop {
        let bytes = backup.next().await.expect("memory is read");
        if bytes.is_empty() {
            break;
        }
        part.extend(bytes);
    }
    let read = vault.read(subject, Stream::Content, &key, head).await;
    Honest {
        log: read.expect("it was just written"),
        key,
        subject,
        head,
        part,
    }
}

/// See the module.
pub fn run(bytes: &[u8]) {
    let honest = honest();
    let heads = HashMap::from([((honest.subject, Stream::Content), honest.head)]);
    runtime().block_on(async {
        let vault = vault();
        let part = Box::new(Cursor::new(bytes.to_vec()));
        if vault.restore(&heads, vec![part]).await.is_ok() {
            let read = vault.read(honest.subject, Stream::Content, &honest.key, honest.head);
            let log = read.await.expect("what was restored opens");
            assert_eq!(log, honest.log, "another store was restored");
        }
    });
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    vec![honest().part.clone()]
}
