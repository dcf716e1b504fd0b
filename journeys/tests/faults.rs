//! Real services meet real faults: a keeper that stands still or is killed, a disk that is full, a disk that fails to
//! write or to sync, files that are not what was written.
//!
//! Failures covered: an acknowledged deposit that a fault took; a request that waits for a keeper that is away; a
//! fault that is not told, not counted, or not got over when its cause is gone; an fsync that failed and is tried
//! again as if nothing were; a service that goes on behind one; half a deposit.
//! Not failures: 503 while the cause lasts; a deposit that was not acknowledged and is there.

mod inject;
mod yesterday;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::samples::{HOSPITAL, observation, record};
use crate::harness::{Home, Serving, word};
use inject::{Injected, attach};

/// A person whose record takes deposits, and what was acknowledged.
struct Deposits {
    person: String,
    software: String,
    holder: String,
    acknowledged: Vec<String>,
}

impl Deposits {
    fn of(home: &Home) -> Self {
        home.import("record.json", &record("Martin"));
        let person = home.persons().remove(0);
        Self {
            software: home.token(&["--software", HOSPITAL]),
            holder: home.token(&["--holder", &person]),
            person,
            acknowledged: Vec::new(),
        }
    }

    /// Deposits something that does not compress; gives the status, and 0 for a broken connection.
    fn one(&mut self, serving: &Serving<'_>, bytes: usize) -> u16 {
        let patient = json!({ "reference": format!("Patient/{}", self.person) });
        let mut resource = observation(&patient, "8867-4", 64.0, "/min", None);
        resource["note"] = json!([{ "text": word(bytes) }]);
        let Ok(answer) =
            serving
                .client()
                .post("Observation", &self.software, &resource.to_string())
        else {
            return 0;
        };
        match answer.status {
            201 => self.acknowledged.push(answer.created()),
            503 => {
                let outcome: Value = serde_json::from_str(&answer.text).unwrap();
                assert_eq!(outcome["resourceType"], "OperationOutcome");
                assert!(answer.retry_after.is_some(), "it says when to come back");
            }
            other => panic!("{other}: {}", answer.text),
        }
        answer.status
    }

    /// Deposits until one is taken.
    fn until_taken(&mut self, serving: &Serving<'_>, home: &Home) {
        let end = Instant::now() + Duration::from_secs(90);
        while self.one(serving, 100) != 201 {
            assert!(Instant::now() < end, "it never came back\n{}", home.logs());
            sleep(Duration::from_millis(100));
        }
    }

    /// All that was acknowledged is there, whole.
    fn check(&self, serving: &Serving<'_>) {
        let found = serving.get(
            &format!("Observation?patient={}&_count=1000", self.person),
            &self.holder,
        );
        let ids: Vec<String> = found
            .resources()
            .iter()
            .map(|resource| resource["id"].as_str().unwrap().to_owned())
            .collect();
        for id in &self.acknowledged {
            assert!(ids.contains(id), "an acknowledged deposit is gone");
        }
    }
}

/// How often the launcher saw a program end so.
fn ended(serving: &Serving<'_>, program: &str, how: &str) -> u64 {
    serving.figure(&format!(
        "hygie_ended_total{{program=\"{program}\",how=\"{how}\"}}"
    ))
}

fn fault(serving: &Serving<'_>, kind: &str) -> u64 {
    serving.figure(&format!("hygie_care_faults_total{{kind=\"{kind}\"}}"))
}

#[test]
fn a_keeper_that_stands_still_is_not_waited_for_and_comes_back() {
    let home = Home::demo();
    let serving = home.serve_with(&["--limits-keeper-seconds", "1"]);
    let mut deposits = Deposits::of(&home);
    assert_eq!(deposits.one(&serving, 100), 201);
    let care = serving.pid("hygie-care");
    serving.signal("hygie-keeper", Signal::STOP);
    // Each of the first finds out for itself; those behind them are spared it.
    for _ in 0..8 {
        assert_eq!(deposits.one(&serving, 100), 503);
        let read = serving.get(&format!("Patient/{}", deposits.person), &deposits.holder);
        assert_eq!((read.status, read.retry_after.is_some()), (503, true));
    }
    assert!(fault(&serving, "keeper-slow") >= 5);
    assert!(fault(&serving, "keeper-spared") > 0);
    assert_eq!(serving.figure("hygie_keeper_up"), 0);
    let (status, said) = serving.health("/ready").unwrap();
    assert_eq!(
        (status, said.as_str()),
        (503, "the keeper does not answer\n")
    );
    serving.signal("hygie-keeper", Signal::CONT);
    serving.becomes(200);
    deposits.until_taken(&serving, &home);
    deposits.check(&serving);
    assert_eq!(
        serving.pid("hygie-care"),
        care,
        "care was not started again"
    );
    // The keeper writes down what was asked before; of what was refused nothing was stored.
    let all = serving.get(
        &format!("Observation?patient={}&_count=1000", deposits.person),
        &deposits.holder,
    );
    assert_eq!(all.resources().len(), 2 + deposits.acknowledged.len());
    serving.stop();
    home.ledger_size();
}

#[test]
fn a_killed_keeper_comes_back_and_care_goes_on() {
    let home = Home::demo();
    let serving = home.serve_with(&[]);
    let mut deposits = Deposits::of(&home);
    assert_eq!(deposits.one(&serving, 100), 201);
    let care = serving.pid("hygie-care");
    for _ in 0..3 {
        serving.kill("hygie-keeper");
        sleep(Duration::from_millis(20));
        let status = deposits.one(&serving, 100);
        assert!([201, 503].contains(&status), "{status}");
        deposits.until_taken(&serving, &home);
    }
    serving.becomes(200);
    deposits.check(&serving);
    assert_eq!(
        serving.pid("hygie-care"),
        care,
        "care was not started again"
    );
    assert!(fault(&serving, "keeper-unreachable") + fault(&serving, "keeper-broken") > 0);
    assert_eq!(ended(&serving, "hygie-keeper", "signal-9"), 3);
    assert_eq!(serving.figure("hygie_keeper_up"), 1);
    serving.stop();
    home.ledger_size();
}

#[test]
fn a_write_whose_keeper_goes_before_its_head_is_finished_by_the_next_opening() {
    let home = Home::demo();
    let serving = home.serve_with(&["--limits-keeper-seconds", "1"]);
    let mut deposits = Deposits::of(&home);
    assert_eq!(deposits.one(&serving, 100), 201);
    let log = home.dir.join("store/vault.db-wal");
    let length = || fs::metadata(&log).unwrap().len();
    let before = length();
    let Some(trace) = attach(
        "a_write_whose_keeper_goes_before_its_head_is_finished_by_the_next_opening",
        serving.pid("hygie-care").unwrap(),
        Injected::SlowSync,
        &home.outside.join("trace"),
    ) else {
        return;
    };
    let status = std::thread::scope(|scope| {
        let post = scope.spawn(|| deposits.one(&serving, 20_000));
        // The entry is written and not yet durable: the keeper has given the key, and awaits the head.
        let end = Instant::now() + Duration::from_secs(60);
        while length() == before {
            assert!(Instant::now() < end, "nothing was written");
            sleep(Duration::from_millis(5));
        }
        serving.signal("hygie-keeper", Signal::STOP);
        post.join().unwrap()
    });
    assert_eq!(status, 503, "its head was not moved");
    let _calls = trace.end();
    // What lies in its socket goes with it.
    serving.kill("hygie-keeper");
    deposits.until_taken(&serving, &home);
    deposits.check(&serving);
    let question = format!("Observation?patient={}&_count=1000", deposits.person);
    let all = serving.get(&question, &deposits.holder).resources();
    let finished = all
        .iter()
        .filter(|resource| resource["note"][0]["text"].as_str().map(str::len) == Some(20_000));
    assert_eq!(
        finished.count(),
        1,
        "the entry was there, whole, and is counted once"
    );
    assert_eq!(all.len(), 2 + deposits.acknowledged.len() + 1);
    serving.stop();
    home.ledger_size();
}

/// A small file system over a folder of the home; gone when dropped.
pub struct Small(PathBuf);

impl Small {
    /// Nothing, with a line that says so, where nobody may mount.
    pub fn over(test: &str, folder: &Path) -> Option<Self> {
        let aside = folder.with_extension("aside");
        fs::rename(folder, &aside).unwrap();
        fs::create_dir(folder).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=16m,mode=700", "none"];
        let mounted = Command::new("mount").args(options).arg(folder).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            println!("skipped: {test} (nobody may mount a small file system here)");
            return None;
        }
        let small = Self(folder.to_owned());
        let copied = Command::new("cp")
            .arg("-a")
            .arg(aside.join("."))
            .arg(folder)
            .status();
        assert!(copied.unwrap().success());
        Some(small)
    }

    /// Leaves about `bytes` free.
    pub fn fill(&self, bytes: u64) {
        let filler = fs::File::create(self.0.join("filler")).unwrap();
        let mut writer = &filler;
        let part = vec![1; 64 * 1024];
        while std::io::Write::write_all(&mut writer, &part).is_ok() {}
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(bytes)).unwrap();
    }

    pub fn free(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_store_refuses_and_goes_on_when_there_is_space() {
    let home = Home::demo();
    let Some(disk) = Small::over(
        "a_full_store_refuses_and_goes_on_when_there_is_space",
        &home.dir.join("store"),
    ) else {
        return;
    };
    let serving = home.serve_with(&[]);
    let mut deposits = Deposits::of(&home);
    let care = serving.pid("hygie-care");
    assert_eq!(deposits.one(&serving, 100), 201);
    disk.fill(500_000);
    let mut refused = 0;
    for _ in 0..40 {
        refused += u32::from(deposits.one(&serving, 100_000) == 503);
    }
    assert!(refused > 0, "the disk was never full");
    assert!(fault(&serving, "store-full") > 0);
    assert_eq!(fault(&serving, "store-poisoned"), 0);
    // What is there is read all the while.
    deposits.check(&serving);
    disk.free();
    assert_eq!(deposits.one(&serving, 100_000), 201, "{}", home.logs());
    deposits.check(&serving);
    assert_eq!(serving.pid("hygie-care"), care, "no restart was needed");
    assert!(home.logs().contains("disk is full"), "{}", home.logs());
    serving.stop();
    let serving = home.serve_with(&[]);
    deposits.check(&serving);
    serving.stop();
}

#[test]
fn a_keeper_whose_disk_is_full_opens_nothing_and_comes_back() {
    let home = Home::demo();
    let Some(disk) = Small::over(
        "a_keeper_whose_disk_is_full_opens_nothing_and_comes_back",
        &home.dir.join("keeper"),
    ) else {
        return;
    };
    let serving = home.serve_with(&[]);
    let mut deposits = Deposits::of(&home);
    assert_eq!(deposits.one(&serving, 100), 201);
    disk.fill(0);
    let mut refused = 0;
    for _ in 0..300 {
        refused += u32::from(deposits.one(&serving, 100) == 503);
        if refused > 5 {
            break;
        }
    }
    assert!(refused > 5, "its disk was never full");
    // Where the ledger's files lack space it ends, and is started until there is some: then that is what counts.
    let full = serving.figure("hygie_keeper_faults_total{kind=\"disk-full\"}");
    let ends = ["exit-3", "start"].map(|how| ended(&serving, "hygie-keeper", how));
    assert!(full + ends[0] + ends[1] > 0, "{ends:?}\n{}", home.logs());
    disk.free();
    deposits.until_taken(&serving, &home);
    deposits.check(&serving);
    serving.stop();
    home.ledger_size();
}

#[test]
fn logs_that_nobody_can_write_stop_nothing() {
    let home = Home::demo();
    let Some(disk) = Small::over(
        "logs_that_nobody_can_write_stop_nothing",
        &home.dir.join("log"),
    ) else {
        return;
    };
    let serving = home.serve_with(&["--log", "debug", "--limits-keeper-seconds", "1"]);
    let mut deposits = Deposits::of(&home);
    let pids = ["hygie-care", "hygie-keeper"].map(|program| serving.pid(program));
    disk.fill(0);
    // What fails has something to say.
    for _ in 0..20 {
        serving.get(&format!("Patient/{}", deposits.person), &deposits.software);
    }
    serving.signal("hygie-keeper", Signal::STOP);
    for _ in 0..7 {
        assert_eq!(deposits.one(&serving, 100), 503);
    }
    serving.signal("hygie-keeper", Signal::CONT);
    deposits.until_taken(&serving, &home);
    let now = ["hygie-care", "hygie-keeper"].map(|program| serving.pid(program));
    assert_eq!(now, pids, "a service ended because it could not log");
    assert_eq!(serving.figure("hygie_care_panics_total"), 0);
    serving.stop();
}

/// What a failing disk does to one of the services: it ends, says why, is started again, and all is there.
fn disk_fails(test: &str, program: &str, injected: Injected, words: &str) {
    let home = Home::demo();
    let serving = home.serve_with(&[]);
    let mut deposits = Deposits::of(&home);
    for _ in 0..5 {
        assert_eq!(deposits.one(&serving, 1_000), 201);
    }
    let pid = serving.pid(program).unwrap();
    let Some(trace) = attach(test, pid, injected, &home.outside.join("trace")) else {
        return;
    };
    let end = Instant::now() + Duration::from_secs(60);
    while serving.pid(program) == Some(pid) {
        let status = deposits.one(&serving, 1_000);
        assert_ne!(status, 201, "it was acknowledged by a disk that fails");
        assert!(Instant::now() < end, "it goes on\n{}", home.logs());
        sleep(Duration::from_millis(100));
    }
    let calls = trace.end();
    println!("{}", calls.join("\n"));
    assert!(!calls.is_empty(), "nothing was injected");
    if matches!(injected, Injected::Sync) {
        // What is written anew each second is another file each time, under one name.
        let files = calls.iter().map(|call| file_of(call));
        let files: Vec<&str> = files.filter(|file| !file.ends_with(".new")).collect();
        let distinct: BTreeSet<&str> = files.iter().copied().collect();
        assert_eq!(
            distinct.len(),
            files.len(),
            "a sync that failed was tried again"
        );
    }
    deposits.until_taken(&serving, &home);
    deposits.check(&serving);
    assert!(ended(&serving, program, "exit-3") > 0, "it is not counted");
    let logs = home.logs();
    assert!(logs.contains(words), "{logs}");
    assert!(
        logs.contains(&format!(
            "{program} ended (exit status: 3); starting it again"
        )),
        "{logs}"
    );
    serving.stop();
    home.ledger_size();
}

/// The file of a traced call: `1234 fsync(12</a/file>) = -1 EIO …`.
fn file_of(call: &str) -> &str {
    let (_, after) = call.split_once('<').unwrap();
    after.split_once('>').unwrap().0
}

#[test]
fn a_store_that_fails_to_sync_ends_care_which_begins_again() {
    disk_fails(
        "a_store_that_fails_to_sync_ends_care_which_begins_again",
        "hygie-care",
        Injected::Sync,
        "the store failed while committing",
    );
}

#[test]
fn a_store_that_fails_to_write_ends_care_which_begins_again() {
    disk_fails(
        "a_store_that_fails_to_write_ends_care_which_begins_again",
        "hygie-care",
        Injected::Write,
        "the store failed while committing",
    );
}

#[test]
fn a_keeper_that_fails_to_sync_ends_and_begins_again() {
    disk_fails(
        "a_keeper_that_fails_to_sync_ends_and_begins_again",
        "hygie-keeper",
        Injected::Sync,
        "the keeper stops; start it again, and it recovers",
    );
}

#[test]
fn a_keeper_that_fails_to_write_ends_and_begins_again() {
    disk_fails(
        "a_keeper_that_fails_to_write_ends_and_begins_again",
        "hygie-keeper",
        Injected::Write,
        "the keeper stops; start it again, and it recovers",
    );
}

#[test]
fn a_record_that_was_altered_is_refused_and_others_are_read() {
    let home = Home::demo();
    home.import("other.json", &record("Other"));
    let other = home.persons().remove(0);
    let holder = home.token(&["--holder", &other]);
    let mut deposits = Deposits::of(&home);
    let mut persons = home.persons();
    persons.retain(|person| *person != other);
    deposits.person = persons.remove(0);
    deposits.holder = home.token(&["--holder", &deposits.person]);
    let serving = home.serve_with(&[]);
    // So much that pages of it can be told from others by their place alone.
    for _ in 0..10 {
        assert_eq!(deposits.one(&serving, 900_000), 201);
    }
    serving.stop();
    let path = home.dir.join("store/vault.db");
    let honest = fs::read(&path).unwrap();
    assert!(honest.len() > 3_000_000, "{} bytes", honest.len());
    // An orderly stop folds the write-ahead log in: the file is all there is.
    assert!(!home.dir.join("store/vault.db-wal").exists());
    // The middle of the file is his deposits', page for page.
    let mut altered = honest.clone();
    for byte in (1_000_000..1_100_000_usize).step_by(4_096) {
        altered[byte + 2_048] ^= 1;
    }
    fs::write(&path, altered).unwrap();
    let serving = home.serve_with(&[]);
    let question = format!("Observation?patient={}", deposits.person);
    let read = serving.get(&question, &deposits.holder);
    assert_eq!(read.status, 503, "{}", read.text);
    assert!(
        read.text.contains("not stored as it was sealed"),
        "{}",
        read.text
    );
    assert!(fault(&serving, "store-altered") > 0);
    let read = serving.get(&format!("Observation?patient={other}"), &holder);
    assert_eq!(read.resources().len(), 2, "others are read");
    assert_eq!(serving.health("/ready").unwrap().0, 200);
    assert!(
        home.logs().contains("does not open at its place"),
        "{}",
        home.logs()
    );
    serving.stop();
    fs::write(&path, honest).unwrap();
    let serving = home.serve_with(&[]);
    deposits.check(&serving);
    serving.stop();
}

#[test]
fn files_that_are_no_databases_are_named_and_nothing_is_served() {
    for (file, words) in [
        (
            "store/vault.db",
            "vault.db is damaged; restore it from a backup",
        ),
        ("keeper/keys.db", "the keeper's database failed"),
    ] {
        let home = Home::demo();
        home.import("record.json", &record("Martin"));
        let path = home.dir.join(file);
        for beside in ["-wal", "-shm"] {
            let _none = fs::remove_file(format!("{}{beside}", path.display()));
        }
        fs::write(
            &path,
            "these are not the bytes that were written ".repeat(200),
        )
        .unwrap();
        let refused = home.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
}
