//! The campaign: letters to those who wait for one, wave by wave, and what comes back.

use std::collections::BTreeMap;

use hygie_letters::{Batch, Matter, Post, Postal, Wording};
use hygie_record::notice::{Act, Subject};
use hygie_record::{Error, RollPage};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::code::Code;
use crate::page::{Line, News, Page};
use crate::press::{Press, PressError};
use crate::stage::{Event, Way};
use crate::{Enrolment, Insured};

/// Whom a wave is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// Its number, from 1.
    pub number: u32,
    /// Departments, as postcodes begin: `69`, `971`; all when there is none.
    #[serde(default)]
    pub departments: Vec<String>,
}

/// What a wave came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Announced {
    /// Letters that left now.
    pub letters: u64,
    /// Pages of them.
    pub pages: u64,
    /// Persons of the wave whose address no letter can bear: missing, too long, or in another alphabet.
    pub unreachable: u64,
}

/// What was done with letters that came back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Returned {
    /// Their clocks stand still; they wait for another letter.
    pub waiting: u64,
    /// Came back too late: the space is there, or the person opposed or died.
    pub late: u64,
    /// References of no letter, by their places in the list, from 0.
    pub unknown: Vec<usize>,
}

/// Why a campaign's step failed.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// Keeper or store.
    #[error(transparent)]
    Record(#[from] Error),
    /// The letters.
    #[error(transparent)]
    Press(#[from] PressError),
    /// There is nobody to print.
    #[error("there is no print shop: name one under [campaign] in hygie.toml")]
    NoPress,
}

/// Letters of one page that are to leave, and to whom.
struct Draft {
    key: Option<News>,
    batch: Batch,
    lines: Vec<u32>,
    codes: Vec<u8>,
}

impl Enrolment {
    /// Sends a letter to everybody of the wave who waits for one. Run again it goes on where it stopped, and writes to
    /// nobody twice who has a letter on its way.
    ///
    /// Crash before the roll says that a batch left: the batch is made anew, and its first codes are nobody's. Crash
    /// after it: the next run hands the batch over.
    ///
    /// # Errors
    /// [`CampaignError`]; what left stays.
    pub async fn announce(&self, wave: &Wave) -> Result<Announced, CampaignError> {
        let press = self.press()?;
        let _job = self.job.lock().await;
        let mut announced = Announced::default();
        for subject in self.pages().await? {
            let mut first = true;
            while self
                .announce_batch(wave, press, subject, first, &mut announced)
                .await?
            {
                first = false;
            }
        }
        Ok(announced)
    }

    /// Sends one batch to people of a page; whether there may be more.
    async fn announce_batch(
        &self,
        wave: &Wave,
        press: &Press,
        subject: Subject,
        first: bool,
        announced: &mut Announced,
    ) -> Result<bool, CampaignError> {
        let what = format!("letters of wave {}", wave.number);
        let mut opened: RollPage<News> = self.roll.open(subject, Act::Deposit, &what).await?;
        let mut page = Page::of(&mut opened);
        if let Some(last) = page.batches.checked_sub(1) {
            press.release(&batch_name(subject, last))?;
        }
        let (draft, unreachable) = self.draft(wave, press, (subject, &mut page));
        // Those whom no letter reaches are met again by each batch of the page, and counted once.
        if first {
            announced.unreachable += unreachable;
        }
        if draft.lines.is_empty() {
            return Ok(false);
        }
        let more = draft.lines.len() == Batch::MOST;
        let name = batch_name(subject, page.batches);
        let printed = press.prepare(&name, draft.batch).await?;
        announced.letters += u64::try_from(printed.letters).expect("a batch is small");
        announced.pages += u64::try_from(printed.pages).expect("a batch is small");
        let mut news = Vec::from_iter(draft.key);
        news.push(News::Letters {
            way: Way::Post,
            wave: wave.number,
            deadline: Some(self.deadline()),
            until: None,
            lines: draft.lines,
            codes: ByteBuf::from(draft.codes),
        });
        self.write(&opened, news).await?;
        press.release(&name)?;
        Ok(more)
    }

    fn draft(&self, wave: &Wave, press: &Press, opened: (Subject, &mut Page)) -> (Draft, u64) {
        let (subject, page) = opened;
        let entropy = self.roll.record().entropy();
        let mut draft = Draft {
            key: page.keyed(entropy),
            batch: Batch::new(),
            lines: Vec::new(),
            codes: Vec::new(),
        };
        let mut unreachable = 0;
        for line in page.lines.iter().filter(|line| wave.wants(line)) {
            if draft.lines.len() == Batch::MOST {
                break;
            }
            let code = Code::random(entropy);
            let posted = self
                .announcement(&code)
                .and_then(|matter| self.post(subject, line, matter))
                .is_some_and(|post| press.push(&mut draft.batch, post).is_ok());
            if posted {
                draft.lines.push(line.place);
                draft.codes.extend(code.hash(&page.key, line.place));
            } else {
                unreachable += 1;
            }
        }
        (draft, unreachable)
    }

    /// What the campaign's letter says.
    fn announcement(&self, code: &Code) -> Option<Matter> {
        // The deadline is the first moment after; people are told the last day before.
        let until = self.calendar.day(self.deadline().saturating_sub(1));
        let code = code.print().parse().ok()?;
        Some(Matter::Announcement { code, until })
    }

    /// A letter to an insured person; none where his address is none that a letter bears.
    pub(crate) fn post(&self, page: Subject, line: &Line, matter: Matter) -> Option<Post> {
        let insured = &line.insured;
        if insured.address.is_empty() {
            return None;
        }
        let now = self.roll.record().now();
        let name = self.addressed(insured, now);
        let lines =
            std::iter::once(name.as_str()).chain(insured.address.iter().map(String::as_str));
        Some(Post {
            to: Postal::new(lines, &insured.postcode).ok()?,
            wording: wording(&insured.language),
            reference: reference(page, line.place),
            on: self.calendar.day(now),
            matter,
        })
    }

    /// To whom a letter is addressed: of a minor, to those who act for him (art. 388-1-1 C. civ.).
    fn addressed(&self, insured: &Insured, now: u64) -> String {
        let given = insured.given.split_whitespace().next().unwrap_or_default();
        let name = format!("{given} {}", insured.family);
        let of_age = insured
            .birth()
            .is_none_or(|birth| self.calendar.is_of_age(birth, now));
        let whole = match (of_age, insured.language.as_str()) {
            (true, _) => name,
            (false, "fr") => format!("Aux représentants légaux de {name}"),
            (false, _) => format!("To the parents of {name}"),
        };
        // A line of an envelope has 38 characters.
        whole.chars().take(38).collect()
    }

    /// Takes the references of letters that came back: their clocks stand still, and they wait for another letter.
    ///
    /// # Errors
    /// Those of keeper and store: what was taken stands, and taking it again changes nothing.
    pub async fn returned(&self, references: &[String]) -> Result<Returned, Error> {
        let _job = self.job.lock().await;
        let mut returned = Returned::default();
        let mut pages: BTreeMap<Subject, Vec<(usize, u32)>> = BTreeMap::new();
        for (place, reference) in references.iter().enumerate() {
            match parse_reference(reference) {
                Some((subject, line)) => pages.entry(subject).or_default().push((place, line)),
                None => returned.unknown.push(place),
            }
        }
        let known = self.pages().await?;
        for (subject, lines) in pages {
            if !known.contains(&subject) {
                returned
                    .unknown
                    .extend(lines.iter().map(|(place, _)| *place));
                continue;
            }
            let mut opened = self
                .roll
                .open(subject, Act::Deposit, "letters that came back")
                .await?;
            let mut page = Page::of(&mut opened);
            let mut back = Vec::new();
            for (place, line) in lines {
                let now = self.roll.record().now();
                let Some(line) = page.line(line) else {
                    returned.unknown.push(place);
                    continue;
                };
                match line.standing.after(&Event::Returned, now) {
                    Ok(standing) => {
                        line.standing = standing;
                        back.push(line.place);
                    }
                    Err(_) => returned.late += 1,
                }
            }
            returned.waiting += u64::try_from(back.len()).expect("a page's lines fit");
            if !back.is_empty() {
                let event = Event::Returned;
                let step = News::Step { event, lines: back };
                self.roll.write(&opened, vec![step]).await?;
            }
        }
        returned.unknown.sort_unstable();
        Ok(returned)
    }
}

impl Wave {
    /// Whether a line's person gets this wave's letter.
    fn wants(&self, line: &Line) -> bool {
        let sent = Event::Sent {
            way: Way::Post,
            wave: self.number,
            deadline: 0,
        };
        let waits = matches!(line.standing.stage, crate::Stage::Waiting);
        let department = line.insured.department();
        let mut wanted = self.departments.iter();
        waits
            && line.standing.after(&sent, 0).is_ok()
            && (self.departments.is_empty() || wanted.any(|one| one == department))
    }
}

fn wording(language: &str) -> Wording {
    match language {
        "fr" => Wording::French,
        _ => Wording::English,
    }
}

/// The name of a page's batch: it tells nothing but that there are pages.
fn batch_name(page: Subject, number: u32) -> String {
    format!("{}-{number}", page.id)
}

/// What stands on a letter, by which it is known when it comes back: the page, which says nothing, and the line.
fn reference(page: Subject, line: u32) -> String {
    format!("{}-{line}", page.id)
}

fn parse_reference(text: &str) -> Option<(Subject, u32)> {
    let (page, line) = text.trim().rsplit_once('-')?;
    Some((Subject::roll(page.parse().ok()?), line.parse().ok()?))
}
