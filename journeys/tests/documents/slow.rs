//! Who sends a document very slowly, fetches one very slowly, or stops.
//!
//! Failures covered: a slow sender who is not told so in time, and whose object stays; a slow reader, or one who
//! stopped, who keeps an answer for ever; memory that grows with their number; somebody else who has to wait for
//! them; one who is slow and in time, and is cut off.
//! Not a failure: that of an answer that breaks off a part had come.

use std::io::{Read, Write};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::client::{
    Answer, BLOCK, Content, LONGEST, RAW, World, answer, ask, head, left, location, memory, open,
    upload,
};
use crate::harness::Serving;
use crate::harness::samples::{DOCTOR, consent};

/// How many there are of each kind of slow client, all at once.
const EACH: usize = 4;
/// Seconds that a body may lag behind the rate.
const STALL: u64 = 2;
/// Bytes a second.
const RATE: u64 = 200_000;
/// What care may grow by for all of them: a few MiB for each, where their documents have 8 times 33 and 8 times 100.
const HELD: u64 = 96 << 20;
/// A cut takes no longer, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a slow client came to.
struct Slow {
    took: Duration,
    told: Option<(u16, String)>,
    bytes: u64,
}

/// Sends a drop every so often, of a body that was said to be the longest, until the other side answers.
fn trickle(serving: &Serving<'_>, token: &str, more: &str, begin: &str) -> Slow {
    let length = LONGEST + begin.len() as u64;
    let more = format!("{more}content-length: {length}\r\n");
    let mut stream = open(serving, &head("POST", "Binary", token, &more));
    let begun = Instant::now();
    stream.write_all(begin.as_bytes()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let mut bytes = 0;
    while stream.peek(&mut [0]).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody minds");
        // 2,000 bytes a second at most.
        if stream.write_all(&[b'A'; 100]).is_err() {
            break;
        }
        bytes += 100;
    }
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let took = begun.elapsed();
    let mut told = answer(stream);
    let length = told.header("content-length").unwrap().parse().unwrap();
    let mut text = vec![0; length];
    told.body.read_exact(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let end = told.body.read(&mut [0]);
    assert!(!matches!(end, Ok(1..)), "it is not over");
    Slow {
        took,
        told: Some((told.status, text)),
        bytes,
    }
}

/// Fetches a document, `part` bytes at a time with a pause after each, or none, until it has been cut.
fn sip(mut from: Answer, content: &Content, part: usize, cut: impl Fn() -> bool) -> Slow {
    assert_eq!(from.status, 200, "{}", from.head);
    let begun = Instant::now();
    let mut came = Vec::new();
    let mut buffer = vec![0; part.max(1)];
    while !cut() {
        assert!(begun.elapsed() < PATIENCE, "nobody minds");
        match part {
            0 => {}
            _ => match from.body.read(&mut buffer) {
                Ok(read @ 1..) => came.extend_from_slice(&buffer[..read]),
                _ => break,
            },
        }
        thread::sleep(Duration::from_millis(100));
    }
    let took = begun.elapsed();
    // What lies in buffers still comes; then it ends, too early.
    let _broken = from.body.read_to_end(&mut came);
    let bytes = came.len() as u64;
    assert!(bytes < content.length, "it was not cut off");
    assert!(came == content.range(0, bytes), "another document");
    Slow {
        took,
        told: None,
        bytes,
    }
}

/// The body of a document as JSON, up to its data.
fn begin_json(person: &str) -> String {
    format!(
        r#"{{"resourceType":"Binary","contentType":"application/pdf","securityContext":{{"reference":"Patient/{person}"}},"data":""#
    )
}

/// A small document that comes at twice the least rate, for longer than a body may lag.
fn in_time(serving: &Serving<'_>, world: &World) {
    let content = Content::new(7, 3 * STALL * 2 * RATE / 2);
    let more = format!(
        "content-type: application/pdf\r\nx-security-context: Patient/{}\r\ncontent-length: {}\r\n",
        world.person, content.length
    );
    let mut stream = open(serving, &head("POST", "Binary", &world.software, &more));
    let begun = Instant::now();
    let bytes = content.range(0, content.length);
    for (number, part) in bytes.chunks(BLOCK / 32).enumerate() {
        stream.write_all(part).unwrap();
        let sent = (number as u64 + 1) * (BLOCK as u64 / 32);
        let due = Duration::from_millis(sent * 1_000 / (2 * RATE));
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    let made = answer(stream);
    assert_eq!(made.status, 201, "{}", made.head);
    assert!(begun.elapsed() > Duration::from_secs(STALL));
    ask(serving, "GET", &location(&made), &world.holder, RAW).is(&content);
}

/// Requests of another, one after the other while the slow are there; gives their number and the longest.
fn meanwhile(
    serving: &Serving<'_>,
    world: &World,
    doctor: &str,
    over: impl Fn() -> bool,
) -> (u32, Duration) {
    let (mut asked, mut longest) = (0, Duration::ZERO);
    while !over() {
        let begun = Instant::now();
        let read = serving.get(&format!("Patient/{}", world.person), doctor);
        assert_eq!(read.status, 200, "{}", read.text);
        longest = longest.max(begun.elapsed());
        asked += 1;
        thread::sleep(Duration::from_millis(20));
    }
    (asked, longest)
}

#[test]
fn a_client_who_dawdles_over_a_document_keeps_it_or_keeps_others_waiting() {
    let world = World::new();
    let (stall, rate) = (STALL.to_string(), RATE.to_string());
    let limits = [
        "--limits-stall-seconds",
        &stall,
        "--limits-bytes-per-second",
        &rate,
    ];
    let serving = world.home.serve_with(&limits);
    let doctor = world.home.token(&["--professional", DOCTOR]);
    let consent = consent(&world.person, DOCTOR);
    serving.post("Consent", &world.holder, &consent).created();
    let content = Content::new(1, LONGEST / 3);
    let made = upload(&serving, &world.person, &world.software, &content);
    assert_eq!(made.status, 201, "{}", made.head);
    let path = location(&made);
    in_time(&serving, &world);
    left(&world.home, 2);

    let (before, _) = memory(&serving);
    let (senders, readers, others) = crowd(&serving, &world, (&path, &content), &doctor);
    for sender in &senders {
        let (status, text) = sender.told.as_ref().unwrap();
        assert_eq!(*status, 408, "{text}");
        assert!(text.contains("OperationOutcome"), "{text}");
        assert!(
            sender.took >= Duration::from_secs(STALL),
            "{:?}",
            sender.took
        );
        assert!(sender.bytes < RATE * STALL);
    }
    assert_eq!(cuts(&serving), readers.len() as u64, "each reader once");
    // Of what was begun nothing is left, on disk or in care.
    left(&world.home, 2);
    for gauge in ["requests_in_flight", "body_bytes"] {
        becomes_none(&serving, gauge);
    }
    let (after, most) = memory(&serving);
    told(&senders, &readers, others);
    println!(
        "care {} MiB before, {} MiB after, {} MiB at most",
        before >> 20,
        after >> 20,
        most >> 20
    );
    assert!(
        others.0 > 10 && others.1 < Duration::from_secs(5),
        "{others:?}"
    );
    assert!(most.saturating_sub(before) < HELD, "care held it");
    ask(&serving, "GET", &path, &world.holder, RAW).is(&content);
    serving.stop();
}

/// All of them at once, and another meanwhile: the senders, the readers, and what the other saw.
fn crowd(
    serving: &Serving<'_>,
    world: &World,
    (path, content): (&str, &Content),
    doctor: &str,
) -> (Vec<Slow>, Vec<Slow>, (u32, Duration)) {
    let raw = format!(
        "content-type: application/pdf\r\nx-security-context: Patient/{}\r\n",
        world.person
    );
    let json = "content-type: application/fhir+json\r\n";
    let begin = begin_json(&world.person);
    let all_cut = || cuts(serving) == 2 * EACH as u64;
    let fetch = || ask(serving, "GET", path, &world.holder, RAW);
    thread::scope(|scope| {
        let (raw, begin, token) = (&raw, &begin, &world.software);
        let (fetch, all_cut) = (&fetch, &all_cut);
        let (mut senders, mut readers) = (Vec::new(), Vec::new());
        for _ in 0..EACH {
            senders.push(scope.spawn(move || trickle(serving, token, raw, "")));
            senders.push(scope.spawn(move || trickle(serving, token, json, begin)));
            readers.push(scope.spawn(move || sip(fetch(), content, 1_000, all_cut)));
            readers.push(scope.spawn(move || sip(fetch(), content, 0, all_cut)));
        }
        let over = || senders.iter().all(ScopedJoinHandle::is_finished) && all_cut();
        let others = meanwhile(serving, world, doctor, over);
        (joined(senders), joined(readers), others)
    })
}

fn joined(all: Vec<ScopedJoinHandle<'_, Slow>>) -> Vec<Slow> {
    all.into_iter().map(|slow| slow.join().unwrap()).collect()
}

/// How many connections were cut because an answer was not taken.
fn cuts(serving: &Serving<'_>) -> u64 {
    serving.figure("hygie_care_http_connections_cut_total{reason=\"write\"}")
}

fn told(senders: &[Slow], readers: &[Slow], others: (u32, Duration)) {
    let longest = |slow: &[Slow]| slow.iter().map(|one| one.took).max().unwrap();
    println!(
        "{} slow senders told within {:.1} s, {} slow readers cut within {:.1} s after {} KiB at most; another was \
         answered {} times, within {} ms",
        senders.len(),
        longest(senders).as_secs_f64(),
        readers.len(),
        longest(readers).as_secs_f64(),
        readers.iter().map(|one| one.bytes).max().unwrap() >> 10,
        others.0,
        others.1.as_millis(),
    );
}

fn becomes_none(serving: &Serving<'_>, gauge: &str) {
    let series = format!("hygie_care_http_{gauge}");
    let end = Instant::now() + PATIENCE;
    while serving.figure(&series) != 0 {
        assert!(
            Instant::now() < end,
            "{series} is {}",
            serving.figure(&series)
        );
        thread::sleep(Duration::from_millis(20));
    }
}
