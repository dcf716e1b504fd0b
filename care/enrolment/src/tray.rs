//! Asking for a new code without one. Whoever asks, and for whomever: what is asked lies on a tray, one durable entry of
//! one size, before the answer, which is the same for all; whether there is such a person is found out behind it. So
//! neither bytes nor time tell who is insured (TRUST 9), and a crash loses nothing that was acknowledged.

use std::sync::atomic::Ordering;

use hygie_letters::{Batch, Matter};
use hygie_record::notice::{Act, Millis, Subject};
use hygie_record::{Error, RollPage};
use serde_bytes::ByteBuf;

use crate::attempt::{Field, date, number};
use crate::campaign::CampaignError;
use crate::code::Code;
use crate::page::{News, Page};
use crate::stage::Way;
use crate::{Enrolment, Pace};

/// The least time between two codes that are asked for, for one person: letters must not be a nuisance.
const BETWEEN: Millis = 7 * 24 * 60 * 60 * 1_000;
const DAY: Millis = 24 * 60 * 60 * 1_000;

/// What somebody typed who wants a new code, once it has the form of what is asked for.
pub struct Wish {
    number: String,
    birth: String,
}

impl Wish {
    /// Reads what was typed; nothing is looked up.
    ///
    /// # Errors
    /// The fields that hold a slip of the pen.
    pub fn read(ins: &str, birth_date: &str) -> Result<Self, Vec<Field>> {
        match (number(ins), date(birth_date)) {
            (Some(number), Some(birth)) => Ok(Self { number, birth }),
            (number, birth) => {
                let ins = number.is_none().then_some(Field::Ins);
                let birth = birth.is_none().then_some(Field::BirthDate);
                Err([ins, birth].into_iter().flatten().collect())
            }
        }
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
        let tray = self.tray(self.roll.record().now()).await?;
        let what = "a new code is asked for";
        let opened: RollPage<News> = self.roll.open(tray, Act::Create, what).await?;
        let asked = News::Asked {
            number: wish.number.clone(),
            birth: wish.birth.clone(),
        };
        self.roll.write(&opened, vec![asked]).await?;
        self.wished.store(true, Ordering::Release);
        Ok(())
    }

    /// Looks after those who asked today and yesterday, and were not looked after: a letter with a code goes to who is
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
        let answered = self.answer_days().await;
        if answered.is_err() {
            self.wished.store(true, Ordering::Release);
        }
        answered
    }

    async fn answer_days(&self) -> Result<u64, CampaignError> {
        let _job = self.job.lock().await;
        let now = self.roll.record().now();
        let mut letters = 0;
        for day in [now.saturating_sub(DAY), now] {
            let name = self.tray_name(day);
            if let Some(tray) = self.roll.find(&[&name]).await?.into_iter().next().flatten() {
                letters += self.answer_tray(tray).await?;
            }
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
        let mut asked = Vec::new();
        let mut answered = 0;
        for (_, news) in news {
            match news {
                News::Asked { number, birth } => asked.push((number, birth)),
                News::Answered(count) => answered = count,
                _ => {}
            }
        }
        let done = usize::try_from(answered).expect("a tray's wishes fit");
        let mut letters = 0;
        for (number, birth) in asked.iter().skip(done) {
            letters += u64::from(self.send_code(number, birth).await?);
        }
        if asked.len() > done {
            let count = u32::try_from(asked.len()).expect("a tray's wishes fit");
            let opened: RollPage<News> = self
                .roll
                .open(tray, Act::Deposit, "who was answered")
                .await?;
            self.roll
                .write(&opened, vec![News::Answered(count)])
                .await?;
        }
        Ok(letters)
    }

    /// Sends a new code to who has this number and birth date, where there is such a person and it is not too soon.
    async fn send_code(&self, number: &str, birth: &str) -> Result<bool, CampaignError> {
        let press = self.press()?;
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
        let entropy = self.roll.record().entropy();
        let mut news = Vec::from_iter(page.keyed(entropy));
        let code = Code::random(entropy);
        let Some(line) = page.line(place) else {
            return Ok(false);
        };
        let wave = line.wave.unwrap_or_default();
        let until = self.calendar.reversal(now);
        let last = self.calendar.day(until - 1);
        let parsed = code.print().parse().ok();
        let matter = parsed.map(|code| Matter::NewCode { code, until: last });
        let mut batch = Batch::new();
        let posted = matter
            .and_then(|matter| self.post(subject, line, matter))
            .is_some_and(|post| press.push(&mut batch, post).is_ok());
        if !posted {
            return Ok(false);
        }
        let codes = ByteBuf::from(code.hash(&page.key, place));
        let name = format!("code-{}-{place}-{}", subject.id, page.batches);
        press.prepare(&name, batch)?;
        news.push(News::Letters {
            way: Way::Post,
            wave,
            deadline: None,
            until: Some(until),
            lines: vec![place],
            codes,
        });
        self.write(&opened, news).await?;
        press.release(&name)?;
        Ok(true)
    }

    fn who_may_have_one(&self, page: &Page, number: &str, birth: &str, now: Millis) -> Option<u32> {
        let places = crate::oppose::places(page, number);
        places.into_iter().find(|place| {
            let Some(line) = page.lines.get(*place as usize) else {
                return false;
            };
            let soon = line.asked.is_some_and(|asked| now < asked + BETWEEN);
            let born = line.insured.birth_date == birth;
            born && !soon && line.standing.died.is_none()
        })
    }

    /// By what the tray of a day is found: no number of a person looks so.
    fn tray_name(&self, at: Millis) -> String {
        format!("tray {}", self.calendar.day(at))
    }

    /// The tray of a day.
    async fn tray(&self, at: Millis) -> Result<Subject, Error> {
        let name = self.tray_name(at);
        let page = self.roll.unnamed_page();
        let bound = self.roll.bind(&[(&name, page)]).await?;
        Ok(bound.into_iter().next().unwrap_or(page))
    }
}
