//! Letters to people: e-mail that says that something is new in one's space, and nothing else (decision 0022).
//! It knows no record and opens none; a letter names no person, no professional and no content.
#![forbid(unsafe_code)]

mod address;
mod error;
mod figures;
mod language;
mod letter;
mod mailbox;
mod notifier;
mod outbox;
mod queue;
mod relay;
mod site;

pub use address::Address;
pub use error::Error;
pub use figures::Figures;
pub use language::Language;
pub use letter::Letter;
pub use mailbox::Mailbox;
pub use notifier::Notifier;
pub use outbox::Outbox;
pub use queue::Pace;
pub use relay::Relay;
pub use site::Site;
