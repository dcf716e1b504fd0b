//! A home and its programs, met as an operator meets them: by the command line, files and signals.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::failure::Failure;
use crate::process::Pids;

/// How long the services may take to stop.
const STOP: Duration = Duration::from_secs(60);

/// A demo home.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    /// The library that moves the clock, and by how many days.
    later: Option<(String, u32)>,
}

/// What an import said.
#[derive(Debug, Clone, Copy)]
pub struct Imported {
    /// Entries in the files.
    pub total: u64,
    /// Stored, in a record or in the directory.
    pub stored: u64,
    /// Refused.
    pub rejected: u64,
}

/// What a backup, or a restore, said.
#[derive(Debug, Clone, Copy)]
pub struct Copied {
    /// Bytes written to the backup, or taken out of it.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Copied {
    fn read(said: &str) -> Result<Self, Failure> {
        let summary: Option<Value> = serde_json::from_str(said).ok();
        let read = |summary: Value| {
            Some(Self {
                bytes: summary["bytes"].as_u64()?,
                seconds: summary["seconds"].as_f64()?,
            })
        };
        summary
            .and_then(read)
            .ok_or_else(|| Failure::Form("a backup's summary lacks a number".to_owned()))
    }

    /// Its rate.
    pub fn megabytes_a_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate is rounded anyhow")]
        let bytes = self.bytes as f64;
        bytes / 1e6 / self.seconds
    }
}

/// The folder of the programs: this one's own.
fn programs() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(Failure::doing("finding the programs"))?;
    let folder = own.parent().unwrap_or(Path::new(".")).to_owned();
    for name in ["hygie", "hygie-keeper", "hygie-care", "hygie-people"] {
        if !folder.join(name).is_file() {
            return Err(Failure::Form(format!(
                "`{name}` is not beside this program; run ./bench, which builds all of them"
            )));
        }
    }
    Ok(folder)
}

/// One of the programs.
pub fn program(name: &str) -> Result<PathBuf, Failure> {
    Ok(programs()?.join(name))
}

/// Runs a command to its end; gives its standard output, and whether it ended with 0.
fn output(command: &mut Command, allowed: &[i32]) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(Failure::doing("starting a command"))?;
    if !output
        .status
        .code()
        .is_some_and(|code| allowed.contains(&code))
    {
        return Err(Failure::Command {
            command: format!("{command:?}"),
            status: output.status.to_string(),
            said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::Form("a command printed no text".to_owned()))
}

/// Writes invented people to `folder`, unless they are there.
pub fn people(persons: usize, folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut command = Command::new(programs()?.join("hygie-people"));
    command
        .args(["--persons", &persons.to_string(), "--seed", "1", "--out"])
        .arg(folder);
    output(&mut command, &[0]).map(|_| ())
}

/// Writes a register of invented insured persons, unless it is there.
pub fn insured(persons: usize, file: &Path) -> Result<(), Failure> {
    if file.is_file() {
        return Ok(());
    }
    let mut command = Command::new(programs()?.join("hygie-people"));
    command.args([
        "--persons",
        &persons.to_string(),
        "--seed",
        "1",
        "--register",
    ]);
    output(command.arg(file), &[0]).map(|_| ())
}

impl Home {
    /// A new demo home in `dir`; whatever was there is removed.
    pub fn new(dir: PathBuf) -> Result<Self, Failure> {
        if dir.exists() {
            fs::remove_dir_all(&dir).map_err(Failure::at(&dir))?;
        }
        let home = Self { dir, later: None };
        home.run(&["init", "--demo", "--name", "bench.invalid"])?;
        Ok(home)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn command(&self, arguments: &[&str]) -> Result<Command, Failure> {
        let mut command = Command::new(programs()?.join("hygie"));
        command.arg("--home").arg(&self.dir).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HYGIE_") {
                command.env_remove(name);
            }
        }
        if let Some((library, days)) = &self.later {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("+{days}d"))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        Ok(command)
    }

    /// The same home with the clock of its programs so many days ahead; none where libfaketime is not installed.
    pub fn days_later(&self, days: u32) -> Option<Self> {
        let folders = ["x86_64-linux-gnu/", "aarch64-linux-gnu/", ""];
        let libraries = folders.map(|folder| format!("/usr/lib/{folder}faketime/libfaketime.so.1"));
        let library = libraries
            .into_iter()
            .find(|path| Path::new(path).exists())?;
        Some(Self {
            dir: self.dir.clone(),
            later: Some((library, days)),
        })
    }

    /// Runs `hygie` with these words; gives what it prints.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        output(&mut self.command(arguments)?, &[0])
    }

    /// Imports a folder. Entries that are refused are counted, and are no failure here.
    pub fn import(&self, folder: &Path) -> Result<Imported, Failure> {
        let rejects = self.dir.join("rejects.ndjson");
        let mut command = self.command(&["--json", "import", "--source", "bench", "--rejects"])?;
        let said = output(command.arg(&rejects).arg(folder), &[0, 1])?;
        let number = |summary: &Value, name: &str| summary[name].as_u64();
        let summary: Value = serde_json::from_str(&said)
            .map_err(|_| Failure::Form("the import's summary is no JSON".to_owned()))?;
        let read = || {
            Some(Imported {
                total: number(&summary, "total")?,
                stored: number(&summary, "taken")? + number(&summary, "directory")?,
                rejected: number(&summary, "rejected")?,
            })
        };
        read().ok_or_else(|| Failure::Form("the import's summary lacks a number".to_owned()))
    }

    /// Names three custodians, two of whom open together; their identities lie in the home.
    pub fn custody(&self) -> Result<(), Failure> {
        let mut words = vec!["keys".to_owned(), "custody".to_owned()];
        words.extend(["--threshold".to_owned(), "2".to_owned()]);
        for number in 1..=3 {
            let (_, recipient) = self.identity(&format!("custodian-{number}"))?;
            words.push(format!("--custodian=custodian-{number}={recipient}"));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.run(&words).map(|_| ())
    }

    /// Makes an age identity in the home; gives its file and its recipient.
    pub fn identity(&self, name: &str) -> Result<(PathBuf, String), Failure> {
        let identity = self.dir.join(name);
        let mut command = self.command(&["--json", "backup-identity"])?;
        let made: Value = serde_json::from_str(&output(command.arg(&identity), &[0])?)
            .map_err(|_| Failure::Form("the identity's answer is no JSON".to_owned()))?;
        let recipient = made["recipient"].as_str().unwrap_or_default().to_owned();
        Ok((identity, recipient))
    }

    /// Adds a backup to a folder.
    pub fn backup(&self, folder: &Path, recipient: &str) -> Result<Copied, Failure> {
        let mut command = self.command(&["--json", "backup", "--recipient", recipient])?;
        Copied::read(&output(command.arg(folder), &[0])?)
    }

    /// Restores the backups of a folder into one that is thrown away.
    pub fn drill(&self, folder: &Path, identity: &Path) -> Result<Copied, Failure> {
        let mut command = self.command(&["--json", "drill"])?;
        command.arg(folder).arg("--identity").arg(identity);
        Copied::read(&output(&mut command, &[0])?)
    }

    /// Erases a person; the proof is left in the home.
    pub fn erase(&self, person: &str) -> Result<(), Failure> {
        let proof = self.dir.join(format!("{person}.erased"));
        let mut command = self.command(&["erase", person, "--out"])?;
        output(command.arg(&proof), &[0]).map(|_| ())
    }

    /// The ids of the persons.
    pub fn persons(&self) -> Result<Vec<String>, Failure> {
        Ok(self.run(&["persons"])?.lines().map(str::to_owned).collect())
    }

    /// A token for whom the arguments say.
    pub fn token(&self, who: &[String]) -> Result<String, Failure> {
        let mut arguments = vec!["demo-token"];
        arguments.extend(who.iter().map(String::as_str));
        Ok(self.run(&arguments)?.trim().to_owned())
    }

    /// Starts the services on a free port, and waits until they say that they serve.
    pub fn serve(&self) -> Result<Serving, Failure> {
        let free =
            TcpListener::bind("127.0.0.1:0").map_err(Failure::doing("looking for a free port"))?;
        let address = free
            .local_addr()
            .map_err(Failure::doing("looking for a free port"))?
            .to_string();
        drop(free);
        let log = self.dir.join("serve.stderr");
        let errors = File::create(&log).map_err(Failure::at(&log))?;
        let mut child = self
            .command(&["--json", "serve", "--listen", &address])?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(Failure::doing("starting the services"))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut serving = Serving {
            address,
            child,
            pids: Pids { care: 0, keeper: 0 },
        };
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .map_err(Failure::doing("waiting for the services"))?;
        if line.is_empty() {
            let said = fs::read_to_string(&log).unwrap_or_default();
            return Err(Failure::Form(format!(
                "the services did not start: {}",
                said.trim()
            )));
        }
        serving.pids = self.pids()?;
        Ok(serving)
    }

    /// The processes, as the launcher notes them in the home's lock.
    fn pids(&self) -> Result<Pids, Failure> {
        let path = self.dir.join("run/lock");
        let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
        let pid = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.trim().parse().ok())
                .ok_or_else(|| Failure::Form(format!("`{}` does not name {name}", path.display())))
        };
        Ok(Pids {
            care: pid("hygie-care")?,
            keeper: pid("hygie-keeper")?,
        })
    }
}

/// A home that is served; stopped when dropped.
#[derive(Debug)]
pub struct Serving {
    /// Where the FHIR API listens.
    pub address: String,
    /// The processes.
    pub pids: Pids,
    child: Child,
}

impl Serving {
    /// Stops the services and waits for them.
    pub fn stop(mut self) -> Result<(), Failure> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Failure> {
        let waiting = |error| Failure::Io("stopping the services".to_owned(), error);
        if self.child.try_wait().map_err(waiting)?.is_some() {
            return Ok(());
        }
        let launcher = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(launcher) = launcher {
            // The child has not been waited for, so its number can't be another's.
            let _gone = kill_process(launcher, Signal::TERM);
        }
        let end = Instant::now() + STOP;
        while Instant::now() < end {
            if self.child.try_wait().map_err(waiting)?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        Err(Failure::Form(
            "the services did not stop in time".to_owned(),
        ))
    }
}

impl Drop for Serving {
    /// A measure that failed leaves no process behind.
    fn drop(&mut self) {
        let _told = self.end();
    }
}
