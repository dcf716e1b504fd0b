//! Faults and delays put into the system calls of a running program, by strace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// What is done to which calls, each time.
#[derive(Clone, Copy)]
pub enum Injected {
    /// Making durable fails with EIO.
    Sync,
    /// Writing to a database fails with EIO; sockets and logs are written by other calls.
    Write,
    /// Making durable takes four seconds.
    SlowSync,
}

impl Injected {
    /// The calls, and what is done to them, in strace's words.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Sync => ("fsync,fdatasync", "error=EIO"),
            Self::Write => ("pwrite64", "error=EIO"),
            Self::SlowSync => ("fsync,fdatasync", "delay_exit=4000000"),
        }
    }
}

/// strace at work.
pub struct Trace {
    strace: Child,
    lines: PathBuf,
}

/// Attaches to a process; nothing, with a line that says so, where that is not possible.
pub fn attach(test: &str, pid: Pid, injected: Injected, lines: &Path) -> Option<Trace> {
    let (calls, done) = injected.words();
    let strace = Command::new("strace")
        .args(["-f", "-y", "-o"])
        .arg(lines)
        .args(["-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={calls}:{done}")])
        .args(["-p", &pid.as_raw_nonzero().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut strace) = strace else {
        println!("skipped: {test} (no strace)");
        return None;
    };
    let status = format!("/proc/{}/status", pid.as_raw_nonzero());
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let traced = fs::read_to_string(&status).is_ok_and(|text| {
            text.lines()
                .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
        });
        if traced {
            break;
        }
        if strace.try_wait().unwrap().is_some() || Instant::now() > end {
            let _gone = strace.kill();
            let _gone = strace.wait();
            println!("skipped: {test} (strace may not attach here)");
            return None;
        }
        sleep(Duration::from_millis(20));
    }
    // The first thread is traced; its others follow in this moment.
    sleep(Duration::from_millis(300));
    Some(Trace {
        strace,
        lines: lines.to_owned(),
    })
}

impl Trace {
    /// Ends the tracing; gives the calls that were made to fail.
    pub fn end(mut self) -> Vec<String> {
        let pid = Pid::from_raw(i32::try_from(self.strace.id()).unwrap()).unwrap();
        let _gone = kill_process(pid, Signal::INT);
        let _ended = self.strace.wait();
        let text = fs::read_to_string(&self.lines).unwrap_or_default();
        let failed = text.lines().filter(|line| line.contains("(INJECTED)"));
        failed.map(str::to_owned).collect()
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let _gone = self.strace.kill();
        let _gone = self.strace.wait();
    }
}
