//! The insured and their spaces: who is on the roll, the campaign's letters, six weeks to say no, and what follows.
//! It reads no record's content: it begins records, writes in people's `rights` what the register, the campaign and the
//! desk say, and ends or joins spaces through the keeper.
#![forbid(unsafe_code)]

mod activate;
mod agent;
mod attempt;
mod birth;
mod calendar;
mod campaign;
mod code;
mod coming_of_age;
mod correct;
mod dashboard;
mod deadline;
mod desk;
mod enclose;
mod ending;
mod holding;
mod homes;
mod line;
mod mails;
mod merge;
mod oppose;
mod page;
mod parents;
mod press;
mod proof;
mod refuse;
mod register;
mod second;
mod shelf;
mod stage;
mod telephone;
mod throttle;
mod traits;
mod tray;
mod vouch;

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use hygie_letters::Texts;
use hygie_record::Roll;
use hygie_record::notice::{Millis, Subject};
use shelf::Shelf;
use tokio::sync::Mutex;

pub use activate::{Activated, Activation};
pub use agent::{CallBack, Reached, Says, Seen, Told};
pub use attempt::{Attempt, Field, OwnNumber, Slip};
pub use birth::Birth;
pub use calendar::Calendar;
pub use campaign::{Announced, CampaignError, Returned, Wave};
pub use dashboard::Count;
pub use deadline::Made;
pub use desk::{
    Case, Correction, Filed, Filing, Forbidden as CaseForbidden, Kind, Move, Outcome, Reminded,
    Said, Step, Topic, Way as CaseWay, Wrong, keys,
};
pub use holding::Held;
pub use hygie_identity::InsSystem;
pub use line::{Fault, Insured};
pub use mails::{Delivered, Mails};
pub use oppose::Answer;
pub use parents::{Child, ForChild, Parent};
pub use press::{Press, PressError};
pub use proof::Proof;
pub use register::{Registered, Registration};
pub use second::ByCode;
pub use stage::{Event, Forbidden, Stage, Standing, Way, Why};
pub use telephone::{Agent, Found, Review, Whom};
pub use throttle::Pace;
pub use traits::Traits;
pub use tray::{Sent, Wish};

/// One in so many of what is recorded by telephone is looked at by a second agent, unless said.
const ONE_IN: u32 = 10;

/// The insured of an installation.
pub struct Enrolment {
    roll: Arc<Roll>,
    calendar: Calendar,
    press: Option<Press>,
    mails: Option<Mails>,
    texts: Option<Texts>,
    /// One run that sends mails.
    delivering: Mutex<()>,
    mailing: Option<Arc<second::Mailing>>,
    /// One job that writes many lines at a time, so that pages fill one after the other.
    job: Mutex<()>,
    throttle: throttle::Throttle,
    /// Whether a tray may hold wishes that nobody looked after: at the start, and whenever one was laid down.
    wished: AtomicBool,
    /// Wishes for new codes.
    trays: Shelf,
    /// The first of them that may hold such wishes.
    answered: AtomicUsize,
    /// What agents recorded by telephone.
    calls: Shelf,
    /// The first page of it on which something may wait for a second look.
    looked_at: AtomicUsize,
    /// One in so many of it waits for one.
    one_in: u32,
    /// When the next space of each page is due, as far as this process knows; the job need not open it before.
    due: Mutex<HashMap<Subject, Millis>>,
    /// Cases about people's rights over their data.
    desk: desk::Desk,
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
            mails: None,
            texts: None,
            delivering: Mutex::default(),
            mailing: None,
            job: Mutex::default(),
            throttle: throttle::Throttle::default(),
            wished: AtomicBool::new(true),
            trays: Shelf::of("tray"),
            answered: AtomicUsize::new(0),
            calls: Shelf::of("calls"),
            looked_at: AtomicUsize::new(0),
            one_in: ONE_IN,
            due: Mutex::default(),
            desk: desk::Desk::default(),
            decoy,
        }
    }

    /// The same, where a second agent looks at one in so many of what is recorded by telephone: at all where that is 1.
    #[must_use]
    pub fn sampling(mut self, one_in: NonZero<u32>) -> Self {
        self.one_in = one_in.get();
        self
    }

    pub(crate) fn press(&self) -> Result<&Press, CampaignError> {
        self.press.as_ref().ok_or(CampaignError::NoPress)
    }
}
