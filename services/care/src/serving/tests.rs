//! The public port as slow, greedy and hostile clients meet it, over raw sockets.
//!
//! Failures covered: a head that comes byte by byte; a connection on which nothing is asked; an answer
//! that is not taken, or a byte at a time, or a stream of HTTP/2 at a time; heads without end; connections without end, over all and
//! from one address; requests sent ahead that are worked on at once; streams of HTTP/2 without end, or
//! opened and reset; an end that cuts a request under way, or waits for one without end.
//! Not failures: a client that is slow and in time; a connection that is used again and again.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::routing::get;
use hygie_portal::Metrics;
use hyper::body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::{Bounds, serve};

/// The answer that no socket's buffers hold whole.
const BIG: usize = 64 * 1024 * 1024;
/// Longer than any wait of these tests; what takes longer hangs.
const LONG: Duration = Duration::from_secs(20);

const SHORT: Bounds = Bounds {
    connections: 8,
    connections_each: 8,
    header: Duration::from_millis(400),
    idle: Duration::from_millis(800),
    stall: Duration::from_millis(500),
    rate: 1_000_000,
    drain: Duration::from_millis(1_500),
};

/// A served port; `/wait` answers once a permit is there.
struct Port {
    address: SocketAddr,
    metrics: Arc<Metrics>,
    permits: Arc<Semaphore>,
    drain: watch::Sender<bool>,
    served: JoinHandle<()>,
}

async fn port(bounds: Bounds) -> Port {
    let permits = Arc::new(Semaphore::new(0));
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/big", get(|| async { vec![b'x'; BIG] }))
        .route("/endless", get(|| async { Body::new(Endless) }))
        .route("/wait", get(wait))
        .with_state(Arc::clone(&permits));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let metrics = Arc::new(Metrics::default());
    let (drain, draining) = watch::channel(false);
    let served = tokio::spawn(serve(
        listener,
        router,
        bounds,
        Arc::clone(&metrics),
        draining,
    ));
    Port {
        address,
        metrics,
        permits,
        drain,
        served,
    }
}

async fn wait(State(permits): State<Arc<Semaphore>>) -> &'static str {
    permits.acquire().await.unwrap().forget();
    "waited"
}

/// An answer in parts, as documents are sent.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[7; 16_384])))))
    }
}

impl Port {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn figure(&self, line: &str) -> u64 {
        let text = self.metrics.print(None, None, &[]);
        let value = text.lines().find_map(|found| found.strip_prefix(line));
        value.map_or(0, |value| value.trim().parse().unwrap())
    }

    fn cut(&self, reason: &str) -> u64 {
        self.figure(&format!(
            "hygie_care_http_connections_cut_total{{reason=\"{reason}\"}}"
        ))
    }
}

/// All that comes until the other side ends.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    // A reset ends it as well as a close.
    let _end = timeout(LONG, stream.read_to_end(&mut all)).await.unwrap();
    all
}

/// One answer of the small kind.
async fn answer(stream: &mut TcpStream, ends: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(ends) {
        let mut part = [0; 1_024];
        let read = timeout(LONG, stream.read(&mut part))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "it ended: {text}");
        text.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    text
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut() {
    let port = port(SHORT).await;
    let mut slow = port.connect().await;
    let mut sent = 0;
    // Each byte comes long before a connection is idle.
    for byte in b"GET / HTTP/1.1\r\nhost: x\r\nname: abcdefghijklmnopqrstuvwxyz\r\n" {
        if slow.write_all(&[*byte]).await.is_err() || port.cut("header") > 0 {
            break;
        }
        sent += 1;
        sleep(Duration::from_millis(25)).await;
    }
    rest(&mut slow).await;
    assert!(sent < 50, "{sent} bytes were waited for");
    assert_eq!(port.cut("header"), 1);
    // Silence from the beginning is a head that never comes.
    rest(&mut port.connect().await).await;
    assert_eq!(port.cut("header"), 2);
}

#[tokio::test]
async fn a_connection_is_used_again_until_nothing_is_asked() {
    let port = port(SHORT).await;
    let mut stream = port.connect().await;
    for _ in 0..5 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        assert!(
            answer(&mut stream, "hello")
                .await
                .starts_with("HTTP/1.1 200")
        );
        // Longer than a head may take: nothing of one has come.
        sleep(SHORT.header + Duration::from_millis(50)).await;
    }
    assert_eq!(port.figure("hygie_care_http_connections "), 1);
    assert_eq!(rest(&mut stream).await, b"");
    assert_eq!((port.cut("idle"), port.cut("header")), (1, 0));
}

#[tokio::test]
async fn a_request_that_takes_long_is_not_idle() {
    let port = port(SHORT).await;
    let mut stream = port.connect().await;
    stream
        .write_all(b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    sleep(SHORT.idle * 2).await;
    port.permits.add_permits(1);
    assert!(
        answer(&mut stream, "waited")
            .await
            .starts_with("HTTP/1.1 200")
    );
}

/// A connection whose own buffer is small, so that what is not read soon waits at the other side.
async fn narrow(port: &Port) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(port.address).await.unwrap()
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_given_up() {
    let port = port(SHORT).await;
    let mut stream = narrow(&port).await;
    stream
        .write_all(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    while port.cut("write") == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    assert!(rest(&mut stream).await.len() < BIG);
}

#[tokio::test]
async fn an_answer_taken_in_drops_is_given_up() {
    let port = port(SHORT).await;
    let mut stream = narrow(&port).await;
    stream
        .write_all(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    // Something is always read in time, far below the rate.
    let mut drops = 0;
    let mut part = [0; 2_048];
    while port.cut("write") == 0 {
        if !matches!(stream.read(&mut part).await, Ok(1..)) {
            break;
        }
        drops += 1;
        sleep(Duration::from_millis(10)).await;
    }
    assert!(drops * part.len() < BIG / 2, "{drops} drops");
    assert_eq!(port.cut("write"), 1);
}

#[tokio::test]
async fn an_answer_taken_slowly_and_in_time_is_not_idle() {
    let port = port(SHORT).await;
    let mut stream = port.connect().await;
    stream
        .write_all(b"GET /big HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let (begun, mut came) = (Instant::now(), 0);
    let mut part = vec![0; 1 << 20];
    while let Ok(read @ 1..) = timeout(LONG, stream.read(&mut part)).await.unwrap() {
        came += read;
        // Twenty times the least rate, and far longer than a connection may be idle.
        let due = Duration::from_secs_f64(came as f64 / 2e7);
        sleep(due.saturating_sub(begun.elapsed())).await;
    }
    assert!(begun.elapsed() > 2 * SHORT.idle);
    assert!(came > BIG, "cut after {came} bytes");
    assert_eq!((port.cut("idle"), port.cut("write")), (0, 0));
}

#[tokio::test]
async fn a_whole_answer_on_a_stream_that_is_not_taken_is_not_kept() {
    let bounds = Bounds {
        rate: 1_000_000_000,
        idle: LONG,
        ..SHORT
    };
    let port = port(bounds).await;
    let mut stream = http2(&port).await;
    let path = [&[0x82, 0x86, 0x44, 4][..], b"/big", &[0x41, 1, b'x']].concat();
    stream.write_all(&frame(1, 5, 1, &path)).await.unwrap();
    let all = timeout(LONG, rest(&mut stream)).await.unwrap();
    assert!(all.len() < 200_000, "{} bytes came", all.len());
    assert_eq!(port.cut("write"), 1);
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let port = port(SHORT).await;
    let mut stream = port.connect().await;
    let long = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nname: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    // It may be refused before all of it is sent.
    let _sent = stream.write_all(long.as_bytes()).await;
    let text = String::from_utf8_lossy(&rest(&mut stream).await).into_owned();
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 431"),
        "{text}"
    );
    let mut stream = port.connect().await;
    let many = format!(
        "GET / HTTP/1.1\r\nhost: x\r\n{}\r\n",
        "a: b\r\n".repeat(200)
    );
    stream.write_all(many.as_bytes()).await.unwrap();
    let text = String::from_utf8(rest(&mut stream).await).unwrap();
    assert!(text.starts_with("HTTP/1.1 431"), "{text}");
}

#[tokio::test]
async fn connections_beyond_the_bound_are_told_when_to_come_back() {
    let bounds = Bounds {
        connections: 3,
        connections_each: 2,
        ..SHORT
    };
    let port = port(bounds).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = port.connect().await;
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        answer(&mut stream, "hello").await;
        held.push(stream);
    }
    let text = String::from_utf8(rest(&mut port.connect().await).await).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 503 ") && text.contains("retry-after: "),
        "{text}"
    );
    let turned = "hygie_care_http_connections_refused_total{reason=\"address\"}";
    assert_eq!(port.figure(turned), 1);
    // Another address has a place, and is the last that has one.
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(port.address).await.unwrap();
    other
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    answer(&mut other, "hello").await;
    let third = TcpSocket::new_v4().unwrap();
    third.bind("127.0.0.3:0".parse().unwrap()).unwrap();
    rest(&mut third.connect(port.address).await.unwrap()).await;
    assert_eq!(
        port.figure("hygie_care_http_connections_refused_total{reason=\"full\"}"),
        1
    );
    // A place that was left is free again.
    drop(held.pop());
    sleep(Duration::from_millis(100)).await;
    let mut again = port.connect().await;
    again
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    answer(&mut again, "hello").await;
}

#[tokio::test]
async fn requests_sent_ahead_wait_for_each_other() {
    let port = port(SHORT).await;
    let mut stream = port.connect().await;
    let ahead = b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20);
    stream.write_all(&ahead).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    // All permits but the first one's would be taken if they ran side by side.
    port.permits.add_permits(1);
    answer(&mut stream, "waited").await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(port.permits.available_permits(), 0);
    port.permits.add_permits(19);
    let mut answers = 1;
    while answers < 20 {
        answers += answer(&mut stream, "waited")
            .await
            .matches("waited")
            .count();
    }
}

/// A frame of HTTP/2 (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Reads frames until one of this kind.
async fn until(stream: &mut TcpStream, wanted: u8) -> Vec<u8> {
    loop {
        let mut head = [0; 9];
        timeout(LONG, stream.read_exact(&mut head))
            .await
            .unwrap()
            .unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == wanted {
            return payload;
        }
    }
}

/// `GET /` (RFC 7541: three fields of the static table, and the authority).
const FIELDS: &[u8] = &[0x82, 0x86, 0x84, 0x41, 1, b'x'];

async fn http2(port: &Port) -> TcpStream {
    let mut stream = port.connect().await;
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    stream.write_all(&frame(4, 0, 0, b"")).await.unwrap();
    stream
}

#[tokio::test]
async fn http2_says_how_many_streams_and_headers_it_takes() {
    let port = port(SHORT).await;
    let mut stream = http2(&port).await;
    let settings = until(&mut stream, 4).await;
    let said: Vec<(u16, u32)> = settings
        .chunks(6)
        .map(|one| {
            let name = u16::from_be_bytes([one[0], one[1]]);
            (name, u32::from_be_bytes([one[2], one[3], one[4], one[5]]))
        })
        .collect();
    assert!(said.contains(&(3, super::STREAMS)), "{said:?}");
    assert!(
        said.contains(&(6, u32::try_from(super::HEAD).unwrap())),
        "{said:?}"
    );
    stream.write_all(&frame(1, 5, 1, FIELDS)).await.unwrap();
    assert_eq!(until(&mut stream, 0).await, b"hello");
    // And it is closed when nothing more is asked, whatever else is said.
    let mut alive = 0;
    while stream.write_all(&frame(6, 0, 0, b"12345678")).await.is_ok() {
        alive += 1;
        assert!(alive < 200, "it lives on pings");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(port.cut("idle"), 1);
}

/// The head of `GET /endless`.
fn endless() -> Vec<u8> {
    [&[0x82, 0x86, 0x44, 8][..], b"/endless", &[0x41, 1, b'x']].concat()
}

#[tokio::test]
async fn a_stream_that_is_not_taken_ends_the_connection() {
    let port = port(SHORT).await;
    let mut stream = http2(&port).await;
    stream.write_all(&frame(1, 5, 1, &endless())).await.unwrap();
    // No more than the first window is taken, and the socket is read all the while.
    let mut came = 0;
    let mut part = [0; 65_536];
    let begun = Instant::now();
    while let Ok(read @ 1..) = timeout(LONG, stream.read(&mut part)).await.unwrap() {
        came += read;
        // What keeps a connection alive does not keep an answer.
        let _gone = stream.write_all(&frame(6, 0, 0, b"12345678")).await;
        assert!(begun.elapsed() < LONG, "it lives on pings");
        sleep(Duration::from_millis(20)).await;
    }
    assert!(came < 200_000, "{came} bytes came of a window of 65,535");
    assert!(begun.elapsed() >= SHORT.stall);
    assert_eq!(port.cut("write"), 1);
}

#[tokio::test]
async fn a_stream_taken_in_drops_ends_and_one_in_time_goes_on() {
    let port = port(SHORT).await;
    // Bytes that are let come at once, every twenty milliseconds: a tenth of the rate, and five times it.
    for (window, lives) in [(2_000_u32, false), (100_000, true)] {
        let before = port.cut("write");
        let mut stream = http2(&port).await;
        stream.write_all(&frame(1, 5, 1, &endless())).await.unwrap();
        let begun = Instant::now();
        let mut part = vec![0; 262_144];
        while begun.elapsed() < 4 * SHORT.stall && port.cut("write") == before {
            let more = window.to_be_bytes();
            for of in [0, 1] {
                let _gone = stream.write_all(&frame(8, 0, of, &more)).await;
            }
            let _none = timeout(Duration::from_millis(1), stream.read(&mut part)).await;
            sleep(Duration::from_millis(19)).await;
        }
        let cut = port.cut("write") > before;
        assert_eq!(cut, !lives, "a window of {window} bytes each time");
    }
}

#[tokio::test]
async fn streams_opened_and_reset_end_the_connection() {
    let port = port(SHORT).await;
    let mut stream = http2(&port).await;
    let mut flood = Vec::new();
    for number in 0..2_000 {
        flood.extend(frame(1, 5, 2 * number + 1, FIELDS));
        flood.extend(frame(3, 0, 2 * number + 1, &8_u32.to_be_bytes()));
    }
    // It may be cut before all of it is sent.
    let _sent = stream.write_all(&flood).await;
    let end = until(&mut stream, 7).await;
    // ENHANCE_YOUR_CALM (RFC 9113, 7).
    assert_eq!(end[4..8], 11_u32.to_be_bytes());
}

#[tokio::test]
async fn a_request_under_way_ends_and_no_other_begins() {
    let port = port(SHORT).await;
    let mut under_way = port.connect().await;
    under_way
        .write_all(b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut idle = port.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    answer(&mut idle, "hello").await;
    sleep(Duration::from_millis(100)).await;
    port.drain.send_replace(true);
    assert_eq!(rest(&mut idle).await, b"", "an idle connection is closed");
    while TcpStream::connect(port.address).await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    assert!(!port.served.is_finished());
    port.permits.add_permits(1);
    let text = String::from_utf8(rest(&mut under_way).await).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 200") && text.ends_with("waited"),
        "{text}"
    );
    timeout(LONG, port.served).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_in_time() {
    let port = port(SHORT).await;
    let mut under_way = port.connect().await;
    under_way
        .write_all(b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    sleep(Duration::from_millis(100)).await;
    port.drain.send_replace(true);
    let metrics = Arc::clone(&port.metrics);
    timeout(LONG, port.served).await.unwrap().unwrap();
    assert_eq!(rest(&mut under_way).await, b"");
    assert!(
        metrics
            .print(None, None, &[])
            .contains("cut_total{reason=\"drain\"} 1")
    );
}
