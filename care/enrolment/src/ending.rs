//! Spaces that end: closed by their holders or by the operator, opened again, erased, and erased by the job once their
//! archive's time is over. The roll says first that an ending begins, then the keeper ends the record, then the roll
//! says what came of it: what a crash leaves between is known by the first, and the job completes it.
//! Art. R. 1111-36 CSP; GDPR art. 17.

use hygie_letters::{Batch, Matter};
use hygie_record::notice::{Act, How, Millis, PersonId, Subject};
use hygie_record::{Caller, Ending, Error, RollPage};

use crate::Enrolment;
use crate::page::{Line, News, Page};
use crate::stage::{Event, Stage};

/// How long the trail's key lies with the custodians once a closed space is erased: its time is over already.
const TRAIL: u8 = 1;
/// Endings of one opening of a page.
const SLICE: usize = 64;

/// A line on its opened page.
struct Found {
    opened: RollPage<News>,
    page: Page,
    place: u32,
}

/// What the job did on a page, and what is to be written of it.
#[derive(Default)]
pub(crate) struct Settled {
    pub news: Vec<News>,
    pub erased: u64,
    pub more: bool,
    /// Whether the page is to be looked at again by the next run.
    pub again: bool,
}

impl Enrolment {
    /// Closes a person's space: its keys go to the custodians for so many years. Again it answers as it did before.
    ///
    /// # Errors
    /// As [`hygie_record::Record::close`].
    pub async fn close(
        &self,
        caller: &Caller,
        person: PersonId,
        years: u8,
    ) -> Result<Ending, Error> {
        self.end(caller, person, Act::Close, years).await
    }

    /// Erases a person's space.
    ///
    /// # Errors
    /// As [`hygie_record::Record::erase`].
    pub async fn erase(
        &self,
        caller: &Caller,
        person: PersonId,
        years: u8,
    ) -> Result<Ending, Error> {
        self.end(caller, person, Act::Erase, years).await
    }

    /// Opens a closed space again, by its custodians' shares. What the register told meanwhile follows.
    ///
    /// Crash between keeper and roll: the same again finds the record open, and the roll says so.
    ///
    /// # Errors
    /// As [`hygie_record::Record::reopen`].
    pub async fn reopen(
        &self,
        caller: &Caller,
        person: PersonId,
        shares: Vec<String>,
    ) -> Result<(), Error> {
        let record = self.roll.record();
        let found = self.line_of(person, "a space is opened again").await?;
        let reopened = record.reopen(caller, person, shares).await;
        let Some(found) = found else { return reopened };
        let line = found.line()?;
        let is_behind = matches!(&reopened, Err(Error::Impossible(_)))
            && matches!(line.standing.stage, Stage::Closed { .. })
            && record.ended(person).await?.is_none();
        if !is_behind {
            reopened?;
        }
        let event = Event::Reopened;
        let lines = vec![found.place];
        let mut news = vec![News::Step { event, lines }];
        news.extend(self.withdrawn(line).await?);
        self.write(&found.opened, news).await?;
        self.follow_one(&line.insured).await
    }

    async fn end(
        &self,
        caller: &Caller,
        person: PersonId,
        act: Act,
        years: u8,
    ) -> Result<Ending, Error> {
        let record = self.roll.record();
        let permit = record.permit_ending(caller, person, act).await?;
        let what = match act {
            Act::Close => "a space is closed",
            _ => "a space is erased",
        };
        let Some(found) = self.line_of(person, what).await? else {
            return record.end(caller, permit, years).await;
        };
        let begun = News::Ending {
            line: found.place,
            person,
            until: self.calendar.years(record.now(), years),
        };
        self.write(&found.opened, vec![begun]).await?;
        let ended = record.end(caller, permit, years).await;
        let news = match &ended {
            Ok(ending) => {
                let how = (act, ending.millis.1);
                let subject = found.opened.page;
                self.told(subject, found.line()?, how, Some(ending)).await
            }
            // Refused before anything was done: as where there are no custodians.
            Err(Error::Impossible(_) | Error::NotFound | Error::Refused) => {
                vec![News::Stays { line: found.place }]
            }
            Err(_) => Vec::new(),
        };
        if !news.is_empty() {
            // Behind the first, which is in sight: nobody else wrote while the page was open.
            self.write(&found.opened, news).await?;
        }
        ended
    }

    /// What the roll says of an ending, and a letter about it. Nothing where it said so before.
    async fn told(
        &self,
        page: Subject,
        line: &Line,
        (act, until): (Act, Millis),
        ending: Option<&Ending>,
    ) -> Vec<News> {
        let event = match act {
            Act::Close => Event::Closed { until },
            _ => Event::Erased,
        };
        let now = self.roll.record().now();
        if line.standing.after(&event, now).is_err() {
            return vec![News::Stays { line: line.place }];
        }
        let at = ending.map_or(now, |ending| ending.millis.0);
        let matter = match (act, ending) {
            (Act::Close, _) => Some(Matter::Closed(self.calendar.day(at))),
            (_, Some(ending)) => Some(Matter::Erased {
                at: self.calendar.moment(at),
                proof: ending.proof.clone(),
            }),
            // The archive was purged: nothing proves any more when.
            _ => None,
        };
        if let Some(matter) = matter {
            let name = format!("{}-{}-{}-{at}", act.word(), page.id, line.place);
            self.lay_down(page, line, &name, matter).await;
        }
        let mut news = Vec::new();
        if let (Event::Erased, Some(ending)) = (&event, ending) {
            news.push(News::Destroyed {
                line: line.place,
                proof: ending.proof.clone(),
            });
        }
        let lines = vec![line.place];
        news.push(News::Step { event, lines });
        news
    }

    /// Lays a single letter down, before the roll says why: a crash between lays it down again under the same name. The
    /// ending stands without it; what fails here is told to the operator alone.
    async fn lay_down(&self, page: Subject, line: &Line, name: &str, matter: Matter) {
        let Ok(press) = self.press() else { return };
        let homes = self.homes_of(&line.insured).await.unwrap_or_default();
        let mut batch = Batch::new();
        for post in self.posts(page, line, &matter, &homes) {
            let _unprintable = press.push(&mut batch, post);
        }
        if batch.is_empty() {
            return;
        }
        let prepared = press.prepare(name, batch).await.map(drop);
        if let Err(error) = prepared.and_then(|()| press.release(name)) {
            tracing::error!(%error, "who had a space could not be told of its end by letter");
        }
    }

    /// Completes endings that a crash left, and erases what was closed and whose time is over.
    pub(crate) async fn settle(
        &self,
        subject: Subject,
        page: &Page,
        now: Millis,
    ) -> Result<Settled, Error> {
        let mut settled = Settled::default();
        let wants = |line: &&Line| (is_over(line, now) || !line.is_settled) && !line.standing.alias;
        let wanted: Vec<&Line> = page.lines.iter().filter(wants).collect();
        for line in wanted.iter().take(SLICE) {
            let news = self.settle_line(subject, line, now).await?;
            let is_erased = |one: &News| {
                matches!(
                    one,
                    News::Step {
                        event: Event::Erased,
                        ..
                    }
                )
            };
            settled.erased += u64::from(news.iter().any(is_erased));
            settled.news.extend(news);
        }
        let left = wanted.len() > SLICE;
        settled.more = left && !settled.news.is_empty();
        settled.again = left || page.lines.iter().any(|line| is_over(line, now));
        Ok(settled)
    }

    async fn settle_line(
        &self,
        page: Subject,
        line: &Line,
        now: Millis,
    ) -> Result<Vec<News>, Error> {
        let stays = || vec![News::Stays { line: line.place }];
        let Some((person, until)) = line.ending else {
            return Ok(Vec::new());
        };
        let is_over = is_over(line, now);
        let record = self.roll.record();
        match record.ended(person).await? {
            None => Ok(stays()),
            Some(How::Closed) if now < until && !is_over => {
                Ok(self.told(page, line, (Act::Close, until), None).await)
            }
            Some(_) => {
                let caller = self.roll.caller();
                let permit = record.permit_ending(&caller, person, Act::Erase).await?;
                let ended = match record.end(&caller, permit, TRAIL).await {
                    Ok(ending) => Some(ending),
                    Err(Error::Erased) => None,
                    // By the keeper's count its time is not over: it is by the next run.
                    Err(Error::Impossible(_)) => return Ok(Vec::new()),
                    Err(error) => return Err(error),
                };
                let how = (Act::Erase, until);
                Ok(self.told(page, line, how, ended.as_ref()).await)
            }
        }
    }

    /// The line of a person, on its page; none where the roll does not know him.
    async fn line_of(&self, person: PersonId, what: &str) -> Result<Option<Found>, Error> {
        let Some(subject) = self.roll.page_of(person).await? else {
            return Ok(None);
        };
        let mut opened = self.roll.open(subject, Act::Deposit, what).await?;
        let page = Page::of(&mut opened);
        let mut known = page.lines.iter();
        let known = known.find(|line| line.ending.is_some_and(|(one, _)| one == person));
        let place = match known {
            Some(line) => Some(line.place),
            None => self.place_of(&page, person).await?,
        };
        let Some(place) = place else { return Ok(None) };
        let line = page.lines.get(place as usize);
        let into = line.and_then(|line| line.into.clone());
        let found = Found {
            opened,
            page,
            place,
        };
        match into {
            None => Ok(Some(found)),
            into => {
                // Before the other page is opened, which may be this one.
                drop(found);
                let Some((subject, place)) = self.kept(into.as_deref()).await? else {
                    return Ok(None);
                };
                let mut opened = self.roll.open(subject, Act::Deposit, what).await?;
                let page = Page::of(&mut opened);
                Ok(Some(Found {
                    opened,
                    page,
                    place,
                }))
            }
        }
    }
}

/// Whether the archive of a closed space is over, as far as the roll knows.
fn is_over(line: &Line, now: Millis) -> bool {
    matches!(line.standing.stage, Stage::Closed { until, .. } if until <= now)
}

impl Found {
    fn line(&self) -> Result<&Line, Error> {
        let line = self.page.lines.get(self.place as usize);
        line.ok_or(Error::UnknownForm)
    }
}
