//! Documents: bytes too large for an entry, each an object of its own under `documents/` in the store's
//! folder, sealed under a random key that lies only in the entry that refers to it. Whoever destroys the
//! key of the entries destroys the documents.
//!
//! A row in `vault.db` says of each object that it is being written, or which entry refers to it. The row
//! is durable before the object is begun, and the entry is appended in the transaction that claims the
//! object. So a crash leaves nothing that nobody knows of: what nobody claimed is swept.

mod form;
mod local;
mod reader;
mod upload;

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hygie_notice::{DataKey, Entropy};
use serde::{Deserialize, Serialize};

use crate::Error;
pub(crate) use local::Local;
pub use reader::{Reader, open_object};
pub use upload::Upload;

/// The longest document, in bytes.
pub const LONGEST: u64 = 100 * 1024 * 1024;

/// An object's name: 128 random bits that say nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(#[serde(with = "serde_bytes")] [u8; 16]);

impl Name {
    fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The form used in rows, backups and associated data.
    pub(crate) fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads [`Name::bytes`].
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// What an entry says of a document that lies outside it. Its form is final: fields are added, never changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reference {
    name: Name,
    /// INVARIANT (keys are random): made for this document, kept nowhere but here.
    key: DataKey,
    length: u64,
    #[serde(with = "serde_bytes")]
    hash: [u8; 32],
}

impl Reference {
    /// Plain bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// SHA-256 of the plain bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

/// A document that is kept, or will be once an entry claims it.
#[derive(Debug)]
pub struct Document {
    reference: Arc<Reference>,
    fresh: Option<Fresh>,
}

impl Document {
    /// A document that an entry refers to.
    pub fn kept(reference: Arc<Reference>) -> Self {
        Self {
            reference,
            fresh: None,
        }
    }

    /// What the entry says of it.
    pub fn reference(&self) -> &Arc<Reference> {
        &self.reference
    }

    /// What has to be claimed together with the entry; none when an entry did so already.
    pub(crate) fn claim(&self) -> Option<(Name, [u8; 32])> {
        let fresh = self.fresh.as_ref()?;
        (!fresh.pending.claimed.load(Ordering::Acquire))
            .then_some((self.reference.name, fresh.sealed))
    }

    /// An entry refers to it, durably.
    pub(crate) fn claimed(&self) {
        if let Some(fresh) = &self.fresh {
            fresh.pending.claimed.store(true, Ordering::Release);
            fresh.pending.living.leave(self.reference.name);
        }
    }
}

/// A document that was just written.
#[derive(Debug)]
struct Fresh {
    pending: Pending,
    /// SHA-256 of the object, as it lies in the store.
    sealed: [u8; 32],
}

/// Names of objects that are being written, or wait for their entry: no sweep touches them.
#[derive(Debug, Default)]
pub(crate) struct Living(Mutex<HashSet<Name>>);

impl Living {
    fn enter(&self, name: Name) {
        self.names().insert(name);
    }

    fn leave(&self, name: Name) {
        self.names().remove(&name);
    }

    pub(crate) fn holds(&self, name: Name) -> bool {
        self.names().contains(&name)
    }

    fn names(&self) -> std::sync::MutexGuard<'_, HashSet<Name>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An object on its way: given up when this is dropped, unless an entry claimed it.
struct Pending {
    name: Name,
    claimed: AtomicBool,
    living: Arc<Living>,
    local: Arc<Local>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.name)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.claimed.load(Ordering::Acquire) {
            return;
        }
        let (name, living, local) = (self.name, Arc::clone(&self.living), Arc::clone(&self.local));
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                // What can't be given up now is left to the next sweep.
                let _left = local.give_up(name).await;
                living.leave(name);
            })),
            Err(_) => living.leave(name),
        }
    }
}

/// Begins a document; its row is durable when this returns.
///
/// # Errors
/// [`Error::Full`], [`Error::Unavailable`] or [`Error::Poisoned`].
pub(crate) async fn begin(local: &Arc<Local>, entropy: &Arc<dyn Entropy>) -> Result<Upload, Error> {
    let name = Name::random(entropy.as_ref());
    let pending = Pending {
        name,
        claimed: AtomicBool::new(false),
        living: Arc::clone(local.living()),
        local: Arc::clone(local),
    };
    local.living().enter(name);
    local.note(name).await?;
    Upload::begin(pending, Arc::clone(entropy)).await
}

#[cfg(test)]
mod tests;
