//! Files that somebody made who has the person's file, the ledger's public tiles, and every program but the ledger's key.

use std::collections::BTreeMap;

use ciborium::Value;
use hygie_ledger::{Checkpoint, Log, Memory, Signer, note};
use hygie_notice::{Act, Event, PersonId, Subject, SystemEntropy, Verdict};
use hygie_proof::{Line, Trail};

use crate::world::{
    Chance, ORIGIN, Person, World, cbor, checked, entry, event, key, sha256, signer,
};

/// How many forgeries of each kind were refused.
#[derive(Default)]
struct Refusals(BTreeMap<&'static str, usize>);

impl Refusals {
    fn text(&mut self, kind: &'static str, honest: &str, forged: &str) {
        if forged == honest {
            return;
        }
        assert!(checked(forged).is_err(), "believed: {kind}");
        *self.0.entry(kind).or_default() += 1;
    }

    fn file(&mut self, kind: &'static str, honest: &Trail, forged: &Trail) {
        self.text(kind, &honest.to_string(), &forged.to_string());
    }

    fn print(&self) -> usize {
        for (kind, count) in &self.0 {
            println!("proof: {count:>6} {kind}");
        }
        self.0.values().sum()
    }
}

#[test]
fn a_forged_file_is_believed() {
    let mut refusals = Refusals::default();
    for seed in 0..25 {
        let mut chance = Chance::of(seed);
        let size = 40 + chance.next() % 700;
        let world = World::new(seed, size, 3);
        let honest = world.whole(0);
        checked(&honest.to_string()).unwrap();
        bytes(&mut refusals, &mut chance, &honest);
        order(&mut refusals, &mut chance, &world, &honest);
        hashes(&mut refusals, &mut chance, &honest);
        rewritten(&mut refusals, &mut chance, &world, &honest);
        mixed(&mut refusals, &mut chance, &world, &honest);
        places(&mut refusals, &mut chance, &world, &honest);
        checkpoints(&mut refusals, &world, &honest);
        forks(&mut refusals, &world, &honest, seed);
        invented(&mut refusals, &world, &honest);
        words(&mut refusals, &mut chance, &honest);
    }
    let count = refusals.print();
    println!("proof: {count} forged files, all refused");
    assert!(count >= 10_000, "only {count}");
}

/// Bytes changed, cut off, left out, put in twice.
fn bytes(refusals: &mut Refusals, chance: &mut Chance, honest: &Trail) {
    let text = honest.to_string();
    for _ in 0..120 {
        let mut forged = text.clone().into_bytes();
        let at = chance.below(forged.len());
        forged[at] ^= 1 << chance.below(7);
        // What is no text at all is refused before it is read.
        if let Ok(forged) = String::from_utf8(forged) {
            refusals.text("a bit of the file flipped", &text, &forged);
        }
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for _ in 0..20 {
        let mut cut = chance.below(text.len());
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        refusals.text("cut off", &text, &text[..cut]);
        refusals.text("cut off in front", &text, &text[cut..]);
        let one = chance.below(lines.len());
        let without = [&lines[..one], &lines[one + 1..]].concat().concat();
        refusals.text("a line left out", &text, &without);
        let twice = [&lines[..=one], &lines[one..]].concat().concat();
        refusals.text("a line twice", &text, &twice);
        let mut swapped = lines.clone();
        swapped.swap(one, chance.below(lines.len()));
        refusals.text("two lines exchanged", &text, &swapped.concat());
    }
    refusals.text("the file twice", &text, &text.repeat(2));
}

/// Words that were not said. To keep them back is no forgery: the file then says that it does.
fn words(refusals: &mut Refusals, chance: &mut Chance, honest: &Trail) {
    let with = |at: usize, words: Option<Vec<u8>>| {
        let mut forged = honest.clone();
        forged.lines[at].words = words;
        forged
    };
    for (at, line) in honest.lines.iter().enumerate() {
        let Some(said) = &line.words else {
            let invented = Some([&[0; 32][..], b"Observation/none"].concat());
            let forged = with(at, invented);
            refusals.file("words beside an event that says its own", honest, &forged);
            continue;
        };
        for _ in 0..4 {
            let mut flipped = said.clone();
            let place = chance.below(flipped.len());
            flipped[place] ^= 1 << chance.below(8);
            refusals.file("a bit of words flipped", honest, &with(at, Some(flipped)));
        }
        for cut in [0, 1, 31, 32, said.len() - 1] {
            let cut = Some(said[..cut].to_vec());
            refusals.file("words cut off", honest, &with(at, cut));
        }
        let longer = Some([said, &b"0"[..]].concat());
        refusals.file("words longer", honest, &with(at, longer));
        let other = chance.below(honest.lines.len());
        if let Some(theirs) = honest.lines[other].words.clone() {
            refusals.file("another event's words", honest, &with(at, Some(theirs)));
        }
        // Said in the event itself, as before: the leaf is of other bytes.
        let mut forged = with(at, None);
        let mut value: Value = ciborium::from_reader(line.event.as_slice()).unwrap();
        let members = value.as_map_mut().unwrap();
        members.retain(|(name, _)| name.as_text() != Some("said"));
        let event: Event = value.deserialized().unwrap();
        forged.lines[at].event = cbor(&event);
        refusals.file("an event without its commitment", honest, &forged);
    }
    for version in [0, 1, 3, u32::MAX] {
        let forged = Trail {
            version,
            ..honest.clone()
        };
        refusals.file("another version", honest, &forged);
        let mut bare = forged;
        for line in &mut bare.lines {
            line.words = None;
        }
        refusals.file("another version, words kept back", honest, &bare);
    }
}

/// Events left out, repeated, exchanged, with the cover that such a file needs.
fn order(refusals: &mut Refusals, chance: &mut Chance, world: &World, honest: &Trail) {
    let count = honest.lines.len();
    let whole = |lines: Vec<Line>| Trail {
        cover: world.cover(&lines),
        lines,
        ..honest.clone()
    };
    for inner in 1..count - 1 {
        let mut lines = honest.lines.clone();
        lines.remove(inner);
        refusals.file("an event left out, cover repaired", honest, &whole(lines));
    }
    for _ in 0..8 {
        let (one, other) = (chance.below(count), chance.below(count));
        let mut lines = honest.lines.clone();
        lines.swap(one, other);
        refusals.file("events exchanged", honest, &whole(lines.clone()));
        let (first, second) = (lines[one].index, lines[other].index);
        (lines[one].index, lines[other].index) = (second, first);
        let kept = Trail {
            lines,
            ..honest.clone()
        };
        refusals.file("events exchanged, places kept", honest, &kept);
        let mut lines = honest.lines.clone();
        lines.insert(other, honest.lines[one].clone());
        refusals.file("an event twice", honest, &whole(lines));
        if one != other {
            let mut lines = honest.lines.clone();
            lines[one].event = honest.lines[other].event.clone();
            refusals.file("an event in another's place", honest, &whole(lines));
        }
    }
    let mut lines = honest.lines.clone();
    lines.reverse();
    refusals.file("events backwards", honest, &whole(lines));
    refusals.file("no event at all", honest, &whole(Vec::new()));
}

/// The hashes that stand for the rest.
fn hashes(refusals: &mut Refusals, chance: &mut Chance, honest: &Trail) {
    let count = honest.cover.len();
    for _ in 0..12 {
        let (one, other) = (chance.below(count), chance.below(count));
        let forge = |change: &dyn Fn(&mut Vec<[u8; 32]>)| {
            let mut forged = honest.clone();
            change(&mut forged.cover);
            forged
        };
        let bit = chance.below(8);
        let byte = chance.below(32);
        for (kind, forged) in [
            (
                "a hash altered",
                forge(&|cover| cover[one][byte] ^= 1 << bit),
            ),
            (
                "a hash left out",
                forge(&|cover| {
                    cover.remove(one);
                }),
            ),
            (
                "a hash twice",
                forge(&|cover| cover.insert(one, cover[one])),
            ),
            ("hashes exchanged", forge(&|cover| cover.swap(one, other))),
            ("a hash more", forge(&|cover| cover.push([0; 32]))),
        ] {
            refusals.file(kind, honest, &forged);
        }
    }
    let none = Trail {
        cover: Vec::new(),
        ..honest.clone()
    };
    refusals.file("no hashes", honest, &none);
}

/// Says something of an event otherwise.
type Lie = fn(&mut Event);

/// Each with its name.
const LIES: [(&str, Lie); 9] = [
    ("what was done, rewritten", |event| {
        event.notice.what = "nothing".to_owned();
    }),
    ("the act, rewritten", |event| event.notice.act = Act::Search),
    ("who, rewritten", |event| {
        event.actor.id = "10101010102".to_owned();
    }),
    ("his name, rewritten", |event| event.actor.name = None),
    ("when, rewritten", |event| event.at += 1),
    ("the verdict, rewritten", |event| {
        event.notice.verdict = Some(Verdict {
            permitted: false,
            rules: Vec::new(),
        });
    }),
    ("the issuer, rewritten", |event| {
        event.issuer = "another".to_owned();
    }),
    ("the number, rewritten", |event| event.number += 1),
    ("the one before, rewritten", |event| event.previous[0] ^= 1),
];

/// An event said otherwise, and the chain behind it repaired or not.
fn rewritten(refusals: &mut Refusals, chance: &mut Chance, world: &World, honest: &Trail) {
    for (kind, lie) in LIES {
        for _ in 0..3 {
            let at = chance.below(honest.lines.len());
            let mut forged = honest.clone();
            let mut event = opened(&forged.lines[at]);
            let shift = event.number;
            lie(&mut event);
            let shift = event.number - shift;
            forged.lines[at].event = cbor(&event);
            refusals.file(kind, honest, &forged);
            for line in at + 1..forged.lines.len() {
                let number = opened(&forged.lines[line]).number + shift;
                follow(&mut forged.lines, line, number);
            }
            refusals.file(kind, honest, &forged);
        }
    }
    // A gap closed: the ones behind it get new numbers.
    let mut lines = honest.lines.clone();
    lines.remove(1);
    for line in 1..lines.len() {
        follow(&mut lines, line, u64::try_from(line).unwrap());
    }
    let cover = world.cover(&lines);
    let forged = Trail {
        lines,
        cover,
        ..honest.clone()
    };
    refusals.file("renumbered over a gap", honest, &forged);
    for line in 0..honest.lines.len() {
        let mut forged = honest.clone();
        forged.lines[line].event.push(0);
        refusals.file("a byte behind an event", honest, &forged);
    }
}

fn opened(line: &Line) -> Event {
    ciborium::from_reader(line.event.as_slice()).unwrap()
}

/// Makes an event follow the bytes that stand before it now, under this number.
fn follow(lines: &mut [Line], at: usize, number: u64) {
    let mut event = opened(&lines[at]);
    event.previous = sha256(&lines[at - 1].event);
    event.number = number;
    lines[at].event = cbor(&event);
}

/// Two persons in one file, or one under the other's name or key.
fn mixed(refusals: &mut Refusals, chance: &mut Chance, world: &World, honest: &Trail) {
    for other in 1..3 {
        let stranger = world.whole(other);
        for kind in ["person", "leaf key", "events", "cover"] {
            let mut forged = honest.clone();
            match kind {
                "person" => forged.person.clone_from(&stranger.person),
                "leaf key" => forged.leaf_key = stranger.leaf_key,
                "events" => forged.lines.clone_from(&stranger.lines),
                _ => forged.cover.clone_from(&stranger.cover),
            }
            refusals.file("another person's part", honest, &forged);
        }
        for _ in 0..10 {
            let theirs = &stranger.lines[chance.below(stranger.lines.len())];
            let at = chance.below(honest.lines.len());
            let mut lines = honest.lines.clone();
            lines[at] = theirs.clone();
            let place = |lines: Vec<Line>| Trail {
                cover: world.cover(&lines),
                lines,
                ..honest.clone()
            };
            refusals.file("another person's event", honest, &place(lines.clone()));
            // Made to look like one's own: under one's own name, at one's own place in the chain.
            let mut event = opened(theirs);
            let own = opened(&honest.lines[at]);
            event.notice.subject = own.notice.subject;
            (event.number, event.previous) = (own.number, own.previous);
            lines[at] = Line {
                index: honest.lines[at].index,
                event: cbor(&event),
                words: None,
            };
            refusals.file("another's event, adopted", honest, &place(lines));
            // Where the stranger's is shorter, what is left is one's own, cut off at an end.
            if at < stranger.lines.len() {
                let both = [&honest.lines[..at], &stranger.lines[at..]].concat();
                refusals.file("two trails spliced", honest, &place(both));
            }
        }
    }
    for leaf_key in [[0; 32], [255; 32], world.persons[0].id_bytes()] {
        let forged = Trail {
            leaf_key,
            ..honest.clone()
        };
        refusals.file("a leaf key of nobody", honest, &forged);
    }
}

/// Indices, with the cover that they would need.
fn places(refusals: &mut Refusals, chance: &mut Chance, world: &World, honest: &Trail) {
    for _ in 0..20 {
        let at = chance.below(honest.lines.len());
        let moved = [
            honest.lines[at].index.wrapping_add(1),
            honest.lines[at].index.wrapping_sub(1),
            chance.next() % world.log.size(),
            world.log.size(),
            u64::MAX,
        ];
        for index in moved {
            let mut forged = honest.clone();
            forged.lines[at].index = index;
            refusals.file("another place", honest, &forged);
            forged.cover = world.cover(&forged.lines);
            refusals.file("another place, cover repaired", honest, &forged);
        }
    }
}

/// Checkpoints of other sizes and keys.
fn checkpoints(refusals: &mut Refusals, world: &World, honest: &Trail) {
    for earlier in &world.earlier {
        // It covers what was there, and the rest of the file goes beyond it.
        let size = Checkpoint::open(earlier, &key()).unwrap().size;
        let forged = Trail {
            checkpoint: earlier.clone(),
            ..honest.clone()
        };
        refusals.file("a stale checkpoint", honest, &forged);
        let within = |line: &&Line| line.index < size;
        let indices: Vec<u64> = honest
            .lines
            .iter()
            .filter(within)
            .map(|line| line.index)
            .collect();
        if indices.len() < honest.lines.len() {
            let forged = Trail {
                cover: world.log.cover(0..size, &indices).unwrap(),
                ..forged
            };
            refusals.file("a stale checkpoint, cover repaired", honest, &forged);
        }
    }
    let text = note::open(&honest.checkpoint, &key()).unwrap().to_owned();
    for (name, seed) in [(ORIGIN, [8; 32]), ("other.test/access", [7; 32])] {
        let other = Signer::from_seed(name, &seed).unwrap();
        let checkpoint = note::sign(&text.replace(ORIGIN, name), &other).unwrap();
        let mut forged = Trail {
            checkpoint,
            ..honest.clone()
        };
        refusals.file("signed by another key", honest, &forged);
        forged.verifier = other.verifier().clone();
        refusals.file("another key, named in the file", honest, &forged);
        let named = Trail {
            verifier: other.verifier().clone(),
            ..honest.clone()
        };
        refusals.file("another key named", honest, &named);
    }
    for checkpoint in [
        text.clone(),
        format!("{text}\n"),
        String::new(),
        honest.checkpoint.replacen(
            &world.log.size().to_string(),
            &(world.log.size() + 1).to_string(),
            1,
        ),
        honest.checkpoint.replacen("\n\n", "\nextension\n\n", 1),
        format!(
            "{}{}",
            honest.checkpoint,
            honest.checkpoint.lines().last().unwrap()
        ),
        format!(
            "{}{}\n",
            honest.checkpoint,
            honest.checkpoint.lines().last().unwrap()
        ),
        note::sign(&format!("{text}extension\n"), &signer()).unwrap(),
    ] {
        let forged = Trail {
            checkpoint,
            ..honest.clone()
        };
        refusals.file("a checkpoint in another form", honest, &forged);
    }
}

/// Another history under the ledger's own key: its parts do not mix with those of the first.
fn forks(refusals: &mut Refusals, world: &World, honest: &Trail, seed: u64) {
    let mut fork = World::new(seed + 1_000, world.log.size() - 4, 3);
    if fork.log.size() <= honest.lines.last().unwrap().index {
        fork = World::new(seed + 2_000, world.log.size() + 64, 3);
    }
    let other = fork.whole(0);
    checked(&other.to_string()).unwrap();
    for parts in 1..7 {
        let pick = |bit: u8| if parts & bit == 0 { honest } else { &other };
        let forged = Trail {
            lines: pick(1).lines.clone(),
            cover: pick(2).cover.clone(),
            checkpoint: pick(4).checkpoint.clone(),
            ..honest.clone()
        };
        refusals.file("parts of a fork", honest, &forged);
    }
    let middle = honest.lines.len().min(other.lines.len()) / 2;
    let lines = [&honest.lines[..middle], &other.lines[middle..]].concat();
    for (at, base) in [(world, honest), (&fork, &other)] {
        let forged = Trail {
            cover: at.cover(&lines),
            lines: lines.clone(),
            ..base.clone()
        };
        refusals.file("a history spliced with its fork", honest, &forged);
    }
}

/// A whole trail that never was, over the true ledger; and over one of the forger's own.
fn invented(refusals: &mut Refusals, world: &World, honest: &Trail) {
    let mut nobody = Person::new(9);
    for line in &honest.lines {
        nobody.act(line.index, "nothing");
    }
    let forged = Trail {
        cover: honest.cover.clone(),
        ..world.file(&nobody, &nobody.lines)
    };
    refusals.file("a trail of nobody", honest, &forged);
    let mut own = world.file(&nobody, &nobody.lines);
    own.person.clone_from(&honest.person);
    refusals.file("a trail of nobody, under a name", honest, &own);
    let forger = Signer::from_seed(ORIGIN, &[9; 32]).unwrap();
    let verifier = forger.verifier().clone();
    let mut log = Log::create(Memory::default(), forger).unwrap();
    let person = &world.persons[0];
    let mut lines: Vec<Line> = Vec::new();
    for number in 0..3 {
        let previous = lines.last().map_or([0; 32], |line| sha256(&line.event));
        let bytes = cbor(&event(person.id, number, previous, "nothing"));
        log.append(&[entry(person.trail.leaf(&bytes))]).unwrap();
        lines.push(Line {
            index: number,
            event: bytes,
            words: None,
        });
    }
    let forged = Trail {
        version: Trail::VERSION,
        verifier,
        lines,
        cover: log.cover(0..3, &[0, 1, 2]).unwrap(),
        checkpoint: log.checkpoint().to_owned(),
        ..honest.clone()
    };
    // By its own word it holds, which is why the check says whose word it took.
    forged.check(&forged.verifier).unwrap();
    refusals.file("a ledger of the forger's own", honest, &forged);
    let stranger = PersonId::random(&SystemEntropy);
    assert_ne!(Subject::person(stranger), Subject::person(person.id));
    let renamed = Trail {
        person: stranger.to_string(),
        ..honest.clone()
    };
    refusals.file("another name", honest, &renamed);
}
