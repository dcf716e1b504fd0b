//! Core dumps: care holds opened folders in memory, the keeper keys. Whatever ends them leaves none of it in a file.
//!
//! Not failures: what root reads out of a living process, and swap (THREATS.md).

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process, test_kill_process};

use super::clean;
use super::plant::Plant;
use super::scanner::Scanner;
use crate::harness::Home;

/// Runs a shell command in `folder` with core dumps allowed as far as the system lets it.
fn with_cores(folder: &Path, script: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .current_dir(folder)
        .args(["-c", &format!("ulimit -c unlimited 2>/dev/null; {script}")]);
    command
}

fn cores(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.to_string_lossy().into_owned()
    });
    names.filter(|name| name.starts_with("core")).collect()
}

#[test]
fn an_aborted_service_leaves_no_core_dump() {
    let home = Home::demo();
    let mut plant = Plant::default();
    super::import(&home, &mut plant);
    // The control: here a program that does not forbid it does leave one.
    let folder = home.outside.join("cores");
    fs::create_dir(&folder).unwrap();
    let _aborted = with_cores(&folder, "kill -ABRT $$").status().unwrap();
    let control = cores(&folder).len();
    if control == 0 {
        println!(
            "canary: this system writes no core files; the services' own limits are checked alone"
        );
    }
    let person = home.persons().remove(0);
    let address = crate::harness::free_address();
    let program = home.command(&[]).get_program().to_owned();
    let mut command = with_cores(&folder, "exec \"$0\" \"$@\"");
    command
        .arg(program)
        .arg("--home")
        .arg(&home.dir)
        .args(["--json", "serve", "--listen", &address])
        .env("TMPDIR", &home.temporary);
    let serving = home.serve_by(command, &address);
    let holder = home.token(&["--holder", &person]);
    let warm = serving.get(&format!("Patient/{person}/$everything"), &holder);
    assert_eq!(warm.status, 200, "{}", warm.text);
    let scanner = Scanner::new(plant.words());
    assert!(
        !scanner.scan(warm.text.as_bytes()).is_empty(),
        "care holds the words in memory"
    );
    for program in ["hygie-care", "hygie-keeper"] {
        let pid = serving.pid(program).unwrap();
        let limits = fs::read_to_string(format!("/proc/{}/limits", pid.as_raw_nonzero())).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file"));
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        assert_eq!(words[4..6], ["0", "0"], "{program}: {words:?}");
        kill_process(pid, Signal::ABORT).unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        while test_kill_process(pid).is_ok()
            && serving.pid(program) == Some(pid)
            && Instant::now() < end
        {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    drop(serving);
    assert_eq!(cores(&folder).len(), control, "a service left a core dump");
    let files = clean(&scanner, &home);
    println!(
        "canary: both services aborted with a warm record, {control} core dumps of the control, none of theirs; {files} files searched"
    );
}
