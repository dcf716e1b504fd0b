//! Asking for a new code without one. Whoever asks, and for whomever: what is asked lies on a tray (a page of wishes), one durable entry of
//! one size, before the answer, which is the same for all; whether there is such a person is found out behind it. So
//! neither bytes nor time tell who is insured (THREATS 9), and a crash loses nothing that was acknowledged.

use std::sync::atomic::Ordering;

use hygie_letters::{Batch, Matter, Text};
use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::{Caller, Error, RollPage};
use serde_bytes::ByteBuf;

use crate::attempt::{Field, date, number};
use crate::campaign::CampaignError;
use crate::code::Code;
use crate::page::{News, Page};
use crate::press::PressError;
use crate::stage::Way;
use crate::{Enrolment, Pace};

/// The least time between two codes that are asked for, for one person: letters must not be a nuisance.
pub(crate) const BETWEEN: Millis = 7 * 24 * 60 * 60 * 1_000;
/// Wishes of a tray; then the next is begun.
const FULL: usize = 1_000;

/// What somebody typed who wants a new code, once it has the form of what is asked for.
pub struct Wish {
    pub(crate) number: String,
    pub(crate) birth: String,
    pub(crate) by: Way,
}

/// What came of sending a code at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    By(Way),
    /// Another left less than a week ago, or the person died.
    TooSoon,
    /// No address is on record.
    Nowhere,
}

impl Wish {
    /// Reads what was typed; nothing is looked up.
    ///
    /// # Errors
    /// The fields that hold a slip of the pen.
    pub fn read(ins: &str, birth_date: &str) -> Result<Self, Vec<Field>> {
        match (number(ins), date(birth_date)) {
            (Some(number), Some(birth)) => Ok(Self {
                number,
                birth,
                by: Way::Post,
            }),
            (number, birth) => {
                let ins = number.is_none().then_some(Field::Ins);
                let birth = birth.is_none().then_some(Field::BirthDate);
                Err([ins, birth].into_iter().flatten().collect())
            }
        }
    }
}

impl Wish {
    /// The same, for a code by e-mail or text message to the address or number on record, where there is one; else, and by
    /// any other way, it comes by letter.
    #[must_use]
    pub fn by(self, by: Way) -> Self {
        Self { by, ..self }
    }
}

impl Enrolment {
    /// How fast this wish may be made, from `source` (an address); it shares the pace of codes that are tried.
    pub fn wish_pace(&self, source: &str, wish: &Wish) -> Pace {
        self.pace_of(source, &wish.number)
    }

    /// Lays a wish for a new code on the tray; durable when this returns.
    ///
    /// # Errors
    /// Those of keeper and store: then it was not laid down.
    pub async fn ask_for_code(&self, wish: &Wish) -> Result<(), Error> {
        let what = "a new code is asked for";
        let mut opened = self.open_last(&self.trays, what, 0).await?;
        if asked_on(&opened.news).count() >= FULL {
            drop(opened);
            opened = self.open_last(&self.trays, what, 1).await?;
        }
        let asked = News::Asked {
            number: wish.number.clone(),
            birth: wish.birth.clone(),
            email: wish.by == Way::Email,
            sms: wish.by == Way::Sms,
        };
        self.roll.write(&opened, vec![asked]).await?;
        self.wished.store(true, Ordering::Release);
        Ok(())
    }

    /// Looks after those who asked and were not looked after: a letter with a code goes to who is
    /// on the roll. Gives how many letters that were.
    ///
    /// Crash behind a letter and before the tray says so: the person's last code is too young for another.
    ///
    /// # Errors
    /// Those of keeper, store and letters: the next run goes on.
    pub async fn answer_wishes(&self) -> Result<u64, CampaignError> {
        // Without a printer a wish waits, and is looked after once there is one.
        self.press()?;
        if !self.wished.swap(false, Ordering::AcqRel) {
            return Ok(0);
        }
        let answered = self.answer_all().await;
        if answered.is_err() {
            self.wished.store(true, Ordering::Release);
        }
        answered
    }

    async fn answer_all(&self) -> Result<u64, CampaignError> {
        let _job = self.job.lock().await;
        let mut letters = 0;
        let first = self.answered.load(Ordering::Acquire);
        for (number, tray) in self
            .shelved(&self.trays)
            .await?
            .into_iter()
            .enumerate()
            .skip(first)
        {
            letters += self.answer_tray(tray).await?;
            // Wishes still come to the last one.
            self.answered.store(number, Ordering::Release);
        }
        Ok(letters)
    }

    async fn answer_tray(&self, tray: Subject) -> Result<u64, CampaignError> {
        // Made where a crash left a tray with a name alone.
        let news = {
            let opened: RollPage<News> = self.roll.open(tray, Act::Create, "who asked").await?;
            // The rest of it is dropped: whoever asks meanwhile need not wait.
            opened.news
        };
        let done = news.iter().rev().find_map(|(_, news)| match news {
            News::Answered(count) => usize::try_from(*count).ok(),
            _ => None,
        });
        let (done, all) = (done.unwrap_or_default(), asked_on(&news).count());
        let mut letters = 0;
        for wish in asked_on(&news).skip(done) {
            letters += u64::from(self.send_code(wish).await?);
        }
        if all > done {
            let count = u32::try_from(all).expect("a tray's wishes fit");
            let what = "who was answered";
            let opened: RollPage<News> = self.roll.open(tray, Act::Deposit, what).await?;
            let answered = vec![News::Answered(count)];
            self.roll.write(&opened, answered).await?;
        }
        Ok(letters)
    }

    /// Sends a new code to who has this number and birth date, where there is such a person and it is not too soon.
    async fn send_code(
        &self,
        (number, birth, by): (&str, &str, Way),
    ) -> Result<bool, CampaignError> {
        self.press()?;
        let found = self.roll.find(&[number]).await?;
        let Some(subject) = found.into_iter().next().flatten() else {
            return Ok(false);
        };
        let mut opened = self
            .roll
            .open(subject, Act::Deposit, "a new code by letter")
            .await?;
        let mut page = Page::of(&mut opened);
        let now = self.roll.record().now();
        let Some(place) = self.who_may_have_one(&page, number, birth, now) else {
            return Ok(false);
        };
        let way = self.code_for(&opened, &mut page, place, by).await?;
        Ok(way.is_some())
    }

    /// Sends a new code to the address on record of whom an agent has on the telephone, at once; none where nobody has
    /// this number and birth date.
    ///
    /// # Errors
    /// As [`Enrolment::look_up`]; those of letters.
    pub async fn send_code_for(
        &self,
        agent: &Caller,
        who: &Wish,
    ) -> Result<Option<Sent>, CampaignError> {
        self.press()?;
        let what = "a new code, sent by an agent";
        let Some(mut met) = self.met(agent, who, (Act::Deposit, what)).await? else {
            return Ok(None);
        };
        let now = self.roll.record().now();
        let places = self.who_may_have_one(&met.page, &who.number, &who.birth, now);
        let Some(place) = places else {
            return Ok(Some(Sent::TooSoon));
        };
        let way = self
            .code_for(&met.opened, &mut met.page, place, who.by)
            .await?;
        Ok(Some(way.map_or(Sent::Nowhere, Sent::By)))
    }

    /// Sends a new code to a line's person, by e-mail or text message where that is wanted and there is an address or a
    /// number that takes it, else by letter; how, if there is a way.
    pub(crate) async fn code_for(
        &self,
        opened: &RollPage<News>,
        page: &mut Page,
        place: u32,
        by: Way,
    ) -> Result<Option<Way>, CampaignError> {
        let press = self.press()?;
        let subject = opened.page;
        let now = self.roll.record().now();
        let entropy = self.roll.record().entropy();
        let mut news = Vec::from_iter(page.keyed(entropy));
        let code = Code::random(entropy);
        let Some(line) = page.lines.get(place as usize) else {
            return Ok(None);
        };
        let wave = line.wave.unwrap_or_default();
        let until = self.calendar.reversal(now);
        let last = self.calendar.day(until - 1);
        let printed: hygie_letters::Code = code.print().parse()?;
        let matter = Matter::NewCode {
            code: printed.clone(),
            until: last,
        };
        let mail = match by {
            Way::Email => self.mail(press, subject, line, &matter),
            Way::Sms => self.text(subject, line, &Text::NewCode(printed))?,
            _ => None,
        };
        let codes = ByteBuf::from(code.hash(&page.key, place));
        let name = format!("code-{}-{place}-{}", subject.id, page.batches);
        let way = if let (Some(mails), Some(mail)) = (&self.mails, mail) {
            mails.prepare(&name, &[mail], now)?;
            by
        } else {
            let homes = self.homes_of(&line.insured).await?;
            let mut batch = Batch::new();
            for post in self.posts(subject, line, &matter, &homes) {
                press.push(&mut batch, post).map_err(PressError::from)?;
            }
            if batch.is_empty() {
                return Ok(None);
            }
            press.prepare(&name, batch).await?;
            Way::Post
        };
        news.push(News::Letters {
            way,
            wave,
            deadline: None,
            until: Some(until),
            lines: vec![place],
            codes,
        });
        self.write(opened, news).await?;
        self.hand_over(&name, way)?;
        Ok(Some(way))
    }

    fn who_may_have_one(&self, page: &Page, number: &str, birth: &str, now: Millis) -> Option<u32> {
        let places = crate::oppose::places(page, number);
        places.into_iter().find(|place| {
            let Some(line) = page.lines.get(*place as usize) else {
                return false;
            };
            let soon = line.asked.is_some_and(|asked| now < asked + BETWEEN);
            let born = line.insured.birth_date == birth;
            born && !soon && line.standing.died.is_none() && !line.standing.alias
        })
    }
}

/// Numbers and birth dates of who asked, in their order, and by what way they want the code.
fn asked_on(news: &[(Millis, News)]) -> impl Iterator<Item = (&str, &str, Way)> {
    news.iter().filter_map(|(_, news)| match news {
        News::Asked {
            number,
            birth,
            email,
            sms,
        } => {
            let by = match (*email, *sms) {
                (true, _) => Way::Email,
                (false, true) => Way::Sms,
                (false, false) => Way::Post,
            };
            Some((number.as_str(), birth.as_str(), by))
        }
        _ => None,
    })
}
