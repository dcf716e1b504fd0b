//! Putting people on the roll, and what the register tells of them later.

mod filling;
mod places;

use hygie_record::notice::Act;
use hygie_record::{Error, NationalNumbers, Number, RollPage};
use serde::Serialize;

use crate::Enrolment;
use crate::line::Insured;
use crate::page::{News, Page};
use filling::Filling;

/// Lines of a page: one key, and one notice a job.
pub(crate) const LINES: u32 = 4_096;

/// What became of one insured person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Registered {
    /// A new line; with the code for its letter where one was asked for, which nobody can read again.
    Added {
        /// As it is printed.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The line was there, and says the same.
    Already,
    /// The line was there, and says what the register tells now.
    Corrected,
    /// Refused.
    Rejected {
        /// Why; holds nothing of the person.
        reason: String,
    },
}

/// What goes with registering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Lines alone: letters come with the campaign.
    Lines,
    /// Each new line has its code at once, which whoever registers brings to the person.
    Codes,
    /// Newborns: who is there already is left as he is.
    Births,
}

impl Enrolment {
    /// Puts insured persons on the roll, and corrects what it tells of those who are on it. One answer each, in their
    /// order. The same again changes nothing.
    ///
    /// A row with a number that this installation does not take in ([`NationalNumbers`]) is refused, whoever has it.
    ///
    /// What is corrected of who somebody is follows into his space, unless he opposes or it is closed: then it follows
    /// once he says yes again.
    ///
    /// Crash between binding a number to its page and writing the line: the next job finds the page by the number, and
    /// writes the line there.
    ///
    /// # Errors
    /// Those of keeper and store: what was acknowledged before stands, its codes are lost with the answer.
    pub async fn register(
        &self,
        insured: &[Insured],
        with: Registration,
    ) -> Result<Vec<Registered>, Error> {
        let _job = self.job.lock().await;
        let taken = self.roll.record().national_numbers();
        let before = insured.iter().map(|one| Registered::before(one, taken));
        let mut answers: Vec<Registered> = before.collect();
        for (subject, places) in self.place(insured, &mut answers).await? {
            let what = "registering the insured";
            let mut opened = self.roll.open(subject, Act::Create, what).await?;
            let page = Page::of(&mut opened);
            let mut filling = Filling::of(page, with);
            for place in places {
                answers[place] = filling.take(&insured[place], self);
            }
            self.follow(std::mem::take(&mut filling.told).into_values())
                .await?;
            let mut withdrawn = Vec::new();
            for line in filling.corrected_lines() {
                withdrawn.extend(self.withdrawn(line).await?);
            }
            let mut news = filling.news(self.deadline());
            news.extend(withdrawn);
            if !news.is_empty() {
                self.write(&opened, news).await?;
            }
        }
        for (one, answer) in insured.iter().zip(&mut answers) {
            if *answer == Registered::merging() {
                *answer = self.merge_lines(&one.merged_into, one.number()).await?;
            }
        }
        Ok(answers)
    }

    /// Writes on a page; what is due on it may be another from now on.
    pub(crate) async fn write(
        &self,
        opened: &RollPage<News>,
        news: Vec<News>,
    ) -> Result<(), Error> {
        self.due.lock().await.remove(&opened.page);
        self.roll.write(opened, news).await
    }

    /// When six weeks are over that begin now.
    pub(crate) fn deadline(&self) -> u64 {
        self.calendar.deadline(self.roll.record().now())
    }
}

impl Registered {
    pub(crate) fn refused(reason: &str) -> Self {
        Self::Rejected {
            reason: reason.to_owned(),
        }
    }

    /// Of two lines somebody must say that they are one person's.
    fn two_lines() -> Self {
        Self::refused("its numbers have two lines: `hygie register merge` makes them one")
    }

    /// What is known before anything is looked up.
    fn before(insured: &Insured, taken: NationalNumbers) -> Self {
        match insured.fault(taken) {
            Some(fault) => Self::refused(&fault.to_string()),
            None if !insured.merged_into.is_empty() => Self::merging(),
            None => Self::Already,
        }
    }

    /// Of a row that says that it is another's, before it is looked at.
    fn merging() -> Self {
        Self::refused("")
    }
}

pub(crate) fn number(insured: &Insured) -> Number<'_> {
    Number {
        system: &insured.ins_system,
        ins: &insured.ins,
    }
}
