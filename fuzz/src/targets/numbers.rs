//! National numbers, and the code of a letter, as people type them.

use hygie_identity::{Finess, Ins, InsSystem, NationalNumbers, Rpps};
use hygie_notice::{PersonId, Subject};

/// Reads the bytes as each of them; what is read is printed as it was.
pub fn run(bytes: &[u8]) {
    let _subject = Subject::from_bytes(bytes).map(|subject| {
        assert_eq!(subject.bytes(), bytes);
    });
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _numbers: Result<NationalNumbers, _> = text.parse();
    let _system = InsSystem::from_uri(text);
    for system in InsSystem::ALL {
        for ins in [Ins::parse(system, text), Ins::complete(system, text)] {
            let _finding = ins.map(|ins| ins.check(NationalNumbers::Real));
        }
    }
    for rpps in [
        Rpps::parse(text),
        Rpps::complete(text),
        Rpps::from_national(text),
    ] {
        let _national = rpps.map(|rpps| rpps.national());
    }
    for finess in [
        Finess::parse(text),
        Finess::complete(text),
        Finess::from_national(text),
    ] {
        let _national = finess.map(|finess| finess.national());
    }
    if let Ok(id) = text.parse::<PersonId>() {
        assert_eq!(id.to_string(), text);
    }
    #[cfg(feature = "record")]
    let _code = hygie_record::normal_code(text);
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "255069999999934",
        "2550620047088",
        "25506B9999999",
        "1550620A470882",
        "99700123458",
        "10101010101",
        "810101010101",
        "990000001",
        "2A0000001",
        "00000000000000000000000000",
        "7zzzzzzzzzzzzzzzzzzzzzzzzz",
        "0000-0000-0000-0",
        "urn:oid:1.2.250.1.213.1.4.8",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
