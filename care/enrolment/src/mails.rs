//! The campaign's e-mails, and codes by text message, which leave as e-mail to a gateway: prepared durably, then the roll says that they left, then they leave, one after the other.
//!
//! Crash before the roll says so: they are nobody's, and made anew. Crash after it: the next start finds them prepared
//! and the roll beyond them, and has them leave. Crash while one is on its way: that one goes once more, under the same
//! Message-ID, with the same code. Each person has one code by it, and one entry on the roll, whatever happens.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hygie_letters::{
    Address, Bag, Error as LetterError, Mail, Mailbox, Matter, Phone, Text, Texts,
};
use hygie_record::RollPage;
use hygie_record::notice::{Act, Millis, Subject};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Enrolment;
use crate::campaign::{CampaignError, parse_reference, reference, wording};
use crate::page::{Line, News, Page};
use crate::press::Press;
use crate::stage::{Event, Way};

/// Mails of one batch.
pub(crate) const MOST: usize = 100;
/// Mails on their way at once.
const ROOM: usize = 8;
/// How long a mail that a server does not take now is tried; then it is as one that came back.
const PATIENCE: Millis = 3 * 24 * 60 * 60 * 1_000;
/// The first pause after a server did not take what it was given, and the longest; each is twice the one before.
const PAUSE: Millis = 30 * 1_000;
const LONGEST: Millis = 60 * 60 * 1_000;
/// Behind the reference of a mail that only brings a code.
pub(crate) const CODE: &str = "-code";
/// Behind the reference of a text message, which only brings a code as well.
pub(crate) const SMS: &str = "-sms";

/// By what mails leave.
pub struct Mails {
    bag: Bag,
    mailbox: Mailbox,
    /// Until when nothing is tried, and how often that was so.
    resting: Mutex<(Millis, u32)>,
    /// Whether what a crash left prepared was looked at.
    settled: AtomicBool,
}

/// What became of mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Delivered {
    /// They left.
    pub left: u64,
    /// The address took none, for good: those wait for a letter by post.
    pub refused: u64,
    /// To be tried again.
    pub waiting: u64,
}

impl Mails {
    /// Mails leave by this mailbox, and wait in this bag.
    pub fn new(bag: Bag, mailbox: Mailbox) -> Self {
        Self {
            bag,
            mailbox,
            resting: Mutex::default(),
            settled: AtomicBool::new(false),
        }
    }

    /// Prepares a batch, durably.
    pub(crate) fn prepare(
        &self,
        name: &str,
        mails: &[Mail],
        at: Millis,
    ) -> Result<(), LetterError> {
        self.bag.prepare(name, mails, at)
    }

    /// Has a batch leave of which the roll says so.
    pub(crate) fn release(&self, name: &str) -> Result<(), LetterError> {
        self.bag.release(name)
    }

    /// A value that is whole between any two calls.
    fn resting(&self) -> MutexGuard<'_, (Millis, u32)> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is tried rests a while, or no longer.
    fn rest(&self, again: bool, now: Millis) {
        let mut resting = self.resting();
        *resting = match again {
            false => (0, 0),
            true => {
                let pause = PAUSE << resting.1.min(20);
                (now + pause.min(LONGEST), resting.1 + 1)
            }
        };
    }
}

impl Line {
    /// Where an e-mail finds him, unless one was refused there.
    pub fn mail_to(&self) -> Option<Address> {
        self.insured.email.parse().ok().filter(|_| !self.bounced)
    }

    /// Where a text message finds him, unless one was refused there.
    pub fn text_to(&self) -> Option<Phone> {
        self.insured.phone.parse().ok().filter(|_| !self.untexted)
    }
}

impl Enrolment {
    /// The same, which sends e-mail too.
    #[must_use]
    pub fn mailing(mut self, mails: Mails) -> Self {
        self.mails = Some(mails);
        self
    }

    /// The same, which sends codes by text message too, by the way that e-mails go.
    #[must_use]
    pub fn texting(mut self, texts: Texts) -> Self {
        self.texts = Some(texts);
        self
    }

    /// Whether codes go by text message here, whoever asks.
    pub fn sends_texts(&self) -> bool {
        self.texts.is_some()
    }

    pub(crate) fn mails(&self) -> Result<&Mails, CampaignError> {
        self.mails.as_ref().ok_or(CampaignError::NoMailbox)
    }

    /// An e-mail to an insured person; none where no address takes one.
    pub(crate) fn mail(
        &self,
        press: &Press,
        page: Subject,
        line: &Line,
        matter: &Matter,
    ) -> Option<Mail> {
        let to = line.mail_to()?;
        let mut known = reference(page, line.place);
        if let Matter::NewCode { .. } = matter {
            known.push_str(CODE);
        }
        let mail = press.mail(to, wording(&line.insured.language), matter);
        Some(mail.known_by(&known, self.roll.record().entropy()))
    }

    /// A text message to an insured person, as e-mail to the gateway; none where no number takes one, and none to a minor:
    /// what is for him goes to those who act for him.
    ///
    /// # Errors
    /// Those of letters.
    pub(crate) fn text(
        &self,
        page: Subject,
        line: &Line,
        text: &Text,
    ) -> Result<Option<Mail>, LetterError> {
        let is_grown_up = self.is_grown_up(line, self.roll.record().now());
        let (Some(texts), Some(to), true) = (&self.texts, line.text_to(), is_grown_up) else {
            return Ok(None);
        };
        let known = reference(page, line.place) + SMS;
        let mail = texts.mail(&to, wording(&line.insured.language), text)?;
        Ok(Some(mail.known_by(&known, self.roll.record().entropy())))
    }

    /// Sends what waits to leave. Done again it goes on where it stopped.
    ///
    /// # Errors
    /// Those of keeper and store, of the bag, and [`CampaignError::NoMailbox`].
    pub async fn deliver(&self) -> Result<Delivered, CampaignError> {
        let mails = self.mails()?;
        let _one = self.delivering.lock().await;
        self.settle_mails(mails).await?;
        let mut delivered = Delivered::default();
        let now = self.roll.record().now();
        if now < mails.resting().0 {
            return Ok(delivered);
        }
        for name in mails.bag.leaving()? {
            self.deliver_batch(mails, &name, &mut delivered).await?;
        }
        mails.rest(delivered.waiting > 0, now);
        Ok(delivered)
    }

    /// Once a start: what was prepared before a crash leaves if the roll says that it did.
    async fn settle_mails(&self, mails: &Mails) -> Result<(), CampaignError> {
        if mails.settled.load(Ordering::Acquire) {
            return Ok(());
        }
        let known = self.pages().await?;
        for name in mails.bag.prepared()? {
            let batch = name.strip_prefix("code-").unwrap_or(&name);
            let mut parts = batch.split('-');
            let page = parts.next().and_then(|page| page.parse().ok());
            let number = parts
                .next_back()
                .and_then(|number| number.parse::<u32>().ok());
            let Some((page, number)) = page.map(Subject::roll).zip(number) else {
                continue;
            };
            if !known.contains(&page) {
                continue;
            }
            let what = "whether mails left";
            let mut opened = self.roll.open(page, Act::Search, what).await?;
            let place = usize::try_from(number).unwrap_or(usize::MAX);
            if let Some(Way::Email | Way::Sms) = Page::of(&mut opened).ways.get(place) {
                mails.release(&name)?;
            }
        }
        mails.settled.store(true, Ordering::Release);
        Ok(())
    }

    async fn deliver_batch(
        &self,
        mails: &Mails,
        name: &str,
        delivered: &mut Delivered,
    ) -> Result<(), CampaignError> {
        let load = match mails.bag.open(name) {
            Err(error @ LetterError::Outbox(std::io::ErrorKind::InvalidData)) => {
                tracing::error!(%error, batch = name, "e-mails that waited are set aside and did not leave");
                return Ok(mails.bag.set_aside(name)?);
            }
            load => load?,
        };
        let now = self.roll.record().now();
        let late = now >= load.at.saturating_add(PATIENCE);
        let mut waiting = 0;
        for part in load.mails.chunks(ROOM) {
            let (mut left, mut refused) = (Vec::new(), Vec::new());
            for (place, outcome) in sent(mails, part, now).await {
                match outcome {
                    Ok(()) => left.push(place),
                    Err(error) if error.passes() && !late => waiting += 1,
                    Err(_) => refused.push(place),
                }
            }
            delivered.left += count(&left);
            if !refused.is_empty() {
                delivered.refused += count(&refused);
                let known = part.iter().filter(|(place, _)| refused.contains(place));
                let known: Vec<&str> = known.filter_map(|(_, mail)| mail.known()).collect();
                // The roll says it first: struck off, nobody would know.
                self.refused(&known).await?;
            }
            left.extend(refused);
            if !left.is_empty() {
                mails.bag.strike(name, &left)?;
            }
        }
        delivered.waiting += waiting;
        if waiting == 0 {
            mails.bag.empty(name)?;
        }
        Ok(())
    }

    /// Addresses or numbers take nothing: their persons' clocks stand still, and they wait for a letter by post; whoever
    /// asked for a code gets it by post at once.
    async fn refused(&self, known: &[&str]) -> Result<(), CampaignError> {
        for known in known {
            let is_code = is_code(known);
            let Some((subject, place)) = parse_reference(known) else {
                continue;
            };
            let what = "an e-mail that was refused";
            let mut opened: RollPage<News> = self.roll.open(subject, Act::Deposit, what).await?;
            let mut page = Page::of(&mut opened);
            let now = self.roll.record().now();
            let Some(line) = page.line(place) else {
                continue;
            };
            let lines = vec![place];
            let mut news = Vec::new();
            if is_text(known) {
                line.untexted = true;
                news.push(News::Untexted { lines });
            } else {
                line.bounced = true;
                news.push(News::Unmailed { lines });
            }
            if !is_code {
                news.extend(line.came_back(now));
            }
            self.write(&opened, news).await?;
            if is_code {
                self.code_for(&opened, &mut page, place, Way::Post).await?;
            }
        }
        Ok(())
    }
}

/// Whether this is a mail's Message-ID, and no reference from paper.
pub(crate) fn is_mail(known: &str) -> bool {
    known.contains(['.', '@'])
}

/// Whether this names a mail or a text message that only brought a code: it starts no clock, and stops none.
pub(crate) fn is_code(known: &str) -> bool {
    local(known).ends_with(CODE) || is_text(known)
}

/// Whether this names a text message.
pub(crate) fn is_text(known: &str) -> bool {
    local(known).ends_with(SMS)
}

/// The reference with which a Message-ID begins, and what is behind it.
fn local(known: &str) -> &str {
    let known = known.trim().trim_start_matches('<');
    known.split(['.', '@']).next().unwrap_or_default()
}

impl Line {
    /// What is to be written when his last letter comes back; nothing where that was by another way, or it is too late.
    fn came_back(&self, now: Millis) -> Option<News> {
        let event = Event::Returned;
        let is_late = self.standing.after(&event, now).is_err();
        let lines = vec![self.place];
        (self.way == Some(Way::Email) && !is_late).then_some(News::Step { event, lines })
    }
}

/// Sends some, all at once; what became of each.
async fn sent(
    mails: &Mails,
    part: &[(usize, Mail)],
    now: Millis,
) -> Vec<(usize, Result<(), LetterError>)> {
    let mut under_way = JoinSet::new();
    for (place, mail) in part {
        let (mailbox, place, mail) = (mails.mailbox.clone(), *place, mail.clone());
        under_way.spawn(async move { (place, mailbox.send_mail(&mail, now).await) });
    }
    let mut outcomes = Vec::with_capacity(part.len());
    while let Some(done) = under_way.join_next().await {
        // One that panicked left or not: it is tried again.
        outcomes.extend(done.ok());
    }
    outcomes
}

fn count(places: &[usize]) -> u64 {
    u64::try_from(places.len()).expect("a batch is small")
}
