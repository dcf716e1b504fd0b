//! Dangers: a piece that opens under another number, name, epoch or key, or after a byte of it was changed.

use hygie_bronze::{Bronze, Key};

fn bronze(fill: u8, epoch: u32) -> (tempfile::TempDir, Bronze) {
    let home = tempfile::tempdir().unwrap();
    let key = Key::random(|bytes| bytes.fill(fill));
    let bronze = Bronze::create(&home.path().join("bronze"), key, epoch).unwrap();
    (home, bronze)
}

#[test]
fn a_piece_opens_at_its_place_alone() {
    let (_home, own) = bronze(1, 1);
    let (seal, head) = own.seal("claims-202401");
    let plain: Vec<u8> = (0..100_000u32).map(|at| (at % 7) as u8).collect();
    let sealed = seal.seal(3, &plain);
    assert!(sealed.len() < plain.len() / 10, "it is pressed");
    let again = own.seal_of("claims-202401", &head).unwrap();
    assert_eq!(again.open(3, &sealed), Some(plain));
    assert_eq!(again.open(4, &sealed), None);
    for at in [0, 12, 20, sealed.len() - 1] {
        let mut broken = sealed.clone();
        broken[at] ^= 1;
        assert_eq!(again.open(3, &broken), None);
    }
    assert_eq!(again.open(3, &sealed[..11]), None);
    assert_eq!(seal.open(0, &seal.seal(0, b"")), Some(Vec::new()));
    assert!(own.seal_of("claims-202402", &head).is_none());
    assert!(bronze(2, 1).1.seal_of("claims-202401", &head).is_none());
    assert!(bronze(1, 2).1.seal_of("claims-202401", &head).is_none());
}
