//! The list of who opposes research, or his space, as care gives it to the crossing: its form, and the check that no
//! line was altered, dropped, put in or taken back.
//! It opens nothing, and has no network, no clock and no files; whose number is whose pseudonym, the crossing knows.
#![forbid(unsafe_code)]

mod fold;
mod line;
mod part;
mod reader;

pub use fold::Opposed;
pub use line::{About, Line};
pub use part::Part;
pub use reader::{Fault, Reader};
