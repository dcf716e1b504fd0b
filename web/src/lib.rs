//! What every page of every site shares: languages, layout, the one stylesheet, and the headers that keep
//! a page to itself. It knows no person, no record and no study.
#![forbid(unsafe_code)]

mod guard;
mod language;
mod layout;
pub mod oidc;
mod texts;

pub use guard::{guard, is_same_site};
pub use language::Language;
pub use layout::{Layout, STYLE, stylesheet};
pub use texts::Texts;
