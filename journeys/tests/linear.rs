//! Many clients on few persons at once: what they are told of each record can be put into one order.
//!
//! Failures covered: a read of what was replaced before; an update that is lost; two updates or two conditional
//! creates that both win; a search that shows a moment which never was; a request without an answer that comes and
//! goes, or that is done although its condition does not hold. The checker itself is tested in `planted`.
//! Not failures: a client who hangs up and does not learn whether it was done; two persons' records in no common order.
//!
//! `HYGIE_SEED` repeats a run's choices, though not its interleaving.

mod checker;
mod clients;
mod history;
mod planted;

use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use clients::Worker;
use history::Event;

use crate::harness::chance::Chance;
use crate::harness::samples::{HOSPITAL, bundle};
use crate::harness::{Client, Home};

const PERSONS: usize = 3;
const WORKERS: usize = 8;
/// Requests of each worker in each round.
const REQUESTS: usize = 60;
/// After each round everybody waits; the next round has other persons.
const ROUNDS: usize = 4;

/// What was seen so far.
#[derive(Default)]
struct Tally {
    requests: usize,
    unanswered: usize,
    histories: usize,
}

impl Tally {
    fn print(&self) {
        println!(
            "{} requests by {WORKERS} clients at once, {} of them without an answer; {} histories, each linearizable",
            self.requests, self.unanswered, self.histories
        );
    }
}

#[test]
fn what_many_clients_are_told_of_a_record_that_has_no_order() {
    let mut tally = Tally::default();
    world(Chance::seed("HYGIE_SEED"), &mut tally);
    tally.print();
}

#[test]
#[ignore = "ten minutes, or HYGIE_MINUTES; ./test --long"]
fn what_many_clients_are_told_of_records_for_minutes_that_has_no_order() {
    let minutes = std::env::var("HYGIE_MINUTES").map_or(10, |text| text.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let mut seed = Chance::seed("HYGIE_SEED");
    let mut tally = Tally::default();
    while Instant::now() < end {
        world(seed, &mut tally);
        seed = seed.wrapping_add(1);
    }
    tally.print();
}

/// A home from its making to its end.
fn world(seed: u64, tally: &mut Tally) {
    println!("HYGIE_SEED={seed} repeats the choices of this run");
    let home = Home::demo();
    let patient = |number: usize| {
        let url = format!("urn:uuid:00000000-0000-4000-8000-{number:012}");
        let name = json!([{ "family": format!("Personne{number}") }]);
        (url, json!({ "resourceType": "Patient", "name": name }))
    };
    let patients: Vec<_> = (0..PERSONS * ROUNDS).map(patient).collect();
    home.import("patients.json", &bundle(&patients));
    let persons = home.persons();
    // A machine with more work than this one is no fault of the keeper.
    let serving = home.serve_with(&["--limits-keeper-seconds", "30"]);
    let client = serving.client().clone();
    let software = home.token(&["--software", HOSPITAL]);
    for (round, persons) in persons.chunks(PERSONS).enumerate() {
        let tokens: Vec<String> = persons
            .iter()
            .map(|person| home.token(&["--holder", person]))
            .collect();
        let seed = seed.wrapping_add(u64::try_from(round).unwrap() << 32);
        for history in together(seed, &client, &software, persons, &tokens) {
            tally.requests += history.len();
            let unanswered = history.iter().filter(|event| event.answer.is_none());
            tally.unanswered += unanswered.count();
            tally.histories += 1;
            let objection = checker::objection(&history);
            assert_eq!(objection, None, "seed {seed}, {} requests", history.len());
        }
    }
    serving.stop();
}

/// One round: everybody at once; gives each person's history.
fn together(
    seed: u64,
    client: &Client,
    software: &str,
    persons: &[String],
    tokens: &[String],
) -> Vec<Vec<Event>> {
    let (begun, values) = (Instant::now(), AtomicU64::new(1));
    let workers: Vec<Vec<Vec<Event>>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..WORKERS)
            .map(|number| {
                let values = &values;
                scope.spawn(move || {
                    let chance = Chance::of(seed, u64::try_from(number).unwrap() + 1);
                    let mut worker = Worker::new(client, software, chance, begun, values);
                    worker.work(persons, tokens, REQUESTS);
                    worker.histories
                })
            })
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .collect()
    });
    (0..persons.len())
        .map(|person| {
            let of_all = workers
                .iter()
                .flat_map(|histories| histories[person].clone());
            of_all.collect()
        })
        .collect()
}
