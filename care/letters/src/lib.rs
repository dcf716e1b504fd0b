//! Letters to people: e-mail that says that something is new in one's space (decision 0022), the campaign's letters on
//! paper and as e-mail (decision 0023), and codes by text message (decision 0031). It knows no record and opens none; no
//! letter names a professional or content.
#![forbid(unsafe_code)]

mod address;
mod bag;
mod error;
mod figures;
mod language;
mod letter;
mod mail;
mod mailbox;
mod notifier;
mod one_time;
mod outbox;
mod paper;
mod phone;
mod queue;
mod relay;
mod reminder;
mod site;
mod texts;

pub use address::Address;
pub use bag::{Bag, Load};
pub use error::Error;
pub use figures::Figures;
pub use language::Language;
pub use letter::Letter;
pub use mail::Mail;
pub use mailbox::Mailbox;
pub use notifier::Notifier;
pub use one_time::OneTime;
pub use outbox::Outbox;
pub use paper::{
    Batch, Choice, Code, Matter, Moment, Opposed, Paper, Post, Postal, Printed, Sender, Shop,
    Wording,
};
pub use phone::Phone;
pub use queue::Pace;
pub use relay::Relay;
pub use reminder::Reminder;
pub use site::Site;
pub use texts::{Text, Texts};
