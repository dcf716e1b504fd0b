//! Every decoder of bytes that come from a disk or a socket, as a function that takes any bytes and must neither
//! panic, nor hang, nor take much memory, nor accept what it would not print again.
//! It finds no inputs itself: a test runs the kept corpus and seeded mutations of it, cargo-fuzz (`engine/`) the rest.
#![forbid(unsafe_code)]
#![expect(
    clippy::missing_panics_doc,
    reason = "a target panics when the decoder is wrong: that is the finding"
)]

mod mutate;
mod targets;

use std::path::PathBuf;

pub use mutate::Mutator;
pub use targets::TARGETS;

/// A decoder, and inputs that it takes.
pub struct Target {
    /// Its name: of the corpus' folder and of the engine's program.
    pub name: &'static str,
    /// Decodes any bytes; panics when something is wrong with the decoder.
    pub run: fn(&[u8]),
    /// Inputs of the right form, made by the encoder, so that nobody starts from nothing.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

impl Target {
    /// Where its inputs are kept.
    pub fn corpus(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(self.name)
    }
}

/// Runs the target of this name; for the engine's programs.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS
        .iter()
        .find(|target| target.name == name)
        .expect("the engine names a target of this list");
    (target.run)(bytes);
}
