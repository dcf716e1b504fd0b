//! The roll of the insured: one line a person, before or beside a space, in sealed pages. By it somebody
//! without an account opposes. It is opened under the roll's own assertion, which opens no record.

mod code;
mod oppose;
mod proof;
mod register;
mod throttle;

use std::collections::HashMap;
use std::sync::Arc;

use hygie_notice::{
    Act, ActorKind, ActorRef, IssuerKey, Purpose, Receipt, Stream, Subject, SubjectKind, symbols,
};
use hygie_policy::Target;
use tokio::sync::Mutex;

use crate::change::{Line, RollChange, RollNews, decode};
use crate::desk::Desk;
use crate::subject::Errand;
use crate::{Caller, Error, Record};

pub use code::normal as normal_code;
pub use oppose::{Answer, Attempt, Field};
pub use proof::Proof;
pub use register::{Insured, Registered};
pub use throttle::Pace;

/// The tag domain of INS numbers, by which the page of an insured person is found.
const ROLL: &str = "roll";
/// How long an assertion of the roll lives, in seconds: a page's work.
const LIFETIME: u64 = 10 * 60;
/// How many positions of the feed are read at once.
const FEED: usize = 10_000;

/// The roll's side of a running installation.
pub struct Enrolment {
    record: Arc<Record>,
    key: IssuerKey,
    /// The pages known so far, oldest first; read from the feed once.
    pages: Mutex<Option<Vec<Subject>>>,
    /// One register job at a time, so that pages fill one after the other.
    job: Mutex<()>,
    throttle: throttle::Throttle,
    /// What says which page stands in for a number that is not on the roll.
    decoy: [u8; 32],
}

/// An opened page.
#[derive(Default)]
struct Page {
    lines: HashMap<(String, String), State>,
}

struct State {
    line: Line,
    opposed: bool,
}

impl Page {
    fn apply(&mut self, plain: &[u8]) -> Result<(), Error> {
        let change: RollChange = decode(plain)?;
        for news in change.news {
            match news {
                RollNews::Add(line) => {
                    let key = (line.system.clone(), number_of(&line.ins).to_owned());
                    self.lines.insert(
                        key,
                        State {
                            line,
                            opposed: false,
                        },
                    );
                }
                RollNews::Opposed { system, number, .. } => {
                    if let Some(state) = self.lines.get_mut(&(system, number)) {
                        state.opposed = true;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether `plain` is a change of a page.
pub(crate) fn reads(plain: &[u8]) -> bool {
    Page::default().apply(plain).is_ok()
}

/// The 13 characters of an INS that stand before its key.
fn number_of(ins: &str) -> &str {
    ins.get(..13).unwrap_or(ins)
}

impl Enrolment {
    /// Acts for the roll of `record`'s installation with the key that the keeper made for it.
    pub fn new(record: Arc<Record>, key: IssuerKey) -> Self {
        let mut decoy = [0; 32];
        record.entropy.fill(&mut decoy);
        Self {
            record,
            key,
            pages: Mutex::new(None),
            job: Mutex::new(()),
            throttle: throttle::Throttle::default(),
            decoy,
        }
    }

    fn caller(&self) -> Caller {
        let actor = ActorRef::new(ActorKind::Enrolment, "enrolment");
        let jti = symbols(self.record.entropy.as_ref(), 26);
        let now = self.record.clock.now();
        Caller {
            assertion: self.key.assert(actor.clone(), now, LIFETIME, jti),
            actor,
            purpose: Purpose::Enrolment,
        }
    }

    /// Writes the notice down, and opens a page; makes it when `act` is [`Act::Create`].
    async fn open(
        &self,
        caller: &Caller,
        page: Subject,
        act: Act,
        what: &str,
    ) -> Result<(Page, Desk, Receipt), Error> {
        let record = &self.record;
        let guard = record.guard(page, true).await;
        let errand = Errand {
            caller,
            subject: page,
            target: Target::Roll,
            act,
            what,
        };
        let (receipt, desk) = record.open_subject(&errand, guard).await?;
        let mut folded = Page::default();
        for plain in record.entries(&desk).await? {
            folded.apply(&plain)?;
        }
        Ok((folded, desk, receipt))
    }

    /// All pages, oldest first.
    async fn pages(&self) -> Result<Vec<Subject>, Error> {
        let mut known = self.pages.lock().await;
        if let Some(pages) = &*known {
            return Ok(pages.clone());
        }
        let mut pages = Vec::new();
        let mut after = 0;
        loop {
            let feed = self.record.vault.feed(after, FEED).await?;
            let Some(last) = feed.last() else { break };
            after = last.position;
            let begun = feed.iter().filter(|line| {
                line.subject.kind == SubjectKind::Roll
                    && line.stream == Stream::Content
                    && line.sequence == 0
            });
            pages.extend(begun.map(|line| line.subject));
        }
        *known = Some(pages.clone());
        Ok(pages)
    }
}
