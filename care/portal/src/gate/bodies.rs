//! Bodies that are counted and timed on their way.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::memory::Hold;

/// How slow a sender may be.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long he may lag behind the rate, all in all.
    pub patience: Duration,
    /// Bytes a second, at least.
    pub rate: u32,
}

/// The sender is slower than the pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body came too slowly")]
pub struct TooSlow;

/// A request's body: counted against the memory as it comes, and cut when it comes too slowly.
///
/// Time that is waited is a debt, and bytes that come pay it off at the pace's rate: a sender in time
/// owes nothing, however long his body is.
pub struct Incoming {
    body: Body,
    hold: Arc<Hold>,
    pace: Pace,
    read: usize,
    debt: Duration,
    waits: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Incoming {
    /// Counts and times `body`; its bytes stay counted as long as `hold` lives elsewhere.
    pub fn new(body: Body, hold: Arc<Hold>, pace: Pace) -> Self {
        Self {
            body,
            hold,
            pace,
            read: 0,
            debt: Duration::ZERO,
            waits: None,
        }
    }

    fn paid(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waits.take() {
            self.debt += since.elapsed();
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let paid = Duration::from_secs_f64(f64::from(bytes) / f64::from(self.pace.rate.max(1)));
        self.debt = self.debt.saturating_sub(paid);
    }
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                this.paid(bytes);
                this.read += bytes;
                if let Err(full) = this.hold.came(this.read) {
                    return Poll::Ready(Some(Err(full.into())));
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let left = this.pace.patience.saturating_sub(this.debt);
                let (_, alarm) = this.waits.get_or_insert_with(|| {
                    let now = Instant::now();
                    (now, Box::pin(sleep_until(now + left)))
                });
                ready!(alarm.as_mut().poll(cx));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body that is counted until it is sent or given up.
struct Outgoing {
    body: Body,
    hold: Arc<Hold>,
}

/// Bytes of an answer, which are counted until they are dropped: HTTP does that when they are written, and may be
/// done with the body long before.
struct Part {
    bytes: Bytes,
    _hold: Arc<Hold>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let next = Pin::new(&mut self.body).poll_frame(cx);
        next.map_ok(|frame| {
            let hold = &self.hold;
            frame.map_data(|bytes| {
                Bytes::from_owner(Part {
                    bytes,
                    _hold: Arc::clone(hold),
                })
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Counts an answer's body for as long as it lives, and its bytes.
pub fn outgoing(body: Body, hold: Hold) -> Body {
    let hold = Arc::new(hold);
    Body::new(Outgoing { body, hold })
}
