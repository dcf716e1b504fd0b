//! The operator's requests about keys. Shares are sealed and on the disk before the writer is asked.

use hygie_ledger::note;
use hygie_notice::wire::{Failure, Request, Response};
use hygie_notice::{Claims, KeyAnswer, KeyStep, Subject};
use zeroize::Zeroizing;

use super::answer::respond;
use super::{Keeper, kek_place};
use crate::backup::BACKUP;
use crate::check;
use crate::custody::{self, Custody};
use crate::sequencer::{Answer, Ask, Done, Epoch, Keep, Look, Then, Writing};
use crate::share::{Part, Share};
use crate::wrap::WrappingKey;

/// Most joined records of one answer.
const JOINS: usize = 10_000;

impl Keeper {
    /// Answers what is asked about keys, and about records that end.
    pub(super) async fn handle_keys(&self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Keys { assertion, step } => {
                let claims = self.verify(&assertion)?;
                check::keys(&claims)?;
                self.keys(&claims, step).await
            }
            Request::End {
                assertion,
                notice,
                years,
            } => {
                let claims = self.verify(&assertion)?;
                check::ending(&claims, &notice, years)?;
                let writing = Box::new(Writing::of(&claims, notice, Then::Nothing));
                respond(self.ask(Ask::End { writing, years }).await?)
            }
            Request::Reopen {
                assertion,
                notice,
                shares,
            } => {
                let shares = Zeroizing::new(shares);
                let claims = self.verify(&assertion)?;
                check::reopening(&claims, &notice, shares.len())?;
                let shares = shares.iter().map(|text| Share::parse(text));
                let shares = shares
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|error| Failure::Notice(error.to_string()))?;
                let writing = Box::new(Writing::of(&claims, notice, Then::Nothing));
                respond(self.ask(Ask::Reopen { writing, shares }).await?)
            }
            Request::Join {
                assertion,
                notice,
                other,
            } => {
                let claims = self.verify(&assertion)?;
                let other = Subject::person(other);
                check::joining(&claims, &notice, other)?;
                let join = Keep::Join(Box::new(notice), other);
                respond(self.keep(&claims, join).await?)
            }
            Request::Joins { after } => {
                let page = self.joins.read().page(after.map(Subject::person), JOINS);
                let ids = page.into_iter().map(|(one, leading)| (one.id, leading.id));
                Ok(Response::Joins(ids.collect()))
            }
            Request::Unforgotten => respond(self.ask(Ask::Unforgotten).await?),
            Request::Standing { subject } => respond(self.ask(Ask::Standing { subject }).await?),
            Request::Forgotten { subject } => respond(self.ask(Ask::Forgotten { subject }).await?),
            _ => Err(Failure::Notice("it is no request about keys".to_owned())),
        }
    }

    /// Does one step. One at a time: two rotations would begin two epochs.
    async fn keys(&self, claims: &Claims, step: KeyStep) -> Result<Response, Failure> {
        let _one = self.keeping.lock().await;
        let done = match step {
            KeyStep::Custody {
                threshold,
                custodians,
            } => {
                let custody = Custody::new(threshold, custodians)
                    .map_err(|error| Failure::Notice(error.to_string()))?;
                return self.custody(claims, custody).await;
            }
            KeyStep::Rotate => {
                let look = self.look(claims).await?;
                if let Some(ended) = self.begin(claims, look).await? {
                    return Ok(Response::Keys(ended));
                }
                self.keep(claims, Keep::Wrap).await?
            }
            KeyStep::Finish { manifest } => {
                let until = self.backed_up(&manifest)?;
                self.keep(claims, Keep::Drop { until }).await?
            }
            KeyStep::Purge => self.keep(claims, Keep::Purge).await?,
            KeyStep::Archive { subject } => {
                let leading = self.joins.read().leading(&subject);
                let subject = leading.unwrap_or(subject);
                self.keep(claims, Keep::Archive(subject)).await?
            }
        };
        match done {
            Done::Kept(answer) => Ok(Response::Keys(answer)),
            _ => Err(Failure::Unavailable(
                "another step was done than was asked".to_owned(),
            )),
        }
    }

    /// Gives the custodians shares of the root key and of every living epoch.
    async fn custody(&self, claims: &Claims, custody: Custody) -> Result<Response, Failure> {
        // Where there is no custody yet, only the epochs are of interest.
        let epochs = self.epochs(claims).await?;
        let mut folders = vec![self.share_out(&custody, Part::Root, self.root.expose())?];
        for epoch in &epochs {
            let part = Part::Epoch(epoch.number);
            folders.push(self.share_out(&custody, part, epoch.kek.expose())?);
        }
        self.keep(claims, Keep::Custody(custody)).await?;
        Ok(Response::Keys(KeyAnswer::Custody { folders }))
    }

    /// Begins a rotation unless one is under way; an answer when one had come to its end.
    ///
    /// Crash between the shares and the epoch: these are shares of a key that nothing was ever wrapped in,
    /// and the next attempt writes others in their place.
    async fn begin(&self, claims: &Claims, look: Look) -> Result<Option<KeyAnswer>, Failure> {
        if look.dropped.is_some() {
            return Ok(Some(KeyAnswer::Rotating {
                epoch: look.next - 1,
                wrapped: 0,
                more: false,
                ended: true,
            }));
        }
        if look.epochs.len() > 1 {
            return Ok(None);
        }
        let kek = WrappingKey::random(&*self.entropy);
        let number = look.next;
        self.share_out(&look.custody, Part::Epoch(number), kek.expose())?;
        let wrapped = self.root.wrap_at(&kek_place(number), kek.expose());
        let epoch = Epoch { number, kek };
        self.keep(claims, Keep::Begin(epoch, wrapped)).await?;
        Ok(None)
    }

    fn share_out(&self, custody: &Custody, part: Part, secret: &[u8]) -> Result<String, Failure> {
        let sealed = custody.seal(&part, secret, &*self.entropy);
        custody::write(&self.home, &part, &sealed)
            .map_err(|error| Failure::Unavailable(error.to_string()))
    }

    /// Up to which event a backup goes, by its manifest, which this keeper signed.
    fn backed_up(&self, manifest: &str) -> Result<u64, Failure> {
        let until = note::open(manifest, self.signer.verifier())
            .ok()
            .filter(|text| text.starts_with(BACKUP))
            .and_then(|text| text.lines().find_map(|line| line.strip_prefix("events ")))
            .and_then(|events| events.split_once(' ')?.1.parse().ok());
        until.ok_or_else(|| {
            Failure::Notice("this is not the signed manifest of a backup of this home".to_owned())
        })
    }

    async fn look(&self, claims: &Claims) -> Result<Look, Failure> {
        match self.keep(claims, Keep::Look).await? {
            Done::Looked(look) => Ok(*look),
            _ => Err(Failure::Unavailable("nothing was found".to_owned())),
        }
    }

    async fn epochs(&self, claims: &Claims) -> Result<Vec<Epoch>, Failure> {
        match self.keep(claims, Keep::Epochs).await? {
            Done::Epochs(epochs) => Ok(epochs),
            _ => Err(Failure::Unavailable("nothing was found".to_owned())),
        }
    }

    pub(super) async fn keep(&self, claims: &Claims, keep: Keep) -> Answer {
        let who = (claims.actor.clone(), claims.iss.clone());
        self.ask(Ask::Keep(Box::new((who, keep)))).await
    }
}
