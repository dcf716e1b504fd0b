//! What an operator needs to run an installation: health, readiness, metrics, logs, settings, and programs that
//! something else than `hygie serve` started.
//!
//! Failures covered: a service that says it is ready while no record can be opened; one that is thought dead because
//! its keeper is; a person's id, a number, a word of a question or a token among the figures or in the logs; labels
//! that a client can make up; a log line that is no JSON; a setting of the file that wins over the environment; a
//! mistyped setting that is passed over; services under systemd that the operator's command does not find; services
//! that keep the home locked after their launcher was killed.
//! Not failures: counts, times and statuses, which are what metrics are for.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::harness::samples::{DOCTOR, record};
use crate::harness::{Home, Serving, free_address, programs, word};

/// A served home whose health is told.
fn serve(home: &Home) -> Serving<'_> {
    home.serve_with(&["--log", "debug"])
}

fn status(serving: &Serving<'_>, path: &str) -> Option<u16> {
    serving.health(path).map(|(status, _)| status)
}

#[test]
fn care_without_its_keeper_is_alive_but_not_ready() {
    let home = Home::demo();
    let serving = serve(&home);
    assert_eq!(status(&serving, "/health"), Some(200));
    assert_eq!(status(&serving, "/ready"), Some(200));
    serving.signal("hygie-keeper", Signal::STOP);
    let begun = Instant::now();
    assert_eq!(status(&serving, "/ready"), Some(503));
    // Who asks often waits a few seconds only.
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(status(&serving, "/health"), Some(200));
    serving.signal("hygie-keeper", Signal::CONT);
    serving.becomes(200);
    // A keeper that ends is started again; care waits for it.
    serving.kill("hygie-keeper");
    std::thread::sleep(Duration::from_millis(300));
    serving.becomes(200);
    serving.stop();
}

#[test]
fn figures_and_logs_count_requests_and_tell_of_nobody() {
    let home = Home::demo();
    let family = word(24);
    home.import("one.json", &record(&family));
    let person = home.persons().remove(0);
    let serving = serve(&home);
    let name = word(24);
    let holder = home.token(&["--holder", &person, "--name", &name]);
    let doctor = home.token(&["--professional", DOCTOR, "--name", &name]);
    let canary = word(24);
    assert_eq!(
        serving.get(&format!("Patient/{person}"), &holder).status,
        200
    );
    assert_eq!(
        serving.get(&format!("Patient/{person}"), &doctor).status,
        403
    );
    for question in [
        format!("Patient?family={canary}"),
        format!("Observation?patient={person}&code={canary}"),
        format!("Observation?patient={person}&{canary}=1"),
        format!("Observation/{person}-{canary}"),
        format!("{canary}/{canary}"),
    ] {
        serving.get(&question, &holder);
        serving.get(&question, &canary);
    }
    strange_method(&serving, &canary);

    let (code, figures) = serving.health("/metrics").unwrap();
    assert_eq!(code, 200);
    let one = "hygie_care_http_requests_total{method=\"GET\",status=\"200\"} ";
    assert!(figures.contains(one), "{figures}");
    let refused = "hygie_care_http_requests_total{method=\"GET\",status=\"403\"} ";
    assert!(figures.contains(refused), "{figures}");
    assert!(figures.contains("hygie_care_http_requests_total{method=\"other\","));
    assert_eq!(requests(&figures), 13, "{figures}");
    assert!(figures.contains("hygie_care_http_request_seconds_count 13"));
    assert_eq!(figures.matches("# EOF").count(), 1);
    assert!(figures.ends_with("# EOF\n"), "OpenMetrics says its end");
    assert!(figures.contains("hygie_keeper_up 1\n"), "{figures}");
    assert!(figures.contains("hygie_keeper_commit_seconds_count "));
    labels_are_bounded(&figures);
    // The health port answers nothing else.
    assert_eq!(status(&serving, "/fhir/metadata"), Some(404));
    serving.stop();

    let mut lines = 0;
    for program in ["care", "keeper"] {
        let log = fs::read_to_string(home.dir.join(format!("log/{program}.log"))).unwrap();
        for line in log.lines() {
            let event: Value = serde_json::from_str(line).expect(line);
            assert!(event["timestamp"].is_string() && event["level"].is_string());
            lines += 1;
        }
        for secret in [&family, &person, &name, &canary, &holder, &doctor] {
            let (log, secret) = (log.to_lowercase(), secret.to_lowercase());
            assert!(!log.contains(&secret), "{program}.log tells of somebody");
        }
        assert!(!log.contains(DOCTOR), "{program}.log tells of somebody");
    }
    assert!(lines > 0, "something was logged");
    for secret in [family, person, name, canary, holder, doctor] {
        let (figures, secret) = (figures.to_lowercase(), secret.to_lowercase());
        assert!(!figures.contains(&secret), "the figures tell of somebody");
    }
    assert!(!figures.contains(DOCTOR));
}

/// A method that a client made up, with a word in its address and in its name.
fn strange_method(serving: &Serving<'_>, canary: &str) {
    let base = serving.announced["fhir"].as_str().unwrap();
    let request = ureq::http::Request::builder()
        .method(canary.to_uppercase().as_str())
        .uri(format!("{base}/Patient/{canary}"))
        .body(())
        .unwrap();
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true);
    let answer = ureq::Agent::from(config.build()).run(request).unwrap();
    assert!(answer.status().is_client_error(), "{}", answer.status());
}

/// The sum over all statuses and methods.
fn requests(figures: &str) -> u64 {
    figures
        .lines()
        .filter(|line| line.starts_with("hygie_care_http_requests_total{"))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}

/// Labels are method, status and a histogram's bound, and their values come from short lists.
fn labels_are_bounded(figures: &str) {
    let labelled = figures.lines().filter_map(|line| {
        let (_, rest) = line.split_once('{')?;
        rest.split_once('}').map(|(labels, _)| labels)
    });
    for label in labelled.flat_map(|labels| labels.split(',')) {
        let (name, value) = label.split_once('=').unwrap();
        let value = value.trim_matches('"');
        let known = match name {
            "method" => ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "other"].contains(&value),
            "status" => value
                .parse::<u16>()
                .is_ok_and(|code| (200..600).contains(&code)),
            "program" => ["hygie-keeper", "hygie-care"].contains(&value),
            "reason" | "kind" => value
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "how" => value == "start" || value.starts_with("exit-") || value.starts_with("signal-"),
            "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
            _ => false,
        };
        assert!(known, "{label}");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_command_line_over_both() {
    let home = Home::demo();
    let [file, health, variable, word] = [(); 4].map(|()| free_address());
    let path = home.dir.join("hygie.toml");
    assert!(fs::read_to_string(&path).unwrap().contains("#listen = "));
    fs::write(
        &path,
        format!(
            "listen = \"{file}\"\nhealth_listen = \"{health}\"\nbase_url = \"https://said.example/fhir\"\n"
        ),
    )
    .unwrap();
    for (said, given, expected) in [
        (None, None, &file),
        (Some(&variable), None, &variable),
        (Some(&variable), Some(&word), &word),
    ] {
        let mut command = home.command(&["--json", "serve"]);
        command.envs(said.map(|said| ("HYGIE_LISTEN", said)));
        command.args(given.map(|word| format!("--listen={word}")));
        let serving = home.serve_by(command, expected);
        assert_eq!(serving.announced["fhir"], format!("http://{expected}/fhir"));
        assert_eq!(serving.announced["health"], format!("http://{health}"));
        let care = home.done(&["--json", "status"]).json();
        assert_eq!(care["fhir"], "https://said.example/fhir");
        serving.stop();
    }
}

#[test]
fn a_mistyped_setting_stops_the_service_and_is_named_with_its_line() {
    let home = Home::demo();
    fs::write(
        home.dir.join("hygie.toml"),
        "log = \"info\"\n\nlisen = \"127.0.0.1:1\"\n",
    )
    .unwrap();
    let refused = home.run(&["--json", "serve"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    let error = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(
        error.contains("hygie.toml`, line 3: ") && error.contains("`lisen`"),
        "{error}"
    );
    let mut command = home.command(&["--json", "serve"]);
    command.env("HYGIE_HEALTH_LISTEN", "somewhere");
    assert_eq!(command.output().unwrap().status.code(), Some(2));
}

/// A program that nobody of ours looks after; ended when dropped.
struct Alone(Child);

impl Alone {
    /// Starts it and waits until it says `ready`.
    fn start(home: &Home, name: &str, words: &[&str]) -> Self {
        let mut command = Command::new(programs::hygie().with_file_name(name));
        command.arg("--home").arg(&home.dir).args(words);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "ready\n", "{name}");
        Self(child)
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        let _gone = kill_process(pid, Signal::TERM);
        let _ended = self.0.wait();
    }
}

#[test]
fn services_that_systemd_started_are_found_by_the_operators_command() {
    let home = Home::demo();
    let address = free_address();
    let keeper = Alone::start(&home, "hygie-keeper", &["serve"]);
    let care = Alone::start(&home, "hygie-care", &["--listen", &address]);
    let said = home.done(&["--json", "status"]).json();
    assert_eq!(said["served"], true);
    let summary = home.import("one.json", &record("Unit"));
    assert_eq!(summary["rejected"], 0, "{summary}");
    assert_eq!(home.persons().len(), 1);
    // A second pair of services would not see the writes of the first.
    assert_eq!(home.run(&["serve", "--listen", &free_address()]).code, 3);
    drop(care);
    drop(keeper);
    let said = home.done(&["--json", "status"]).json();
    assert_eq!(said["served"], false);
}

#[test]
fn services_whose_launcher_was_killed_that_keep_the_home_locked() {
    let home = Home::demo();
    let address = free_address();
    let serve = |home: &Home| home.command(&["--json", "serve", "--listen", &address]);
    let person = {
        home.import("one.json", &record("Orphan"));
        home.persons().remove(0)
    };
    let token = home.token(&["--holder", &person]);
    // While they serve, and while they begin.
    let serving = home.serve_by(serve(&home), &address);
    serving.kill_and_wait(&["hygie-keeper"]);
    let again = home.serve_by(serve(serving.kill_launcher()), &address);
    let last = home.serve_by(serve(again.kill_launcher()), &address);
    let answer = last.get(&format!("Patient/{person}"), &token);
    assert_eq!(answer.status, 200, "{}", answer.text);
    last.stop();
}
