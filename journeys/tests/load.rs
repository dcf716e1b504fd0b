//! Real services under more than they take: floods, greedy and slow clients, and an end while work is under way.
//!
//! Failures covered: one actor who keeps another from being answered; bodies that fill the memory; a request that is
//! refused without a word; a body that never ends; a compressed one; a request under way that a stop cuts off; a
//! service that says it is ready while it ends; settings that are explained otherwise than they are.
//! Not failures: that the one who floods is refused.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::samples::{DOCTOR, HOSPITAL, observation, record};
use crate::harness::{Home, Serving, programs};

/// How many connections flood.
const FLOOD: usize = 64;
/// How many of the other's requests must be answered meanwhile.
const QUIET: u32 = 25;

#[test]
fn one_actor_who_floods_does_not_keep_another_from_being_answered() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let few = ["--limits-requests", "4", "--limits-waiting-each", "16"];
    let serving = home.serve_with(&few);
    let (loud, quiet) = (
        home.token(&["--professional", DOCTOR]),
        home.token(&["--holder", &person]),
    );
    let done = AtomicBool::new(false);
    let (answered, shed) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..FLOOD {
            scope.spawn(|| {
                let client = serving.client().clone();
                while !done.load(Ordering::Relaxed) {
                    match client.get(&format!("Observation?patient={person}"), &loud) {
                        Ok(answer) if [429, 503].contains(&answer.status) => {
                            assert!(answer.retry_after.is_some());
                            assert!(answer.text.contains("OperationOutcome"), "{}", answer.text);
                            shed.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(_) => {
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(_) => {}
                    }
                }
            });
        }
        while shed.load(Ordering::Relaxed) < 50 {
            thread::sleep(Duration::from_millis(10));
        }
        for _ in 0..QUIET {
            let read = serving.get(&format!("Patient/{person}"), &quiet);
            assert_eq!(read.status, 200, "{}", read.text);
        }
        done.store(true, Ordering::Relaxed);
    });
    let (answered, shed) = (answered.into_inner(), shed.into_inner());
    println!(
        "{answered} of the flood were answered, {shed} refused; {QUIET} of the other answered"
    );
    assert!(answered > 0, "nobody is shut out");
    let share = "hygie_care_http_requests_shed_total{reason=\"share\"}";
    assert!(serving.figure(share) > 0);
    for gauge in ["requests_in_flight", "requests_waiting", "body_bytes"] {
        assert_eq!(serving.figure(&format!("hygie_care_http_{gauge}")), 0);
    }
    serving.stop();
}

/// The head of a deposit whose body has this many bytes.
fn head(token: &str, length: usize, more: &str) -> String {
    format!(
        "POST /fhir/Observation HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/fhir+json\r\ncontent-length: {length}\r\n{more}\r\n"
    )
}

fn open(serving: &Serving<'_>, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// What comes until the head of an answer is there, or more.
fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    while !text.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 4_096];
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "it ended without an answer");
        text.extend_from_slice(&part[..read]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn bodies_fill_what_they_may_and_no_more() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let serving = home.serve_with(&["--limits-memory-mib", "64", "--limits-stall-seconds", "60"]);
    let large = 15 * 1024 * 1024;
    let senders: Vec<String> = (0..5)
        .map(|number| home.token(&["--software", &format!("75000001{number}")]))
        .collect();
    // One sender has his quarter, and not twice.
    let mut held = vec![open(&serving, &head(&senders[0], large, ""))];
    becomes(&serving, "hygie_care_http_body_bytes", large);
    let refused = answer(&mut open(&serving, &head(&senders[0], large, "")));
    assert!(
        refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after"),
        "{refused}"
    );
    for (number, sender) in senders.iter().enumerate().skip(1).take(3) {
        held.push(open(&serving, &head(sender, large, "")));
        becomes(&serving, "hygie_care_http_body_bytes", large * (number + 1));
    }
    // What all may have is held: whoever comes now is refused, until somebody goes.
    let refused = answer(&mut open(&serving, &head(&senders[4], large, "")));
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after"),
        "{refused}"
    );
    let holder = home.token(&["--holder", &person]);
    let read = serving.get(&format!("Patient/{person}"), &holder);
    assert_eq!(read.status, 200, "small requests pass");
    drop(held);
    becomes(&serving, "hygie_care_http_body_bytes", 0);
    let patient = json!({ "reference": format!("Patient/{person}") });
    let small = observation(&patient, "8867-4", 64.0, "/min", None);
    serving.post("Observation", &senders[4], &small).created();
    serving.stop();
}

fn becomes(serving: &Serving<'_>, series: &str, wanted: usize) {
    let end = Instant::now() + Duration::from_secs(30);
    while serving.figure(series) != u64::try_from(wanted).unwrap() {
        assert!(
            Instant::now() < end,
            "{series} is {}",
            serving.figure(series)
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_body_that_does_not_come_and_one_that_is_packed_are_refused() {
    let home = Home::demo();
    let serving = home.serve_with(&["--limits-stall-seconds", "1"]);
    let software = home.token(&["--software", HOSPITAL]);
    let mut slow = open(&serving, &head(&software, 1_000_000, ""));
    slow.write_all(b"{ \"resourceType\": ").unwrap();
    let said = answer(&mut slow);
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    let packed = head(&software, 10, "content-encoding: gzip\r\n");
    let said = answer(&mut open(&serving, &packed));
    assert!(
        said.starts_with("HTTP/1.1 415") && said.contains("OperationOutcome"),
        "{said}"
    );
    assert_eq!(
        serving.figure("hygie_care_http_requests_shed_total{reason=\"packed\"}"),
        1
    );
    serving.stop();
}

#[test]
fn a_deposit_under_way_is_taken_while_the_services_stop() {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let person = home.persons().remove(0);
    let software = home.token(&["--software", HOSPITAL]);
    let patient = json!({ "reference": format!("Patient/{person}") });
    let text = observation(&patient, "8867-4", 64.0, "/min", None).to_string();
    let serving = home.serve_with(&[]);
    let (address, health) = (serving.address(), serving.announced["health"].clone());
    let mut under_way = open(&serving, &head(&software, text.len(), ""));
    let (begin, rest) = text.split_at(20);
    under_way.write_all(begin.as_bytes()).unwrap();
    becomes(&serving, "hygie_care_http_requests_in_flight", 1);
    // `stop` holds the services to an exit code of 0.
    let said = thread::scope(|scope| {
        let stopped = scope.spawn(|| serving.stop());
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(&address).is_ok() {
            assert!(Instant::now() < end, "connections are still taken");
            thread::sleep(Duration::from_millis(10));
        }
        let ready = ureq::Agent::from(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .build(),
        )
        .get(format!("{}/ready", health.as_str().unwrap()))
        .call()
        .unwrap();
        assert_eq!(ready.status().as_u16(), 503);
        assert_eq!(ready.into_body().read_to_string().unwrap(), "draining\n");
        under_way.write_all(rest.as_bytes()).unwrap();
        let said = answer(&mut under_way);
        let _closed = under_way.shutdown(Shutdown::Both);
        stopped.join().unwrap();
        said
    });
    assert!(said.starts_with("HTTP/1.1 201"), "{said}");
    let serving = home.serve_with(&[]);
    let holder = home.token(&["--holder", &person]);
    let found = serving.get(&format!("Observation?patient={person}"), &holder);
    assert_eq!(found.resources().len(), 3, "what was acknowledged is there");
    serving.stop();
}

#[test]
fn care_refuses_a_setting_that_lets_every_page_in() {
    let home = Home::demo();
    for origins in ["*", "https://a.example,*", "https://*.example", "app"] {
        let output = Command::new(programs::hygie().with_file_name("hygie-care"))
            .arg("--home")
            .arg(&home.dir)
            .env("HYGIE_CORS_ORIGINS", origins)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{origins}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("`https://app.example`"), "{said}");
    }
}

#[test]
fn the_limits_explained_in_the_settings_are_those_of_the_program() {
    let home = Home::demo();
    let template = std::fs::read_to_string(home.dir.join("hygie.toml")).unwrap();
    let (_, limits) = template.split_once("\n[limits]\n").unwrap();
    let output = Command::new(programs::hygie().with_file_name("hygie-care"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let explained: Vec<_> = limits
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once(" = "))
        .filter(|(name, _)| !name.contains(' '))
        .collect();
    assert_eq!(explained.len(), help.matches("--limits-").count());
    for (name, value) in explained {
        let option = format!("--limits-{} <N>", name.replace('_', "-"));
        let (_, after) = help.split_once(&option).expect(&option);
        let (_, default) = after.split_once("[default: ").unwrap();
        assert_eq!(default.split_once(']').unwrap().0, value, "{name}");
    }
}
