use serde::{Deserialize, Serialize};

use crate::Line;

/// What one request brings: the lines that follow, and the signed state of the list up to the last of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The lines, in order; none when there is nothing new.
    pub lines: Vec<Line>,
    /// A C2SP checkpoint: how many lines the list has up to here, and the RFC 6962 root over them.
    pub checkpoint: String,
    /// Whether more lines follow now.
    pub more: bool,
}
