//! `./demo` in small: the real script over the programs under test, and the README's tour after it.
//!
//! Dangers: an identity that can't do what is printed, or can do what is said to be refused; a name or number
//! that is not that of the data; a second start that forgets who is who; a line of the README that does not
//! run as it stands; something unsealed left in the home; services that outlive Ctrl-C.
//! Not a failure: how long it takes (figures belong to `./bench`).

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::harness::programs;

/// Preparing twenty persons takes seconds; a busy machine may need more.
const PATIENCE: Duration = Duration::from_secs(180);

/// The script at work.
struct Demo {
    child: Child,
    printed: String,
}

/// Where it works, and where its user's other terminal is.
struct Place {
    root: TempDir,
    port: u16,
}

impl Place {
    fn new() -> Self {
        Self {
            root: tempfile::Builder::new().prefix("hygie-").tempdir().unwrap(),
            port: two_free_ports(),
        }
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(tree().join("demo"));
        let programs = programs::hygie();
        command
            .args(["--port", &self.port.to_string()])
            .args(arguments)
            .env("HYGIE_DEMO_HOME", self.home())
            .env("HYGIE_DEMO_PROGRAMS", programs.parent().unwrap())
            .stdin(Stdio::null());
        command
    }

    /// Starts the script; back when it has printed everything.
    fn start(&self, arguments: &[&str]) -> Demo {
        let path = self.root.path().join("printed");
        let output = File::create(&path).unwrap();
        let mut child = self
            .command(arguments)
            .stderr(output.try_clone().unwrap())
            .stdout(output)
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            let printed = fs::read_to_string(&path).unwrap();
            if printed.contains("\nhygie export ") && printed.ends_with('\n') {
                return Demo { child, printed };
            }
            let ended = child.try_wait().unwrap();
            let late = begun.elapsed() > PATIENCE;
            assert!(ended.is_none() && !late, "{ended:?}\n{printed}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs lines in a shell that knows who is who, as a second terminal does; what it printed.
    fn paste(&self, lines: &str) -> String {
        let who = format!(". {}/who\n{lines}\n", self.home().display());
        let output = Command::new("sh")
            .args(["-e", "-c", &who])
            .current_dir(self.root.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{lines}\n{said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Demo {
    /// Ctrl-C, as far as the script sees it; nothing of it may stay behind.
    fn stop(mut self, place: &Place) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        let port = TcpListener::bind(("127.0.0.1", place.port));
        assert!(port.is_ok(), "the services are still there");
    }

    /// What is printed for another terminal.
    fn for_the_other_terminal(&self) -> &str {
        let at = self.printed.find("\nFHIR API").unwrap();
        &self.printed[at..]
    }

    /// The requests with the status that the comment before each tells.
    fn requests(&self) -> Vec<(u16, &str)> {
        let mut told = None;
        let mut found = Vec::new();
        for line in self.printed.lines() {
            if line.starts_with('#') {
                told = line.rsplit(": ").next().unwrap().parse().ok();
            } else if line.starts_with("fhir ") {
                found.push((told.take().expect("a status is told"), line));
            }
        }
        found
    }

    /// The line that tells who has this name.
    fn identity(&self, name: &str) -> &str {
        let start = format!("# {name} is ");
        let mut lines = self.printed.lines();
        lines.find(|line| line.starts_with(&start)).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
            let _gone = kill_process(pid, Signal::TERM);
            let _waited = self.child.wait();
        }
    }
}

fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The services take the port that is given, and the next one for health.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

/// The status on the last line of an answer.
fn status(answer: &str) -> u16 {
    answer.lines().last().unwrap().parse().unwrap()
}

/// Whoever has no authenticator at hand is shown the code of the moment for each account of the pages.
fn codes_are_shown(place: &Place, demo: &Demo) {
    let lines = demo.printed.lines();
    let accounts: Vec<&str> = lines
        .filter(|line| line.contains("hygie demo-code"))
        .collect();
    assert_eq!(accounts.len(), 3, "{accounts:?}");
    for line in accounts {
        let (_, command) = line.split_once("   hygie").unwrap();
        let shown = place.paste(&format!("hygie{command}"));
        let code = shown.trim();
        let digits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        assert!(digits, "{line}: {shown}");
    }
}

#[test]
fn an_identity_cannot_do_what_is_printed() {
    let place = Place::new();
    let demo = place.start(&["--persons", "20"]);
    let requests = demo.requests();
    assert!(requests.len() >= 12, "{}", demo.printed);
    for (told, request) in &requests {
        let answer = place.paste(request);
        assert_eq!(status(&answer), *told, "{request}\n{answer}");
    }
    names_are_those_of_the_data(&place, &demo);
    codes_are_shown(&place, &demo);
    // Whoever tries the page needs a letter that works, once.
    let words = |from: &str, to: &str| {
        let (_, rest) = demo.printed.split_once(from).unwrap();
        rest.split(to).next().unwrap().to_owned()
    };
    let letter = format!(
        "{{\"ins\":\"{}\",\"birth_date\":\"{}\",\"code\":\"{}\"}}",
        words(": number ", ","),
        words("\nborn ", ","),
        words(", code ", " (")
    );
    let say_no = format!(
        "curl -sS -w '\\n%{{http_code}}\\n' -H 'Content-Type: application/json' -d '{letter}' http://127.0.0.1:{}/api/opposition",
        place.port
    );
    let answers = [(); 2].map(|()| status(&place.paste(&say_no)));
    assert_eq!(answers, [200, 422]);
    let health = format!("http://127.0.0.1:{}", place.port + 1);
    assert!(demo.printed.contains(&health));
    place.paste(&format!("curl -fsS {health}/ready {health}/metrics"));
    // What was imported lies in the store, sealed, and nowhere else.
    let citizen = demo.identity("CITIZEN");
    let name = citizen["# CITIZEN is ".len()..].split(',').next().unwrap();
    let family = name.split_once(' ').unwrap().1;
    let found = place.paste(&format!(
        "grep -rlaF '{family}' {} || true",
        place.home().join("store").display()
    ));
    assert_eq!(found, "");
    assert!(!place.home().join("records").exists());
    let text = demo.for_the_other_terminal().to_owned();
    demo.stop(&place);
    let again = place.start(&[]);
    assert_eq!(again.for_the_other_terminal(), text);
    for (told, request) in again.requests().iter().take(5) {
        assert_eq!(status(&place.paste(request)), *told, "{request}");
    }
    again.stop(&place);
}

/// The names that are printed are in the records, and in the trail of whom they concern.
fn names_are_those_of_the_data(place: &Place, demo: &Demo) {
    let record = place.paste("hygie export $P --out -");
    let trail = place.paste("fhir $CITIZEN \"$B/AuditEvent?patient=$P&_count=100\"");
    for name in ["CITIZEN", "DOCTOR", "STRANGER"] {
        let line = demo.identity(name);
        let printed = line
            .split_once(" is ")
            .unwrap()
            .1
            .split(',')
            .next()
            .unwrap();
        let family = printed.rsplit(' ').next().unwrap();
        assert!(
            record.contains(&format!("\"family\":\"{family}\"")),
            "{line}"
        );
        assert!(trail.contains(printed), "{line}");
    }
}

#[test]
fn a_line_of_the_readme_does_not_run() {
    let place = Place::new();
    let demo = place.start(&["--persons", "20"]);
    let readme = fs::read_to_string(tree().join("README.md")).unwrap();
    let (_, tour) = readme.split_once("\n## A tour\n").unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    let blocks = tour.split("```sh\n").skip(1);
    let lines: String = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    assert!(lines.starts_with(". demo-home/who\n"));
    let home = place.home();
    let lines = lines.replace("demo-home", home.to_str().unwrap());
    let printed = place.paste(&lines);
    let statuses: Vec<u16> = printed
        .lines()
        .filter(|line| line.len() == 3)
        .filter_map(|line| line.parse().ok())
        .collect();
    let deposit = 201;
    let reading = [403, 200, 200];
    let authorised = [201, 200];
    let trail = 200;
    let masked_and_taken_back = [200, 204, 403];
    let wished_and_explained = [200, 200];
    let opposed = [403, 200];
    let unsupported = 400;
    let expected = [
        &[deposit][..],
        &reading,
        &authorised,
        &[trail],
        &masked_and_taken_back,
        &wished_and_explained,
        &opposed,
        &[unsupported],
    ];
    assert_eq!(statuses, expected.concat(), "{printed}");
    assert!(printed.contains("CapabilityStatement"));
    assert!(printed.contains("MASQUE_PS"));
    assert!(printed.contains("verifies"));
    assert!(printed.contains("the proof holds"));
    assert!(printed.contains("1 added"));
    let made = |name: &str| fs::read(place.root.path().join(name)).unwrap();
    assert!(made("paper.pdf").starts_with(b"%PDF-1.4"));
    assert!(made("record.json").starts_with(b"{\"resourceType\":\"Bundle\""));
    for picture in readme.split("](pictures/").skip(1) {
        let name = picture.split(')').next().unwrap();
        let size = fs::metadata(tree().join("pictures").join(name))
            .unwrap()
            .len();
        assert!(size <= 100_000, "{name}");
    }
    demo.stop(&place);
}

#[test]
fn a_home_is_thrown_away_unasked() {
    let place = Place::new();
    fs::create_dir(place.home()).unwrap();
    fs::write(place.home().join("letter"), "mine").unwrap();
    for (arguments, code) in [
        (&[][..], 1),
        // Not even when asked to, where it is none of ours.
        (&["--new"], 1),
        (&["--persons", "9"], 2),
        (&["--persons", "many"], 2),
        (&["--unheard"], 2),
    ] {
        let output = place.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(output.stderr.starts_with(b"demo: "), "{arguments:?}");
    }
    let kept = fs::read_to_string(place.home().join("letter")).unwrap();
    assert_eq!(kept, "mine");
}
