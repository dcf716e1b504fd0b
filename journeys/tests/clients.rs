//! Clients that nobody here wrote, used as their own pages say: fhirclient and fhirpy (Python) and
//! fhir-kit-client (JavaScript) read, search, page, create, update and send a transaction.
//!
//! Dangers: an answer that only our own tests can read; a link, a header or a status that a real client
//! does not follow.
//! Not a failure: a machine on which the clients are not installed (`./test` installs them): that is said.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::Home;
use crate::harness::samples::{DOCTOR, record};

/// What `./test` installs, for a program of it; none, with a line that says so, where it is not.
pub fn installed(test: &str, program: &str) -> Option<PathBuf> {
    let path = workspace().join("target/clients").join(program);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {test} (not installed; ./test installs it where there are python3 and npm)");
    None
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn script(name: &str) -> PathBuf {
    workspace().join("journeys/clients").join(name)
}

/// A served record, and a client's script that must succeed with it.
fn morning(script: &Path, mut client: Command) {
    let home = Home::demo();
    home.import("record.json", &record("Martin"));
    let [person] = &home.persons()[..] else {
        panic!("one patient is one person");
    };
    let serving = home.serve();
    let output = client
        .arg(script)
        .env("BASE", serving.announced["fhir"].as_str().unwrap())
        .env("PERSON", person)
        .env("HOLDER", home.token(&["--holder", person]))
        .env("DOCTOR", home.token(&["--professional", DOCTOR]))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{}\n{}\n{}",
        script.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        home.logs()
    );
    serving.stop();
}

#[test]
fn fhirclient_cannot_work_here() {
    if let Some(python) = installed("fhirclient", "python/bin/python") {
        morning(&script("with_fhirclient.py"), Command::new(python));
    }
}

#[test]
fn fhirpy_cannot_work_here() {
    if let Some(python) = installed("fhirpy", "python/bin/python") {
        morning(&script("with_fhirpy.py"), Command::new(python));
    }
}

#[test]
fn fhir_kit_client_cannot_work_here() {
    if let Some(modules) = installed("fhir-kit-client", "node_modules") {
        // A module is looked for beside the script that imports it.
        let beside = modules.with_file_name("with_kit.mjs");
        std::fs::copy(script("with_kit.mjs"), &beside).unwrap();
        morning(&beside, Command::new("node"));
    }
}
