//! The campaign: letters to those who wait for one, wave by wave, and what comes back.

use std::collections::BTreeMap;

use hygie_letters::{Batch, Error as LetterError, Mail, Matter, Post, Postal, Wording};
use hygie_record::notice::{Act, Subject};
use hygie_record::{Error, RollPage};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::code::Code;
use crate::homes::Homes;
use crate::line::EASY;
use crate::page::{Line, News, Page};
use crate::press::PressError;
use crate::stage::{Event, Way};
use crate::{Enrolment, Insured, mails};

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
    /// There is nowhere to send e-mail.
    #[error("there is no mail server: name one under [letters] in hygie.toml")]
    NoMailbox,
    /// The e-mails.
    #[error("e-mails on their way: {0}")]
    Mails(#[from] LetterError),
}

/// Letters of one page that are to leave, and to whom.
struct Draft {
    key: Option<News>,
    batch: Batch,
    mails: Vec<Mail>,
    lines: Vec<u32>,
    codes: Vec<u8>,
    /// Whether others must wait for the next.
    is_full: bool,
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
        self.announce_by(wave, Way::Post).await
    }

    /// The same by e-mail, to those of the wave who have an address: all others go on waiting, for a letter by post. The
    /// mails are prepared, and leave with [`Enrolment::deliver`].
    ///
    /// # Errors
    /// As [`Enrolment::announce`]; [`CampaignError::NoMailbox`].
    pub async fn announce_by_mail(&self, wave: &Wave) -> Result<Announced, CampaignError> {
        self.mails()?;
        self.announce_by(wave, Way::Email).await
    }

    async fn announce_by(&self, wave: &Wave, way: Way) -> Result<Announced, CampaignError> {
        self.press()?;
        let _job = self.job.lock().await;
        let homes = self.homes_for(wave).await?;
        let mut announced = Announced::default();
        for subject in self.pages().await? {
            let mut first = true;
            while self
                .announce_batch((wave, way, &homes), subject, first, &mut announced)
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
        (wave, way, homes): (&Wave, Way, &Homes),
        subject: Subject,
        first: bool,
        announced: &mut Announced,
    ) -> Result<bool, CampaignError> {
        let what = format!("letters of wave {}", wave.number);
        let mut opened: RollPage<News> = self.roll.open(subject, Act::Deposit, &what).await?;
        let mut page = Page::of(&mut opened);
        if let (Some(last), Some(way)) = (page.batches.checked_sub(1), page.ways.last()) {
            self.hand_over(&batch_name(subject, last), *way)?;
        }
        let (draft, unreachable) = self.draft((wave, way, homes), (subject, &mut page))?;
        // Those whom no letter reaches are met again by each batch of the page, and counted once.
        if first {
            announced.unreachable += unreachable;
        }
        if draft.lines.is_empty() {
            return Ok(false);
        }
        let more = draft.is_full;
        let name = batch_name(subject, page.batches);
        if way == Way::Email {
            announced.letters += u64::try_from(draft.mails.len()).expect("a batch is small");
            let now = self.roll.record().now();
            self.mails()?.prepare(&name, &draft.mails, now)?;
        } else {
            let printed = self.press()?.prepare(&name, draft.batch).await?;
            announced.letters += u64::try_from(printed.letters).expect("a batch is small");
            announced.pages += u64::try_from(printed.pages).expect("a batch is small");
        }
        let mut news = Vec::from_iter(draft.key);
        news.push(News::Letters {
            way,
            wave: wave.number,
            deadline: Some(self.deadline()),
            until: None,
            lines: draft.lines,
            codes: ByteBuf::from(draft.codes),
        });
        self.write(&opened, news).await?;
        self.hand_over(&name, way)?;
        Ok(more)
    }

    /// Hands over what was prepared under this name to leave by this way; done already, it changes nothing. By the other
    /// way something may lie there that a crash left, with codes of nobody: it stays.
    pub(crate) fn hand_over(&self, name: &str, way: Way) -> Result<(), CampaignError> {
        match (way, &self.mails) {
            (Way::Email | Way::Sms, Some(mails)) => mails.release(name)?,
            // Where no mail is sent any more, what waits goes on waiting.
            (Way::Email | Way::Sms, None) => {}
            _ => self.press()?.release(name)?,
        }
        Ok(())
    }

    fn draft(
        &self,
        (wave, way, homes): (&Wave, Way, &Homes),
        (subject, page): (Subject, &mut Page),
    ) -> Result<(Draft, u64), CampaignError> {
        let press = self.press()?;
        let entropy = self.roll.record().entropy();
        let mut draft = Draft {
            key: page.keyed(entropy),
            batch: Batch::new(),
            mails: Vec::new(),
            lines: Vec::new(),
            codes: Vec::new(),
            is_full: false,
        };
        let mut unreachable = 0;
        for line in page.lines.iter().filter(|line| wave.wants(line)) {
            if draft.lines.len() == most(way) {
                draft.is_full = true;
                break;
            }
            let code = Code::random(entropy);
            let matter = self.announcement(&code);
            let posted = if way == Way::Email {
                let mail = matter.and_then(|matter| self.mail(press, subject, line, &matter));
                mail.map(|mail| draft.mails.push(mail)).is_some()
            } else {
                let posts = matter.map(|matter| self.posts(subject, line, &matter, homes));
                let posts = posts.unwrap_or_default();
                if draft.batch.len() + posts.len() > Batch::MOST {
                    draft.is_full = true;
                    break;
                }
                let mut posted = false;
                for post in posts {
                    posted |= press.push(&mut draft.batch, post).is_ok();
                }
                posted
            };
            if posted {
                draft.lines.push(line.place);
                draft.codes.extend(code.hash(&page.key, line.place));
            } else {
                unreachable += 1;
            }
        }
        Ok((draft, unreachable))
    }

    /// What the campaign's letter says.
    pub(crate) fn announcement(&self, code: &Code) -> Option<Matter> {
        // The deadline is the first moment after; people are told the last day before.
        let until = self.calendar.day(self.deadline().saturating_sub(1));
        let code = code.print().parse().ok()?;
        Some(Matter::Announcement { code, until })
    }

    /// A letter to an insured person; none where his address is none that a letter bears.
    pub(crate) fn post(&self, page: Subject, line: &Line, matter: Matter) -> Option<Post> {
        // Nothing is written to the dead.
        line.standing.died.is_none().then_some(())?;
        self.post_to(page, line.place, &line.insured, matter)
    }

    /// The same, where he gets his letters elsewhere.
    pub(crate) fn post_to(
        &self,
        page: Subject,
        place: u32,
        insured: &Insured,
        matter: Matter,
    ) -> Option<Post> {
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
            reference: reference(page, place),
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
            (false, "fr" | EASY) => format!("Aux représentants légaux de {name}"),
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
            let (mut back, mut unmailed, mut untexted) = (Vec::new(), Vec::new(), Vec::new());
            for (place, line) in lines {
                let now = self.roll.record().now();
                let Some(line) = page.line(line) else {
                    returned.unknown.push(place);
                    continue;
                };
                let reference = &references[place];
                let by_mail = mails::is_mail(reference);
                match by_mail {
                    true if mails::is_text(reference) => untexted.push(line.place),
                    true => unmailed.push(line.place),
                    false => {}
                }
                // What came before his last letter is late; a code that was asked for starts no clock, and stops none.
                let is_last = by_mail == (line.way == Some(Way::Email));
                match line.standing.after(&Event::Returned, now) {
                    _ if mails::is_code(reference) => {}
                    Ok(standing) if is_last => {
                        line.standing = standing;
                        back.push(line.place);
                    }
                    _ => returned.late += 1,
                }
            }
            returned.waiting += u64::try_from(back.len()).expect("a page's lines fit");
            let mut news = Vec::new();
            if !unmailed.is_empty() {
                news.push(News::Unmailed { lines: unmailed });
            }
            if !untexted.is_empty() {
                news.push(News::Untexted { lines: untexted });
            }
            if !back.is_empty() {
                let event = Event::Returned;
                news.push(News::Step { event, lines: back });
            }
            if !news.is_empty() {
                self.write(&opened, news).await?;
            }
        }
        returned.unknown.sort_unstable();
        Ok(returned)
    }
}

impl Wave {
    /// Whether a line's person gets this wave's letter.
    pub(crate) fn wants(&self, line: &Line) -> bool {
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

/// Letters of one batch.
fn most(way: Way) -> usize {
    match way {
        Way::Email => mails::MOST,
        _ => Batch::MOST,
    }
}

pub(crate) fn wording(language: &str) -> Wording {
    match language {
        "fr" => Wording::French,
        EASY => Wording::EasyFrench,
        _ => Wording::English,
    }
}

/// The name of a page's batch: it tells nothing but that there are pages.
fn batch_name(page: Subject, number: u32) -> String {
    format!("{}-{number}", page.id)
}

/// What stands on a letter, by which it is known when it comes back: the page, which says nothing, and the line.
pub(crate) fn reference(page: Subject, line: u32) -> String {
    format!("{}-{line}", page.id)
}

/// A letter's reference, or a mail's Message-ID, which begins with one.
pub(crate) fn parse_reference(text: &str) -> Option<(Subject, u32)> {
    let known = text.trim().trim_start_matches('<');
    let known = known.split(['.', '@']).next()?;
    let (page, line) = known
        .strip_suffix(mails::CODE)
        .or_else(|| known.strip_suffix(mails::SMS))
        .unwrap_or(known)
        .rsplit_once('-')?;
    Some((Subject::roll(page.parse().ok()?), line.parse().ok()?))
}
