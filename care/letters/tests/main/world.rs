//! People who get letters, a clock that tests move, and a mail server.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hygie_letters::{Address, Figures, Notifier, Pace, Site};
use hygie_notice::{Clock, Millis, PersonId, SystemEntropy};
use serde_json::Value;

/// A moment in September 2026.
pub const NOW: Millis = 1_790_000_000_000;

pub struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

impl Hands {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(NOW)))
    }

    pub fn on(&self, duration: Duration) {
        let millis = u64::try_from(duration.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn site() -> Site {
    "https://records.example".parse().unwrap()
}

pub fn person() -> PersonId {
    PersonId::random(&SystemEntropy)
}

/// Letters that are due at once, and again after a second.
pub fn quick() -> Pace {
    Pace {
        first: Duration::ZERO,
        interval: Duration::from_secs(3_600),
        pause: Duration::from_secs(1),
        most: 1_000,
    }
}

/// Waits until the figures are as wanted; fails after twenty seconds.
pub async fn until(notifier: &Notifier, wanted: impl Fn(Figures) -> bool) -> Figures {
    let begun = Instant::now();
    loop {
        let figures = notifier.figures();
        if wanted(figures) {
            return figures;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{figures:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A letter as the server got it, its text decoded.
#[derive(Debug)]
pub struct Arrived {
    pub to: String,
    pub tls: bool,
    /// As it went over the wire.
    pub raw: String,
}

/// A mail server of another maker; ended when dropped.
pub struct Server {
    child: Child,
    _input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub port: u16,
}

impl Server {
    /// None, with a line that says so, where it is not installed.
    pub fn start(test: &str, tls: Option<[&Path; 2]>) -> Option<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("../../target/clients/python/bin/python");
        let there = python.exists()
            && Command::new(&python)
                .args(["-c", "import aiosmtpd"])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
        if !there {
            println!(
                "skipped: {test} (aiosmtpd is not installed; ./test installs it where there is python3)"
            );
            return None;
        }
        let mut child = Command::new(python)
            .arg(here.join("tests/main/server.py"))
            .args(tls.into_iter().flatten())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Some(Self {
            _input: child.stdin.take().unwrap(),
            child,
            output,
            port: line.trim().parse().unwrap(),
        })
    }

    /// The next letter; waits for it.
    pub fn letter(&mut self) -> Arrived {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let to = said["to"].as_array().unwrap();
        assert_eq!(to.len(), 1, "{said}");
        assert_eq!(said["from"], "no-reply@records.example");
        Arrived {
            to: to[0].as_str().unwrap().to_owned(),
            tls: said["tls"].as_bool().unwrap(),
            raw: said["content"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}
