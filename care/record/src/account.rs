use hygie_notice::wire::TrailLine;
use hygie_notice::{Act, PersonId, Stream};

use crate::door::Ask;
use crate::{Caller, Error, Record};

/// A page of a person's trail.
pub struct TrailPage {
    /// Openings and refusals, oldest first, each with its leaf's index in the ledger.
    pub lines: Vec<TrailLine>,
}

impl Record {
    /// Who opened the record, or was refused: everything, this reading included.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the holder.
    pub async fn account(
        &self,
        caller: &Caller,
        person: PersonId,
        what: &str,
    ) -> Result<TrailPage, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Account,
            what: what.to_owned(),
        };
        let notice = self.permit_account(&ask).await?;
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
                return Ok(TrailPage { lines });
            }
        }
    }
}
