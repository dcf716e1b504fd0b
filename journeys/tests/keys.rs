//! Keys over time: custodians, rotations, records that end, as operators and custodians do it.
//!
//! Failures covered: a home that nobody can bring back, or that one custodian alone brings back; a rotation
//! that stops the service, loses a record, or is killed and does not go on; an erased record that is met
//! again, or of which nobody can prove anything; a closed one that its custodians do not bring back; a root
//! key that is lost with its file.
//! Not a failure: an export before `erase` that somebody kept.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::samples::{HOSPITAL, observation, record};
use crate::harness::{Finished, Home, Serving};

/// A home with three custodians, any two of whom open together, and a folder for backups.
pub struct Kept {
    pub home: Home,
    custodians: Vec<String>,
    identity: String,
    recipient: String,
    /// Where the backups are.
    pub folder: String,
}

impl Kept {
    pub fn new() -> Self {
        let home = Home::demo();
        home.import("record.json", &record("Martin"));
        let custodians = home.custody(2, 3);
        let path = |name: &str| home.outside.join(name).to_str().unwrap().to_owned();
        let (identity, folder) = (path("identity"), path("backups"));
        let made = home.done(&["--json", "backup-identity", &identity]).json();
        let recipient = made["recipient"].as_str().unwrap().to_owned();
        Self {
            home,
            custodians,
            identity,
            recipient,
            folder,
        }
    }

    /// The custodian opens a sealed share; gives its path.
    fn open(&self, custodian: usize, sealed: &Path) -> String {
        let name = sealed.file_stem().unwrap().to_str().unwrap();
        let folder = sealed
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap();
        let out = self.home.outside.join(format!("{folder}.{name}.share"));
        let _again = fs::remove_file(&out);
        let out = out.to_str().unwrap().to_owned();
        let sealed = sealed.to_str().unwrap();
        let identity = &self.custodians[custodian - 1];
        let words = [
            "keys",
            "share",
            "--identity",
            identity,
            sealed,
            "--out",
            &out,
        ];
        self.home.done(&words);
        out
    }

    /// The shares of a key that lie in the home, opened by these custodians.
    pub fn shares(&self, part: &str, custodians: &[usize]) -> Vec<String> {
        let folder = self.home.dir.join("keeper/custody").join(part);
        let numbers = custodians.iter();
        numbers
            .map(|number| self.open(*number, &folder.join(format!("keeper-{number}.age"))))
            .collect()
    }

    pub fn backup(&self) -> Finished {
        self.home
            .run(&["backup", &self.folder, "--recipient", &self.recipient])
    }

    pub fn rotate(&self) -> Finished {
        let words = [
            "--json",
            "keys",
            "rotate",
            "--backup",
            &self.folder,
            "--recipient",
        ];
        let mut words = words.to_vec();
        words.push(&self.recipient);
        self.home.run(&words)
    }

    /// Restores into a new home out of what is kept apart of this one: everything but the database of keys.
    pub fn restore(&self, shares: &[String]) -> (Home, Finished) {
        self.restore_from(&self.folder, shares)
    }

    /// The same out of backups that lie elsewhere.
    pub fn restore_from(&self, folder: &str, shares: &[String]) -> (Home, Finished) {
        let apart = self.home.outside.join("apart");
        let _again = fs::remove_dir_all(&apart);
        fs::create_dir_all(apart.join("keeper")).unwrap();
        let keeper = self.home.dir.join("keeper");
        for name in [
            "root",
            "root.key",
            "issuers.json",
            "demo-issuer.key",
            "ledger.vkey",
        ] {
            fs::copy(keeper.join(name), apart.join("keeper").join(name)).unwrap();
        }
        for name in ["operator.key", "enrolment.key", "sign-in.key"] {
            fs::copy(self.home.dir.join(name), apart.join(name)).unwrap();
        }
        let restored = Home::none();
        let mut words = vec!["restore", folder, "--identity", &self.identity];
        words.extend(["--keys", apart.to_str().unwrap(), "--new-epoch"]);
        for share in shares {
            words.extend(["--share", share]);
        }
        let finished = restored.run(&words);
        (restored, finished)
    }
}

/// Deposits, and gives the answer's status.
fn deposit(serving: &Serving<'_>, token: &str, person: &str) -> u16 {
    let patient = json!({ "reference": format!("Patient/{person}") });
    let resource = observation(&patient, "8867-4", 64.0, "/min", None);
    serving.post("Observation", token, &resource).status
}

fn observations(serving: &Serving<'_>, token: &str, person: &str) -> (u16, Value) {
    let answer = serving.get(&format!("Observation?patient={person}&_count=1"), token);
    let total = if answer.status == 200 {
        answer.json()["total"].clone()
    } else {
        Value::Null
    };
    (answer.status, total)
}

#[test]
fn a_lost_home_comes_back_by_one_custodian_or_by_none() {
    let home = Home::demo();
    let outside = home.outside.join("backups").to_str().unwrap().to_owned();
    let identity = home.outside.join("identity").to_str().unwrap().to_owned();
    let made = home.done(&["--json", "backup-identity", &identity]).json();
    let recipient = made["recipient"].as_str().unwrap();
    let refused = home.run(&["backup", &outside, "--recipient", recipient]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("hygie keys custody"), "{refused:?}");

    let kept = Kept::new();
    assert_eq!(kept.backup().code, 0);
    let all = kept.shares("epoch-1", &[1, 2, 3]);
    for few in [&all[..0], &all[1..2]] {
        let (_, finished) = kept.restore(few);
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(finished.stderr.contains("epoch 1"), "{finished:?}");
    }
    let root = kept.shares("root", &[1, 2]);
    let (_, finished) = kept.restore(&root);
    assert_eq!(finished.code, 1, "{finished:?}");
    let (restored, finished) = kept.restore(&all[1..]);
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(restored.persons(), kept.home.persons());
    // A drill takes the keys of the living home, or tries the shares.
    let drill = ["drill", &kept.folder, "--identity", &kept.identity];
    kept.home.done(&drill);
    let mut words = drill.to_vec();
    words.extend(["--share", &all[0]]);
    assert_eq!(kept.home.run(&words).code, 1);
    words.extend(["--share", &all[2]]);
    kept.home.done(&words);
}

#[test]
fn a_rotation_stops_the_service_or_loses_a_record() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    let software = kept.home.token(&["--software", HOSPITAL]);
    let holder = kept.home.token(&["--holder", &person]);
    let serving = kept.home.serve();
    let before = observations(&serving, &holder, &person).1.as_u64().unwrap();
    let rotated = std::thread::scope(|scope| {
        let rotating = scope.spawn(|| kept.rotate());
        let mut deposits = 0;
        while !rotating.is_finished() || deposits < 5 {
            assert_eq!(deposit(&serving, &software, &person), 201);
            deposits += 1;
        }
        (rotating.join().unwrap(), deposits)
    });
    let (rotated, deposits) = rotated;
    assert_eq!(rotated.code, 0, "{rotated:?}");
    assert_eq!(rotated.json()["destroyed"], json!([1]));
    let (status, total) = observations(&serving, &holder, &person);
    assert_eq!((status, total.as_u64()), (200, Some(before + deposits)));
    serving.stop();
    // Old shares open nothing of the newest backup; the new ones do.
    let stale = kept.shares("epoch-1", &[1, 2]);
    let (_, finished) = kept.restore(&stale);
    assert_eq!(finished.code, 1, "{finished:?}");
    let fresh = kept.shares("epoch-2", &[3, 1]);
    let (restored, finished) = kept.restore(&fresh);
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(restored.persons(), [person]);
    restored.ledger_size();
}

#[test]
fn an_erased_record_is_met_again_and_nobody_can_prove_it_gone() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    assert_eq!(kept.backup().code, 0);
    let serving = kept.home.serve();
    let holder = kept.home.token(&["--holder", &person]);
    assert_eq!(observations(&serving, &holder, &person).0, 200);
    let proof = kept.home.outside.join("proof").to_str().unwrap().to_owned();
    let erased = kept
        .home
        .done(&["--json", "erase", &person, "--out", &proof])
        .json();
    assert_eq!(erased["person"], json!(person));
    assert_eq!(observations(&serving, &holder, &person).0, 403);
    serving.stop();
    let verify = |path: &str| kept.home.run(&["ledger", "verify", "--proof", path]);
    let verified = verify(&proof);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.stdout.contains("epoch 1"), "{verified:?}");
    let text = fs::read_to_string(&proof).unwrap();
    let other = text.replacen(&person, "00000000000000000000000000", 1);
    let forged = kept.home.file("forged", &other);
    assert_eq!(verify(&forged).code, 4);
    // Again is the same; the number stays taken, and an import says why.
    let again = kept.home.outside.join("again").to_str().unwrap().to_owned();
    kept.home.done(&["erase", &person, "--out", &again]);
    let path = kept.home.file("again.json", &record("Martin").to_string());
    let rejects = kept
        .home
        .outside
        .join("rejects")
        .to_str()
        .unwrap()
        .to_owned();
    let import = kept.home.run(&["import", &path, "--rejects", &rejects]);
    assert_eq!(import.code, 1, "{import:?}");
    assert!(fs::read_to_string(&rejects).unwrap().contains("was erased"));
    assert!(kept.home.persons().is_empty());
    // After a rotation no backup has it either.
    assert_eq!(kept.rotate().code, 0);
    let (restored, finished) = kept.restore(&kept.shares("epoch-2", &[1, 2]));
    assert_eq!(finished.code, 0, "{finished:?}");
    assert!(restored.persons().is_empty());
}

#[test]
fn a_closed_record_does_not_come_back() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    let before = kept.home.export(&person);
    kept.home.done(&["close", &person]);
    let refused = kept.home.run(&["export", &person, "--out", "-"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("closed"), "{refused:?}");
    // A rotation needs no custodian, and takes it along.
    assert_eq!(kept.rotate().code, 0);
    let sealed = kept.home.outside.join("sealed");
    let words = [
        "keys",
        "archive-shares",
        &person,
        "--out",
        sealed.to_str().unwrap(),
    ];
    kept.home.done(&words);
    let share = |number: usize, part: &str| {
        kept.open(number, &sealed.join(format!("keeper-{number}.{part}.age")))
    };
    let (first, second) = (share(1, "record"), share(1, "trail"));
    let one = ["reopen", &person, "--share", &first, "--share", &second];
    let refused = kept.home.run(&one);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.stderr.contains("ask more custodians"),
        "{refused:?}"
    );
    let (third, fourth) = (share(3, "record"), share(3, "trail"));
    let mut two = one.to_vec();
    two.extend(["--share", &third, "--share", &fourth]);
    kept.home.done(&two);
    let entries = |text: &str| {
        let bundle: Value = serde_json::from_str(text).unwrap();
        bundle["entry"].clone()
    };
    assert_eq!(entries(&kept.home.export(&person)), entries(&before));
}

#[test]
fn a_root_key_is_lost_with_its_file() {
    let kept = Kept::new();
    let file = kept.home.dir.join("keeper/root.key");
    let shares = kept.shares("root", &[2, 3]);
    fs::remove_file(&file).unwrap();
    assert_eq!(kept.home.run(&["persons"]).code, 3);
    let new = kept
        .home
        .outside
        .join("new.key")
        .to_str()
        .unwrap()
        .to_owned();
    let few = ["keys", "recover", "--key-file", &new, "--share", &shares[0]];
    assert_eq!(kept.home.run(&few).code, 1);
    let mut words = few.to_vec();
    words.extend(["--share", &shares[1]]);
    kept.home.done(&words);
    assert_eq!(kept.home.persons().len(), 1);
}

#[test]
fn a_rotation_that_is_killed_does_not_go_on() {
    let kept = Kept::new();
    let person = kept.home.persons().remove(0);
    let before = kept.home.export(&person);
    let serving = kept.home.serve();
    let mut killed = 0;
    for step in 0..6 {
        let rotated = std::thread::scope(|scope| {
            let rotating = scope.spawn(|| kept.rotate());
            std::thread::sleep(Duration::from_millis(40 * step));
            serving.kill("hygie-keeper");
            rotating.join().unwrap()
        });
        killed += u32::from(rotated.code != 0);
        // The launcher starts it again.
        while kept.home.run(&["status"]).code != 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    // The same command completes whatever is left.
    let rotated = kept.rotate();
    assert_eq!(rotated.code, 0, "{rotated:?}");
    let epoch = rotated.json()["epoch"].as_u64().unwrap();
    println!("rotations: {killed} of 6 were cut short, epoch {epoch} at the end");
    serving.stop();
    let bundle = |text: &str| serde_json::from_str::<Value>(text).unwrap()["entry"].clone();
    assert_eq!(bundle(&kept.home.export(&person)), bundle(&before));
    kept.home.ledger_size();
    let shares = kept.shares(&format!("epoch-{epoch}"), &[1, 3]);
    let (restored, finished) = kept.restore(&shares);
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(restored.persons(), [person]);
}
