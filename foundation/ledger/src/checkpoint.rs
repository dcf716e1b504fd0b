//! Checkpoints (C2SP tlog-checkpoint): the signed size and root of a log.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::{Error, Signer, Verifier, note};

/// What a log's key signed about its state. Only [`Checkpoint::open`] makes one, so a value is proof of the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The name of the log, equal to the name of its key.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// RFC 6962 root over these entries.
    pub root: [u8; 32],
}

impl Checkpoint {
    /// Checks the signature and reads the text, which must be exactly origin, size and root: extension lines, another
    /// spelling of a number or of base64, and further signatures are refused.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Checkpoint, Error> {
        let text = note::open(note, verifier)?;
        let malformed = |why| Error::MalformedCheckpoint { why };
        let lines: Vec<&str> = text.lines().collect();
        let [origin, size, root] = lines[..] else {
            return Err(malformed(
                "it does not have exactly the lines origin, size and root",
            ));
        };
        let size = size
            .parse()
            .map_err(|_| malformed("the size is not a number"))?;
        let root = STANDARD
            .decode(root)
            .ok()
            .and_then(|root| Hash::try_from(root).ok())
            .ok_or(malformed("the root is not the base64 of 32 bytes"))?;
        if origin != verifier.origin() {
            return Err(malformed("the origin is not the name of the key"));
        }
        if body(origin, size, &root) != text {
            return Err(malformed("it is not written in the one canonical way"));
        }
        Ok(Checkpoint {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// The signed note of this state.
    pub(crate) fn sign(size: u64, root: &Hash, signer: &Signer) -> Result<String, Error> {
        note::sign(&body(signer.verifier().origin(), size, root), signer)
    }
}

fn body(origin: &str, size: u64, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", STANDARD.encode(root))
}
