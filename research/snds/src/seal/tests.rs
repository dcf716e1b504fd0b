//! Covered: a file that is taken although it was altered, cut off, renamed or sealed by another key; words of it in clear.
//! Not a failure: no file.

use super::*;

/// A key that tests can see through: bytes are changed by the key, the name and the number of their piece.
pub(crate) struct Plain(pub(crate) u8);

struct Mask(Vec<u8>);

impl Seals for Plain {
    fn begin(&self, name: &str) -> (Box<dyn Seal>, Head) {
        let mut head = [self.0; 64];
        for (to, from) in head.iter_mut().zip(name.bytes()) {
            *to ^= from;
        }
        (Box::new(Mask(head.to_vec())), head)
    }

    fn open(&self, name: &str, head: &Head) -> Option<Box<dyn Seal>> {
        let (seal, own) = self.begin(name);
        (own == *head).then_some(seal)
    }
}

impl Seal for Mask {
    fn seal(&self, number: u64, plain: &[u8]) -> Vec<u8> {
        let mask = self.0.iter().cycle();
        let mut sealed: Vec<u8> = plain
            .iter()
            .zip(mask)
            .map(|(byte, key)| byte ^ key)
            .collect();
        let sum = plain.iter().fold(number, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
        });
        sealed.extend(sum.to_le_bytes());
        sealed
    }

    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        let (masked, _) = sealed.split_last_chunk::<8>()?;
        let mask = self.0.iter().cycle();
        let plain: Vec<u8> = masked
            .iter()
            .zip(mask)
            .map(|(byte, key)| byte ^ key)
            .collect();
        (self.seal(number, &plain) == sealed).then_some(plain)
    }
}

#[test]
fn a_file_is_what_was_written_or_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("kept.unit");
    let mut sealing = Sealing::begin(&path, &Plain(3)).expect("begun");
    let first = sealing.piece(0, b"one word").expect("put");
    let second = sealing.piece(1, b"another").expect("put");
    assert!(Sealed::open(&path, &Plain(3)).expect("asked").is_none());
    sealing.finish(b"the last").expect("whole");
    let (sealed, last) = Sealed::open(&path, &Plain(3))
        .expect("read")
        .expect("there");
    assert_eq!(last, b"the last");
    assert_eq!(sealed.piece(0, first).expect("read"), b"one word");
    assert_eq!(sealed.piece(1, second).expect("read"), b"another");
    assert!(sealed.piece(1, first).is_err());
    assert!(sealed.piece(0, (1 << 40, 8)).is_err());
    assert!(Sealed::open(&path, &Plain(4)).expect("asked").is_none());
    let other = dir.path().join("other.unit");
    fs::copy(&path, &other).expect("copied");
    assert!(Sealed::open(&other, &Plain(3)).expect("asked").is_none());
    let bytes = fs::read(&path).expect("read");
    assert!(!bytes.windows(4).any(|part| part == b"word"));
    fs::write(&path, &bytes[..bytes.len() - 1]).expect("cut off");
    assert!(Sealed::open(&path, &Plain(3)).is_err());
}
