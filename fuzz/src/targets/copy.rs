//! The keeper's part of a backup, written over in places: it is refused or restored, in little time and memory.
//! That nobody exchanged it is shown before, by the manifest's hash.

use std::fs;
use std::sync::OnceLock;

use hygie_keeper::{Home, Unlock, backup, restore};
use hygie_notice::wire::{self, Request, Response};
use hygie_notice::{Custodian, KeyStep, Subject};
use tempfile::TempDir;

use super::{notice, request};

/// A home, and what its backup holds of the keeper.
struct Honest {
    home: Home,
    part: Vec<u8>,
    /// For the life of the process: a static is never dropped.
    _dir: TempDir,
}

/// Whoever has no identity can still be given a share.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn honest() -> &'static Honest {
    static HONEST: OnceLock<Honest> = OnceLock::new();
    HONEST.get_or_init(|| {
        let (dir, home) = request::serving();
        for asked in asked(&home) {
            let answer = request::converse(&home.socket(), &wire::encode(&asked));
            let answer = answer.get(4..).expect("the keeper answers");
            let answer: Response = wire::decode(answer).expect("it speaks its own protocol");
            assert!(!matches!(answer, Response::Failed(_)), "{answer:?}");
        }
        let part = dir.path().join("part");
        backup(&home, 0, &part).expect("it has a custodian");
        Honest {
            part: fs::read(part).expect("it was just written"),
            home,
            _dir: dir,
        }
    })
}

/// A custodian, and two persons.
fn asked(home: &Home) -> Vec<Request> {
    let assertion = request::operator(home);
    let person = |number: u8| {
        let mut notice = notice::notice();
        notice.subject = Subject::from_bytes(&[vec![1], vec![number; 16]].concat())
            .expect("a person's subject begins with one");
        Request::Open {
            assertion: assertion.clone(),
            notice,
            weighed: None,
        }
    };
    let custodian = Custodian {
        name: "a".to_owned(),
        recipient: RECIPIENT.to_owned(),
    };
    let step = KeyStep::Custody {
        threshold: 1,
        custodians: vec![custodian],
    };
    vec![
        Request::Keys {
            assertion: assertion.clone(),
            step,
        },
        person(1),
        person(2),
    ]
}

/// Again and again: three bytes of where, one of how many, and those, written over the part. What is left over
/// cuts the part: two bytes of how much is missing at its end.
fn altered(mut bytes: &[u8]) -> Vec<u8> {
    let mut part = honest().part.clone();
    while let [high, middle, low, count, rest @ ..] = bytes {
        let at = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
        let count = usize::from(*count).min(rest.len());
        let at = at % part.len();
        let end = (at + count).min(part.len());
        part[at..end].copy_from_slice(&rest[..end - at]);
        bytes = &rest[count..];
    }
    if let [high, low, ..] = bytes {
        let missing = usize::from(*high) << 8 | usize::from(*low);
        part.truncate(part.len().saturating_sub(missing));
    }
    part
}

/// See the module.
pub fn run(bytes: &[u8]) {
    let honest = honest();
    let dir = super::scratch();
    let path = dir.path().join("part");
    let part = altered(bytes);
    fs::write(&path, &part).expect("the folder can be written");
    let home = Home::new(dir.path().join("home"));
    fs::create_dir(dir.path().join("home")).expect("the folder can be written");
    let restored = restore(&home, &honest.home, &Unlock::default(), &[], &[path]);
    assert!(
        restored.is_ok() || part != honest.part,
        "an honest part is refused: {restored:?}"
    );
}

/// See [`crate::Target::seeds`]: nothing written over, and the beginning of each page of SQLite's.
pub fn seeds() -> Vec<Vec<u8>> {
    let pages = honest().part.chunks(4096).enumerate();
    let over = pages.map(|(page, bytes)| {
        let at = u32::try_from(page * 4096)
            .expect("it is small")
            .to_be_bytes();
        [&at[1..], &[16], &bytes[..16]].concat()
    });
    [Vec::new()].into_iter().chain(over).collect()
}
