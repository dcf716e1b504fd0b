//! Eighteenth birthdays: from that day on a person decides alone, and those who acted for him no longer do (art. 388 and
//! 414 C. civ.). His rights say so from the day on which his space was made; here he is told, once, in his own name.

use hygie_letters::{Batch, Matter};
use hygie_record::Scope;
use hygie_record::notice::{Millis, Subject};
use serde_bytes::ByteBuf;

use crate::Enrolment;
use crate::code::Code;
use crate::line::Insured;
use crate::page::{Line, News, Page};
use crate::press::{Press, PressError};
use crate::stage::{Event, Stage, Way};

/// Letters of one opening of a page.
const SLICE: usize = 64;

/// Whom the job told, and what is to be written of it.
#[derive(Default)]
pub(crate) struct Came {
    pub news: Vec<News>,
    pub lines: Vec<u32>,
    pub more: bool,
}

impl Enrolment {
    /// Until when those act for him who represent him; none where he is of age by now.
    pub(crate) fn minor_until(&self, insured: &Insured) -> Option<Millis> {
        let at = self.calendar.of_age(insured.birth()?);
        (at > self.roll.record().now()).then_some(at)
    }

    /// When somebody comes of age who was put on the roll as a minor, and was not told.
    pub(crate) fn comes_of_age(&self, line: &Line) -> Option<Millis> {
        let at = self.calendar.of_age(line.insured.birth()?);
        let ended = matches!(
            line.standing.stage,
            Stage::Closed { .. } | Stage::Erased { .. }
        );
        let lives = line.standing.died.is_none() && !line.standing.alias;
        (at > line.begun && lives && !ended && !line.is_told_of_age).then_some(at)
    }

    /// Writes to those of a page who came of age. Without a printer they wait for one. Crash between the letters and the
    /// roll: they are laid down anew, under the same name.
    pub(crate) async fn come_of_age(&self, page_of: Subject, page: &mut Page, now: Millis) -> Came {
        let Ok(press) = self.press() else {
            return Came::default();
        };
        let wanted = |line: &&Line| self.comes_of_age(line).is_some_and(|at| at <= now);
        let lines = page.lines.iter().filter(wanted).map(|line| line.place);
        let lines: Vec<u32> = lines.take(SLICE).collect();
        if lines.is_empty() {
            return Came::default();
        }
        let entropy = self.roll.record().entropy();
        let mut came = Came {
            news: Vec::from_iter(page.keyed(entropy)),
            more: lines.len() == SLICE,
            ..Came::default()
        };
        let until = self.calendar.reversal(now);
        let mut batch = Batch::new();
        let (mut refuse, mut codes) = (Vec::new(), Vec::new());
        for place in lines {
            let Some(line) = page.lines.get(place as usize) else {
                continue;
            };
            came.lines.push(place);
            let code = Code::random(entropy);
            let opposed = line.standing.opposed.is_some();
            let matter = self.of_age_matter(&code, until, opposed);
            let post = matter.and_then(|matter| self.post(page_of, line, matter));
            // Whom no letter reaches finds it said where he signs in.
            if post.is_none_or(|post| press.push(&mut batch, post).is_err()) {
                continue;
            }
            let hash = code.hash(&page.key, place);
            if opposed {
                came.news.push(News::Reversal {
                    line: place,
                    code: ByteBuf::from(hash),
                    until,
                    scope: Scope::Space,
                });
            } else {
                refuse.push(place);
                codes.extend(hash);
            }
        }
        if !refuse.is_empty() {
            came.news.push(News::Letters {
                way: Way::Post,
                wave: 0,
                deadline: None,
                until: Some(until),
                lines: refuse,
                codes: ByteBuf::from(codes),
            });
        }
        came.news.push(News::Step {
            event: Event::OfAge,
            lines: came.lines.clone(),
        });
        let first = came.lines.first().copied().unwrap_or_default();
        let name = format!("of-age-{}-{first}", page_of.id);
        if let Err(error) = lay(press, &name, batch).await {
            tracing::error!(%error, "who came of age could not be told by letter; the next run goes on");
            return Came::default();
        }
        came
    }

    /// What the letter says, with a code that is good before `until`.
    fn of_age_matter(&self, code: &Code, until: Millis, opposed: bool) -> Option<Matter> {
        Some(Matter::OfAge {
            code: code.print().parse().ok()?,
            until: self.calendar.day(until - 1),
            opposed,
        })
    }
}

async fn lay(press: &Press, name: &str, batch: Batch) -> Result<(), PressError> {
    if batch.is_empty() {
        return Ok(());
    }
    press.prepare(name, batch).await?;
    press.release(name)
}
