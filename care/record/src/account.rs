use std::collections::HashSet;

use hygie_notice::wire::TrailLine;
use hygie_notice::{Act, ActorKind, Notice, PersonId, Stream, Subject};

use crate::door::Ask;
use crate::mentions::ids_in;
use crate::{Caller, Error, Record};

/// What stands in the place of the details of an item that is not announced yet.
pub const UNANNOUNCED: &str = "an item that is not announced yet";

/// A page of a person's trail.
pub struct TrailPage {
    /// Openings and refusals, oldest first, each with its leaf's index in the ledger.
    pub lines: Vec<TrailLine>,
}

impl Record {
    /// Who opened the record, or was refused: everything, this reading included, and so of each record that was joined to
    /// it: an opening of both is a line in the trail of each.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the holder.
    pub async fn account(
        &self,
        caller: &Caller,
        person: PersonId,
        what: &str,
    ) -> Result<TrailPage, Error> {
        let person = self.leading(person);
        let ask = Ask {
            caller,
            person,
            act: Act::Account,
            what: what.to_owned(),
        };
        let notice = self.permit_trail(&ask).await?;
        let mut lines = self.whole_trail(caller, &notice).await?;
        for joined in self.joined_to(person) {
            let subject = Subject::person(joined);
            let notice = Notice {
                subject,
                ..notice.clone()
            };
            lines.extend(self.whole_trail(caller, &notice).await?);
        }
        lines.sort_by_key(|line| line.index);
        self.keep_unannounced(&ask, &mut lines).await?;
        Ok(TrailPage { lines })
    }

    /// One trail up to this reading of it.
    async fn whole_trail(&self, caller: &Caller, notice: &Notice) -> Result<Vec<TrailLine>, Error> {
        let mut lines: Vec<TrailLine> = Vec::new();
        loop {
            let from = lines.last().map_or(0, |line| line.event.number + 1);
            let (_, page) = self
                .keeper
                .trail(&caller.assertion, notice.clone(), from)
                .await?;
            // Every page is a reading, and its notice is the last line of the trail: the first of ours
            // is where this answer ends. The weighing before it belongs to the same request.
            let ours = page.iter().position(|line| {
                let read = &line.event.notice;
                read.stream == Stream::Trail && read.request == notice.request
            });
            lines.extend(
                page.into_iter()
                    .take(ours.map_or(usize::MAX, |place| place + 1)),
            );
            if ours.is_some() {
                return Ok(lines);
            }
        }
    }

    /// Takes the details out of the lines that name what the caller may not see yet: that somebody opened it stays.
    async fn keep_unannounced(&self, ask: &Ask<'_>, lines: &mut [TrailLine]) -> Result<(), Error> {
        if ask.caller.actor.kind == ActorKind::Operator {
            return Ok(());
        }
        let kept = self.unannounced(ask, Act::Read, lines).await?;
        for line in lines.iter_mut().filter(|line| kept.contains(&line.index)) {
            UNANNOUNCED.clone_into(&mut line.event.notice.what);
        }
        Ok(())
    }

    /// The lines, by their leaf's index, that name what may not be told to the caller yet (art. R. 1111-42 CSP), found by
    /// looking into the record as `act`. Where nobody gets in any more, no item is told at all.
    pub(crate) async fn unannounced(
        &self,
        ask: &Ask<'_>,
        act: Act,
        lines: &[TrailLine],
    ) -> Result<HashSet<u64>, Error> {
        if !lines.iter().any(names_an_item) {
            return Ok(HashSet::new());
        }
        let look = Ask {
            act,
            what: "what the trail names".to_owned(),
            ..*ask
        };
        let hidden = match self.enter(&look).await {
            Ok(entered) => Some(entered.unseen(self, ask.caller).await?),
            Err(Error::Refused) => None,
            Err(error) => return Err(error),
        };
        let is_kept = |id: &str| hidden.as_ref().is_none_or(|hidden| hidden.contains(id));
        let named = lines.iter().filter(|line| names_an_item(line));
        let kept = named.filter(|line| ids_in(&line.event.notice.what).any(is_kept));
        Ok(kept.map(|line| line.index).collect())
    }
}

/// Whether a line names an item that somebody who gives care met, or weighed whether he may: others meet nothing that
/// is unannounced.
fn names_an_item(line: &TrailLine) -> bool {
    let event = &line.event;
    let cares = matches!(
        event.actor.kind,
        ActorKind::Professional | ActorKind::Software
    );
    let met = event
        .notice
        .verdict
        .as_ref()
        .is_none_or(|verdict| verdict.permitted);
    cares && met && ids_in(&event.notice.what).next().is_some()
}
