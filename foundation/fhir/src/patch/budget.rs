//! What a patch may cost: a few operations that copy a resource into itself
//! would double it each time.

use super::Refusal;
use crate::json::{Json, Limits};

/// What the rest of a patch may still add, copy or move.
pub struct Budget {
    bytes: usize,
    nodes: usize,
    depth: usize,
}

impl Budget {
    pub fn new(limits: &Limits) -> Budget {
        Budget {
            bytes: limits.bytes,
            nodes: limits.nodes,
            depth: limits.depth,
        }
    }

    /// Takes off what it costs to place `value` within `around` arrays and
    /// objects.
    pub fn spend(&mut self, value: &Json, around: usize) -> Result<(), Refusal> {
        let depth = self.depth.checked_sub(around);
        depth
            .and_then(|depth| self.measure(value, depth))
            .ok_or(Refusal::new(
                "too-costly",
                "what the patch adds, copies and moves is larger or deeper than the limit",
            ))
    }

    /// Stops where the first limit is reached, so that measuring costs no more
    /// than what it takes off.
    fn measure(&mut self, value: &Json, depth: usize) -> Option<()> {
        self.nodes = self.nodes.checked_sub(1)?;
        match value {
            Json::Null | Json::Bool(_) | Json::Elsewhere(_) => {}
            Json::Number(text) | Json::String(text) => {
                self.bytes = self.bytes.checked_sub(text.len())?;
            }
            Json::Array(items) => {
                let depth = depth.checked_sub(1)?;
                for item in items {
                    self.measure(item, depth)?;
                }
            }
            Json::Object(members) => {
                let depth = depth.checked_sub(1)?;
                for (name, value) in members {
                    self.bytes = self.bytes.checked_sub(name.len())?;
                    self.measure(value, depth)?;
                }
            }
        }
        Some(())
    }
}
