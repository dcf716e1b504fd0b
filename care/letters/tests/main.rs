//! Letters as they arrive: in a folder, at a mail server that nobody here wrote (aiosmtpd), on paper, at a print shop.
//!
//! Failures covered: a letter that tells who, what or from whom; an address that adds a header; a letter a piece of
//! news; news for which none comes; a server that refuses, hangs, is away or is somebody else's, and what waits for it;
//! an address in a log, an error or a debug text; letters in the clear over a network; more letters in memory than fit.
//! On paper: a document that is damaged, that is another one for the same letter, that ears can't read or read in another
//! order; a letter in a batch with another person's words or code; a batch that others than the shop open; an index that
//! names people; a thousand letters that are large.
//! Not failures: without an outbox, a second letter within the interval after a restart, and a letter that is lost when
//! the program is killed.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/batch.rs"]
mod batch;
#[path = "main/folder.rs"]
mod folder;
#[path = "main/mails.rs"]
mod mails;
#[path = "main/outbox.rs"]
mod outbox;
#[path = "main/paper.rs"]
mod paper;
#[path = "main/samples.rs"]
mod samples;
#[path = "main/server.rs"]
mod server;
#[path = "main/world.rs"]
mod world;
