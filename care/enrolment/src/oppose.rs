//! Saying no, and yes again, with the code of a letter (art. L. 1111-13-1 CSP).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use hygie_identity::InsSystem;
use hygie_letters::{Batch, Matter};
use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::policy::PersonId;
use hygie_record::{Error, RollPage};
use serde_bytes::ByteBuf;

use crate::attempt::{Attempt, Slip};
use crate::code::{Code, HASH};
use crate::page::{CODES, Line, News, Page};
use crate::register::number;
use crate::stage::{Event, Way};
use crate::{Enrolment, Pace, Proof};

/// What came of an attempt.
pub enum Answer {
    /// It holds.
    Done(Proof),
    /// Unknown person, other birth date, wrong or spent code: one answer for all of them.
    NotMatched,
}

/// A page that was opened for an attempt, and the line that the code fits.
struct Unlocked {
    opened: RollPage<News>,
    page: Page,
    place: u32,
}

impl Enrolment {
    /// How fast this attempt may be made, from `source` (an address).
    pub fn pace(&self, source: &str, attempt: &Attempt) -> Pace {
        self.pace_of(source, &attempt.number)
    }

    pub(crate) fn pace_of(&self, source: &str, number: &str) -> Pace {
        let now = self.roll.record().now();
        self.throttle.pace(source, self.keyed(number), now)
    }

    /// Tries a code that opposes. When it fits, the opposition holds before this returns, and the next `decide`
    /// refuses (INVARIANT opposition wins).
    ///
    /// Crash after `rights` and before the roll: the opposition holds, the code is not spent, and trying it again
    /// gives the receipt.
    ///
    /// # Errors
    /// Those of keeper and store: nothing may be said about the attempt, which can be made again.
    pub async fn oppose(&self, attempt: &Attempt) -> Result<Answer, Error> {
        let now = self.roll.record().now();
        let fits = |line: &Line, page: &Page| line.opposes(&attempt.code, &page.key, now);
        let who = (attempt.number.as_str(), attempt.birth.as_str());
        let Some(unlocked) = self.unlock(who, "opposition by code", fits).await? else {
            return Ok(Answer::NotMatched);
        };
        let proof = self
            .say_no(unlocked, Way::Code, "opposition by code")
            .await?;
        Ok(Answer::Done(proof))
    }

    /// Tries a code that takes an opposition back; as [`Enrolment::oppose`] otherwise.
    ///
    /// # Errors
    /// As [`Enrolment::oppose`].
    pub async fn relent(&self, attempt: &Attempt) -> Result<Answer, Error> {
        let now = self.roll.record().now();
        let fits = |line: &Line, page: &Page| line.relents(&attempt.code, &page.key, now);
        let what = "opposition taken back by code";
        let who = (attempt.number.as_str(), attempt.birth.as_str());
        let Some(unlocked) = self.unlock(who, what, fits).await? else {
            return Ok(Answer::NotMatched);
        };
        let proof = self.say_yes(unlocked, Way::Code, what).await?;
        Ok(Answer::Done(proof))
    }

    /// Takes a slip that came by post, signed: who it is from was looked at on paper, under its reference. Whoever
    /// opposes already gets another receipt.
    ///
    /// # Errors
    /// As [`Enrolment::oppose`].
    pub async fn oppose_by_post(&self, slip: &Slip) -> Result<Answer, Error> {
        let who = (slip.number.as_str(), slip.birth.as_str());
        let what = format!("opposition by post, slip {}", slip.reference);
        let Some(unlocked) = self.unlock(who, &what, |_, _| true).await? else {
            return Ok(Answer::NotMatched);
        };
        let proof = self.say_no(unlocked, Way::Post, &what).await?;
        Ok(Answer::Done(proof))
    }

    /// Opens the page that a number leads to, and finds the line with this number and birth date that `fits`. Whoever
    /// is not on the roll costs the same work: another's page is opened, and nothing found in it.
    async fn unlock(
        &self,
        (digits, birth): (&str, &str),
        what: &str,
        fits: impl Fn(&Line, &Page) -> bool,
    ) -> Result<Option<Unlocked>, Error> {
        let bound = self.roll.find(&[digits]).await?;
        let bound = bound.into_iter().next().flatten();
        let Some(subject) = bound.or(self.decoy(digits).await?) else {
            return Ok(None);
        };
        let mut opened = self.roll.open(subject, Act::Oppose, what).await?;
        let page = Page::of(&mut opened);
        let places = places(&page, digits);
        if places.is_empty() {
            let nobodys = Code::random(self.roll.record().entropy());
            for _ in 0..CODES {
                let _same_work = nobodys.fits(&[0; HASH], &page.key, 0);
            }
        }
        let mut found = None;
        for place in places {
            let Some(line) = page.lines.get(place as usize) else {
                continue;
            };
            let told = line.insured.birth_date.as_bytes();
            let born = verify_slices_are_equal(told, birth.as_bytes()).is_ok();
            if fits(line, &page) & born {
                found = Some(place);
            }
        }
        Ok(found.map(|place| Unlocked {
            opened,
            page,
            place,
        }))
    }

    async fn say_no(&self, mut unlocked: Unlocked, way: Way, what: &str) -> Result<Proof, Error> {
        let number = Proof::number(&self.roll);
        let mut written = None;
        for person in self.persons(&unlocked).await? {
            // Of what ended nothing opens any more: the line of the roll says the rest.
            written = self.roll.oppose(person, &number, what).await?.or(written);
        }
        let receipt = number.clone();
        let event = Event::Opposed { way, receipt };
        let confirmed = self.confirm(&mut unlocked, &number, written).await;
        let (name, news) = confirmed.unzip();
        let proof = self.step(&unlocked, event, news, (number, written)).await?;
        if let Some(name) = name
            && let Ok(press) = self.press()
            && let Err(error) = press.release(&name)
        {
            tracing::error!(%error, "a confirmation waits in the folder of letters");
        }
        Ok(proof)
    }

    /// Prepares the letter that confirms an opposition, with a code that takes it back for thirty days. The opposition
    /// holds without it: what fails here is told to the operator alone.
    async fn confirm(
        &self,
        unlocked: &mut Unlocked,
        number: &str,
        written: Option<(u64, Millis)>,
    ) -> Option<(String, Vec<News>)> {
        let press = self.press().ok()?;
        let (page, place) = (&mut unlocked.page, unlocked.place);
        let entropy = self.roll.record().entropy();
        let mut news = Vec::from_iter(page.keyed(entropy));
        let code = Code::random(entropy);
        let at = written.map_or(unlocked.opened.receipt.at, |(_, at)| at);
        let until = self.calendar.reversal(at);
        news.push(News::Reversal {
            line: place,
            code: ByteBuf::from(code.hash(&page.key, place)),
            until,
        });
        let matter = Matter::Confirmation {
            number: number.to_owned(),
            at: self.calendar.moment(at),
            reversal: code.print().parse().ok()?,
            until: self.calendar.day(until - 1),
        };
        let line = page.lines.get(place as usize)?;
        let post = self.post(unlocked.opened.page, line, matter)?;
        let mut batch = Batch::new();
        press.push(&mut batch, post).ok()?;
        let name = format!("confirmation-{number}");
        match press.prepare(&name, batch).await {
            Ok(_) => Some((name, news)),
            Err(error) => {
                tracing::error!(%error, "an opposition could not be confirmed by letter");
                None
            }
        }
    }

    async fn say_yes(&self, unlocked: Unlocked, way: Way, what: &str) -> Result<Proof, Error> {
        let number = Proof::number(&self.roll);
        let receipt = number.clone();
        let event = Event::Relented { way, receipt };
        // A crash before the roll: the code is not spent, and trying it again goes on.
        let mut written = None;
        for person in self.persons(&unlocked).await? {
            written = self.roll.relent(person, &number, what).await?.or(written);
        }
        self.step(&unlocked, event, None, (number, written)).await
    }

    async fn persons(&self, unlocked: &Unlocked) -> Result<Vec<PersonId>, Error> {
        let Some(line) = unlocked.page.lines.get(unlocked.place as usize) else {
            return Err(Error::UnknownForm);
        };
        self.roll.persons(number(&line.insured)).await
    }

    /// Writes the step on the page, and proves the opening that holds it.
    async fn step(
        &self,
        unlocked: &Unlocked,
        event: Event,
        before: Option<Vec<News>>,
        (number, written): (String, Option<(u64, Millis)>),
    ) -> Result<Proof, Error> {
        let opened = &unlocked.opened;
        let (index, at) = written.unwrap_or((opened.receipt.index, opened.receipt.at));
        let lines = vec![unlocked.place];
        let mut news = before.unwrap_or_default();
        news.push(News::Step { event, lines });
        self.write(opened, news).await?;
        Proof::of(&self.roll, number, at, index).await
    }

    async fn decoy(&self, number: &str) -> Result<Option<Subject>, Error> {
        let pages = self.pages().await?;
        let hash = self.keyed(number);
        let draw = u64::from_be_bytes(hash[..8].try_into().expect("eight bytes"));
        let count = u64::try_from(pages.len()).expect("pages fit").max(1);
        let place = usize::try_from(draw % count).expect("a place among the pages");
        Ok(pages.get(place).copied())
    }

    fn keyed(&self, number: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.decoy);
        let tag = hmac::sign(&key, number.as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

/// The lines of a number under all systems.
pub(crate) fn places(page: &Page, number: &str) -> Vec<u32> {
    let systems = InsSystem::ALL.into_iter();
    systems
        .filter_map(|system| page.place(system.uri(), number))
        .collect()
}
