//! Two lines that are one person's: one is kept, the other becomes an alias. Nothing is made or sent for an alias; its number
//! leads to the person whom the kept one leads to, its letters' codes go on saying no, and what it had said holds for him.
//! Where each number has a record of its own, the records are joined first: from then on they are one (decision 0030).

use hygie_identity::{Ins, InsSystem};
use hygie_record::notice::{Act, Subject};
use hygie_record::{Error, Number};

use crate::Enrolment;
use crate::line::Insured;
use crate::page::{Line, News, Page};
use crate::register::Registered;
use crate::stage::{Event, Stage, Why};

/// A line, as a look at its page found it.
struct Seen {
    subject: Subject,
    page: Page,
    place: u32,
}

impl Enrolment {
    /// Merges the line of the number `drop` into that of `keep` (13 characters each, or 15). The same again changes nothing.
    ///
    /// Crash after the records were joined, or between the two pages: the numbers lead to one person, the kept line bears
    /// both, the other one is still a line; the same again goes on.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn merge(&self, keep: &str, drop: &str) -> Result<Registered, Error> {
        let _job = self.job.lock().await;
        self.merge_lines(keep, drop).await
    }

    /// The same behind the lock of jobs.
    pub(crate) async fn merge_lines(&self, keep: &str, drop: &str) -> Result<Registered, Error> {
        let taken = self.roll.record().national_numbers();
        // Neither number comes in, and neither has a system: a key tells a slip, which would join two real persons.
        let slips = |number: &str| {
            let ins = Ins::parse(InsSystem::Nir, number);
            ins.is_ok_and(|ins| ins.check(taken).is_err())
        };
        if slips(keep) || slips(drop) {
            let why = "a number of the two has a key that does not fit it; check all 15 characters";
            return Ok(Registered::refused(why));
        }
        let (Some(kept), Some(lost)) = (self.seen(keep).await?, self.seen(drop).await?) else {
            return Ok(Registered::refused("a number of the two has no line"));
        };
        let (keeps, loses) = (kept.line()?, lost.line()?);
        if (kept.subject, kept.place) == (lost.subject, lost.place) {
            return Ok(Registered::Already);
        }
        if keeps.standing.alias {
            return Ok(Registered::refused("the number to keep was merged itself"));
        }
        let into = name(&keeps.insured);
        if loses.standing.alias {
            let same = loses.into.as_ref() == Some(&into);
            return Ok(if same {
                Registered::Already
            } else {
                Registered::refused("the number to drop was merged into another")
            });
        }
        let both = both(&keeps.insured, &loses.insured);
        let numbers = both.numbers();
        if let Err(refused) = self.joined(keeps, loses, &numbers).await? {
            return Ok(refused);
        }
        let person = self.roll.persons(&numbers).await?.first().copied();
        let told = (Some(keeps.insured.clone()), both.clone());
        self.follow([told]).await?;
        if let Some(person) = person {
            self.roll.list_all(person, &numbers).await?;
        }
        let mut news = Vec::new();
        if keeps.insured != both {
            news.push(News::Corrected {
                line: kept.place,
                insured: Box::new(both),
            });
        }
        news.extend(inherited(keeps, loses, person));
        if !news.is_empty() {
            let what = "a line is merged with another";
            let opened = self.roll.open(kept.subject, Act::Deposit, what).await?;
            self.write(&opened, news).await?;
        }
        let what = "a line becomes another's alias";
        let opened = self.roll.open(lost.subject, Act::Deposit, what).await?;
        let event = Event::Merged { into };
        let lines = vec![lost.place];
        self.write(&opened, vec![News::Step { event, lines }])
            .await?;
        Ok(Registered::Corrected)
    }

    /// Joins the records to which these numbers lead, so that all lead to one person: to whom the kept ones do, where there
    /// is anything of him; or says why not. What is joined is not parted again, so that both lines must tell of one birth.
    async fn joined(
        &self,
        kept: &Line,
        lost: &Line,
        all: &[Number<'_>],
    ) -> Result<Result<(), Registered>, Error> {
        let mut persons = self.roll.known(&kept.insured.numbers()).await?;
        persons.extend(self.roll.known(all).await?);
        let mut persons = persons.into_iter();
        let Some(mut keep) = persons.next() else {
            return Ok(Ok(()));
        };
        let first = keep;
        let mut persons = persons.filter(|other| *other != first).peekable();
        if persons.peek().is_some() && !born_alike(&kept.insured, &lost.insured) {
            return Ok(Err(Registered::refused(
                "each number has a record, and the two lines tell of another birth date or sex: correct the one that is wrong first, for joined records are not parted again",
            )));
        }
        for other in persons {
            keep = match self.roll.join(keep, other).await {
                Ok(person) => person,
                Err(Error::Erased) => {
                    return Ok(Err(Registered::refused(
                        "one of the two records was erased: what is left is not joined to it",
                    )));
                }
                Err(Error::Closed) => {
                    return Ok(Err(Registered::refused(
                        "one of the two records is closed: `hygie reopen` brings it back, and then they are joined",
                    )));
                }
                Err(Error::Impossible(why)) => return Ok(Err(Registered::refused(&why))),
                Err(error) => return Err(error),
            };
        }
        Ok(Ok(()))
    }

    /// What was said with an alias' letter is said for the line that was kept, too. His rights say it already.
    pub(crate) async fn say_for_kept(
        &self,
        kept: Option<String>,
        event: Event,
    ) -> Result<(), Error> {
        let Some(kept) = self.kept(kept.as_deref()).await? else {
            return Ok(());
        };
        let (subject, place) = kept;
        let what = "said with a letter to an earlier line of his";
        let opened = self.roll.open(subject, Act::Oppose, what).await?;
        let lines = vec![place];
        self.write(&opened, vec![News::Step { event, lines }]).await
    }

    /// Where the line is that an alias names.
    pub(crate) async fn kept(&self, into: Option<&str>) -> Result<Option<(Subject, u32)>, Error> {
        let Some((_, number)) = into.and_then(|into| into.split_once(' ')) else {
            return Ok(None);
        };
        let seen = self.seen(number).await?;
        Ok(seen.map(|seen| (seen.subject, seen.place)))
    }

    /// The line of a number.
    async fn seen(&self, number: &str) -> Result<Option<Seen>, Error> {
        let number = number.get(..13).unwrap_or(number);
        let found = self.roll.find(&[number]).await?;
        let Some(subject) = found.into_iter().next().flatten() else {
            return Ok(None);
        };
        let page = Page::read(self.roll.look(subject, "a number's line").await?);
        let place = crate::oppose::places(&page, number).first().copied();
        Ok(place.map(|place| Seen {
            subject,
            page,
            place,
        }))
    }
}

impl Seen {
    fn line(&self) -> Result<&Line, Error> {
        let line = self.page.lines.get(self.place as usize);
        line.ok_or(Error::UnknownForm)
    }
}

/// Whether two lines may be one person's: born on one day, and of one sex where both are said.
fn born_alike(one: &Insured, other: &Insured) -> bool {
    let sexes = [&one.sex, &other.sex];
    one.birth_date == other.birth_date
        && (sexes[0] == sexes[1] || sexes.into_iter().any(String::is_empty))
}

fn name(insured: &Insured) -> String {
    format!("{} {}", insured.ins_system, insured.number())
}

/// Who is kept, with the numbers of both.
fn both(kept: &Insured, lost: &Insured) -> Insured {
    let lost = lost.numbers().into_iter();
    let numbers = lost.map(|one: Number<'_>| format!("{} {}", one.system, one.ins));
    let row = Insured {
        previous_ins: numbers.collect(),
        ..kept.clone()
    };
    row.after(kept)
}

/// What the kept line takes over: where the space stands that the other one had, and that he opposes. Both numbers lead to
/// one person, or to none.
fn inherited(
    kept: &Line,
    lost: &Line,
    person: Option<hygie_record::policy::PersonId>,
) -> Vec<News> {
    let lines = vec![kept.place];
    let mut steps = Vec::new();
    match lost.standing.stage {
        Stage::Waiting | Stage::Announced { .. } => {}
        Stage::Created { .. } | Stage::Activated { .. } => {
            steps.push(Event::Created { why: Why::Wish });
        }
        Stage::Closed { until, .. } => steps.push(Event::Closed { until }),
        Stage::Erased { .. } => steps.push(Event::Erased),
    }
    if lost.standing.opposed.is_some() && kept.standing.opposed.is_none() {
        steps.push(Event::Barred);
    }
    let mut news = Vec::new();
    if let (Stage::Closed { until, .. }, Some(person)) = (lost.standing.stage, person) {
        news.push(News::Ending {
            line: kept.place,
            person,
            until,
        });
    }
    let steps = steps.into_iter();
    news.extend(steps.map(|event| News::Step {
        event,
        lines: lines.clone(),
    }));
    news
}
