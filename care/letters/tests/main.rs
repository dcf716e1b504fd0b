//! Letters as they arrive: in a folder, and at a mail server that nobody here wrote (aiosmtpd).
//!
//! Failures covered: a letter that tells who, what or from whom; an address that adds a header; a letter a piece of
//! news; news for which none comes; a server that refuses, hangs, is away or is somebody else's, and what waits for it;
//! an address in a log, an error or a debug text; letters in the clear over a network; more letters in memory than fit.
//! Not failures: without an outbox, a second letter within the interval after a restart, and a letter that is lost when
//! the program is killed.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/folder.rs"]
mod folder;
#[path = "main/outbox.rs"]
mod outbox;
#[path = "main/server.rs"]
mod server;
#[path = "main/world.rs"]
mod world;
