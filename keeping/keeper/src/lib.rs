//! The keeper of keys: it writes each opening into the ledger and only then hands over the key.
//! It never sees content, decides nothing about access, and knows of a person only a random id.
#![forbid(unsafe_code)]

mod backup;
mod budgets;
mod check;
mod client;
mod custody;
mod database;
mod error;
mod event;
mod frame;
mod home;
mod init;
mod issuers;
mod joins;
mod keeper;
mod launcher;
mod look_ups;
mod measures;
mod meetings;
mod memory;
mod publisher;
mod recover;
mod root;
mod sequencer;
mod server;
mod shamir;
mod share;
mod wrap;

pub use backup::{Manifest, Proceed, Told, backup, endings, heads, restore};
pub use budgets::{Allowance, Budgets};
pub use client::{AlarmPage, Client, Cover, Faults, Hello, Proof};
pub use error::Error;
pub use home::Home;
pub use hygie_notice as notice;
pub use init::init;
pub use issuers::{load_issuer_key, load_letters_key};
pub use keeper::{Keeper, Terms};
pub use launcher::end_with_launcher;
pub use measures::Measures;
pub use memory::hide_memory;
pub use root::{Passphrase, Protection, Unlock, recover as recover_root};
pub use sequencer::{reads_archive, sample_archive};
pub use server::{bind, serve};
pub use share::{Part, Share, reassembled};
