//! The proof of a trail, as anybody may hand it to the offline check.

use std::sync::LazyLock;

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
        let bytes = cbor(&one);
        entries[usize::from(index)][1..].copy_from_slice(&trail.leaf(&bytes));
        let index = index.into();
        lines.push(Line {
            index,
            event: bytes,
        });
    }
    let mut log = Log::create(Memory::default(), signer()).expect("memory takes it");
    log.append(&entries).expect("memory takes it");
    let trail = Trail {
        person: person.to_string(),
        verifier: signer().verifier().clone(),
        leaf_key: trail.leaf_key(),
        cover: log.cover(0..5, &[1, 3]).expect("the leaves are there"),
        lines,
        checkpoint: log.checkpoint().to_owned(),
    };
    trail.to_string()
});

/// See the module.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(trail) = Trail::parse(text) {
        assert!(trail.to_string() == text, "a proof has two spellings");
        let checked = trail.check(signer().verifier());
        assert!(
            checked.is_err() || text == *HONEST,
            "a proof that nobody signed is believed"
        );
        let _own_word = trail.check(&trail.verifier);
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    vec![HONEST.clone().into_bytes()]
}
