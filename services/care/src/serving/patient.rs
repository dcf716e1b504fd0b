//! A connection that waits for its other side, but not for ever.
//!
//! Between requests two clocks run: one for a request's head, from its first byte on (and from the
//! connection's beginning), one for a connection on which nothing is asked. When an answer is not
//! taken, time waited is a debt that bytes taken pay off at the least rate: who reads in time owes nothing. In HTTP/2
//! the other side says of each answer how much of it may come, and the socket never waits: there the clock is each
//! answer's own, and runs from when bytes were given to when the next are asked for.

use std::collections::HashMap;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hygie_portal::Metrics;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Bounds;

/// The requests of one connection.
#[derive(Debug, Default)]
pub struct Activity {
    under_way: AtomicUsize,
    /// Whether a request began or ended since the connection last looked.
    moved: AtomicBool,
    /// HTTP/2 speaks of its own accord between requests: its bytes begin no head.
    multiplexed: AtomicBool,
    begun: AtomicU64,
    /// Until when bytes of answers that were given must be taken, by the request's number.
    given: Mutex<HashMap<u64, Instant>>,
}

/// A request under way, until its answer is sent.
#[derive(Debug)]
pub struct UnderWay {
    activity: Arc<Activity>,
    number: u64,
    bounds: Bounds,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    debt: Duration,
    /// Since when the last bytes wait to be taken, and what they pay.
    since: Option<(Instant, Duration)>,
}

impl Activity {
    /// A request's head has come.
    pub fn begin(self: &Arc<Self>, bounds: Bounds) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.moved.store(true, Ordering::Release);
        UnderWay {
            activity: Arc::clone(self),
            number: self.begun.fetch_add(1, Ordering::Relaxed),
            bounds,
            waiting: Mutex::default(),
        }
    }

    fn given(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        held(&self.given)
    }

    /// By when the first of the answers that wait must be taken.
    fn first(&self) -> Option<Instant> {
        self.given().values().min().copied()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl UnderWay {
    /// More of the answer is asked for: the other side takes what was given before.
    pub fn taken(&self) {
        let mut waiting = held(&self.waiting);
        if let Some((since, pays)) = waiting.since.take() {
            waiting.debt = (waiting.debt + since.elapsed()).saturating_sub(pays);
            self.activity.given().remove(&self.number);
        }
    }

    /// So many bytes of the answer were given. In HTTP/1 the socket's own clock is enough.
    pub fn gave(&self, bytes: usize) {
        if self.activity.multiplexed.load(Ordering::Relaxed) {
            let mut waiting = held(&self.waiting);
            let (now, pays) = (Instant::now(), self.bounds.paid(bytes));
            let left = self.bounds.stall.saturating_sub(waiting.debt) + pays;
            waiting.since = Some((now, pays));
            self.activity.given().insert(self.number, now + left);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.taken();
        self.activity.under_way.fetch_sub(1, Ordering::Relaxed);
        self.activity.moved.store(true, Ordering::Release);
    }
}

/// The connection.
pub struct Patient {
    stream: TcpStream,
    activity: Arc<Activity>,
    metrics: Arc<Metrics>,
    bounds: Bounds,
    first: bool,
    cut: bool,
    /// When the head that is awaited began; none while nothing has come.
    head: Option<Instant>,
    since: Instant,
    alarm: Pin<Box<Sleep>>,
    debt: Duration,
    stuck: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patient {
    /// A connection that was just accepted.
    pub fn new(
        stream: TcpStream,
        activity: Arc<Activity>,
        metrics: Arc<Metrics>,
        bounds: Bounds,
    ) -> Self {
        let now = Instant::now();
        Self {
            stream,
            activity,
            metrics,
            bounds,
            first: true,
            cut: false,
            head: Some(now),
            since: now,
            alarm: Box::pin(sleep_until(now + bounds.header)),
            debt: Duration::ZERO,
            stuck: None,
        }
    }

    /// Takes note of what requests did since the last look.
    fn look(&mut self) {
        if self.activity.moved.swap(false, Ordering::Acquire) {
            self.head = None;
            self.since = Instant::now();
        }
    }

    /// Whether the other side has had its time; else the alarm is set for when it will.
    fn over(&mut self, cx: &mut Context<'_>) -> Option<&'static str> {
        loop {
            self.look();
            let busy = self.activity.under_way.load(Ordering::Relaxed) > 0;
            let later = Instant::now() + self.bounds.idle;
            let (deadline, word) = match self.head {
                _ if busy => (self.activity.first().unwrap_or(later).min(later), "write"),
                Some(head) => (head + self.bounds.header, "header"),
                None => (self.since + self.bounds.idle, "idle"),
            };
            if deadline <= Instant::now() {
                return Some(word);
            }
            // The alarm is set again only where it would ring too late: most requests leave it alone.
            let rings = self.alarm.deadline();
            if rings > deadline || rings <= Instant::now() {
                self.alarm.as_mut().reset(deadline);
            }
            if self.alarm.as_mut().poll(cx).is_pending() {
                return None;
            }
        }
    }

    fn taken(&mut self, bytes: usize) {
        if let Some((since, _)) = self.stuck.take() {
            self.debt += since.elapsed();
        }
        self.debt = self.debt.saturating_sub(self.bounds.paid(bytes));
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let left = self.bounds.stall.saturating_sub(self.debt);
                let (_, alarm) = self.stuck.get_or_insert_with(|| {
                    let now = Instant::now();
                    (now, Box::pin(sleep_until(now + left)))
                });
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.metrics.load().cut("write");
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let came = &buffer.filled()[before..];
        if !came.is_empty() {
            if std::mem::take(&mut this.first) {
                let multiplexed = came.starts_with(b"PRI");
                this.activity
                    .multiplexed
                    .store(multiplexed, Ordering::Relaxed);
            }
            this.look();
            let waits = this.activity.under_way.load(Ordering::Relaxed) == 0;
            let multiplexed = this.activity.multiplexed.load(Ordering::Relaxed);
            if waits && !multiplexed && this.head.is_none() {
                this.head = Some(Instant::now());
            }
        }
        // A trickle must not keep the clock from being looked at.
        let over = this.over(cx);
        match (over, read) {
            (Some(word), _) => {
                buffer.set_filled(before);
                if !std::mem::replace(&mut this.cut, true) {
                    this.metrics.load().cut(word);
                }
                // The end of what is read: HTTP closes the connection.
                Poll::Ready(Ok(()))
            }
            (None, read) => read,
        }
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
