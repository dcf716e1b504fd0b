//! What stands between a request and its opening beside the notice: who is suspended, whose budget of persons is
//! spent. And the chain of alarms: each alarm is a line there, in the transaction of what it tells of.

use hygie_notice::wire::{Failure, TrailLine};
use hygie_notice::{
    Act, ActorRef, ActorStep, Alarm, Notice, Outcome, Purpose, RequestId, Stream, Subject, Verdict,
};
use rusqlite::Connection;

use super::keep::Line;
use super::write::{Key, PAGE, PAGE_BYTES, Writer, turn_down};
use super::{Answer, Done, Sequencer, Then, Who};
use crate::budgets::Work;
use crate::meetings::{Draw, Standing};
use crate::{Error, database, event};

/// Most suspended actors that are listed: their lines fit one frame.
const LISTED: usize = 4_000;

/// What the keeper itself has against an event.
#[derive(Default)]
pub(super) struct Bar {
    /// Why nothing is opened.
    pub(super) failure: Option<Failure>,
    /// What to count once the event is written.
    standing: Option<(Work, Purpose, Standing)>,
}

impl Bar {
    /// Whether an alarm may have to be written behind the event.
    pub(super) fn may_ring(&self, notice: &Notice) -> bool {
        declares(notice) || matches!(self.standing, Some((_, _, Standing::Beyond { .. })))
    }
}

/// Whether somebody declares an emergency, and the rules let him.
fn declares(notice: &Notice) -> bool {
    notice.act == Act::BreakGlass
        && notice
            .verdict
            .as_ref()
            .is_some_and(|verdict| verdict.permitted)
}

impl Writer<'_> {
    /// Looks whether the actor is suspended or his budget spent; then the notice says so, and nothing is opened. What
    /// care itself refused is written down as it is: whoever probes is counted, and told nothing else than before.
    pub(super) fn bar(
        &self,
        db: &Connection,
        actor: &ActorRef,
        notice: &mut Notice,
        then: Then,
    ) -> Result<Bar, Error> {
        let opens = !matches!(then, Then::Nothing);
        if opens && self.is_suspended(actor) {
            turn_down(notice, "actor-suspended");
            return Ok(Bar {
                failure: Some(Failure::Suspended),
                standing: None,
            });
        }
        let Some(work) = Work::of(actor, notice) else {
            return Ok(Bar::default());
        };
        let draw = Draw {
            kind: actor.kind,
            id: &actor.id,
            work,
            purpose: Work::purpose(actor, notice),
            person: &notice.subject,
        };
        let mut meetings = self.meetings.borrow_mut();
        let standing = meetings.standing(db, &draw, self.clock.now())?;
        let standing = Some((work, draw.purpose, standing));
        let mut failure = None;
        if opens && matches!(standing, Some((_, _, Standing::Beyond { .. }))) {
            failure = Some(Failure::Budget {
                until: meetings.until(),
            });
            turn_down(notice, "budget-spent");
        }
        Ok(Bar { failure, standing })
    }

    /// Whether the operator cut this actor off.
    pub(super) fn is_suspended(&self, actor: &ActorRef) -> bool {
        !self.suspended.is_empty() && {
            let name = self.meetings.borrow().actor(actor.kind, &actor.id);
            self.suspended.contains_key(&name)
        }
    }

    /// Counts what was written, and writes the alarm about it if there is one. `bell` is the key of the alarms'
    /// chain, where one [`Bar::may_ring`]; `index` the event's leaf.
    pub(super) fn follow(
        &self,
        db: &Connection,
        line: (u64, &mut Vec<Vec<u8>>),
        bell: Option<&Key>,
        (bar, who, notice, index): (&Bar, Who, &Notice, u64),
    ) -> Result<(), Error> {
        let mut meetings = self.meetings.borrow_mut();
        let mut alarm = None;
        match &bar.standing {
            Some((_, _, Standing::New(name))) => meetings.meet(db, *name, &notice.subject)?,
            Some((work, purpose, Standing::Beyond { persons }))
                if meetings.first_alarm(db, who.0.kind, &who.0.id)? =>
            {
                alarm = Some(Alarm::Budget {
                    budget: work.word().to_owned(),
                    purpose: *purpose,
                    persons: *persons,
                    until: meetings.until(),
                });
            }
            _ => {}
        }
        if declares(notice) {
            alarm = Some(Alarm::BreakGlass {
                person: notice.subject.id.to_string(),
                index,
                what: notice.what.clone(),
            });
        }
        let Some((alarm, bell)) = alarm.zip(bell) else {
            return Ok(());
        };
        let number = self.ring(db, line, bell, who, (&alarm, notice.clone()))?;
        if declares(notice) {
            database::await_review(db, number)?;
        }
        Ok(())
    }

    /// Writes an alarm behind the end of its chain; `like` says act, purpose and verdict.
    fn ring(
        &self,
        db: &Connection,
        line: (u64, &mut Vec<Vec<u8>>),
        bell: &Key,
        who: Who,
        (alarm, like): (&Alarm, Notice),
    ) -> Result<u64, Error> {
        let notice = Notice {
            subject: Subject::alarms(),
            stream: Stream::Trail,
            what: alarm.text(),
            ..like
        };
        let number = bell.head.count;
        self.append(db, line, Subject::alarms(), bell, who, notice)?;
        self.measures.rang(alarm);
        Ok(number)
    }

    /// Writes what the operator did, or a second agent found, as an alarm.
    fn ring_own(
        &self,
        db: &Connection,
        line: &mut Line,
        act: Act,
        alarm: &Alarm,
    ) -> Result<u64, Error> {
        let bell = self
            .bell(db)?
            .ok_or(Error::WrappedKeyBroken("the alarms"))?;
        let (rule, purpose) = match (act, alarm) {
            (_, Alarm::Unconfirmed { .. }) => ("second-agent-rings", Purpose::Enrolment),
            (Act::Review, _) => ("operator-reviews", Purpose::Keeping),
            _ => ("operator-suspends", Purpose::Keeping),
        };
        let like = Notice {
            subject: Subject::alarms(),
            stream: Stream::Trail,
            act,
            purpose,
            what: String::new(),
            verdict: Some(Verdict {
                permitted: true,
                rules: vec![rule.to_owned()],
            }),
            request: RequestId::random(self.entropy),
        };
        let who = line.who.clone();
        let place = (line.first, &mut line.entries);
        self.ring(db, place, &bell, who, (alarm, like))
    }

    /// The key of the alarms' chain, and where it ends.
    pub(super) fn bell(&self, db: &Connection) -> Result<Option<Key>, Error> {
        self.key(db, &Subject::alarms(), Stream::Trail)
    }
}

impl Sequencer {
    /// Cuts an actor off, lets him in again, or lists who is cut off.
    pub(super) fn actor(&mut self, who: Who, step: ActorStep) -> Result<Answer, Error> {
        match step {
            ActorStep::Suspend { kind, id, reason } => {
                let name = self.meetings.get_mut().actor(kind, &id);
                let answer = self.alone(who, |writer, db, line| {
                    if let Some(number) = writer.suspended.get(&name) {
                        return Ok(Err(Failure::Notice(format!(
                            "this actor is suspended already, since alarm {number}"
                        ))));
                    }
                    let alarm = Alarm::Suspended { kind, id, reason };
                    let number = writer.ring_own(db, line, Act::Suspend, &alarm)?;
                    database::suspend(db, &name, number)?;
                    Ok(Ok(Done::Alarmed(number)))
                })?;
                // Below the commit: the next request finds it, and so does the next start.
                if let Ok(Done::Alarmed(number)) = &answer {
                    self.suspended.insert(name, *number);
                }
                Ok(answer)
            }
            ActorStep::Resume { kind, id } => {
                let name = self.meetings.get_mut().actor(kind, &id);
                let answer = self.alone(who, |writer, db, line| {
                    if !database::resume(db, &name)? {
                        return Ok(Err(Failure::Notice(
                            "this actor is not suspended; `hygie actor list` says who is"
                                .to_owned(),
                        )));
                    }
                    let alarm = Alarm::Resumed { kind, id };
                    let number = writer.ring_own(db, line, Act::Suspend, &alarm)?;
                    Ok(Ok(Done::Alarmed(number)))
                })?;
                if answer.is_ok() {
                    self.suspended.remove(&name);
                }
                Ok(answer)
            }
            ActorStep::List => self.alone(who, |writer, db, line| {
                writer.note(db, line, "suspended actors listed".to_owned())?;
                let numbers = database::suspended(db)?;
                if numbers.len() > LISTED {
                    return Ok(Err(Failure::Notice(
                        "more than 4,000 actors are suspended; `hygie alarms` lists them all"
                            .to_owned(),
                    )));
                }
                let lines = numbers.iter().map(|(_, number)| writer.alarm(db, *number));
                let lines: Option<Vec<TrailLine>> = lines.collect::<Result<_, _>>()?;
                Ok(lines.map_or_else(|| writer.damaged(), |lines| Ok(Done::Suspended(lines))))
            }),
        }
    }

    /// A page of the alarms, from one number on, or from the oldest that waits for its review.
    pub(super) fn alarms(&mut self, who: Who, from: Option<u64>) -> Result<Answer, Error> {
        self.alone(who, |writer, db, line| {
            let Some(bell) = writer.bell(db)? else {
                return Ok(writer.damaged());
            };
            let count = bell.head.count;
            let from = match from {
                Some(from) => from,
                None => database::oldest_review(db)?.unwrap_or(count),
            };
            writer.note(db, line, format!("alarms read from number {from}"))?;
            Ok(Ok(Done::Alarms {
                trail: bell.key,
                span: (from, count),
                rows: database::events(db, &Subject::alarms(), from, PAGE, PAGE_BYTES)?,
            }))
        })
    }

    /// Writes down that a caller knows nothing of what an agent recorded for him.
    pub(super) fn unconfirmed(
        &mut self,
        who: Who,
        agent: String,
        receipt: String,
    ) -> Result<Answer, Error> {
        self.alone(who, |writer, db, line| {
            if writer.is_suspended(&line.who.0) {
                return Ok(Err(Failure::Suspended));
            }
            let alarm = Alarm::Unconfirmed { agent, receipt };
            let rung = writer.ring_own(db, line, Act::Review, &alarm)?;
            Ok(Ok(Done::Alarmed(rung)))
        })
    }

    /// Writes down what came of a break-glass.
    pub(super) fn review(
        &mut self,
        who: Who,
        number: u64,
        outcome: Outcome,
    ) -> Result<Answer, Error> {
        self.alone(who, |writer, db, line| {
            if !database::awaits_review(db, number)? {
                return Ok(Err(Failure::Notice(format!(
                    "alarm {number} waits for no review: it is no break-glass, or its review is done"
                ))));
            }
            let alarm = Alarm::Reviewed { number, outcome };
            let rung = writer.ring_own(db, line, Act::Review, &alarm)?;
            if outcome.closes() {
                database::close_review(db, number)?;
            }
            Ok(Ok(Done::Alarmed(rung)))
        })
    }
}

impl Writer<'_> {
    /// One alarm, opened; `None` when it is missing or does not open.
    fn alarm(&self, db: &Connection, number: u64) -> Result<Option<TrailLine>, Error> {
        let Some(bell) = self.bell(db)? else {
            return Ok(None);
        };
        let rows = database::events(db, &Subject::alarms(), number, 1, 1)?;
        let span = (number, bell.head.count);
        let lines = event::open_page(&bell.key, Subject::alarms(), span, &rows);
        Ok(lines.and_then(|mut lines| lines.pop()))
    }
}
