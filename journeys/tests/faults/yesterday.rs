//! Yesterday's keys and ledger under today's store, where nothing but readings would be lost: nothing that is sealed
//! could tell.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Deposits;
use crate::harness::Home;

/// Keys and ledger as they are, to be brought back another day.
fn keep(home: &Home, name: &str) -> PathBuf {
    let aside = home.outside.join(name);
    fs::create_dir(&aside).unwrap();
    for part in ["keys.db", "keys.db-wal", "ledger"] {
        let from = home.dir.join("keeper").join(part);
        if from.exists() {
            let copied = Command::new("cp").arg("-a").arg(&from).arg(&aside).status();
            assert!(copied.unwrap().success());
        }
    }
    aside
}

fn bring_back(home: &Home, aside: &Path) {
    for part in ["keys.db", "keys.db-wal", "keys.db-shm", "ledger"] {
        let there = home.dir.join("keeper").join(part);
        let _gone = fs::remove_dir_all(&there);
        let _gone = fs::remove_file(&there);
    }
    let copied = Command::new("cp")
        .arg("-a")
        .arg(aside.join("."))
        .arg(home.dir.join("keeper"))
        .status();
    assert!(copied.unwrap().success());
}

#[test]
fn a_keeper_of_yesterday_is_refused_at_the_start_and_while_care_runs() {
    let home = Home::demo();
    let deposits = Deposits::of(&home);
    let yesterday = keep(&home, "yesterday");
    // Today is only read.
    let serving = home.serve_with(&["--restart-pause", "4000"]);
    for _ in 0..20 {
        let read = serving.get(&format!("Patient/{}", deposits.person), &deposits.holder);
        assert_eq!(read.status, 200);
    }
    sleep(Duration::from_secs(3));
    let today = keep(&home, "today");
    serving.kill_and_wait(&["hygie-keeper"]);
    bring_back(&home, &yesterday);
    let end = Instant::now() + Duration::from_secs(90);
    while !home
        .logs()
        .contains("hygie-care ended (exit status: 4); starting it again")
    {
        assert!(Instant::now() < end, "care goes on\n{}", home.logs());
        sleep(Duration::from_millis(100));
    }
    serving.stop();
    let refused = home.run(&["persons"]);
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("of an earlier day"), "{refused:?}");
    bring_back(&home, &today);
    assert_eq!(home.persons().len(), 1);
}
