//! XAES-256-GCM against the figures of its specification, C2SP XAES-256-GCM.md at 5ba5ee83.

use super::keccak::Shake128;
use crate::xaes;

const NONCE: &[u8; 24] = b"ABCDEFGHIJKLMNOPQRSTUVWX";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn xaes_differs_from_its_specification() {
    let vectors: [(u8, &[u8], &str); 2] = [
        (
            1,
            b"",
            "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
        ),
        (
            3,
            b"c2sp.org/XAES-256-GCM",
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
        ),
    ];
    // The two keys reach both values of the bit that CMAC's subkey folds back.
    for (byte, aad, expected) in vectors {
        let sealed = xaes::seal(&[byte; 32], NONCE, aad, b"XAES-256-GCM");
        assert_eq!(sealed, hex(expected));
        assert_eq!(
            xaes::open(&[byte; 32], NONCE, aad, &sealed).unwrap(),
            b"XAES-256-GCM"
        );
    }
}

/// The specification's accumulated test: random inputs out of one SHAKE-128 stream, the
/// ciphertexts into another.
fn accumulated(rounds: usize) -> [u8; 32] {
    let (mut source, mut sums) = (Shake128::new(), Shake128::new());
    for _ in 0..rounds {
        let (mut key, mut nonce) = ([0; 32], [0; 24]);
        source.read(&mut key);
        source.read(&mut nonce);
        let plain = counted(&mut source);
        let aad = counted(&mut source);
        let sealed = xaes::seal(&key, &nonce, &aad, &plain);
        assert_eq!(xaes::open(&key, &nonce, &aad, &sealed).unwrap(), plain);
        sums.absorb(&sealed);
    }
    let mut out = [0; 32];
    sums.read(&mut out);
    out
}

fn counted(source: &mut Shake128) -> Vec<u8> {
    let mut length = [0];
    source.read(&mut length);
    let mut bytes = vec![0; usize::from(length[0])];
    source.read(&mut bytes);
    bytes
}

#[test]
fn xaes_differs_on_ten_thousand_random_inputs() {
    let expected = hex("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
    assert_eq!(accumulated(10_000).as_slice(), expected);
}

#[test]
#[ignore = "a million rounds take minutes in debug; the ten thousand above always run"]
fn xaes_differs_on_a_million_random_inputs() {
    let expected = hex("2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15");
    assert_eq!(accumulated(1_000_000).as_slice(), expected);
}
