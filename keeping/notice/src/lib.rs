//! What all sides say to the keeper: who is meant, who acts, what for, and the keys that come back.
//! It holds no key of its own, decides nothing and stores nothing.
#![forbid(unsafe_code)]

mod actor;
mod alarm;
mod assertion;
mod believed;
mod ending;
mod error;
mod keys;
pub mod measures;
mod notice;
mod seal;
mod subject;
mod time;
pub mod wire;

pub use actor::{ActorKind, ActorRef};
pub use alarm::{ActorStep, Alarm, Alarmed, Outcome, ReviewQueue};
pub use assertion::{Assertion, Claims, Issuer, IssuerKey};
pub use believed::Believed;
pub use ending::EndingProof;
pub use error::Error;
pub use keys::{Custodian, Ended, How, KeyAnswer, KeyStep};
pub use notice::{Act, Event, Head, Joined, Notice, Opened, Purpose, Receipt, RequestId, Verdict};
pub use seal::{DataKey, Piece, Place, xaes};
pub use subject::{PersonId, Stream, Subject, SubjectKind, symbols};
pub use time::{Clock, Entropy, Millis, SystemClock, SystemEntropy};
