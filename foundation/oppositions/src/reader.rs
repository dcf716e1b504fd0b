use hygie_ledger::{Checkpoint, Edge, Verifier};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use crate::Part;

/// Reads the list on from where it stopped. What it believed once stays the beginning of what it believes next, so that
/// a list that was rewritten or put back to an earlier day is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    edge: Edge,
    /// The state that was signed last; nothing before the first part.
    checkpoint: String,
}

/// What a reader keeps between two runs.
#[derive(Serialize, Deserialize)]
struct Kept {
    size: u64,
    subtrees: Vec<ByteArray<32>>,
    checkpoint: String,
}

/// Why a part is not believed. Nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The checkpoint is not signed by the list's key, or is none.
    #[error("the list's state is not signed by its key: {0}")]
    Unsigned(String),
    /// A line has another number than the next one.
    #[error("line {found} came where line {wanted} was next")]
    OutOfOrder {
        /// The number that was next.
        wanted: u64,
        /// The one that came.
        found: u64,
    },
    /// What was signed is another list, or another length: lines were altered, dropped, put in or taken back.
    #[error("{size} lines do not lead to the state that was signed over {signed}")]
    Altered {
        /// How many lines were read, these included.
        size: u64,
        /// Over how many the state was signed.
        signed: u64,
    },
    /// What a reader kept can't be read.
    #[error("what was kept of the list is not in a known form")]
    Malformed,
}

impl Reader {
    /// A reader that read nothing yet.
    pub fn new() -> Self {
        Self {
            edge: Edge::default(),
            checkpoint: String::new(),
        }
    }

    /// The number of the next line: what to ask for.
    pub fn next(&self) -> u64 {
        self.edge.size()
    }

    /// The signed state of all lines read so far: what proves what was given, and that no line of it was dropped.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Takes a part, whole or not at all.
    ///
    /// # Errors
    /// [`Fault`]: then this reader is where it was.
    pub fn take(&mut self, part: &Part, verifier: &Verifier) -> Result<(), Fault> {
        let signed = Checkpoint::open(&part.checkpoint, verifier)
            .map_err(|error| Fault::Unsigned(error.to_string()))?;
        let mut edge = self.edge.clone();
        for line in &part.lines {
            if line.number != edge.size() {
                return Err(Fault::OutOfOrder {
                    wanted: edge.size(),
                    found: line.number,
                });
            }
            edge.push(&line.bytes());
        }
        if (signed.size, signed.root) != (edge.size(), edge.root()) {
            return Err(Fault::Altered {
                size: edge.size(),
                signed: signed.size,
            });
        }
        self.edge = edge;
        self.checkpoint.clone_from(&part.checkpoint);
        Ok(())
    }

    /// What to keep for the next run; it names nobody.
    pub fn keep(&self) -> String {
        let subtrees = self.edge.subtrees().iter().copied().map(ByteArray::new);
        let kept = Kept {
            size: self.edge.size(),
            subtrees: subtrees.collect(),
            checkpoint: self.checkpoint.clone(),
        };
        serde_json::to_string(&kept).expect("numbers and strings have a JSON form")
    }

    /// The reader that kept this.
    ///
    /// # Errors
    /// [`Fault::Malformed`], and [`Fault::Unsigned`] where its state is not signed.
    pub fn resume(kept: &str, verifier: &Verifier) -> Result<Self, Fault> {
        let kept: Kept = serde_json::from_str(kept).map_err(|_| Fault::Malformed)?;
        let subtrees = kept.subtrees.into_iter().map(ByteArray::into_array);
        let edge = Edge::new(kept.size, subtrees.collect()).ok_or(Fault::Malformed)?;
        let reader = Self {
            edge,
            checkpoint: kept.checkpoint,
        };
        if reader == Self::new() {
            return Ok(reader);
        }
        let signed = Checkpoint::open(&reader.checkpoint, verifier)
            .map_err(|error| Fault::Unsigned(error.to_string()))?;
        if (signed.size, signed.root) != (reader.edge.size(), reader.edge.root()) {
            return Err(Fault::Malformed);
        }
        Ok(reader)
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}
