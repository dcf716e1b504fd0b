//! The job that makes spaces once six weeks have passed. It may be stopped anywhere, run twice, and run again: each
//! space is made once, since the person's number leads to one record and the line says when it was done.

use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::{Error, Space};
use tokio::task::JoinSet;

use crate::correct::WHAT;
use crate::page::{News, Page};
use crate::stage::{Event, Why};
use crate::{Enrolment, Insured};

/// Lines of one opening of a page. Whoever opposes on the same page waits for no more than these.
const SLICE: usize = 256;
/// Spaces that are made at a time, so that one durable write serves several.
pub(crate) const AT_ONCE: usize = 32;

/// What a run of the job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Made {
    /// Spaces that are there now.
    pub created: u64,
    /// Of these, those that somebody had made before: an import, or a run that was stopped.
    pub there: u64,
    /// Persons whose own word stands against it, though the roll did not know.
    pub barred: u64,
    /// Closed spaces that were erased, whose time with the custodians was over.
    pub erased: u64,
    /// Who were told that they are of age.
    pub of_age: u64,
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
        let mut page = Page::of(&mut opened);
        let now = self.roll.record().now();
        let due = page.lines.iter().filter(|line| line.standing.is_due(now));
        let due: Vec<(u32, Insured)> = due
            .take(SLICE)
            .map(|line| (line.place, line.insured.clone()))
            .collect();
        let more = due.len() == SLICE;
        let mut news = Vec::new();
        let (mut created, mut barred) = (Vec::new(), Vec::new());
        let mut persons = Vec::new();
        for (place, space) in self.make_all(due).await? {
            match space {
                Space::Made(person) => {
                    created.push(place);
                    persons.push(person);
                }
                Space::There(person) => {
                    made.there += 1;
                    created.push(place);
                    persons.push(person);
                }
                Space::Barred => barred.push(place),
            }
        }
        // Before the step: what is closed one day finds its line by it.
        self.roll.know_all(&persons, subject).await?;
        made.created += count(&created);
        made.barred += count(&barred);
        news.extend(made_for(&page, created));
        if !barred.is_empty() {
            // What the record knows, the roll knows from now on: it is not asked again each day.
            news.push(News::Step {
                event: Event::Barred,
                lines: barred,
            });
        }
        let settled = self.settle(subject, &page, now).await?;
        made.erased += settled.erased;
        news.extend(settled.news);
        let came = self.come_of_age(subject, &mut page, now).await;
        made.of_age += count(&came.lines);
        news.extend(came.news);
        let more = more || settled.more || came.more;
        if !news.is_empty() {
            self.roll.write(&opened, news).await?;
        }
        if !more && !settled.again {
            let lines = page.lines.iter();
            let due = lines.flat_map(|line| [line.due_after(now), self.comes_of_age(line)]);
            let next = due
                .flatten()
                .filter(|due| *due > now)
                .min()
                .unwrap_or(Millis::MAX);
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
                let of_age = self.minor_until(&insured);
                under_way.spawn(async move {
                    let identity = insured.identity();
                    let space = roll.make_space(&identity, "the six weeks are over").await;
                    // Until then those act for him who represent him.
                    if let (Ok(Space::Made(person) | Space::There(person)), Some(at)) =
                        (&space, of_age)
                        && let Err(error) = roll.of_age(*person, at).await
                    {
                        return (place, Err(error));
                    }
                    // Who had other numbers before, or bears those of an alias, goes on bearing them whatever is imported.
                    if let Ok(Space::Made(person) | Space::There(person)) = &space
                        && insured.numbers().len() > 1
                        && let Err(error) = roll.identify(*person, &identity, WHAT).await
                    {
                        return (place, Err(error));
                    }
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

/// Why spaces were made: the six weeks passed, or a child was born and they passed too.
fn made_for(page: &Page, created: Vec<u32>) -> Vec<News> {
    let is_born = |place: &u32| {
        let line = page.lines.get(*place as usize);
        line.is_some_and(|line| line.is_born)
    };
    let (born, others): (Vec<u32>, Vec<u32>) = created.into_iter().partition(is_born);
    let all = [(Why::Deadline, others), (Why::Birth, born)].into_iter();
    let made = all.filter(|(_, lines)| !lines.is_empty());
    made.map(|(why, lines)| News::Step {
        event: Event::Created { why },
        lines,
    })
    .collect()
}

fn count(lines: &[u32]) -> u64 {
    u64::try_from(lines.len()).expect("a page's lines fit")
}

pub(crate) fn stopping() -> Error {
    hygie_record::StoreError::Unavailable("the program is stopping".into()).into()
}
