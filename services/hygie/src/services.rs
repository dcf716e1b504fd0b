//! Starting and stopping a service as a process of its own.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::ended;
use crate::lock::Lock;
use crate::passphrase::{self, Passphrase};
use crate::programs::{self, CARE, KEEPER};
use crate::settings::{Budgets, File as Chosen, Letters, Limits, NationalNumbers, Settings};
use crate::{Error, Home};

/// How long a service may take until it says `ready`.
const START: Duration = Duration::from_secs(60);
/// How long care may take to finish what it has begun.
const CARE_STOP: Duration = Duration::from_secs(20);
/// How long the keeper may take after that.
const KEEPER_STOP: Duration = Duration::from_secs(10);

/// How care is reached.
#[derive(Debug, Clone)]
pub enum Door {
    /// By everybody, as the operator chose, and on the admin socket.
    Listen(Box<Settings>),
    /// On the admin socket only.
    Private,
}

/// What the environment says to care; it has been weighed against the command line and the file already.
const SAID: [&str; 9] = [
    "HYGIE_LISTEN",
    "HYGIE_BASE_URL",
    "HYGIE_HEALTH_LISTEN",
    "HYGIE_CORS_ORIGINS",
    "HYGIE_PROVIDERS",
    "HYGIE_MATRIX",
    "HYGIE_REGULATION_CENTRES",
    "HYGIE_ANNOUNCEMENT_DAYS",
    "HYGIE_SESSION_IDLE",
];

/// Says to every command which checkpoint the ledger must go on from.
const CHECKPOINT: &str = "HYGIE_CHECKPOINT";

/// Says to care, whoever starts it, which national numbers are taken in.
const NATIONAL_NUMBERS: &str = "HYGIE_NATIONAL_NUMBERS";

impl Door {
    /// Tells care how it is reached.
    fn open(&self, command: &mut Command) {
        for name in SAID
            .iter()
            .chain(Limits::VARIABLES)
            .chain(Letters::VARIABLES)
        {
            command.env_remove(name);
        }
        let Self::Listen(settings) = self else {
            command.arg("--private");
            return;
        };
        command.arg("--listen").arg(settings.listen.to_string());
        if let Some(base) = &settings.base_url {
            command.arg("--base-url").arg(base.to_string());
        }
        if let Some(address) = settings.health {
            command.arg("--health").arg(address.to_string());
        }
        for origin in &settings.cors_origins {
            command.arg("--cors-origins").arg(origin.to_string());
        }
        command.envs(settings.letters.variables());
        if let Some(path) = &settings.providers {
            command.arg("--providers").arg(path);
        }
        if let Some(path) = &settings.campaign {
            command.arg("--campaign").arg(path);
        }
        if let Some(matrix) = &settings.matrix {
            command.arg("--matrix").arg(matrix);
        }
        for finess in &settings.regulation_centres {
            command.arg("--regulation-centres").arg(finess);
        }
        let days = settings.announcement_days.to_string();
        command.arg("--announcement-days").arg(days);
        if let Some(idle) = settings.session_idle {
            command
                .arg("--session-idle")
                .arg(idle.seconds().to_string());
        }
        command.arg("--time-zone").arg(settings.time_zone.name());
        command.args(settings.limits.words());
    }

    /// Tells a service what to log; one that works for a single command keeps what the environment says.
    fn log(&self, command: &mut Command) {
        if let Self::Listen(settings) = self {
            command.env("HYGIE_LOG", settings.log.word());
        }
    }
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    patience: Duration,
}

/// Keeper and care, running.
#[derive(Debug)]
pub struct Services {
    /// Started first, stopped last.
    pub keeper: Service,
    /// Needs the keeper.
    pub care: Service,
}

impl Services {
    /// Stops care, which may still need the keeper, then the keeper.
    pub async fn stop(self) {
        self.care.stop().await;
        self.keeper.stop().await;
    }
}

/// What is needed to start a home's services, and to start them again.
#[derive(Debug)]
pub struct Launcher<'a> {
    home: &'a Home,
    lock: Lock,
    door: Door,
    passphrase: Option<Passphrase>,
}

impl<'a> Launcher<'a> {
    /// A launcher for the home whose lock is held; asks for the passphrase when the home has one.
    ///
    /// # Errors
    /// [`Error::Passphrase`].
    pub fn new(home: &'a Home, lock: Lock, door: Door) -> Result<Self, Error> {
        let passphrase = passphrase::of(home)?;
        Ok(Self {
            home,
            lock,
            door,
            passphrase,
        })
    }

    /// Starts the keeper, waits until it is ready, then does the same with care.
    ///
    /// # Errors
    /// What [`Launcher::keeper`] and [`Launcher::care`] say; nothing is left running then.
    pub async fn start(&mut self) -> Result<Services, Error> {
        let keeper = self.keeper().await?;
        match self.care().await {
            Ok(care) => Ok(Services { keeper, care }),
            Err(error) => {
                keeper.stop().await;
                Err(error)
            }
        }
    }

    /// Starts the keeper and waits until it listens.
    ///
    /// # Errors
    /// [`Error::ProgramMissing`], [`Error::ServiceStopped`], [`Error::ServiceSlow`], [`Error::File`].
    pub async fn keeper(&mut self) -> Result<Service, Error> {
        let mut command = Command::new(programs::find(KEEPER)?);
        command.arg("--home").arg(self.home.dir()).arg("serve");
        if let Some(passphrase) = &self.passphrase {
            command.env(passphrase::VARIABLE, passphrase.expose());
        }
        if let Some(path) = self.checkpoint()? {
            command.arg("--checkpoint").arg(path);
        }
        let budgets = self.budgets(&mut command)?;
        command.args(budgets);
        self.door.log(&mut command);
        self.launch(command, KEEPER, KEEPER_STOP).await
    }

    /// The checkpoint from which the ledger must go on; the same for a command that starts the services for itself.
    fn checkpoint(&self) -> Result<Option<PathBuf>, Error> {
        match &self.door {
            Door::Listen(settings) => Ok(settings.checkpoint.clone()),
            Door::Private => match std::env::var_os(CHECKPOINT) {
                Some(path) => Ok(Some(path.into())),
                None => Ok(Chosen::of(self.home)?.checkpoint),
            },
        }
    }

    /// The keeper's words about budgets; the same for a command that starts the services for itself.
    fn budgets(&self, command: &mut Command) -> Result<Vec<String>, Error> {
        match &self.door {
            Door::Listen(settings) => {
                // Weighed against the command line and the file already.
                for name in Budgets::VARIABLES {
                    command.env_remove(name);
                }
                Ok(settings.budgets.words())
            }
            Door::Private => {
                let chosen = Chosen::of(self.home)?.budgets.unwrap_or_default();
                Ok(chosen.unless_said().words())
            }
        }
    }

    /// Which national numbers are taken in; the same for a command that starts the services for itself, whose environment
    /// care reads.
    fn national_numbers(&self) -> Result<Option<NationalNumbers>, Error> {
        match &self.door {
            Door::Listen(settings) => Ok(settings.national_numbers),
            Door::Private => match std::env::var_os(NATIONAL_NUMBERS) {
                Some(_) => Ok(None),
                None => Ok(Chosen::of(self.home)?.national_numbers),
            },
        }
    }

    /// Starts care and waits until it listens.
    ///
    /// # Errors
    /// As [`Launcher::keeper`].
    pub async fn care(&mut self) -> Result<Service, Error> {
        let mut command = Command::new(programs::find(CARE)?);
        command.arg("--home").arg(self.home.dir());
        self.door.open(&mut command);
        if let Some(numbers) = self.national_numbers()? {
            command.arg("--national-numbers").arg(numbers.word());
        }
        self.door.log(&mut command);
        // Only the keeper may learn what opens the root key.
        command.env_remove(passphrase::VARIABLE);
        self.launch(command, CARE, CARE_STOP).await
    }

    async fn launch(
        &mut self,
        mut command: Command,
        name: &'static str,
        patience: Duration,
    ) -> Result<Service, Error> {
        let path = self.home.log(name.trim_start_matches("hygie-"));
        let log = open_log(&path)?;
        let begin = log.metadata().map_or(0, |known| known.len());
        let errors = log
            .try_clone()
            .map_err(|source| Error::file("open", &path, source))?;
        command
            .env("HYGIE_LAUNCHER", std::process::id().to_string())
            .stdin(self.lock.share()?)
            .stdout(Stdio::piped())
            .stderr(Stdio::from(errors))
            // A Ctrl-C at the terminal goes to this process alone, which stops the services in order.
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|source| Error::file("start", Path::new(name), source))?;
        if let Some(pid) = child.id() {
            self.lock.write(name, pid)?;
        }
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(stdout).lines();
        match tokio::time::timeout(START, ready(&mut lines)).await {
            Ok(true) => {
                tokio::spawn(copy(lines, log));
                Ok(Service {
                    name,
                    child,
                    patience,
                })
            }
            Ok(false) => {
                let status = child.wait().await;
                let said = programs::last_words(name, &since(&path, begin), status.ok());
                Err(Error::ServiceStopped {
                    program: name,
                    said,
                    log: path,
                })
            }
            Err(_) => Err(Error::ServiceSlow {
                program: name,
                seconds: START.as_secs(),
                log: path,
            }),
        }
    }
}

fn open_log(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| Error::file("open", path, source))
}

/// Waits for the line `ready`; `false` when the service closed its output first.
async fn ready(lines: &mut Lines<BufReader<ChildStdout>>) -> bool {
    while let Ok(Some(line)) = lines.next_line().await {
        if line.split_whitespace().next() == Some("ready") {
            return true;
        }
    }
    false
}

/// Whatever a service still says on its standard output belongs to its log.
async fn copy(mut lines: Lines<BufReader<ChildStdout>>, mut log: File) {
    while let Ok(Some(line)) = lines.next_line().await {
        // A full disk must not stop the service: its pipe is emptied all the same.
        let _lost = writeln!(log, "{line}");
    }
}

/// What the log says beyond its byte `begin`.
fn since(log: &Path, begin: u64) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let begin = usize::try_from(begin).unwrap_or(usize::MAX);
    String::from_utf8_lossy(bytes.get(begin..).unwrap_or_default()).into_owned()
}

impl Service {
    /// Waits until the service ends by itself; says how, in a sentence and in a word.
    pub async fn ended(&mut self) -> (String, String) {
        match self.child.wait().await {
            Ok(status) => (
                format!("{} ended ({status})", self.name),
                ended::word(status),
            ),
            Err(error) => (
                format!("{} can no longer be watched ({error})", self.name),
                "unknown".to_owned(),
            ),
        }
    }

    /// Whether it still runs; asks the operating system.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks the service to finish what it has begun and to end; ends it when it takes too long.
    pub async fn stop(mut self) {
        let pid = self
            .child
            .id()
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // The child has not been waited for, so its number can't be another's.
            let _gone = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(self.patience, self.child.wait())
            .await
            .is_err()
        {
            eprintln!(
                "hygie: {} did not stop within {} s and was ended; what it acknowledged is safe",
                self.name,
                self.patience.as_secs()
            );
            let _gone = self.child.kill().await;
        }
    }
}
