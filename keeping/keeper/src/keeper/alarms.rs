//! The operator's requests about alarms, reviews, and actors who are cut off.

use hygie_notice::Subject;
use hygie_notice::wire::{Failure, Request, Response};

use super::Keeper;
use super::answer::respond;
use crate::sequencer::{Done, Keep};
use crate::{check, event};

impl Keeper {
    pub(super) async fn handle_alarms(&self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Actor { assertion, step } => {
                let claims = self.verify(&assertion)?;
                check::actor(&claims, &step)?;
                respond(self.keep(&claims, Keep::Actor(step)).await?)
            }
            Request::Alarms { assertion, from } => {
                let claims = self.verify(&assertion)?;
                check::alarms(&claims)?;
                self.alarms(self.keep(&claims, Keep::Alarms { from }).await?)
                    .await
            }
            Request::Review {
                assertion,
                number,
                outcome,
            } => {
                let claims = self.verify(&assertion)?;
                check::alarms(&claims)?;
                respond(self.keep(&claims, Keep::Review { number, outcome }).await?)
            }
            Request::Unconfirmed {
                assertion,
                agent,
                receipt,
            } => {
                let claims = self.verify(&assertion)?;
                check::unconfirmed(&claims, &agent, &receipt)?;
                respond(
                    self.keep(&claims, Keep::Unconfirmed { agent, receipt })
                        .await?,
                )
            }
            _ => Err(Failure::Notice("it is no request about alarms".to_owned())),
        }
    }

    /// A page of alarms, opened.
    async fn alarms(&self, done: Done) -> Result<Response, Failure> {
        let Done::Alarms { trail, span, rows } = done else {
            return respond(done);
        };
        // A thousand decryptions: off the threads that serve the sockets.
        let opened = tokio::task::spawn_blocking(move || {
            event::open_page(&trail, Subject::alarms(), span, &rows)
        })
        .await;
        let events = opened.ok().flatten().ok_or_else(|| {
            self.measures.altered.up();
            Failure::Unavailable(
                "a line of the alarms does not open; restore `keys.db` from a backup".to_owned(),
            )
        })?;
        Ok(Response::Alarms {
            events,
            count: span.1,
        })
    }
}
