//! Saying no, and yes again, with the code of a letter (art. L. 1111-13-1 CSP).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use hygie_identity::InsSystem;
use hygie_letters::{Choice, Matter, Opposed, Wording};
use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::policy::PersonId;
use hygie_record::{Caller, Error, RollPage, Said, Scope};
use serde_bytes::ByteBuf;

use crate::attempt::{Attempt, Slip};
use crate::code::{Code, HASH};
use crate::page::{Line, News, Page, TRIED};
use crate::stage::{Event, Way};
use crate::{Enrolment, Pace, Proof};

/// What came of an attempt.
pub enum Answer {
    /// It holds.
    Done(Proof),
    /// Unknown person, other birth date, wrong or spent code: one answer for all of them.
    NotMatched,
}

/// A page that was opened for an attempt, and the line that what was shown fits.
pub(crate) struct Unlocked {
    pub opened: RollPage<News>,
    pub page: Page,
    pub place: u32,
    /// Who opened it under his own assertion; enrolment itself where it is nobody.
    pub by: Option<Caller>,
}

impl Unlocked {
    /// The line.
    ///
    /// # Errors
    /// [`Error::UnknownForm`], of which there is none: it was found there.
    pub fn line(&self) -> Result<&Line, Error> {
        let line = self.page.lines.get(self.place as usize);
        line.ok_or(Error::UnknownForm)
    }
}

impl Unlocked {
    /// The line that was kept, where this one is an alias.
    fn kept(&self) -> Option<String> {
        self.page.lines.get(self.place as usize)?.into.clone()
    }
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
            .say_no(
                unlocked,
                self.by(Way::Code),
                &attempt.scope,
                "opposition by code",
            )
            .await?;
        Ok(Answer::Done(proof))
    }

    /// Tries a code that takes an opposition back; as [`Enrolment::oppose`] otherwise.
    ///
    /// # Errors
    /// As [`Enrolment::oppose`].
    pub async fn relent(&self, attempt: &Attempt) -> Result<Answer, Error> {
        let now = self.roll.record().now();
        let relents = |line: &Line, page: &Page| {
            let scope = line.relents(&attempt.code, &page.key, now);
            scope.cloned()
        };
        let fits = |line: &Line, page: &Page| relents(line, page).is_some();
        let what = "opposition taken back by code";
        let who = (attempt.number.as_str(), attempt.birth.as_str());
        let Some(unlocked) = self.unlock(who, what, fits).await? else {
            return Ok(Answer::NotMatched);
        };
        let scope = relents(unlocked.line()?, &unlocked.page).unwrap_or_default();
        let proof = self
            .say_yes(unlocked, self.by(Way::Code), &scope, what)
            .await?;
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
        let proof = self
            .say_no(unlocked, self.by(Way::Post), &slip.scope, &what)
            .await?;
        Ok(Answer::Done(proof))
    }

    /// Opens the page that a number leads to, and finds the line with this number and birth date that `fits`. Whoever
    /// is not on the roll costs the same work: another's page is opened, and nothing found in it.
    pub(crate) async fn unlock(
        &self,
        who: (&str, &str),
        what: &str,
        fits: impl Fn(&Line, &Page) -> bool,
    ) -> Result<Option<Unlocked>, Error> {
        self.unlock_to(Act::Oppose, who, what, fits).await
    }

    /// The same, for another act.
    pub(crate) async fn unlock_to(
        &self,
        act: Act,
        who: (&str, &str),
        what: &str,
        fits: impl Fn(&Line, &Page) -> bool,
    ) -> Result<Option<Unlocked>, Error> {
        self.unlock_by(None, act, who, what, fits).await
    }

    /// The same for who acts under his own assertion.
    pub(crate) async fn unlock_by(
        &self,
        by: Option<&Caller>,
        act: Act,
        (digits, birth): (&str, &str),
        what: &str,
        fits: impl Fn(&Line, &Page) -> bool,
    ) -> Result<Option<Unlocked>, Error> {
        let bound = self.roll.find(&[digits]).await?;
        let bound = bound.into_iter().next().flatten();
        let Some(subject) = bound.or(self.decoy(digits).await?) else {
            return Ok(None);
        };
        let mut opened = match by {
            Some(caller) => self.roll.open_by(caller, subject, act, what).await?,
            None => self.roll.open(subject, act, what).await?,
        };
        let page = Page::of(&mut opened);
        let places = places(&page, digits);
        if places.is_empty() {
            let nobodys = Code::random(self.roll.record().entropy());
            for _ in 0..TRIED {
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
            by: by.cloned(),
        }))
    }

    /// A way, with the number of a new receipt.
    pub(crate) fn by(&self, way: Way) -> (Way, String) {
        (way, Proof::number(&self.roll))
    }

    pub(crate) async fn say_no(
        &self,
        mut unlocked: Unlocked,
        (way, number): (Way, String),
        scope: &Scope,
        what: &str,
    ) -> Result<Proof, Error> {
        let said = Said {
            scope,
            opposed: true,
            receipt: &number,
        };
        let written = self.say(&unlocked, &said, what).await?;
        let confirmed = self.confirm(&mut unlocked, &said, written).await;
        let (receipt, scope) = (number.clone(), scope.clone());
        let event = match scope {
            Scope::Space => Event::Opposed { way, receipt },
            scope => Event::Refused {
                way,
                receipt,
                scope,
            },
        };
        let (name, news) = confirmed.unzip();
        let kept = unlocked.kept();
        let said = event.clone();
        let proof = self.step(&unlocked, event, news, (number, written)).await?;
        drop(unlocked);
        self.say_for_kept(kept, said).await?;
        self.send_enclosed(name.as_deref());
        Ok(proof)
    }

    /// Prepares the letter that confirms an opposition, with a code that takes it back for thirty days. The opposition
    /// holds without it: what fails here is told to the operator alone.
    async fn confirm(
        &self,
        unlocked: &mut Unlocked,
        said: &Said<'_>,
        written: Option<(u64, Millis)>,
    ) -> Option<(String, Vec<News>)> {
        let number = said.receipt;
        self.press().ok()?;
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
            scope: said.scope.clone(),
        });
        let matter = Matter::Confirmation {
            opposed: opposed(said.scope),
            number: number.to_owned(),
            at: self.calendar.moment(at),
            reversal: code.print().parse().ok()?,
            until: self.calendar.day(until - 1),
        };
        let line = page.lines.get(place as usize)?;
        let name = format!("confirmation-{number}");
        self.enclose(unlocked.opened.page, line, &name, matter)
            .await?;
        Some((name, news))
    }

    pub(crate) async fn say_yes(
        &self,
        unlocked: Unlocked,
        (way, number): (Way, String),
        scope: &Scope,
        what: &str,
    ) -> Result<Proof, Error> {
        let (receipt, whose) = (number.clone(), scope.clone());
        let event = match whose {
            Scope::Space => Event::Relented { way, receipt },
            scope => Event::Allowed {
                way,
                receipt,
                scope,
            },
        };
        // A crash before the roll: the code is not spent, and trying it again goes on.
        let said = Said {
            scope,
            opposed: false,
            receipt: &number,
        };
        let written = self.say(&unlocked, &said, what).await?;
        let line = unlocked.line()?;
        if !line.standing.alias {
            self.follow_one(&line.insured).await?;
        }
        let withdrawn = self.withdrawn(line).await?.map(|news| vec![news]);
        let kept = unlocked.kept();
        let said = event.clone();
        let proof = self
            .step(&unlocked, event, withdrawn, (number, written))
            .await?;
        drop(unlocked);
        self.say_for_kept(kept, said).await?;
        Ok(proof)
    }

    pub(crate) async fn persons(&self, unlocked: &Unlocked) -> Result<Vec<PersonId>, Error> {
        self.roll.persons(&unlocked.line()?.insured.numbers()).await
    }

    /// Writes what was said into the `rights` of everybody to whom the line's number leads, in the name of who opened
    /// the page, and tells the crossing.
    async fn say(
        &self,
        unlocked: &Unlocked,
        said: &Said<'_>,
        what: &str,
    ) -> Result<Option<(u64, Millis)>, Error> {
        let numbers = unlocked.line()?.insured.numbers();
        let mut written = None;
        for person in self.roll.persons(&numbers).await? {
            // Of what ended nothing opens any more: the line of the roll says the rest.
            let wrote = match &unlocked.by {
                Some(by) => self.roll.say_by(by, person, said, &numbers, what).await?,
                None => self.roll.say(person, said, &numbers, what).await?,
            };
            written = wrote.or(written);
        }
        Ok(written)
    }

    /// Writes the step on the page, and proves the opening that holds it.
    async fn step(
        &self,
        unlocked: &Unlocked,
        event: Event,
        before: Option<Vec<News>>,
        (number, written): (String, Option<(u64, Millis)>),
    ) -> Result<Proof, Error> {
        let scope = match &event {
            Event::Refused { scope, .. } | Event::Allowed { scope, .. } => scope.clone(),
            _ => Scope::Space,
        };
        let opened = &unlocked.opened;
        let (index, at) = written.unwrap_or((opened.receipt.index, opened.receipt.at));
        let choice = match event {
            Event::Relented { .. } => Choice::Yes,
            Event::Refused { .. } => Choice::Refuses,
            Event::Allowed { .. } => Choice::Allows,
            _ => Choice::No,
        };
        let lines = vec![unlocked.place];
        let mut news = before.unwrap_or_default();
        news.push(News::Step { event, lines });
        self.write(opened, news).await?;
        let proof = Proof::of(&self.roll, (choice, number), at, index).await?;
        Ok(proof.about(scope))
    }

    /// A receipt as PDF; none where nobody prints letters.
    pub fn receipt(&self, proof: &Proof, wording: Wording) -> Option<Vec<u8>> {
        let press = self.press().ok()?;
        let matter = Matter::Receipt {
            choice: proof.choice,
            number: proof.number.clone(),
            at: self.calendar.moment(proof.since),
            proof: proof.ledger.clone(),
        };
        let printed = press.sheet(wording, self.calendar.day(proof.since), matter);
        printed
            .inspect_err(|error| tracing::error!(%error, "a receipt could not be printed"))
            .ok()
    }

    async fn decoy(&self, number: &str) -> Result<Option<Subject>, Error> {
        let pages = self.pages().await?;
        let hash = self.keyed(number);
        let draw = u64::from_be_bytes(hash[..8].try_into().expect("eight bytes"));
        let count = u64::try_from(pages.len()).expect("pages fit").max(1);
        let place = usize::try_from(draw % count).expect("a place among the pages");
        Ok(pages.get(place).copied())
    }

    pub(crate) fn keyed(&self, number: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.decoy);
        let tag = hmac::sign(&key, number.as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

/// A scope, as a letter says it.
fn opposed(scope: &Scope) -> Opposed {
    match scope {
        Scope::Space => Opposed::Space,
        Scope::Professional(number) => Opposed::Professional(number.clone()),
        Scope::Structure(number) => Opposed::Structure(number.clone()),
        Scope::Research => Opposed::Research,
        Scope::Project(id) => Opposed::Project(id.clone()),
    }
}

/// That the whole space is opposed.
pub(crate) fn no(receipt: &str) -> Said<'_> {
    Said {
        scope: &Scope::Space,
        opposed: true,
        receipt,
    }
}

/// The lines of a number under all systems.
pub(crate) fn places(page: &Page, number: &str) -> Vec<u32> {
    let systems = InsSystem::ALL.into_iter();
    systems
        .filter_map(|system| page.place(system.uri(), number))
        .collect()
}
