use hygie_keeper::{Client, Error as KeeperError};
use hygie_notice::wire::{Committed, CommittedLine, TrailLine};
use hygie_notice::{Act, ActorKind, Event, Notice, PersonId, Purpose};
use hygie_proof::{Line, Trail, Verifier};

use crate::door::Ask;
use crate::{Caller, Error, Record};

impl Record {
    /// A person's trail with all that proves it, as a file that is checked offline ([`Trail`]): every event up to this
    /// very reading, which is its last one.
    ///
    /// A record that was joined to another keeps its own trail: by its id, that one is proved.
    ///
    /// The holder gets it as he reads his trail; the operator as part of everything that is kept about a person, whose
    /// space is not opposed or closed (GDPR art. 15 and 20).
    ///
    /// # Errors
    /// [`Error::Refused`] for all others; [`Error::Keeper`], also when what the keeper gave does not hold together.
    pub async fn prove(&self, caller: &Caller, person: PersonId) -> Result<String, Error> {
        let operator = caller.actor.kind == ActorKind::Operator;
        let caller = Caller {
            purpose: if operator {
                Purpose::Portability
            } else {
                caller.purpose
            },
            ..caller.clone()
        };
        let ask = Ask {
            caller: &caller,
            person,
            act: if operator { Act::Export } else { Act::Account },
            what: "the trail, with its proof".to_owned(),
        };
        let notice = self.permit_trail(&ask).await?;
        let (leaf_key, events) = self.committed(&caller, &notice).await?;
        let lines = self.told(&ask, events).await?;
        let (cover, checkpoint) = self.cover(&lines).await?;
        let verifier: Verifier = self.ledger().await?.0.parse().map_err(unproved)?;
        let trail = Trail {
            version: Trail::VERSION,
            person: person.to_string(),
            verifier,
            leaf_key,
            lines,
            cover,
            checkpoint,
        };
        // Nobody is handed a proof that is none.
        trail.check(&trail.verifier).map_err(unproved)?;
        Ok(trail.to_string())
    }

    /// The events up to the first notice of this reading, and the key of their leaves. Every page is a reading of its own,
    /// with a line in the trail.
    async fn committed(
        &self,
        caller: &Caller,
        notice: &Notice,
    ) -> Result<([u8; 32], Vec<CommittedLine>), Error> {
        let mut events: Vec<CommittedLine> = Vec::new();
        let mut end = None;
        loop {
            let from = u64::try_from(events.len()).expect("a trail fits into memory");
            let Committed {
                receipt,
                leaf_key,
                events: page,
            } = self
                .keeper
                .committed(&caller.assertion, notice.clone(), from)
                .await?;
            let end = *end.get_or_insert(receipt.index);
            if page.is_empty() {
                return Err(unproved("the trail ends before this reading"));
            }
            events.extend(page.into_iter().take_while(|line| line.index <= end));
            if events.last().is_some_and(|line| line.index == end) {
                return Ok((leaf_key.into_array(), events));
            }
        }
    }

    /// The lines of the file: the words of what names an item that is not announced yet are kept back, the event stays.
    async fn told(&self, ask: &Ask<'_>, events: Vec<CommittedLine>) -> Result<Vec<Line>, Error> {
        let read = |line: &CommittedLine| -> Result<TrailLine, Error> {
            let mut event: Event =
                ciborium::from_reader(line.event.as_slice()).map_err(unproved)?;
            if let Some(words) = &line.words {
                event.notice.what.clone_from(&words.what);
            }
            let index = line.index;
            Ok(TrailLine { index, event })
        };
        let lines: Vec<TrailLine> = events.iter().map(read).collect::<Result<_, _>>()?;
        let act = if ask.act == Act::Export {
            Act::Export
        } else {
            Act::Read
        };
        let kept = self.unannounced(ask, act, &lines).await?;
        let lines = events.into_iter().map(|line| Line {
            index: line.index,
            words: line
                .words
                .filter(|_| !kept.contains(&line.index))
                .map(|words| words.bytes()),
            event: line.event.into_vec(),
        });
        Ok(lines.collect())
    }

    /// What stands for the rest of the ledger, and the checkpoint that it leads to. It is asked for in parts: only the last
    /// goes to the ledger's end, and its checkpoint is of that moment.
    async fn cover(&self, lines: &[Line]) -> Result<(Vec<[u8; 32]>, String), Error> {
        let mut hashes = Vec::new();
        let mut from = 0;
        let mut parts = lines.chunks(Client::LEAVES).peekable();
        while let Some(part) = parts.next() {
            let leaves: Vec<u64> = part.iter().map(|line| line.index).collect();
            let behind = leaves.last().map_or(from, |last| last + 1);
            let to = parts.peek().map(|_| behind);
            let cover = self.keeper.cover(from, to, leaves).await?;
            hashes.extend(cover.hashes);
            if to.is_none() {
                return Ok((hashes, cover.checkpoint));
            }
            from = behind;
        }
        Err(unproved("the trail is empty"))
    }
}

fn unproved(why: impl std::fmt::Display) -> Error {
    Error::Keeper(KeeperError::Unavailable(format!(
        "what it gave does not prove the trail ({why}); verify the ledger, and restore `keeper/` from a backup"
    )))
}
