//! Newborns, one by one, as the software of a maternity tells of them: a line each, with those who act for the child, and
//! the letter to these at once. The six weeks run as for everybody (art. L. 1111-13-1 CSP).

use hygie_letters::Batch;
use hygie_record::Caller;
use hygie_record::notice::Act;
use serde_bytes::ByteBuf;

use crate::code::Code;
use crate::line::{Fault, Insured};
use crate::page::{News, Page};
use crate::press::PressError;
use crate::register::{Registered, Registration};
use crate::stage::{Stage, Way};
use crate::{CampaignError, Enrolment};

/// Days after a birth on which it is told: five to declare it (art. 55 C. civ.), and what a stay in hospital adds.
const DAYS: u64 = 60;
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// What came of telling a birth. That the child is there already is not told: it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// He is on the roll.
    Told,
    /// Something is wrong with what was told.
    Wrong(Fault),
}

impl Enrolment {
    /// Puts a newborn on the roll, and writes to those who act for him. Told again, it changes nothing; where a crash came
    /// before the letter, it leaves then. Without a printer, or an address, he waits for the campaign's next wave.
    ///
    /// # Errors
    /// [`hygie_record::Error::Refused`] for all but software that tells of births; those of keeper and store, and of letters.
    pub async fn born(&self, caller: &Caller, child: &Insured) -> Result<Birth, CampaignError> {
        self.roll.record().may_tell_births(caller)?;
        if let Some(fault) = self.fault_of_birth(child) {
            return Ok(Birth::Wrong(fault));
        }
        let mut child = child.clone();
        let homes = self.homes_of(&child).await?;
        if let Some(home) = child
            .representatives
            .iter()
            .find_map(|one| homes.get(one.get(..13)?))
        {
            home.settle(&mut child);
        }
        let told = self
            .register(std::slice::from_ref(&child), Registration::Births)
            .await?;
        if let [Registered::Added { .. } | Registered::Already] = told[..] {
            self.write_of_birth(&child, &caller.actor.id).await?;
        }
        Ok(Birth::Told)
    }

    fn fault_of_birth(&self, child: &Insured) -> Option<Fault> {
        let fault = |column, why| Some(Fault { column, why });
        let wrong = child.fault(self.roll.record().national_numbers());
        if wrong.is_some() {
            return wrong;
        }
        let now = self.roll.record().now();
        let born = child.birth().map(|birth| self.calendar.begins(birth));
        if !born.is_some_and(|born| born <= now && now < born + DAYS * DAY) {
            return fault("birth_date", "is not of the last sixty days");
        }
        if child.representatives.is_empty() {
            return fault("representatives", "are not told: the mother's INS at least");
        }
        None
    }

    /// The letter about a line that a birth made, where none left before.
    async fn write_of_birth(&self, child: &Insured, by: &str) -> Result<(), CampaignError> {
        let Ok(press) = self.press() else {
            return Ok(());
        };
        let _job = self.job.lock().await;
        let homes = self.homes_of(child).await?;
        let found = self.roll.find(&[child.number()]).await?;
        let Some(subject) = found.into_iter().next().flatten() else {
            return Ok(());
        };
        let what = format!("a birth, told by {by}");
        let mut opened = self.roll.open(subject, Act::Deposit, &what).await?;
        let mut page = Page::of(&mut opened);
        let entropy = self.roll.record().entropy();
        let key = page.keyed(entropy);
        let place = page.place(&child.ins_system, child.number());
        let line = place.and_then(|place| page.lines.get(place as usize));
        let waits = |line: &&crate::page::Line| {
            let standing = line.standing;
            line.is_born && standing.stage == Stage::Waiting && standing.opposed.is_none()
        };
        let Some(line) = line.filter(waits) else {
            return Ok(());
        };
        let code = Code::random(entropy);
        let matter = self.announcement(&code);
        let posts = matter.map(|matter| self.posts(subject, line, &matter, &homes));
        let mut batch = Batch::new();
        for post in posts.unwrap_or_default() {
            press.push(&mut batch, post).map_err(PressError::from)?;
        }
        if batch.is_empty() {
            return Ok(());
        }
        let name = format!("birth-{}-{}-{}", subject.id, line.place, page.batches);
        press.prepare(&name, batch).await?;
        let mut news = Vec::from_iter(key);
        news.push(News::Letters {
            way: Way::Post,
            wave: 0,
            deadline: Some(self.deadline()),
            until: None,
            lines: vec![line.place],
            codes: ByteBuf::from(code.hash(&page.key, line.place)),
        });
        self.write(&opened, news).await?;
        press.release(&name)?;
        Ok(())
    }
}
