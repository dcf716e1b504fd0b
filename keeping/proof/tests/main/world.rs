//! A ledger in memory in which the events of several persons stand, as the keeper writes them.

use ciborium::Value;
use hygie_ledger::{Log, Memory, Signer};
use hygie_notice::{
    Act, ActorKind, ActorRef, DataKey, Entropy, Event, Notice, PersonId, Purpose, RequestId,
    Stream, Subject, Verdict,
};
use hygie_proof::{Checked, Line, Refused, Trail, Verifier};

pub const ORIGIN: &str = "proof.test/access";
/// A moment in 2026, in milliseconds.
const NOW: u64 = 1_790_000_000_000;

/// Numbers that are the same for the same seed (xorshift64).
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// An id out of a number.
struct Seeded(u8);

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

pub fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[7; 32]).unwrap()
}

pub fn key() -> Verifier {
    signer().verifier().clone()
}

pub fn cbor(event: &Event) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(event, &mut bytes).unwrap();
    bytes
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().try_into().unwrap()
}

/// An event as it is written since version 2, and the words that stand beside it.
pub fn committed(event: &Event) -> (Vec<u8>, Vec<u8>) {
    let salt = sha256(&event.number.to_be_bytes());
    let words = [&salt[..], event.notice.what.as_bytes()].concat();
    let mut bare = event.clone();
    bare.notice.what.clear();
    let mut value = Value::serialized(&bare).unwrap();
    let said = Value::Bytes(sha256(&words).to_vec());
    let members = value.as_map_mut().unwrap();
    members.push((Value::Text("said".to_owned()), said));
    let mut bytes = Vec::new();
    ciborium::into_writer(&value, &mut bytes).unwrap();
    (bytes, words)
}

/// The ledger's entry of a leaf.
pub fn entry(leaf: [u8; 32]) -> Vec<u8> {
    [&[1], &leaf[..]].concat()
}

/// What somebody did, of a chain that goes on from `previous`.
pub fn event(person: PersonId, number: u64, previous: [u8; 32], what: &str) -> Event {
    Event {
        at: NOW + 60_000 * number,
        number,
        previous,
        actor: ActorRef {
            kind: ActorKind::Professional,
            id: "10101010101".to_owned(),
            name: Some("Dr Camille Exemple".to_owned()),
            person: None,
            profession: Some("G15_10".to_owned()),
            sector: None,
            structure: Some("750100042".to_owned()),
            team: None,
            scope: None,
        },
        issuer: "demo".to_owned(),
        notice: Notice {
            subject: Subject::person(person),
            stream: Stream::Content,
            act: Act::Read,
            purpose: Purpose::Treatment,
            what: what.to_owned(),
            verdict: Some(Verdict {
                permitted: true,
                rules: vec!["authorised-reads".to_owned()],
            }),
            request: RequestId("0123456789abcdef".to_owned()),
        },
    }
}

/// A person, his trail's key, and his events with their places in the ledger.
pub struct Person {
    pub id: PersonId,
    pub trail: DataKey,
    pub lines: Vec<Line>,
}

impl Person {
    pub fn new(number: u8) -> Self {
        Self {
            id: PersonId::random(&Seeded(number)),
            trail: DataKey::from_bytes(&[number; 32]),
            lines: Vec::new(),
        }
    }

    /// Something of his that is no key.
    pub fn id_bytes(&self) -> [u8; 32] {
        sha256(self.id.to_string().as_bytes())
    }

    /// The next event's bytes, on the ledger at `index`; gives its entry.
    pub fn act(&mut self, index: u64, what: &str) -> Vec<u8> {
        let previous = self
            .lines
            .last()
            .map_or([0; 32], |line| sha256(&line.event));
        let number = u64::try_from(self.lines.len()).unwrap();
        let event = event(self.id, number, previous, what);
        // Some say their words themselves, as all did before.
        let (bytes, words) = if number % 3 == 2 {
            (cbor(&event), None)
        } else {
            let (bytes, words) = committed(&event);
            (bytes, Some(words))
        };
        let entry = entry(self.trail.leaf(&bytes));
        self.lines.push(Line {
            index,
            event: bytes,
            words,
        });
        entry
    }
}

pub struct World {
    pub log: Log<Memory>,
    pub persons: Vec<Person>,
    /// Checkpoints of earlier sizes.
    pub earlier: Vec<String>,
}

impl World {
    /// Three persons, whose events stand in a ledger of `size` leaves, one of each `rarity` theirs.
    pub fn new(seed: u64, size: u64, rarity: usize) -> Self {
        let mut chance = Chance::of(seed);
        let mut persons: Vec<Person> = [1, 2, 3].map(Person::new).into();
        let mut log = Log::create(Memory::default(), signer()).unwrap();
        let (mut entries, mut earlier) = (Vec::new(), Vec::new());
        let group = usize::try_from(size / 40).unwrap().clamp(16, 4096);
        for index in 0..size {
            let who = chance.below(3 * rarity);
            entries.push(match persons.get_mut(who) {
                Some(person) => person.act(index, &format!("Observation/{index}")),
                None => entry(
                    [chance.next().to_le_bytes(); 4]
                        .concat()
                        .try_into()
                        .unwrap(),
                ),
            });
            if entries.len() == group {
                earlier.push(log.append(&entries).unwrap().checkpoint);
                entries.clear();
            }
        }
        // Each has acted, whatever chance said.
        for person in &mut persons {
            for _ in person.lines.len()..4 {
                let index = log.size() + u64::try_from(entries.len()).unwrap();
                entries.push(person.act(index, "the last words"));
            }
        }
        log.append(&entries).unwrap();
        Self {
            log,
            persons,
            earlier,
        }
    }

    /// The file of these lines, with the cover that they need.
    pub fn file(&self, person: &Person, lines: &[Line]) -> Trail {
        Trail {
            version: Trail::VERSION,
            person: person.id.to_string(),
            verifier: key(),
            leaf_key: person.trail.leaf_key(),
            lines: lines.to_vec(),
            cover: self.cover(lines),
            checkpoint: self.log.checkpoint().to_owned(),
        }
    }

    /// Everything of a person.
    pub fn whole(&self, who: usize) -> Trail {
        let person = &self.persons[who];
        self.file(person, &person.lines)
    }

    /// As whoever has the public tiles can make it; none where these indices have none.
    pub fn cover(&self, lines: &[Line]) -> Vec<[u8; 32]> {
        let indices: Vec<u64> = lines.iter().map(|line| line.index).collect();
        let cover = self.log.cover(0..self.log.size(), &indices);
        cover.unwrap_or_default()
    }
}

/// As the command does it.
pub fn checked(text: &str) -> Result<Checked, Refused> {
    Trail::parse(text)?.check(&key())
}
