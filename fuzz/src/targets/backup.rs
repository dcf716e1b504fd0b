//! A part of the store's backup: whatever its bytes, a store that is restored holds what was sealed, up to its head,
//! and each document as it was sealed, or not at all.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use hygie_notice::{DataKey, Entropy, Head, PersonId, Stream, Subject};
use hygie_vault::{Document, Log, Reference, Store, Vault};
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
    /// Of the document that the second entry refers to, if there is one.
    reference: Option<Arc<Reference>>,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without timers and sockets starts")
    })
}

fn vault<S: Store>(store: S) -> Vault<S> {
    Vault::new(store, Arc::new(Fixed))
}

async fn make<S: Store>(vault: Vault<S>, document: Option<Document>) -> Honest {
    let (key, subject) = (
        DataKey::from_bytes(&[42; 32]),
        Subject::person(PersonId::random(&Fixed)),
    );
    let stream = Stream::Content;
    let reference = document.as_ref().map(|kept| Arc::clone(kept.reference()));
    let claims: Vec<_> = document.into_iter().map(Arc::new).collect();
    let first = vault.append(&key, 1, Head::default(), subject, stream, 1, b"one");
    let head = first.await.expect("an empty store takes all");
    let other = b"the other";
    let second = vault.append_claiming(&key, 1, head, subject, stream, 1, other, &claims);
    let head = second.await.expect("the store takes all");
    let mut backup = vault.backup(0).await.expect("the store is read");
    let mut part = Vec::new();
    loop {
        let bytes = backup.next().await.expect("the store is read");
        if bytes.is_empty() {
            break;
        }
        part.extend(bytes);
    }
    let read = vault.read(subject, stream, &key, head).await;
    Honest {
        log: read.expect("it was just written"),
        key,
        subject,
        head,
        part,
        reference,
    }
}

impl Honest {
    /// Restores a part into an empty vault. Where it succeeds, the entries are those that were sealed.
    async fn restores<S: Store>(&self, vault: &Vault<S>, bytes: &[u8]) -> bool {
        let heads = HashMap::from([((self.subject, Stream::Content), self.head)]);
        let part = Box::new(Cursor::new(bytes.to_vec()));
        if vault.restore(&heads, vec![part]).await.is_err() {
            assert!(bytes != self.part, "an honest part is refused");
            return false;
        }
        let read = vault.read(self.subject, Stream::Content, &self.key, self.head);
        let log = read.await.expect("what was restored opens");
        assert_eq!(log, self.log, "another store was restored");
        true
    }
}

/// Without documents, in memory: many a second.
pub mod entries {
    use hygie_vault::Memory;

    use super::{Honest, OnceLock, make, runtime, vault};

    fn honest() -> &'static Honest {
        static HONEST: OnceLock<Honest> = OnceLock::new();
        HONEST.get_or_init(|| runtime().block_on(make(vault(Memory::default()), None)))
    }

    /// See the module above.
    pub fn run(bytes: &[u8]) {
        runtime().block_on(honest().restores(&vault(Memory::default()), bytes));
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        vec![honest().part.clone()]
    }
}

/// With one, in a real store.
pub mod documents {
    use hygie_vault::{Sqlite, Vault};
    use tempfile::TempDir;

    use super::{Arc, Honest, OnceLock, Reference, make, runtime, vault};

    /// What the document says.
    const PLAIN: [u8; 300] = [7; 300];

    fn empty() -> (TempDir, Vault<Sqlite>) {
        let dir = crate::targets::scratch();
        let store = Sqlite::open(dir.path()).expect("an empty folder takes a store");
        (dir, vault(store))
    }

    fn honest() -> &'static Honest {
        static HONEST: OnceLock<Honest> = OnceLock::new();
        HONEST.get_or_init(|| {
            let (_dir, vault) = empty();
            runtime().block_on(async {
                let mut upload = vault.upload().await.expect("the store takes all");
                upload.write(&PLAIN).await.expect("the store takes all");
                let document = upload.finish().await.expect("the store takes all");
                make(vault, Some(document)).await
            })
        })
    }

    /// The document's bytes, as far as the store gives them.
    async fn read(vault: &Vault<Sqlite>, reference: &Arc<Reference>) -> Option<Vec<u8>> {
        let mut reader = vault.document(reference, 0..u64::MAX).await.ok()?;
        let mut plain = Vec::new();
        loop {
            let next = reader.next().await.ok()?;
            if next.is_empty() {
                return Some(plain);
            }
            plain.extend(next);
        }
    }

    /// See the module above.
    pub fn run(bytes: &[u8]) {
        let honest = honest();
        let (_dir, vault) = empty();
        runtime().block_on(async {
            if honest.restores(&vault, bytes).await {
                let reference = honest.reference.as_ref().expect("it has one");
                let read = read(&vault, reference).await;
                let missing = read.is_none() && bytes != honest.part;
                assert!(
                    missing || read.is_some_and(|plain| plain == PLAIN),
                    "another document was restored"
                );
            }
        });
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        vec![honest().part.clone()]
    }
}
