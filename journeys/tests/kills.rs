//! Care, keeper, both, and the launcher are killed at random moments under a mixed load, and after each kill the
//! whole world is verified.
//!
//! Failures covered: an acknowledged write that is gone, has another content or version, or is there twice; a
//! transaction of which a part is there; something that nobody sent; a deleted resource that comes back; a mask that
//! falls; a right that is not as acknowledged; a ledger that does not verify, shrinks, or changes its past; an
//! acknowledged request that is not in the holder's trail, or one there that nobody sent; an acknowledged document that
//! is gone or has another byte, half of one, an object that no document refers to; a rotation of keys that is cut short
//! and can't be ended, or ends with something that does not open; an erased person who is met again; services that do
//! not come back. The verifier itself is tested in `faults`.
//! Not failures: a request that gets no answer or a 5xx, whether it happened or not.
//!
//! `HYGIE_SEED` repeats a run's choices (threads and clocks are not repeated); `HYGIE_KILLS` says how many kills the
//! long test makes.

mod check;
mod chores;
mod faults;
mod load;
mod model;
mod papers;
mod requests;
mod seen;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use chores::Chores;
use load::{Cast, Person, Writer};
use model::{Line, Share};
use papers::Papers;
use seen::{Actor, Trace, look};

use crate::documents::client::left;
use crate::harness::chance::Chance;
use crate::harness::samples::{DOCTOR, HOSPITAL, OTHER_DOCTOR, bundle};
use crate::harness::{Client, Home, Serving, free_address};

const PERSONS: usize = 4;
const WRITERS: usize = 3;
/// Persons who are there to be erased.
const SPARE: usize = 8;
/// How many kills one world sees before another begins: its trails, which are read whole after each, stay short.
const KILLS: usize = 50;
/// How long the services may take to come back, on a machine that has other work.
const COME_BACK: Duration = Duration::from_secs(600);
/// Tokens are made anew after this time; they are good for fifteen minutes.
const FRESH: Duration = Duration::from_secs(300);

/// What a world saw.
#[derive(Default)]
struct Tally {
    kills: usize,
    verified: usize,
    requests: u64,
    acknowledged: u64,
    lines: usize,
    leaves: u64,
    papers: papers::Tally,
    chores: chores::Tally,
}

#[test]
fn fifty_kills_lose_break_and_invent_nothing() {
    let seed = Chance::seed("HYGIE_SEED");
    let mut tally = Tally::default();
    world(seed, KILLS, &mut tally);
    tally.print();
}

#[test]
#[ignore = "5,000 kills take hours; ./test --long runs them"]
fn thousands_of_kills_lose_break_and_invent_nothing() {
    let kills = std::env::var("HYGIE_KILLS").map_or(5_000, |text| text.parse().unwrap());
    let seed = Chance::seed("HYGIE_SEED");
    let mut tally = Tally::default();
    while tally.kills < kills {
        let world_seed = seed.wrapping_add(u64::try_from(tally.kills).unwrap());
        world(world_seed, KILLS.min(kills - tally.kills), &mut tally);
        tally.print();
    }
}

impl Tally {
    fn print(&self) {
        println!(
            "{} kills, each survived; {} times the whole world verified; {} requests, {} acknowledged; \
             {} openings and refusals verified in trails, {} leaves in ledgers",
            self.kills, self.verified, self.requests, self.acknowledged, self.lines, self.leaves
        );
        let (papers, chores) = (&self.papers, &self.chores);
        println!(
            "documents: {} sent, {} acknowledged, read back {} times, {} MiB; keys rotated {} times and {} persons \
             erased, {} of these at a second try",
            papers.sent,
            papers.acknowledged,
            papers.read,
            papers.bytes >> 20,
            chores.rotated,
            chores.erased,
            chores.again
        );
    }
}

/// A world from its making to its end.
fn world(seed: u64, kills: usize, tally: &mut Tally) {
    println!("seed {seed}: HYGIE_SEED={seed} repeats this world's choices");
    let begun = Instant::now();
    let home = Home::demo();
    let address = free_address();
    let mut world = World::made(&home, &address, seed);
    let mut serving = serve(&home, &address);
    world.verify(&address);
    let mut killed = 0;
    while killed < kills {
        let (now, done) = world.round(serving, &address);
        serving = now;
        killed += done;
        world.refresh();
        world.verify(&address);
        tally.verified += 1;
    }
    serving.stop();
    world.ledger(world.size);
    world.chores.verify_apart(&home);
    println!("{killed} kills in {:.1} s", begun.elapsed().as_secs_f64());
    tally.kills += killed;
    for writer in &world.writers {
        tally.requests += writer.tally.0;
        tally.acknowledged += writer.tally.1;
    }
    tally.lines += world
        .known
        .iter()
        .map(|known| known.trail.len())
        .sum::<usize>();
    tally.leaves += world.size;
    tally.papers += world.papers.tally;
    tally.chores += world.chores.tally;
}

/// Services that begin again at once.
fn serve<'a>(home: &'a Home, address: &str) -> Serving<'a> {
    let command = home.command(&[
        "--json",
        "serve",
        "--listen",
        address,
        "--restart-pause",
        "5",
        // A machine with more work than this one is no fault of the keeper.
        "--limits-keeper-seconds",
        "30",
    ]);
    home.serve_by(command, address)
}

/// What is known of a person besides what the writers know.
struct Known {
    /// What stood in the record before anybody wrote.
    base: Vec<Value>,
    trail: Vec<Trace>,
    /// What the verifier asked.
    own: Share,
}

struct World<'a> {
    home: &'a Home,
    cast: Arc<Cast>,
    minted: Instant,
    writers: Vec<Writer>,
    papers: Papers,
    chores: Chores,
    known: Vec<Known>,
    chance: Chance,
    /// The ledger's entries, as they were last verified, and how many they are.
    entries: Vec<u8>,
    size: u64,
}

impl<'a> World<'a> {
    fn made(home: &'a Home, address: &str, seed: u64) -> Self {
        let patient = |number: usize| {
            let name = json!([{ "family": format!("Personne{number}") }]);
            let url = format!("urn:uuid:00000000-0000-4000-8000-{number:012}");
            (url, json!({ "resourceType": "Patient", "name": name }))
        };
        let all = PERSONS + 1 + SPARE;
        let patients: Vec<_> = (0..all).map(patient).collect();
        home.import("patients.json", &bundle(&patients));
        let mut persons = home.persons();
        assert_eq!(persons.len(), all);
        let spare = persons.split_off(PERSONS + 1).into_iter().map(|person| {
            let holder = home.token(&["--holder", &person]);
            (person, holder)
        });
        let chores = Chores::new(home, spare.collect());
        let reader = persons.split_off(PERSONS).remove(0);
        let cast = Arc::new(cast(home, &persons));
        let papers = Papers::new(
            &reader,
            [
                home.token(&["--holder", &reader]),
                cast.software.token.clone(),
            ],
            Chance::of(seed, u64::try_from(WRITERS).unwrap() + 1),
        );
        let writers = (0..WRITERS).map(|number| {
            let chance = Chance::of(seed, u64::try_from(number).unwrap() + 1);
            Writer::new(number, chance, &cast)
        });
        let mut world = Self {
            home,
            writers: writers.collect(),
            papers,
            chores,
            known: Vec::new(),
            cast,
            minted: Instant::now(),
            chance: Chance::of(seed, 0),
            entries: Vec::new(),
            size: 0,
        };
        let serving = serve(home, address);
        world.begin(&Client::new(address));
        serving.stop();
        world
    }

    /// Sees each record before anybody writes; what the import left in the trails is known by now.
    fn begin(&mut self, client: &Client) {
        for person in &self.cast.persons {
            let mut own = Share::default();
            let seen = look(
                client,
                &person.id,
                &person.holder,
                &self.cast.doctors,
                0,
                &mut own,
            );
            assert_eq!(seen.everything.len(), 1, "a Patient and nothing else");
            let lines = seen.trail.iter().filter_map(|trace| trace.line.clone());
            for line in lines.filter(|line| line.who == "operator") {
                own.ask(line.clone(), 1);
                own.answered(line, 1);
            }
            self.known.push(Known {
                base: seen.everything,
                trail: seen.trail,
                own,
            });
        }
    }

    /// Load, and one or two kills within it, until the services are back; gives how many kills. In some rounds the
    /// operator has something done meanwhile; what of it is cut short is done again then.
    fn round<'s>(&mut self, serving: Serving<'s>, address: &str) -> (Serving<'s>, usize) {
        let (stop, sent) = (AtomicBool::new(false), AtomicU64::new(0));
        let client = Client::new(address);
        let mut kills = 0;
        // The moment is one of the load's, so that a busy machine does not thin it.
        let moment = self.chance.below(50);
        let twice = self.chance.percent(20);
        let home = self.home;
        let mut chore = self.chores.begin(home, &mut self.chance);
        let (cast, chance, known) = (&self.cast, &mut self.chance, &mut self.known[0]);
        let papers = &mut self.papers;
        // A command that finds nobody serving starts services of its own; here it is the served home that dies.
        let spares = chore.is_some();
        let serving = thread::scope(|scope| {
            let mut serving = serving;
            for writer in &mut self.writers {
                let (client, stop, sent) = (&client, &stop, &sent);
                scope.spawn(move || writer.work(client, cast, (stop, sent)));
            }
            let (writing, over) = (&client, &stop);
            scope.spawn(move || papers.work(writing, over));
            let end = Instant::now() + Duration::from_secs(30);
            while sent.load(Ordering::Relaxed) < moment && Instant::now() < end {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(chance.below(10)));
            serving = kill(serving, address, spares, chance);
            kills += 1;
            if let Some(chore) = chore.as_mut().filter(|_| chance.percent(25)) {
                chore.kill();
            }
            if twice {
                // While they are coming back, too.
                thread::sleep(Duration::from_millis(chance.below(150)));
                serving = kill(serving, address, spares, chance);
                kills += 1;
            }
            let back = wait_until_back(&mut serving, &client, &cast.persons[0], &mut known.own);
            if back {
                thread::sleep(Duration::from_millis(chance.below(100)));
            }
            stop.store(true, Ordering::Relaxed);
            assert!(back, "the services did not come back\n{}", home.logs());
            serving
        });
        if let Some(chore) = chore {
            self.chores.end(home, chore);
        }
        (serving, kills)
    }

    /// Verifies the whole world, in which nobody writes now.
    fn verify(&mut self, address: &str) {
        let client = Client::new(address);
        let cast = &self.cast;
        let papers = &mut self.papers;
        self.chores.verify(&client);
        let seen: Vec<_> = thread::scope(|scope| {
            let reading = &client;
            scope.spawn(move || papers.verify(reading));
            let lookers: Vec<_> = self
                .known
                .iter_mut()
                .zip(&cast.persons)
                .map(|(known, person)| {
                    let client = &client;
                    let (before, own) = (known.trail.len(), &mut known.own);
                    scope.spawn(move || {
                        look(
                            client,
                            &person.id,
                            &person.holder,
                            &cast.doctors,
                            before,
                            own,
                        )
                    })
                })
                .collect();
            lookers
                .into_iter()
                .map(|looker| looker.join().unwrap())
                .collect()
        });
        let mut leaves = Vec::new();
        for (place, seen) in seen.into_iter().enumerate() {
            let known = &mut self.known[place];
            let writers = self.writers.iter_mut();
            let mut shares: Vec<_> = writers.map(|writer| &mut writer.shares[place]).collect();
            shares.push(&mut known.own);
            let objections = check::objections(&mut shares, &known.base, &known.trail, &seen);
            assert!(
                objections.is_empty(),
                "person {place}: {objections:#?}\n{}",
                self.home.logs()
            );
            leaves.extend(seen.trail.iter().map(|trace| trace.leaf));
            known.trail = seen.trail;
        }
        left(self.home, self.papers.ever);
        let lines = leaves.len();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), lines, "two lines of trails have one leaf");
        self.ledger(leaves.last().map_or(0, |last| last + 1));
    }

    /// The ledger verifies offline, holds so many leaves at least, and what it held before is its beginning.
    fn ledger(&mut self, least: u64) {
        // The files follow what is durable within milliseconds (decision 0004); whose command was killed may still be
        // worked for.
        let end = Instant::now() + Duration::from_secs(5);
        let (size, entries) = loop {
            let size = self.home.ledger_size();
            match entries(self.home, size) {
                Some(entries) if size >= least => break (size, entries),
                _ => assert!(
                    Instant::now() < end,
                    "leaves of trails are not in the ledger"
                ),
            }
            thread::sleep(Duration::from_millis(5));
        };
        assert!(size >= self.size, "the ledger has shrunk");
        assert!(
            entries.starts_with(&self.entries),
            "the ledger's past has changed"
        );
        (self.size, self.entries) = (size, entries);
    }

    fn refresh(&mut self) {
        if self.minted.elapsed() > FRESH {
            let persons: Vec<String> = self.cast.persons.iter().map(|one| one.id.clone()).collect();
            self.cast = Arc::new(cast(self.home, &persons));
            self.papers.refresh(self.home, &self.cast.software.token);
            self.chores.refresh(self.home);
            self.minted = Instant::now();
        }
    }
}

/// Everybody, with a token good for fifteen minutes.
fn cast(home: &Home, persons: &[String]) -> Cast {
    let actor = |who: &str, words: &[&str]| Actor {
        who: who.to_owned(),
        token: home.token(words),
    };
    Cast {
        persons: persons
            .iter()
            .map(|id| Person {
                id: id.clone(),
                holder: actor(id, &["--holder", id]),
            })
            .collect(),
        software: actor(HOSPITAL, &["--software", HOSPITAL]),
        doctors: [DOCTOR, OTHER_DOCTOR]
            .map(|doctor| (doctor, actor(doctor, &["--professional", doctor])))
            .into(),
    }
}

/// The bytes of so many entries, as their bundles hold them, one behind the other; none when the log has grown
/// meanwhile (C2SP tlog-tiles: the last bundle's name says how many it has).
fn entries(home: &Home, size: u64) -> Option<Vec<u8>> {
    let folder = home.dir.join("keeper/ledger/tile/entries");
    let (full, rest) = (size / 256, size % 256);
    let names = (0..full).map(|number| format!("{number:03}"));
    let last = (rest > 0).then(|| format!("{full:03}.p/{rest}"));
    let mut bytes = Vec::new();
    for name in names.chain(last) {
        bytes.extend(fs::read(folder.join(name)).ok()?);
    }
    Some(bytes)
}

const SERVICES: [&str; 2] = ["hygie-care", "hygie-keeper"];

/// Kills care, the keeper, both, the launcher unless it is spared, or all three; who killed the launcher starts
/// another, at once.
fn kill<'a>(
    serving: Serving<'a>,
    address: &str,
    spares_launcher: bool,
    chance: &mut Chance,
) -> Serving<'a> {
    match chance.below(if spares_launcher { 87 } else { 100 }) {
        0..40 => serving.kill_and_wait(&SERVICES[..1]),
        40..75 => serving.kill_and_wait(&SERVICES[1..]),
        75..87 => serving.kill_and_wait(&SERVICES),
        87..95 => return serve(serving.kill_launcher(), address),
        _ => {
            serving.kill_and_wait(&SERVICES);
            return serve(serving.kill_launcher(), address);
        }
    }
    serving
}

/// Waits for an answer out of the first person's record.
fn wait_until_back(
    serving: &mut Serving<'_>,
    client: &Client,
    person: &Person,
    own: &mut Share,
) -> bool {
    let reference = format!("Patient/{}", person.id);
    let line = Line {
        who: person.holder.who.clone(),
        act: "read",
        what: reference.clone(),
        permitted: true,
    };
    let end = Instant::now() + COME_BACK;
    while Instant::now() < end && serving.is_watched() {
        own.ask(line.clone(), 1);
        match client.get(&reference, &person.holder.token) {
            Ok(answer) if answer.status == 200 => {
                own.answered(line, 1);
                return true;
            }
            _ => thread::sleep(Duration::from_millis(5)),
        }
    }
    false
}
