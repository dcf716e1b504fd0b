//! The public port: so many connections and no more, none of them without end, and an end in order.

mod patient;

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hygie_portal::Metrics;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::drain::{self, Draining};
use patient::{Activity, Patient, UnderWay};

/// The longest head of a request, in bytes: an assertion is about one thousand.
const HEAD: usize = 64 * 1024;
/// Most header lines.
const HEADERS: usize = 100;
/// Most requests at once on one connection of HTTP/2.
const STREAMS: u32 = 64;
/// Most streams that a client of HTTP/2 may reset before they are served (CVE-2023-44487).
const RESETS: usize = 20;
/// What is sent ahead on one stream of HTTP/2, in bytes.
const SEND: usize = 256 * 1024;
/// What who is turned away gets: written in one go, or not at all.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How many connections there may be, and how patient they are.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most connections.
    pub connections: usize,
    /// Most connections from one address.
    pub connections_each: usize,
    /// How long a request's head may take.
    pub header: Duration,
    /// How long a connection may stay without a request.
    pub idle: Duration,
    /// How long an answer that is not taken may lag behind the rate.
    pub stall: Duration,
    /// The least bytes a second at which answers are taken.
    pub rate: u32,
    /// How long requests under way may take to end.
    pub drain: Duration,
}

impl Bounds {
    /// How much waiting so many bytes of an answer pay off.
    fn paid(&self, bytes: usize) -> Duration {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Duration::from_secs_f64(f64::from(bytes) / f64::from(self.rate))
    }
}

/// Serves until `draining` says so; then no connection is taken, idle ones close, and requests under
/// way end, within their time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    metrics: Arc<Metrics>,
    draining: Draining,
) {
    let places = Arc::new(Places::default());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = drain::asked(draining.clone()) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, most likely: it passes when others close.
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        match Place::take(&places, address.ip(), &bounds, &metrics) {
            Ok(place) => {
                let talk = converse(
                    stream,
                    address,
                    router.clone(),
                    bounds,
                    Arc::clone(&metrics),
                    draining.clone(),
                );
                connections.spawn(async move {
                    talk.await;
                    drop(place);
                });
            }
            Err(reason) => {
                metrics.load().turned_away(reason);
                // The socket's buffer is empty: this is taken whole, or the other side is gone.
                let _gone = stream.try_write(BUSY);
            }
        }
    }
    drop(listener);
    let all_end = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(bounds.drain, all_end).await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "connections were cut: they did not end in time"
        );
        for _ in 0..connections.len() {
            metrics.load().cut("drain");
        }
        connections.shutdown().await;
    }
}

/// One connection, from its first byte to its end.
async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    bounds: Bounds,
    metrics: Arc<Metrics>,
    draining: Draining,
) {
    // Without it small answers wait for the other side; where it can't be set they do.
    let _slower = stream.set_nodelay(true);
    let activity = Arc::new(Activity::default());
    let asked = Arc::clone(&activity);
    let service = service_fn(move |request: Request<Incoming>| {
        let under_way = asked.begin(bounds);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        let answer = router.clone().oneshot(request);
        async move {
            let response: Response<Body> = answer.await?;
            Ok::<_, Infallible>(response.map(|body| Sending {
                body,
                under_way: Arc::new(under_way),
            }))
        }
    });
    let io = TokioIo::new(Patient::new(stream, activity, metrics, bounds));
    let builder = builder();
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    // How a connection ends is the other side's affair: the figures count those that were cut.
    let _ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = drain::asked(draining) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The clocks are the connection's own (`patient.rs`).
        .header_read_timeout(None)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(HEAD).expect("it is small"))
        .max_pending_accept_reset_streams(RESETS)
        .max_send_buf_size(SEND)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// An answer on its way: the request is under way until its last byte was taken, and not only handed over.
struct Sending {
    body: Body,
    under_way: Arc<UnderWay>,
}

/// Bytes of an answer, which HTTP drops when they are written.
struct Part {
    bytes: Bytes,
    _under_way: Arc<UnderWay>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.under_way.taken();
        let next = Pin::new(&mut self.body).poll_frame(cx);
        next.map_ok(|frame| {
            let under_way = &self.under_way;
            frame.map_data(|bytes| {
                under_way.gave(bytes.len());
                Bytes::from_owner(Part {
                    bytes,
                    _under_way: Arc::clone(under_way),
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

/// How many connections there are.
#[derive(Debug, Default)]
struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// A connection's place, given back when dropped.
struct Place {
    places: Arc<Places>,
    address: IpAddr,
    metrics: Arc<Metrics>,
}

impl Place {
    fn take(
        places: &Arc<Places>,
        address: IpAddr,
        bounds: &Bounds,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, &'static str> {
        let mut taken = places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= bounds.connections {
            return Err("full");
        }
        let own = taken.each.entry(address).or_default();
        if *own >= bounds.connections_each {
            return Err("address");
        }
        *own += 1;
        taken.all += 1;
        metrics.load().connections.inc();
        Ok(Self {
            places: Arc::clone(places),
            address,
            metrics: Arc::clone(metrics),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(own) = taken.each.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                taken.each.remove(&self.address);
            }
        }
        self.metrics.load().connections.dec();
    }
}

#[cfg(test)]
mod tests;
