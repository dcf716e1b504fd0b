//! Every decoder runs over its seeds, its kept corpus, and mutations of both, the same each time.
//!
//! Failures covered: a panic, an answer that takes seconds, memory beyond what any input is worth, and what the
//! targets themselves assert (a thing that opens although nobody sealed it, a value that is not printed as it was read);
//! a target without a program of the engine's, and a list of versions there that lacks what a crate has come to need.
//! Not failures: that bytes are refused. What only guided search finds is cargo-fuzz's (README.md beside this).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hygie_fuzz::{Mutator, TARGETS, Target};
use rustix::process::{Resource, Rlimit, setrlimit};

/// No run may take longer: the slowest take milliseconds on an idle machine.
const HANGING: Duration = Duration::from_secs(20);
/// Address space of the whole process, in bytes.
const MEMORY: u64 = 4 << 30;

/// Seeds and corpus of a target.
fn inputs(target: &Target) -> Vec<Vec<u8>> {
    let mut inputs = (target.seeds)();
    let mut paths: Vec<_> = fs::read_dir(target.corpus())
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    paths.sort();
    inputs.extend(paths.iter().map(|path| fs::read(path).unwrap()));
    inputs
}

/// Runs a target for `time`, at least once over all inputs; says how often, and the longest run.
fn campaign(target: &Target, seed: u64, time: Duration) -> (usize, Duration) {
    let inputs = inputs(target);
    let (mut executions, mut longest) = (0, Duration::ZERO);
    let mut run = |bytes: &[u8]| {
        let begun = Instant::now();
        let outcome = std::panic::catch_unwind(|| (target.run)(bytes));
        let took = begun.elapsed();
        if outcome.is_err() || took > HANGING {
            let path = std::env::temp_dir().join(format!("hygie-fuzz-{}", target.name));
            fs::write(&path, bytes).unwrap();
            panic!("{}: {took:?}; input in {}", target.name, path.display());
        }
        executions += 1;
        longest = longest.max(took);
    };
    for input in &inputs {
        run(input);
    }
    let mut mutator = Mutator::new(seed);
    let begun = Instant::now();
    while begun.elapsed() < time {
        let input = &inputs[mutator.below(inputs.len())];
        let other = &inputs[mutator.below(inputs.len())];
        let bytes = mutator.mutate(input, other);
        run(&bytes);
    }
    (executions, longest)
}

fn all(seed: u64, each: Duration) {
    let limit = Rlimit {
        current: Some(MEMORY),
        maximum: Some(MEMORY),
    };
    setrlimit(Resource::As, limit).unwrap();
    let mut total = 0;
    for target in TARGETS {
        let begun = Instant::now();
        let (executions, longest) = campaign(target, seed, each);
        total += executions;
        println!(
            "fuzz: {:<16} {executions:>9} executions in {:>5.1} s, the longest {} µs",
            target.name,
            begun.elapsed().as_secs_f64(),
            longest.as_micros()
        );
    }
    println!("fuzz: {total} executions of {} decoders", TARGETS.len());
}

#[test]
fn no_bytes_break_a_decoder() {
    all(1, Duration::from_millis(750));
}

#[test]
#[ignore = "three quarters of an hour; ./test --long"]
fn no_bytes_break_a_decoder_for_a_minute_each() {
    all(2, Duration::from_secs(60));
}

#[test]
fn the_mutations_are_the_same_for_the_same_seed() {
    let all = |seed| {
        let mut mutator = Mutator::new(seed);
        (0..100)
            .map(|_| mutator.mutate(b"some bytes to change", b"and others"))
            .collect::<Vec<_>>()
    };
    assert_eq!(all(3), all(3));
    assert_ne!(all(3), all(4));
}

#[test]
fn every_decoder_takes_its_own_seeds_and_has_a_corpus() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        let kept = fs::read_dir(target.corpus()).map_or(0, Iterator::count);
        assert!(kept > 0, "{} has no corpus", target.name);
    }
}

/// The packages of a `Cargo.lock` whose names begin with ours, each with what it needs.
fn locked(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lock: toml::Table = text.parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let named = packages.map(|package| {
        let needs = package
            .get("dependencies")
            .and_then(|needs| needs.as_array());
        let needs = needs.into_iter().flatten().map(|need| {
            // Some are followed by their version.
            let name = need.as_str().unwrap().split(' ').next();
            name.unwrap().to_owned()
        });
        let name = package["name"].as_str().unwrap().to_owned();
        (name, needs.collect())
    });
    named
        .filter(|(name, _)| name.starts_with("hygie-"))
        .collect()
}

#[test]
fn the_engine_has_a_program_for_each_decoder_and_knows_what_it_is_built_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let engine: toml::Table = read("engine/Cargo.toml").parse().unwrap();
    let programs: BTreeSet<&str> = engine["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|program| program["name"].as_str().unwrap())
        .collect();
    assert_eq!(programs, TARGETS.iter().map(|target| target.name).collect());
    for target in TARGETS {
        let program = read(&format!("engine/fuzz_targets/{}.rs", target.name));
        assert!(program.contains(&format!("\"{}\"", target.name)));
    }
    // Tests' own needs are in the house's list alone; so no more is asked than what a crate's `[dependencies]` say.
    let (house, engines) = (
        locked(&read("../Cargo.lock")),
        locked(&read("engine/Cargo.lock")),
    );
    for (name, needs) in &engines {
        let Some(known) = house.get(name) else {
            continue;
        };
        let manifest = manifest_of(root, name);
        let wanted: BTreeSet<String> = manifest["dependencies"]
            .as_table()
            .unwrap()
            .keys()
            .filter(|need| known.contains(*need))
            .cloned()
            .collect();
        let missing: Vec<_> = wanted.difference(needs).collect();
        assert!(
            missing.is_empty(),
            "fuzz/engine/Cargo.lock lacks {missing:?} of {name}: cargo metadata there writes it anew"
        );
    }
}

/// The `Cargo.toml` of one of our crates, which lies where its name says.
fn manifest_of(fuzz: &Path, name: &str) -> toml::Table {
    let house = fuzz.parent().unwrap();
    let words = name.strip_prefix("hygie-").unwrap();
    let zones = [
        "",
        "foundation",
        "keeping",
        "care",
        "crossing",
        "research",
        "people",
        "services",
    ];
    let folders = zones.iter().map(|zone| {
        let folder = words.strip_prefix(&format!("{zone}-")).unwrap_or(words);
        house.join(zone).join(folder).join("Cargo.toml")
    });
    let found = folders.into_iter().find(|path| path.exists());
    let found = found.unwrap_or_else(|| panic!("where is {name}?"));
    fs::read_to_string(found).unwrap().parse().unwrap()
}
