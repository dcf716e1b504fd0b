//! What an operator does under the kills: keys are rotated, and records erased. What was cut short is done again.

use std::ops::AddAssign;
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::chance::Chance;
use crate::harness::{Client, Home};

/// How long a command that runs may take, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(300);

/// A home's custody and backups, its epoch, and its persons that are there to be erased.
pub struct Chores {
    identity: String,
    recipient: String,
    folder: String,
    epoch: u64,
    /// Each with the token of its holder.
    spare: Vec<(String, String)>,
    erased: Vec<Erased>,
    pub tally: Tally,
}

struct Erased {
    person: String,
    holder: String,
    proof: String,
}

/// What was done, and how much of it only at a second try.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub rotated: u64,
    pub erased: u64,
    pub again: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.rotated += more.rotated;
        self.erased += more.erased;
        self.again += more.again;
    }
}

/// One command that is under way.
pub enum Chore {
    Rotate(Child),
    Erase(Child, String),
}

impl Chores {
    /// Names custodians and who opens backups.
    pub fn new(home: &Home, spare: Vec<(String, String)>) -> Self {
        home.custody(2, 3);
        let path = |name: &str| home.outside.join(name).to_str().unwrap().to_owned();
        let (identity, folder) = (path("identity"), path("backups"));
        let made = home.done(&["--json", "backup-identity", &identity]).json();
        Self {
            identity,
            recipient: made["recipient"].as_str().unwrap().to_owned(),
            folder,
            epoch: 1,
            spare,
            erased: Vec::new(),
            tally: Tally::default(),
        }
    }

    fn rotate(&self, home: &Home) -> Child {
        let words = ["--json", "keys", "rotate", "--backup", &self.folder];
        begin(
            home,
            &[&words[..], &["--recipient", &self.recipient]].concat(),
        )
    }

    fn proof(home: &Home, person: &str, again: &str) -> String {
        let path = home.outside.join(format!("{person}{again}.erased"));
        path.to_str().unwrap().to_owned()
    }

    /// Begins one in some rounds.
    pub fn begin(&mut self, home: &Home, chance: &mut Chance) -> Option<Chore> {
        match chance.below(100) {
            0..20 => Some(Chore::Rotate(self.rotate(home))),
            20..40 => {
                let (person, holder) = self.spare.pop()?;
                let proof = Self::proof(home, &person, "");
                let child = begin(home, &["--json", "erase", &person, "--out", &proof]);
                self.erased.push(Erased {
                    person: person.clone(),
                    holder,
                    proof,
                });
                Some(Chore::Erase(child, person))
            }
            _ => None,
        }
    }

    /// Waits for its end, while the services are there again, and does it again where it was cut short.
    pub fn end(&mut self, home: &Home, chore: Chore) {
        match chore {
            Chore::Rotate(child) => {
                let first = end(child);
                self.rotated(home, first);
            }
            Chore::Erase(child, person) => {
                let first = end(child);
                self.tally.erased += 1;
                if !first.status.success() {
                    self.tally.again += 1;
                    let proof = Self::proof(home, &person, "-again");
                    home.done(&["--json", "erase", &person, "--out", &proof]);
                    self.erased.last_mut().unwrap().proof = proof;
                }
            }
        }
    }

    fn rotated(&mut self, home: &Home, first: Output) {
        self.tally.rotated += 1;
        let mut done = first;
        let mut most = self.epoch + 1;
        if !done.status.success() {
            self.tally.again += 1;
            // Cut short behind its very end, it begins the next.
            most += 1;
            done = end(self.rotate(home));
        }
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}\n{}", home.logs());
        let told: Value = serde_json::from_slice(&done.stdout).unwrap();
        let epoch = told["epoch"].as_u64().unwrap();
        assert!((self.epoch + 1..=most).contains(&epoch), "{told}");
        let destroyed = told["destroyed"].as_array().unwrap();
        assert_eq!(
            destroyed.last().unwrap().as_u64(),
            Some(epoch - 1),
            "{told}"
        );
        self.epoch = epoch;
    }

    /// Everybody's tokens, made anew.
    pub fn refresh(&mut self, home: &Home) {
        let spare = self
            .spare
            .iter_mut()
            .map(|(person, holder)| (person, holder));
        let erased = self.erased.iter_mut();
        let erased = erased.map(|one| (&mut one.person, &mut one.holder));
        for (person, holder) in spare.chain(erased) {
            *holder = home.token(&["--holder", person]);
        }
    }

    /// Whoever was erased is met by nobody.
    pub fn verify(&self, client: &Client) {
        for Erased { person, holder, .. } in &self.erased {
            let read = client.get(&format!("Patient/{person}"), holder).unwrap();
            assert_eq!(read.status, 403, "{person} was erased: {}", read.text);
        }
    }

    /// What anybody can check at the end: each proof, who is left, and that the backups restore.
    pub fn verify_apart(&self, home: &Home) {
        let left = home.persons();
        for Erased { person, proof, .. } in &self.erased {
            assert!(!left.contains(person), "{person} was erased");
            home.done(&["ledger", "verify", "--proof", proof]);
            assert_eq!(home.run(&["export", person, "--out", "-"]).code, 1);
        }
        for (person, _) in &self.spare {
            assert!(left.contains(person), "{person} was not erased");
        }
        if self.epoch > 1 {
            home.done(&["drill", &self.folder, "--identity", &self.identity]);
        }
    }
}

impl Chore {
    /// Kills the command itself.
    pub fn kill(&mut self) {
        let (Self::Rotate(child) | Self::Erase(child, _)) = self;
        child.kill().unwrap();
    }
}

fn begin(home: &Home, words: &[&str]) -> Child {
    let mut command = home.command(words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Waits until a command has ended; it says little.
fn end(mut child: Child) -> Output {
    let end = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "a command does not end");
        thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}
