//! A home is served once: whoever starts its services holds `run/lock`.
//!
//! The lock belongs to the open file, which every service started by us gets as its standard input:
//! should this process be killed, the home stays locked until its services, which end then, are gone too.

use std::fmt::Write;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::{Error, Home};

/// What the services are started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To serve, until told to stop.
    Serve,
    /// For one command.
    Command,
}

impl Use {
    fn word(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Command => "command",
        }
    }
}

/// The lock, held.
#[derive(Debug)]
pub struct Lock {
    file: File,
    home: Home,
    purpose: Use,
    holders: Vec<(&'static str, u32)>,
}

/// What an attempt to lock found.
#[derive(Debug)]
pub enum Attempt {
    /// The lock is ours.
    Taken(Lock),
    /// `hygie serve` holds it.
    Served {
        /// The processes, as the holder wrote them down.
        by: String,
    },
    /// A command holds it, for as long as it works.
    Busy {
        /// The processes, as the holder wrote them down.
        by: String,
    },
}

impl Lock {
    /// Takes the lock if it is free.
    ///
    /// # Errors
    /// [`Error::File`] when the lock's file can't be opened.
    pub fn attempt(home: &Home, purpose: Use) -> Result<Attempt, Error> {
        let path = home.lock();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|source| Error::file("open", &path, source))?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = Lock {
                    file,
                    home: home.clone(),
                    purpose,
                    holders: Vec::new(),
                };
                lock.write("hygie", std::process::id())?;
                Ok(Attempt::Taken(lock))
            }
            Err(TryLockError::WouldBlock) => {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let mut lines = text.lines();
                let purpose = lines.next().unwrap_or_default();
                let by = lines
                    .filter(|line| runs(line))
                    .collect::<Vec<_>>()
                    .join(", ");
                Ok(if purpose == Use::Serve.word() {
                    Attempt::Served { by }
                } else {
                    Attempt::Busy { by }
                })
            }
            Err(TryLockError::Error(source)) => Err(Error::file("lock", &path, source)),
        }
    }

    /// Takes the lock, waiting up to `patience` while a command holds it, or services whose launcher is gone.
    ///
    /// # Errors
    /// As [`Lock::attempt`].
    pub async fn patiently(
        home: &Home,
        purpose: Use,
        patience: Duration,
    ) -> Result<Attempt, Error> {
        let end = Instant::now() + patience;
        loop {
            let attempt = Self::attempt(home, purpose)?;
            let passes = match &attempt {
                Attempt::Taken(_) => false,
                // Services whose launcher was killed are ending.
                Attempt::Served { by } => !by.starts_with("hygie "),
                Attempt::Busy { .. } => true,
            };
            if !passes || Instant::now() >= end {
                return Ok(attempt);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Writes down which process does what, for those who find the home locked.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&mut self, program: &'static str, pid: u32) -> Result<(), Error> {
        self.holders.retain(|(name, _)| *name != program);
        self.holders.push((program, pid));
        let mut text = format!("{}\n", self.purpose.word());
        for (name, pid) in &self.holders {
            writeln!(text, "{name} {pid}").expect("writing to memory succeeds");
        }
        self.file
            .set_len(0)
            .and_then(|()| self.file.write_all_at(text.as_bytes(), 0))
            .map_err(|source| Error::file("write", &self.home.lock(), source))
    }

    /// The lock as a standard input, to be held by a service too.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn share(&self) -> Result<Stdio, Error> {
        self.file
            .try_clone()
            .map(Stdio::from)
            .map_err(|source| Error::file("share", &self.home.lock(), source))
    }
}

/// Whether the process of a line `name number` still runs: a launcher may have been killed, its services not.
fn runs(line: &str) -> bool {
    line.rsplit(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .and_then(Pid::from_raw)
        .is_none_or(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}
