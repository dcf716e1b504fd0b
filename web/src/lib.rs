//! What every page of every site shares: languages, layout, the one stylesheet, the headers that keep a page
//! to itself, sessions, passkeys, and sign-in at a provider of identities. It knows no person, no record and no study:
//! accounts are opaque to it.
#![forbid(unsafe_code)]

mod cookie;
mod elsewhere;
mod forms;
mod guard;
mod guests;
mod language;
mod layout;
pub mod oidc;
mod passkeys;
mod sessions;
mod texts;

pub use elsewhere::is_own_page;
pub use forms::{Form, Forms};
pub use guard::{Scripted, guard, is_same_site};
pub use guests::Guests;
pub use language::Language;
pub use layout::{Layout, STYLE, Signed, stylesheet};
pub use passkeys::{Claim, Made, Passkeys, Proved, SCRIPT, script};
pub use sessions::{AccountId, Draw, Idle, Millis, Session, Sessions, Standing};
pub use texts::Texts;
