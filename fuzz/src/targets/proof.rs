//! The proof of a trail, as anybody may hand it to the offline check.

use std::sync::LazyLock;

use ciborium::Value;
use hygie_ledger::{Log, Memory, Signer};
use hygie_notice::{DataKey, Event, PersonId, Subject};
use hygie_proof::{Line, Trail};

use super::notice::{cbor, event};

/// The key of this target's ledger; what it signed is in the seeds.
fn signer() -> Signer {
    Signer::from_seed("fuzz/access", &[13; 32]).expect("the name is one")
}

/// Two events of the person of these tests, in a ledger of five leaves.
static HONEST: LazyLock<String> = LazyLock::new(|| {
    let trail = DataKey::from_bytes(&[14; 32]);
    let person: PersonId = "0000000000000000000000000a".parse().expect("it is an id");
    let mut lines: Vec<Line> = Vec::new();
    let mut entries = vec![vec![1; 33]; 5];
    for (number, index) in [(0, 1_u8), (1, 3)] {
        let mut one = Event {
            number,
            ..event::one()
        };
        one.notice.subject = Subject::person(person);
        if let Some(before) = lines.last() {
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &before.event);
            one.previous.copy_from_slice(hash.as_ref());
        }
        // The first says its words itself, the second commits to them.
        let (bytes, words) = if number == 0 {
            (cbor(&one), None)
        } else {
            let (bytes, words) = committed(&mut one);
            (bytes, Some(words))
        };
        entries[usize::from(index)][1..].copy_from_slice(&trail.leaf(&bytes));
        let index = index.into();
        lines.push(Line {
            index,
            event: bytes,
            words,
        });
    }
    let mut log = Log::create(Memory::default(), signer()).expect("memory takes it");
    log.append(&entries).expect("memory takes it");
    let trail = Trail {
        version: Trail::VERSION,
        person: person.to_string(),
        verifier: signer().verifier().clone(),
        leaf_key: trail.leaf_key(),
        cover: log.cover(0..5, &[1, 3]).expect("the leaves are there"),
        lines,
        checkpoint: log.checkpoint().to_owned(),
    };
    trail.to_string()
});

/// An event's bytes with a commitment in the place of its words, and the words behind their salt.
fn committed(event: &mut Event) -> (Vec<u8>, Vec<u8>) {
    let words = [&[15; 32], event.notice.what.as_bytes()].concat();
    event.notice.what.clear();
    let said = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &words);
    let mut value = Value::serialized(event).expect("an event is a map");
    let members = value.as_map_mut().expect("an event is a map");
    members.push((
        Value::Text("said".to_owned()),
        Value::Bytes(said.as_ref().to_vec()),
    ));
    (cbor(&value), words)
}

/// Whether a file is the honest one, but for words that it keeps back.
fn is_honest(trail: &Trail) -> bool {
    let mut told = trail.clone();
    let honest = Trail::parse(&HONEST).expect("it was printed");
    for (line, honest) in told.lines.iter_mut().zip(&honest.lines) {
        line.words = line.words.take().or_else(|| honest.words.clone());
    }
    told == honest
}

/// See the module.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(trail) = Trail::parse(text) {
        assert!(trail.to_string() == text, "a proof has two spellings");
        let checked = trail.check(signer().verifier());
        assert!(
            checked.is_err() || is_honest(&trail),
            "a proof that nobody signed is believed"
        );
        let _own_word = trail.check(&trail.verifier);
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    vec![HONEST.clone().into_bytes()]
}
