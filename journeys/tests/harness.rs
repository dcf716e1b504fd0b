//! A home, its services, and who speaks to them.

pub mod browser;
pub mod chance;
mod http;
pub mod programs;
pub mod samples;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

pub use http::{Answer, Client};

/// A demo home in a folder of its own, which goes with it.
pub struct Home {
    /// The home.
    pub dir: PathBuf,
    /// Where the programs put temporary files, if they make any.
    pub temporary: PathBuf,
    /// Beside the home: what goes in and comes out.
    pub outside: PathBuf,
    /// The library that moves the clock, and by how much.
    later: Option<(String, String)>,
    _root: TempDir,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Finished {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// The one JSON object of `--json`.
    pub fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "one object: {self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }
}

impl Home {
    /// A new demo home.
    pub fn demo() -> Self {
        let home = Self::none();
        home.done(&["init", "--demo", "--name", "journeys.test"]);
        home
    }

    /// The place of a home, where nothing is yet.
    pub fn none() -> Self {
        let root = tempfile::Builder::new().prefix("hygie-").tempdir().unwrap();
        let [temporary, outside] = ["tmp", "outside"].map(|name| root.path().join(name));
        for folder in [&temporary, &outside] {
            fs::create_dir(folder).unwrap();
        }
        Self {
            dir: root.path().join("home"),
            later: None,
            temporary,
            outside,
            _root: root,
        }
    }

    /// A `hygie` command on this home, without anything of the tester's environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(programs::hygie());
        command.arg("--home").arg(&self.dir).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HYGIE_") {
                command.env_remove(name);
            }
        }
        command.env("TMPDIR", &self.temporary);
        if let Some((library, later)) = &self.later {
            command.env("LD_PRELOAD", library).env("FAKETIME", later);
            // Time that only runs forward goes on as it is: timers are timers.
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        command.stdin(Stdio::null());
        command
    }

    /// From now on the clock of all programs of this home is so many days ahead; none, with a word about it, where
    /// libfaketime is not installed.
    pub fn days_later(&mut self, days: u32) -> Option<()> {
        let libraries = [
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib",
        ];
        let mut libraries = libraries
            .map(|folder| format!("{folder}/faketime/libfaketime.so.1"))
            .into_iter();
        let Some(library) = libraries.find(|library| Path::new(library).exists()) else {
            println!("skipped: days that pass (libfaketime is not installed; ./test installs it)");
            return None;
        };
        self.later = Some((library, format!("+{days}d")));
        Some(())
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        let output = self.command(arguments).output().unwrap();
        Finished {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed.
    pub fn done(&self, arguments: &[&str]) -> Finished {
        let finished = self.run(arguments);
        assert_eq!(
            finished.code,
            0,
            "hygie {arguments:?}: {finished:?}\n{}",
            self.logs()
        );
        finished
    }

    /// Names custodians `keeper-1`…, any `threshold` of whom open together; gives their identity files.
    pub fn custody(&self, threshold: usize, of: usize) -> Vec<String> {
        let (mut identities, mut words) = (Vec::new(), Vec::new());
        for number in 1..=of {
            let path = self.outside.join(format!("keeper-{number}.identity"));
            let path = path.to_str().unwrap().to_owned();
            let made = self.done(&["--json", "backup-identity", &path]).json();
            let recipient = made["recipient"].as_str().unwrap();
            words.push(format!("--custodian=keeper-{number}={recipient}"));
            identities.push(path);
        }
        let threshold = threshold.to_string();
        let mut command = vec!["keys", "custody", "--threshold", &threshold];
        command.extend(words.iter().map(String::as_str));
        self.done(&command);
        identities
    }

    /// Writes a file beside the home, to be imported; gives its path.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.outside.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Imports a Bundle whole; gives the summary.
    pub fn import(&self, name: &str, bundle: &Value) -> Value {
        let path = self.file(name, &bundle.to_string());
        self.done(&["--json", "import", &path]).json()
    }

    /// The ids of the persons.
    pub fn persons(&self) -> Vec<String> {
        let listed = self.done(&["persons"]).stdout;
        listed.lines().map(str::to_owned).collect()
    }

    /// Everything of a person, as the text of a Bundle.
    pub fn export(&self, person: &str) -> String {
        self.done(&["export", person, "--out", "-"]).stdout
    }

    /// A token for whom the arguments say.
    pub fn token(&self, who: &[&str]) -> String {
        let mut arguments = vec!["demo-token"];
        arguments.extend(who);
        self.done(&arguments).stdout.trim().to_owned()
    }

    /// Verifies the ledger; gives its size.
    pub fn ledger_size(&self) -> u64 {
        let verified = self.done(&["--json", "ledger", "verify"]).json();
        verified["size"].as_u64().unwrap()
    }

    /// Starts the services on a free port.
    pub fn serve(&self) -> Serving<'_> {
        let address = free_address();
        let command = self.command(&["--json", "serve", "--listen", &address]);
        self.serve_by(command, &address)
    }

    /// Starts the services on free ports, health told, with more words.
    pub fn serve_with(&self, more: &[&str]) -> Serving<'_> {
        let (fhir, health) = (free_address(), free_address());
        let words = [
            "--json",
            "serve",
            "--listen",
            &fhir,
            "--health-listen",
            &health,
        ];
        self.serve_by(self.command(&[&words[..], more].concat()), &fhir)
    }

    /// Starts the services by a `serve --json` command that makes them listen at `address`.
    pub fn serve_by(&self, mut command: Command, address: &str) -> Serving<'_> {
        let errors = File::create(self.temporary.join("serve.stderr")).unwrap();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let mut serving = Serving {
            home: self,
            client: http::Client::new(address),
            child,
            announced: Value::Null,
        };
        if line.is_empty() {
            let status = serving.child.wait().unwrap();
            let said = fs::read_to_string(self.temporary.join("serve.stderr")).unwrap();
            panic!("hygie serve ended ({status}): {said}\n{}", self.logs());
        }
        serving.announced = serde_json::from_str(&line).unwrap();
        serving
    }

    /// What the services wrote down, for a failed test.
    pub fn logs(&self) -> String {
        let tail = |name: &str| {
            let text = fs::read_to_string(self.dir.join("log").join(name)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            format!(
                "{name}:\n{}",
                lines[lines.len().saturating_sub(10)..].join("\n")
            )
        };
        let launcher = fs::read_to_string(self.temporary.join("serve.stderr")).unwrap_or_default();
        format!(
            "{}\n{}\nlauncher:\n{launcher}",
            tail("keeper.log"),
            tail("care.log")
        )
    }
}

/// A home that is served; stopped when dropped.
pub struct Serving<'a> {
    home: &'a Home,
    client: http::Client,
    child: Child,
    /// What `hygie serve` said of itself.
    pub announced: Value,
}

impl<'a> Serving<'a> {
    /// `GET /fhir/{path}` with a bearer's token.
    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.client.get(path, token).unwrap()
    }

    /// `POST /fhir/{path}` with a bearer's token.
    pub fn post(&self, path: &str, token: &str, resource: &Value) -> Answer {
        self.client
            .post(path, token, &resource.to_string())
            .unwrap()
    }

    /// The HTTP side, for tests in which connections break.
    pub fn client(&self) -> &http::Client {
        &self.client
    }

    /// Ends a service at once, as a power cut would.
    pub fn kill(&self, program: &str) {
        self.signal(program, Signal::KILL);
    }

    /// Ends services at once, and waits until they are gone.
    pub fn kill_and_wait(&self, programs: &[&str]) {
        let pids: Vec<Pid> = programs.iter().filter_map(|name| self.pid(name)).collect();
        for pid in &pids {
            let _gone = kill_process(*pid, Signal::KILL);
        }
        let runs = |pid: &Pid| {
            let status = format!("/proc/{}/stat", pid.as_raw_nonzero());
            let text = fs::read_to_string(status).unwrap_or_default();
            // What was not waited for yet is a zombie (proc(5)).
            !text.is_empty() && !text.contains(") Z ")
        };
        while pids.iter().any(runs) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the launcher at once; gives what it served.
    pub fn kill_launcher(mut self) -> &'a Home {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.home
    }

    /// Whether the launcher runs.
    pub fn is_watched(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a service a signal, if it runs.
    pub fn signal(&self, program: &str, signal: Signal) {
        // The launcher writes a new number down before the service is ready.
        if let Some(pid) = self.pid(program) {
            let _gone = kill_process(pid, signal);
        }
    }

    /// A page of the health port; nothing when nobody answers.
    pub fn health(&self, path: &str) -> Option<(u16, String)> {
        let base = self.announced["health"].as_str().unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)));
        let agent = ureq::Agent::from(config.build());
        let mut answer = agent.get(format!("{base}{path}")).call().ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), text))
    }

    /// One figure of `/metrics`; 0 when it is not there.
    pub fn figure(&self, series: &str) -> u64 {
        let (_, text) = self.health("/metrics").unwrap();
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.map_or(0, |value| value.parse().unwrap())
    }

    /// Where the FHIR API listens.
    pub fn address(&self) -> String {
        let fhir = self.announced["fhir"].as_str().unwrap();
        let rest = fhir.strip_prefix("http://").unwrap();
        rest.strip_suffix("/fhir").unwrap().to_owned()
    }

    /// Waits until `/ready` has this status.
    pub fn becomes(&self, wanted: u16) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.health("/ready").map(|(status, _)| status) != Some(wanted) {
            assert!(
                Instant::now() < end,
                "/ready never became {wanted}\n{}",
                self.home.logs()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The number of a program's process.
    pub fn pid(&self, program: &str) -> Option<Pid> {
        let text = fs::read_to_string(self.home.dir.join("run/lock")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(program))?;
        Pid::from_raw(line.trim().parse().ok()?)
    }

    /// Asks the launcher to stop; it must do so in time and without a complaint.
    pub fn stop(mut self) {
        kill_process(self.launcher(), Signal::TERM).unwrap();
        let end = Instant::now() + Duration::from_secs(40);
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "hygie serve ended with {status}");
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("hygie serve did not stop in time\n{}", self.home.logs());
    }

    fn launcher(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }
}

impl Drop for Serving<'_> {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _gone = kill_process(self.launcher(), Signal::TERM);
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        for program in ["hygie-care", "hygie-keeper"] {
            self.kill(program);
        }
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// An address of this machine where nobody listens, given to one test alone.
pub fn free_address() -> String {
    static GIVEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        if GIVEN.lock().unwrap().insert(address.clone()) {
            return address;
        }
    }
}

/// The folder of data that nobody here wrote; none, with a line that says so, in a fresh clone.
pub fn shared(test: &str, folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(folder);
    if path.is_dir() {
        return Some(path.canonicalize().unwrap());
    }
    println!("skipped: {test} (no ../shared)");
    None
}

/// A random word of lower-case letters and digits, that occurs nowhere else.
pub fn word(length: usize) -> String {
    let mut bytes = vec![0; length];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut bytes)
        .unwrap();
    let letters = b"abcdefghijklmnopqrstuvwxyz012345";
    bytes
        .iter()
        .map(|byte| char::from(letters[usize::from(byte % 32)]))
        .collect()
}
