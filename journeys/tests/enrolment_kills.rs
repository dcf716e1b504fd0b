//! The register's import, a wave of letters and the job of the deadline are killed at random moments, with the services,
//! and done again until they end.
//!
//! Dangers: somebody who is twice on the roll, or not at all; two letters of one wave for one person, or none; a letter
//! whose code does not oppose; a space that is made twice, never, for who opposes, or a day too early.
//! Not failures: codes that a killed import printed nowhere (they are nobody's); a batch of letters that lies prepared and
//! was not handed over yet.
//!
//! The six weeks pass by libfaketime, which moves the clock of the processes. `HYGIE_SEED` repeats a run's choices.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::chance::Chance;
use crate::harness::{Home, Serving, free_address};

/// Enough for several parts of an import, batches of letters and slices of the deadline's job.
const PERSONS: usize = 2_400;
const ALL: u64 = 2_400;
/// How many of them say no.
const REFUSE: u64 = 20;
const MAKE: [&str; 3] = ["--json", "campaign", "make"];
/// How often each job is killed before it may end.
const KILLS: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(300);

/// An invented number with its key.
fn ins(number: u64) -> String {
    let bare = 1_630_175_000_000 + number;
    format!("{bare}{:02}", 97 - bare % 97)
}

/// A register of invented persons.
fn register(home: &Home) -> String {
    let mut text = "ins_system,ins,family,given,birth_date,language,address,postcode\n".to_owned();
    for number in 0..ALL {
        let ins = ins(number);
        text.push_str(&format!(
            "urn:oid:1.2.250.1.213.1.4.11,{ins},Durand,Camille,1963-01-05,fr,12 RUE DES LILAS|75001 PARIS,75001\n"
        ));
    }
    home.file("register.csv", &text)
}

fn begin(home: &Home, words: &[&str]) -> Child {
    let mut command = home.command(words);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Begins the command, kills what chance says a moment later, some times; then lets it end, and gives what it said.
fn killed(home: &Home, serving: &Serving<'_>, chance: &mut Chance, words: &[&str]) -> Value {
    for _ in 0..KILLS {
        let mut child = begin(home, words);
        thread::sleep(Duration::from_millis(60 + chance.below(900)));
        match chance.below(4) {
            0 => serving.kill_and_wait(&["hygie-keeper"]),
            1 => serving.kill_and_wait(&["hygie-care", "hygie-keeper"]),
            _ => serving.kill_and_wait(&["hygie-care"]),
        }
        let _command_alone = child.kill();
        child.wait().unwrap();
    }
    let since = Instant::now();
    loop {
        let finished = home.run(words);
        if finished.code == 0 {
            return finished.json();
        }
        // The services come back.
        assert!(since.elapsed() < PATIENCE, "{finished:?}\n{}", home.logs());
        thread::sleep(Duration::from_millis(200));
    }
}

fn serve(home: &Home) -> Serving<'_> {
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    home.serve_by(command, &address)
}

/// What all rows of the dashboard say under this name.
fn total(home: &Home, name: &str) -> u64 {
    let counts = home.done(&["--json", "campaign", "status"]).json();
    let counts = counts["counts"].as_array().unwrap().iter();
    counts.filter_map(|count| count[name].as_u64()).sum()
}

/// The references of the letters that were handed over.
fn references(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.dir.join("letters/print")).unwrap();
    let mut references = Vec::new();
    for path in names.map(|one| one.unwrap().path()) {
        if path.extension().is_none_or(|kind| kind != "csv") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut rows = text.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let head = rows.next().unwrap();
        let place = head.iter().position(|name| *name == "reference").unwrap();
        references.extend(rows.map(|row| row[place].to_owned()));
    }
    references
}

#[test]
fn a_kill_in_the_campaign_makes_somebody_twice_or_never() {
    let seed = Chance::seed("HYGIE_SEED");
    println!("seed {seed}: HYGIE_SEED={seed} repeats this world's choices");
    let mut chance = Chance::of(seed, 0);
    let mut home = Home::demo();
    let serving = serve(&home);
    registers(&home, &serving, &mut chance);
    writes(&home, &serving, &mut chance);
    refuse(&home);
    serving.stop();
    if home.days_later(41).is_none() {
        return;
    }
    let serving = serve(&home);
    let made = home.done(&MAKE).json();
    assert_eq!(made["created"], 0, "a day too early");
    serving.stop();
    home.days_later(43);
    // Care begins by itself as soon as it is up: it is killed in the midst of it.
    let serving = serve(&home);
    makes(&home, &serving, &mut chance);
    serving.stop();
    home.ledger_size();
}

fn registers(home: &Home, serving: &Serving<'_>, chance: &mut Chance) {
    let register = register(home);
    let import = ["--json", "register", "import", &register];
    let said = killed(home, serving, chance, &import);
    let count = |name: &str| said[name].as_u64().unwrap();
    assert_eq!(count("added") + count("already"), ALL, "{said}");
    assert_eq!(total(home, "persons"), ALL);
}

fn writes(home: &Home, serving: &Serving<'_>, chance: &mut Chance) {
    let wave = ["--json", "campaign", "announce", "--wave", "1"];
    killed(home, serving, chance, &wave);
    let references = references(home);
    let distinct: BTreeSet<&String> = references.iter().collect();
    assert_eq!((references.len(), distinct.len()), (PERSONS, PERSONS));
    assert_eq!((total(home, "sent"), total(home, "announced")), (ALL, ALL));
}

/// Some say no, by slips, and stay without a space.
fn refuse(home: &Home) {
    let slips = (0..REFUSE).map(|number| {
        let ins = ins(number * 100);
        format!("{ins},1963-01-05,box/{number}\n")
    });
    let slips = format!("ins,birth_date,reference\n{}", slips.collect::<String>());
    let slips = home.file("slips.csv", &slips);
    let receipts = home.outside.join("receipts.csv");
    let receipts = receipts.to_str().unwrap();
    let words = [
        "--json",
        "campaign",
        "slips",
        &slips,
        "--receipts",
        receipts,
    ];
    assert_eq!(home.done(&words).json()["opposed"], REFUSE);
    assert_eq!(home.done(&MAKE).json()["created"], 0);
}

fn makes(home: &Home, serving: &Serving<'_>, chance: &mut Chance) {
    killed(home, serving, chance, &MAKE);
    let made = (total(home, "created"), total(home, "opposed"));
    assert_eq!(made, (ALL - REFUSE, REFUSE));
    let persons = home.persons();
    let distinct: BTreeSet<&String> = persons.iter().collect();
    let wanted = usize::try_from(ALL - REFUSE).unwrap();
    assert_eq!((persons.len(), distinct.len()), (wanted, wanted));
    assert_eq!(home.done(&MAKE).json()["created"], 0);
    let holder = home.token(&["--holder", &persons[0]]);
    let patients = serving.get(&format!("Patient?_id={}", persons[0]), &holder);
    assert_eq!(patients.json()["total"], 1, "{}", patients.text);
}
