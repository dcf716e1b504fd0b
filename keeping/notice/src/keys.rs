use std::fmt;

use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use crate::{Millis, Subject};

/// Who keeps a share: a name, and the public half of an age identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custodian {
    /// 1 to 64 lower-case letters, digits and hyphens; it names his files.
    pub name: String,
    /// An age X25519 recipient: `age1…`.
    pub recipient: String,
}

/// How a subject ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum How {
    /// Its keys are destroyed; the trail's lies with custodians for a time.
    Erased = 1,
    /// Its keys lie with custodians for a time, all three.
    Closed = 2,
}

impl How {
    /// Reads the number that a tombstone bears.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Erased),
            2 => Some(Self::Closed),
            _ => None,
        }
    }
}

/// What the operator wants done with keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStep {
    /// Name the custodians, and give them shares of the root key and of the living epochs.
    Custody {
        /// How many of them open together.
        threshold: u8,
        /// All of them.
        custodians: Vec<Custodian>,
    },
    /// Go on rotating: begin if nothing is under way, then wrap one batch of keys anew.
    Rotate,
    /// End the rotation: destroy the epochs before, since this backup has all keys anew.
    Finish {
        /// The backup's signed manifest.
        manifest: String,
    },
    /// Destroy the archives whose time is over.
    Purge,
    /// Give out the shares of a subject's archive, as they were sealed.
    Archive {
        /// Whose.
        subject: Subject,
    },
}

/// What came of a [`KeyStep`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyAnswer {
    /// To `Custody`: the folders in `keeper/custody` that hold the sealed shares.
    Custody {
        /// Their names.
        folders: Vec<String>,
    },
    /// To `Rotate`.
    Rotating {
        /// The epoch that new keys are wrapped in.
        epoch: u32,
        /// How many keys this batch wrapped anew.
        wrapped: u64,
        /// Whether keys are left.
        more: bool,
        /// Whether an earlier run had come to its end, but for this answer.
        ended: bool,
    },
    /// To `Finish`.
    Rotated {
        /// The epoch that is left.
        epoch: u32,
        /// Those that were destroyed.
        destroyed: Vec<u32>,
    },
    /// To `Purge`.
    Purged {
        /// How many archives were destroyed.
        archives: u64,
    },
    /// To `Archive`: custodian and sealed share.
    Archive {
        /// How many open together.
        threshold: u8,
        /// One a custodian.
        shares: Vec<(String, ByteBuf)>,
    },
}

/// That a subject has ended, and what proves it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub how: How,
    /// When.
    pub at: Millis,
    /// Until when custodians can open what they hold.
    pub until: Millis,
    /// The leaf's index in the ledger.
    pub index: u64,
    /// The event as its leaf commits to it: CBOR.
    pub event: ByteBuf,
    /// The key of this subject's leaves: HMAC-SHA256 under it of the event is the leaf.
    pub leaf_key: ByteArray<32>,
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ended({:?} at {})", self.how, self.at)
    }
}
