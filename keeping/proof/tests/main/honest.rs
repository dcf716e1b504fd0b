//! What is believed, what it says, and what a large one costs.

use std::time::Instant;

use hygie_ledger::Signer;
use hygie_proof::Trail;

use crate::world::{ORIGIN, World, checked, key};

#[test]
fn an_honest_file_is_refused() {
    let mut files = 0;
    for seed in 0..40 {
        let world = World::new(seed, 1 + seed * 17, 3);
        for who in 0..3 {
            let person = &world.persons[who];
            let length = person.lines.len();
            for (from, to) in [(0, length), (1, length), (0, length - 1), (1, 2), (0, 1)] {
                let trail = world.file(person, &person.lines[from..to]);
                let found = checked(&trail.to_string()).unwrap();
                assert_eq!(found.person, person.id.to_string());
                assert_eq!(found.events.len(), to - from);
                assert_eq!(found.first().number, u64::try_from(from).unwrap());
                assert_eq!(found.last().number, u64::try_from(to - 1).unwrap());
                assert_eq!(
                    (found.origin.as_str(), found.size),
                    (ORIGIN, world.log.size())
                );
                files += 1;
            }
        }
    }
    println!("proof: {files} honest files believed");
}

#[test]
fn what_a_person_wants_to_know_is_not_what_the_event_says() {
    let world = World::new(1, 50, 3);
    let found = checked(&world.whole(0).to_string()).unwrap();
    let event = found.first();
    assert_eq!(
        (event.role.as_str(), event.act.as_str()),
        ("professional", "read")
    );
    assert_eq!(event.who, "Dr Camille Exemple");
    let what = format!("Observation/{}", event.index);
    assert_eq!(event.what, Some(what));
    assert_eq!(event.permitted, Some(true));
    assert!(
        !format!("{found:?}").contains("Camille"),
        "debug output names people"
    );
}

#[test]
fn words_that_are_kept_back_take_the_proof_with_them() {
    let world = World::new(4, 60, 3);
    let whole = world.whole(0);
    for one in 0..whole.lines.len() {
        let mut trail = whole.clone();
        let kept = trail.lines[one].words.take();
        let found = checked(&trail.to_string()).unwrap();
        let mut told = checked(&whole.to_string()).unwrap();
        let what = told.events[one].what.clone().unwrap();
        if let Some(words) = kept {
            // The file does not hold them in any other way.
            assert!(
                !trail.lines[one]
                    .event
                    .windows(what.len())
                    .any(|part| part == what.as_bytes())
            );
            assert!(words.ends_with(what.as_bytes()));
            told.events[one].what = None;
        }
        assert_eq!(found, told);
    }
}

#[test]
fn a_file_of_before_is_refused() {
    let world = World::new(5, 60, 3);
    let person = &world.persons[0];
    // One event that says its words itself.
    let trail = Trail {
        version: 1,
        ..world.file(person, &person.lines[2..3])
    };
    let text = trail.to_string();
    assert!(text.starts_with("hygie trail 1\n"));
    let found = checked(&text).unwrap();
    assert!(found.first().what.is_some());
}

#[test]
fn the_word_of_another_key_is_taken() {
    let world = World::new(2, 100, 3);
    let trail = world.whole(1);
    for (name, seed) in [(ORIGIN, [8; 32]), ("other.test/access", [7; 32])] {
        let other = Signer::from_seed(name, &seed).unwrap();
        assert!(trail.check(other.verifier()).is_err());
    }
    trail.check(&key()).unwrap();
}

/// Ten thousand events, ninety leaves from one to the next.
#[test]
fn a_long_trail_cannot_be_used() {
    let world = World::new(3, 900_000, 30);
    let begun = Instant::now();
    let trail = world.whole(0);
    let made = begun.elapsed();
    let text = trail.to_string();
    let begun = Instant::now();
    let found = Trail::parse(&text).unwrap().check(&key()).unwrap();
    let took = begun.elapsed();
    println!(
        "proof: {} events among {} leaves, {} hashes: {} KiB, covered in {} ms, checked in {} ms (this build)",
        found.events.len(),
        found.size,
        trail.cover.len(),
        text.len() / 1024,
        made.as_millis(),
        took.as_millis()
    );
    assert!(found.events.len() > 9_000);
    assert!(text.len() < 24 << 20, "{} bytes", text.len());
    assert!(took.as_secs() < 60);
}
