//! The insured and their spaces: who is on the roll, the campaign's letters, six weeks to say no, and what follows.
//! It opens no record: of people's logs it writes oppositions, and makes spaces that hold nothing yet.
#![forbid(unsafe_code)]

mod attempt;
mod calendar;
mod campaign;
mod code;
mod dashboard;
mod deadline;
mod line;
mod oppose;
mod page;
mod press;
mod proof;
mod register;
mod stage;
mod throttle;
mod tray;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use hygie_record::Roll;
use hygie_record::notice::{Millis, Subject};
use tokio::sync::Mutex;

pub use attempt::{Attempt, Field, Slip};
pub use calendar::Calendar;
pub use campaign::{Announced, CampaignError, Returned, Wave};
pub use dashboard::Count;
pub use deadline::Made;
pub use line::{Fault, Insured};
pub use oppose::Answer;
pub use press::{Press, PressError};
pub use proof::Proof;
pub use register::{Registered, Registration};
pub use stage::{Event, Forbidden, Stage, Standing, Way, Why};
pub use throttle::Pace;
pub use tray::Wish;

/// The insured of an installation.
pub struct Enrolment {
    roll: Arc<Roll>,
    calendar: Calendar,
    press: Option<Press>,
    /// One job that writes many lines at a time, so that pages fill one after the other.
    job: Mutex<()>,
    throttle: throttle::Throttle,
    /// Whether a tray may hold wishes that nobody looked after: at the start, and whenever one was laid down.
    wished: AtomicBool,
    /// The trays known so far.
    trays: Mutex<Vec<Subject>>,
    /// The first of them that may hold such wishes.
    answered: AtomicUsize,
    /// When the next space of each page is due, as far as this process knows; the job need not open it before.
    due: Mutex<HashMap<Subject, Millis>>,
    /// What says which page stands in for a number that is not on the roll.
    decoy: [u8; 32],
}

impl Enrolment {
    /// Enrols on this roll, by this calendar; letters are laid down by `press`, if there is one.
    pub fn new(roll: Roll, calendar: Calendar, press: Option<Press>) -> Self {
        let mut decoy = [0; 32];
        roll.record().entropy().fill(&mut decoy);
        Self {
            roll: Arc::new(roll),
            calendar,
            press,
            job: Mutex::default(),
            throttle: throttle::Throttle::default(),
            wished: AtomicBool::new(true),
            trays: Mutex::default(),
            answered: AtomicUsize::new(0),
            due: Mutex::default(),
            decoy,
        }
    }

    pub(crate) fn press(&self) -> Result<&Press, CampaignError> {
        self.press.as_ref().ok_or(CampaignError::NoPress)
    }
}
