//! The job that makes spaces once six weeks have passed. It may be stopped anywhere, run twice, and run again: each
//! space is made once, since the person's number leads to one record and the line says when it was done.

use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::{Error, Newcomer, Space};
use tokio::task::JoinSet;

use crate::page::{News, Page};
use crate::register::number;
use crate::stage::{Event, Why};
use crate::{Enrolment, Insured};

/// Lines of one opening of a page. Whoever opposes on the same page waits for no more than these.
const SLICE: usize = 256;
/// Spaces that are made at a time, so that one durable write serves several.
const AT_ONCE: usize = 32;

/// What a run of the job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Made {
    /// Spaces that are there now.
    pub created: u64,
    /// Of these, those that somebody had made before: an import, or a run that was stopped.
    pub there: u64,
    /// Persons whose own word stands against it, though the roll did not know.
    pub barred: u64,
}

impl Enrolment {
    /// Makes the spaces of all whose six weeks are over.
    ///
    /// # Errors
    /// Those of keeper and store: what was made stands, and the next run goes on.
    pub async fn make_due(&self) -> Result<Made, Error> {
        let _job = self.job.lock().await;
        let mut made = Made::default();
        for subject in self.pages().await? {
            let now = self.roll.record().now();
            if self
                .due
                .lock()
                .await
                .get(&subject)
                .is_some_and(|due| now < *due)
            {
                continue;
            }
            while self.make_slice(subject, &mut made).await? {}
        }
        Ok(made)
    }

    /// Makes some of a page's; whether there may be more.
    async fn make_slice(&self, subject: Subject, made: &mut Made) -> Result<bool, Error> {
        let what = "spaces whose six weeks are over";
        let mut opened = self.roll.open(subject, Act::Deposit, what).await?;
        let page = Page::of(&mut opened);
        let now = self.roll.record().now();
        let due = page.lines.iter().filter(|line| line.standing.is_due(now));
        let due: Vec<(u32, Insured)> = due
            .take(SLICE)
            .map(|line| (line.place, line.insured.clone()))
            .collect();
        let more = due.len() == SLICE;
        let mut news = Vec::new();
        let (mut created, mut barred) = (Vec::new(), Vec::new());
        for (place, space) in self.make_all(due).await? {
            match space {
                Space::Made(_) => created.push(place),
                Space::There(_) => {
                    made.there += 1;
                    created.push(place);
                }
                Space::Barred => barred.push(place),
            }
        }
        made.created += count(&created);
        made.barred += count(&barred);
        if !created.is_empty() {
            let event = Event::Created { why: Why::Deadline };
            news.push(News::Step {
                event,
                lines: created,
            });
        }
        if !barred.is_empty() {
            // What the record knows, the roll knows from now on: it is not asked again each day.
            news.push(News::Step {
                event: Event::Barred,
                lines: barred,
            });
        }
        if !news.is_empty() {
            self.roll.write(&opened, news).await?;
        }
        if !more {
            let due = page.lines.iter().filter_map(|line| line.due_after(now));
            let next = due.min().unwrap_or(Millis::MAX);
            self.due.lock().await.insert(subject, next);
        }
        Ok(more)
    }

    async fn make_all(&self, due: Vec<(u32, Insured)>) -> Result<Vec<(u32, Space)>, Error> {
        let mut made = Vec::with_capacity(due.len());
        let mut under_way = JoinSet::new();
        let mut due = due.into_iter();
        loop {
            while under_way.len() < AT_ONCE
                && let Some((place, insured)) = due.next()
            {
                let roll = self.roll.clone();
                under_way.spawn(async move {
                    let newcomer = newcomer(&insured);
                    let space = roll.make_space(&newcomer, "the six weeks are over").await;
                    (place, space)
                });
            }
            match under_way.join_next().await {
                None => return Ok(made),
                Some(Ok((place, space))) => made.push((place, space?)),
                Some(Err(error)) if error.is_panic() => {
                    std::panic::resume_unwind(error.into_panic())
                }
                Some(Err(_)) => return Err(stopping()),
            }
        }
    }
}

pub(crate) fn newcomer(insured: &Insured) -> Newcomer<'_> {
    Newcomer {
        number: number(insured),
        family: &insured.family,
        given: &insured.given,
        birth: &insured.birth_date,
        sex: &insured.sex,
    }
}

fn count(lines: &[u32]) -> u64 {
    u64::try_from(lines.len()).expect("a page's lines fit")
}

fn stopping() -> Error {
    hygie_record::StoreError::Unavailable("the program is stopping".into()).into()
}
