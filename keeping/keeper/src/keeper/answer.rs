use aws_lc_rs::hmac;
use hygie_ledger::note;
use hygie_notice::wire::{Failure, Request, Response, Tag};
use hygie_notice::{Assertion, Claims, Head, Notice, Stream, Subject};
use serde_bytes::{ByteArray, ByteBuf};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tracing::warn;

use super::Keeper;
use crate::publisher::Wanted;
use crate::sequencer::{Ask, Done, Then, Writing};
use crate::{check, event};

/// Longest domain and value of a look-up, in bytes.
const DOMAIN: usize = 256;
const VALUE: usize = 1_024;
/// Most look-ups of one request: with all their values it stays far below the longest frame.
const TAGS: usize = 1_000;

impl Keeper {
    /// Answers one request; a failure is an answer too.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        self.handle(request).await.unwrap_or_else(|failure| {
            let kind = self.measures.refused(&failure);
            warn!(kind, "a request was turned down");
            Response::Failed(failure)
        })
    }

    async fn handle(&self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Hello => Ok(Response::Hello {
                issuers: self.believed.issuers().to_vec(),
                verifier: self.verifier.clone(),
                size: self.size.load(Ordering::Acquire),
            }),
            Request::Open {
                assertion,
                notice,
                weighed,
            } => {
                let claims = self.verify(&assertion)?;
                check::opening(&claims, &notice)?;
                check::weighed(&notice, weighed)?;
                self.write(claims, notice, Then::Key { weighed }).await
            }
            Request::Refuse { assertion, notice } => {
                let claims = self.verify(&assertion)?;
                check::refusal(&claims, &notice)?;
                self.write(claims, notice, Then::Nothing).await
            }
            Request::Trail {
                assertion,
                notice,
                from,
            } => {
                let claims = self.verify(&assertion)?;
                check::accounting(&claims, &self.as_led(&notice))?;
                self.write(claims, notice, Then::Page { from }).await
            }
            Request::Advance {
                subject,
                stream,
                from,
                to,
            } => self.advance(subject, stream, from, to).await,
            Request::Tags { assertion, tags } => self.tags(&assertion, &tags).await,
            Request::SignBackup {
                assertion,
                manifest,
            } => {
                let claims = self.verify(&assertion)?;
                check::backup(&claims, &manifest)?;
                let signed = note::sign(&manifest, &self.signer)
                    .map_err(|error| Failure::Notice(error.to_string()))?;
                Ok(Response::Signed(signed))
            }
            Request::Measures => Ok(Response::Measures(Box::new(self.told()))),
            Request::Committed {
                assertion,
                notice,
                from,
            } => {
                let claims = self.verify(&assertion)?;
                check::proving(&claims, &self.as_led(&notice))?;
                self.committed(claims, notice, from).await
            }
            Request::Cover { from, to, leaves } => self.cover(from, to, leaves).await,
            Request::Prove { index } => respond(self.ask(Ask::Prove(Wanted::Leaf(index))).await?),
            Request::Actor { .. }
            | Request::Alarms { .. }
            | Request::Review { .. }
            | Request::Unconfirmed { .. } => self.handle_alarms(request).await,
            other => self.handle_keys(other).await,
        }
    }

    async fn tags(&self, assertion: &Assertion, tags: &[Tag]) -> Result<Response, Failure> {
        let claims = self.verify(assertion)?;
        check::look_up(&claims)?;
        if tags.len() > TAGS {
            return Err(Failure::Notice(
                "at most 1,000 values are looked up at once".to_owned(),
            ));
        }
        let now = self.clock.now();
        let mut asked = Vec::with_capacity(tags.len());
        for Tag {
            domain,
            value,
            bind,
        } in tags
        {
            self.look_ups.spend(&claims.actor, now)?;
            let tag = self.tag(domain, value)?;
            asked.push((tag, bind.map(|subject| self.bound(&tag, &subject))));
        }
        let hashes: Vec<[u8; 32]> = asked.iter().map(|(tag, _)| *tag).collect();
        let ask = Ask::Tags {
            actor: claims.actor.clone(),
            tags: asked,
        };
        let found = match self.ask(ask).await? {
            Done::Tagged(found) => found,
            done => return respond(done),
        };
        let subjects = hashes
            .iter()
            .zip(found)
            .map(|(tag, bound)| bound.map(|bound| self.subject(tag, &bound)).transpose());
        let subjects: Vec<Option<Subject>> = subjects.collect::<Result<_, _>>()?;
        // What was bound stays bound, and leads where its record opens by now.
        let joins = self.joins.read();
        let leading = |subject| joins.leading(&subject).unwrap_or(subject);
        let subjects = subjects.into_iter().map(|one| one.map(leading));
        Ok(Response::Tagged(subjects.collect()))
    }

    pub(super) fn verify(&self, assertion: &Assertion) -> Result<Arc<Claims>, Failure> {
        let claims = self
            .believed
            .verify(assertion, self.clock.now())
            .map_err(|error| Failure::Assertion(error.to_string()))?;
        // Whose record was joined to another is the person of that one, by whichever name he signed in.
        let person = claims.actor.person.map(Subject::person);
        let Some(leading) = person.and_then(|person| self.joins.read().leading(&person)) else {
            return Ok(claims);
        };
        let mut claims = Arc::unwrap_or_clone(claims);
        claims.actor.person = Some(leading.id);
        Ok(Arc::new(claims))
    }

    /// A notice about the trail of a joined record, as one about the record that it opens with: who may read the one's
    /// trail may read the other's.
    fn as_led<'a>(&self, notice: &'a Notice) -> Cow<'a, Notice> {
        match self.joins.read().leading(&notice.subject) {
            None => Cow::Borrowed(notice),
            Some(subject) => Cow::Owned(Notice {
                subject,
                ..notice.clone()
            }),
        }
    }

    async fn write(
        &self,
        claims: Arc<Claims>,
        notice: Notice,
        then: Then,
    ) -> Result<Response, Failure> {
        let subject = notice.subject;
        let writing = Writing::of(&claims, notice, then);
        match self.ask(Ask::Write(Box::new(writing))).await? {
            Done::Page {
                receipt,
                trail,
                span,
                rows,
            } => {
                // A thousand decryptions: off the threads that serve the sockets.
                let opened = tokio::task::spawn_blocking(move || {
                    event::open_page(&trail, subject, span, &rows)
                })
                .await;
                let events = opened.ok().flatten().ok_or_else(|| self.unreadable())?;
                Ok(Response::Trail { receipt, events })
            }
            done => respond(done),
        }
    }

    /// A line of a trail that is not what its leaf says.
    pub(super) fn unreadable(&self) -> Failure {
        self.measures.altered.up();
        Failure::Unavailable(
            "a line of this trail does not open; restore `keys.db` from a backup".to_owned(),
        )
    }

    async fn advance(
        &self,
        subject: Subject,
        stream: Stream,
        from: Head,
        to: Head,
    ) -> Result<Response, Failure> {
        if stream == Stream::Trail {
            return Err(Failure::Notice("only the keeper writes trails".to_owned()));
        }
        if to.count <= from.count {
            return Err(Failure::Notice("a head only moves forward".to_owned()));
        }
        respond(
            self.ask(Ask::Advance {
                subject,
                stream,
                from,
                to,
            })
            .await?,
        )
    }

    /// A subject as it is bound to a tag: its bytes, and 16 bytes of HMAC-SHA256 over tag and subject, so that it
    /// stands at no other tag. A tag's own input has no zero byte in front.
    fn bound(&self, tag: &[u8; 32], subject: &Subject) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.tag_key.as_ref());
        let mut context = hmac::Context::with_key(&key);
        context.update(&[0]);
        context.update(tag);
        context.update(&subject.bytes());
        let mut bound = subject.bytes().to_vec();
        bound.extend_from_slice(&context.sign().as_ref()[..16]);
        bound
    }

    /// The subject that [`Keeper::bound`] bound to this tag.
    fn subject(&self, tag: &[u8; 32], bound: &[u8]) -> Result<Subject, Failure> {
        bound
            .get(..17)
            .and_then(Subject::from_bytes)
            .filter(|subject| self.bound(tag, subject) == bound)
            .ok_or_else(|| {
                self.measures.altered.up();
                Failure::Unavailable(
                    "a look-up leads to a subject that was not bound to it; restore `keys.db` from a backup"
                        .to_owned(),
                )
            })
    }

    /// The keyed hash of a value: HMAC-SHA256 over domain, a zero byte, and value.
    fn tag(&self, domain: &str, value: &str) -> Result<[u8; 32], Failure> {
        if domain.is_empty() || domain.len() > DOMAIN || domain.contains('\0') {
            return Err(Failure::Notice(
                "a domain has 1 to 256 bytes, none of them zero".to_owned(),
            ));
        }
        if value.is_empty() || value.len() > VALUE {
            return Err(Failure::Notice(
                "a value to look up has 1 to 1,024 bytes".to_owned(),
            ));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.tag_key.as_ref());
        let mut context = hmac::Context::with_key(&key);
        context.update(domain.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        let tag = context.sign();
        Ok(tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes"))
    }
}

pub(super) fn respond(done: Done) -> Result<Response, Failure> {
    Ok(match done {
        Done::Opened(opened) => Response::Opened(opened),
        Done::Refused(receipt) => Response::Refused(receipt),
        Done::Advanced => Response::Advanced,
        Done::Proof(proof) => Response::Proof {
            checkpoint: proof.checkpoint,
            path: proof.path.into_iter().map(ByteArray::new).collect(),
            entry: ByteBuf::from(proof.entry),
        },
        Done::Cover { checkpoint, hashes } => Response::Cover {
            checkpoint,
            hashes: hashes.into_iter().map(ByteArray::new).collect(),
        },
        Done::Ended(ended) => Response::Ended(ended),
        Done::Reopened(receipt) => Response::Reopened(receipt),
        Done::Joined => Response::Joined,
        Done::Unforgotten(subjects) => Response::Unforgotten(subjects),
        Done::Standing(how) => Response::Standing(how),
        Done::Forgotten => Response::Noted,
        Done::Kept(answer) => Response::Keys(answer),
        Done::Alarmed(number) => Response::Alarmed { number },
        Done::Suspended(lines) => Response::Suspended(lines),
        Done::Alarms { .. }
        | Done::Page { .. }
        | Done::Tagged(_)
        | Done::Looked(_)
        | Done::Epochs(_) => {
            return Err(Failure::Unavailable(
                "it did something else than was asked".to_owned(),
            ));
        }
    })
}
