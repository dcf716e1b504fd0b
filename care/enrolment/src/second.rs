//! Gaining access with the code of a letter and a second proof: a one-time code to the e-mail address or the telephone on
//! record. The letter shows that somebody has the post, the message that he has the mailbox or the telephone, and neither
//! is worth anything alone. A code that travelled by e-mail or text message itself is no first proof: both would lie on
//! one telephone.

use std::sync::Arc;

use hygie_letters::{Address, Language, Mail, Mailbox, OneTime, Site, Text};
use hygie_record::Error;
use hygie_record::accounts::{Accounts, Admitted, Entrance, Invitation};
use hygie_record::notice::{Act, Millis, PersonId};
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

use crate::activate::{Access, Activation};
use crate::attempt::Attempt;
use crate::campaign::wording;
use crate::code::second_hash;
use crate::page::{Line, News, Page};
use crate::stage::Way;
use crate::{Enrolment, oppose::Unlocked};

/// How long a one-time code is good: ten minutes, in milliseconds.
const GOOD: Millis = 10 * 60 * 1_000;
/// Digits of one. Five tries at each of five a day find one in 4 million days.
const DIGITS: usize = 8;
/// Wrong tries at one.
const TRIES: u32 = 5;
/// The least time between two of one person, and how many there are in a day: mailboxes are not flooded.
const BETWEEN: Millis = 60 * 1_000;
const DAILY: usize = 5;
const DAY: Millis = 24 * 60 * 60 * 1_000;

/// What is kept of a one-time code.
pub(crate) struct Second {
    /// Its hash under the page's key.
    pub hash: Vec<u8>,
    /// The first moment at which it is worth nothing.
    pub until: Millis,
    /// Wrong tries.
    pub missed: u32,
}

/// Who sends e-mails, and which site they name.
pub(crate) struct Mailing {
    mailbox: Mailbox,
    site: Site,
}

/// What came of a try with both.
pub enum ByCode {
    /// He chooses now how to sign in.
    Done(Invitation),
    /// Something does not fit, is too old, or was used: one answer for all of it.
    NotMatched,
    /// What he may not, and why.
    Not(Activation),
}

impl Enrolment {
    /// The same, which sends e-mails from this mailbox.
    #[must_use]
    pub fn mailing_codes(mut self, mailbox: Mailbox, site: Site) -> Self {
        self.mailing = Some(Arc::new(Mailing { mailbox, site }));
        self
    }

    /// Sends a one-time code to the address or the number on record of whom the letter's code fits: by the way he wants,
    /// e-mail or text message, or by the other where that is none. The answer is the same for all, and the message goes
    /// behind it.
    ///
    /// # Errors
    /// Those of keeper and store: nothing was sent.
    pub async fn ask_for_second(&self, attempt: &Attempt, by: Way) -> Result<(), Error> {
        let what = "a second proof by message is asked for";
        let Some(mut unlocked) = self.by_letter(attempt, what).await? else {
            return Ok(());
        };
        let now = self.roll.record().now();
        let line = unlocked.line()?;
        let (Some(mailing), true) = (&self.mailing, line.may_ask(now)) else {
            return Ok(());
        };
        if !matches!(self.may_activate(line), Access::May) {
            return Ok(());
        }
        let (place, entropy) = (unlocked.place, self.roll.record().entropy());
        let digits = drawn(entropy);
        let code = format!("{} {}", &digits[..4], &digits[4..]);
        let Some(mail) = self.one_time(&mailing.site, line, &code, by) else {
            return Ok(());
        };
        let mut news = Vec::from_iter(unlocked.page.keyed(entropy));
        news.push(News::Second {
            line: place,
            code: ByteBuf::from(second_hash(&digits, &unlocked.page.key, place)),
            until: now + GOOD,
        });
        self.write(&unlocked.opened, news).await?;
        let mailing = Arc::clone(mailing);
        tokio::spawn(async move {
            if let Err(error) = mailing.mailbox.send_mail(&mail, now).await {
                // Neither who nor where to; he can ask for another.
                tracing::warn!(%error, "a one-time code was not sent");
            }
        });
        Ok(())
    }

    /// A one-time code by the way that is wanted, or by the other; none where no address and no number is on record.
    fn one_time(&self, site: &Site, line: &Line, code: &str, by: Way) -> Option<Mail> {
        let insured = &line.insured;
        let mailed = || {
            let to: Address = insured.email.parse().ok()?;
            let language = Language::of(&insured.language);
            let code = code.to_owned();
            Some(OneTime { to, language, code }.mail(site))
        };
        let texted = || {
            let text = Text::OneTime(code.to_owned());
            let texts = self.texts.as_ref()?;
            texts
                .mail(&line.text_to()?, wording(&insured.language), &text)
                .ok()
        };
        match by {
            Way::Sms => texted().or_else(mailed),
            _ => mailed().or_else(texted),
        }
    }

    /// Tries the letter's code with the one-time code, or with an agent's word, if there is one. When both fit, his account is made and waits for him to choose how
    /// to sign in. The letter's code still opposes.
    ///
    /// Crash after the one-time code was used up: he asks for another.
    ///
    /// # Errors
    /// Those of keeper and store: it can be tried again, or with another one-time code.
    pub async fn activate_by_code(
        &self,
        accounts: &Accounts,
        attempt: &Attempt,
        second: &str,
    ) -> Result<ByCode, Error> {
        let what = "activation by a letter's code and one by message";
        let Some(unlocked) = self.by_letter(attempt, what).await? else {
            return Ok(ByCode::NotMatched);
        };
        let now = self.roll.record().now();
        let line = unlocked.place;
        let vouched = unlocked.line()?.vouched.is_some_and(|until| now < until);
        if !vouched && !unlocked.line()?.is_second(&unlocked.page, second, now) {
            self.write(&unlocked.opened, vec![News::Missed { line }])
                .await?;
            return Ok(ByCode::NotMatched);
        }
        self.write(&unlocked.opened, vec![News::SecondGone { line }])
            .await?;
        drop(unlocked);
        let Some(unlocked) = self.by_letter(attempt, what).await? else {
            return Ok(ByCode::NotMatched);
        };
        if let Access::Not(answer) = self.may_activate(unlocked.line()?) {
            return Ok(ByCode::Not(answer));
        }
        let given = self.give_access(accounts, &unlocked, Entrance::Invitation);
        Ok(match given.await? {
            Ok(Admitted::In(_, Some(invitation))) => ByCode::Done(invitation),
            Ok(Admitted::In(account, None)) => {
                // An invitation was asked for, and none came with it: the account is another's affair.
                let whose = account.roles.first().and_then(|role| role.person);
                ByCode::Not(whose.map_or(Activation::OfAnother, known))
            }
            Ok(Admitted::Known(person)) => ByCode::Not(known(person)),
            Ok(Admitted::OfAnother) => ByCode::Not(Activation::OfAnother),
            Err(answer) => ByCode::Not(answer),
        })
    }

    /// The line that a letter's code fits, if that came by post.
    async fn by_letter(&self, attempt: &Attempt, what: &str) -> Result<Option<Unlocked>, Error> {
        let now = self.roll.record().now();
        let fits = |line: &Line, page: &Page| line.was_posted(&attempt.code, &page.key, now);
        let who = (attempt.number.as_str(), attempt.birth.as_str());
        self.unlock_to(Act::Deposit, who, what, fits).await
    }
}

impl Line {
    /// Whether another one-time code may be sent.
    fn may_ask(&self, now: Millis) -> bool {
        let today = self.seconds.iter().filter(|at| now < **at + DAY);
        let lately = self.seconds.last().is_some_and(|at| now < at + BETWEEN);
        !lately && today.count() < DAILY
    }

    /// Whether this is the one-time code that was sent last; in any spelling of its digits.
    fn is_second(&self, page: &Page, typed: &str, now: Millis) -> bool {
        let digits: Zeroizing<String> =
            Zeroizing::new(typed.chars().filter(char::is_ascii_digit).collect());
        let hash = second_hash(&digits, &page.key, self.place);
        let Some(second) = &self.second else {
            return false;
        };
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(&hash, &second.hash);
        same.is_ok() && now < second.until && second.missed < TRIES
    }
}

fn known(person: PersonId) -> Activation {
    Activation::Known(person, None)
}

fn drawn(entropy: &dyn hygie_record::notice::Entropy) -> Zeroizing<String> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    let number = u64::from_be_bytes(bytes) % 10_u64.pow(8);
    Zeroizing::new(format!("{number:0DIGITS$}"))
}
