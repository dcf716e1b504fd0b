//! JSON as it comes, with long base64 in it: the scanner changes nothing but what it takes out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_fhir::{Json, Limits};
use hygie_record::{Scanned, Scanner};

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    nodes: 10_000,
};
/// Texts of so many characters pass: few, so that many are taken out.
const INLINE: usize = 8;

/// Scans in parts of `part` bytes, and puts what was taken out back.
fn again(bytes: &[u8], part: usize) -> Vec<u8> {
    let mut scanner = Scanner::of(INLINE);
    let mut text = Vec::new();
    for mut part in bytes.chunks(part) {
        while !part.is_empty() {
            let (used, scanned) = scanner.step(part);
            part = &part[used..];
            match scanned {
                Scanned::More => {}
                Scanned::Begun => text.clear(),
                Scanned::Bytes(bytes) => text.extend(bytes),
                Scanned::Ended(bytes) => {
                    text.extend(bytes);
                    scanner.put(STANDARD.encode(&text).as_bytes());
                    scanner.put(b"\"");
                }
                Scanned::Broken(rest) => {
                    scanner.put(STANDARD.encode(&text).as_bytes());
                    scanner.put(&rest);
                }
            }
        }
    }
    scanner.into_small()
}

/// See [`crate::Target::run`].
pub fn run(bytes: &[u8]) {
    let whole = Json::parse(bytes, &LIMITS);
    for part in [1, 7, bytes.len().max(1)] {
        let scanned = Json::parse(&again(bytes, part), &LIMITS);
        match (&whole, &scanned) {
            (Ok(whole), Ok(scanned)) => assert!(whole == scanned, "the scanner changes JSON"),
            (Err(_), Err(_)) => {}
            _ => panic!("the scanner makes JSON, or breaks it"),
        }
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 5] = [
        br#"{"resourceType":"Binary","data":"QUJDREVGR0hJSktMTU5PUA==","x":1}"#,
        br#"{"content":[{"attachment":{"data" : "QUJD\/\/\/\/REVGR0hJSktMTU5PUA=="}}]}"#,
        br#"{"data":"QUJDREVGR0hJSktM TU5PUA=="}"#,
        br#"{"data":"QUJDREVGR0hJSktMTU5PUB==\u0041","a":"data","data2":"\"data\":"}"#,
        br#"[{"data":["QUJDREVGR0hJSktMTU5PUA=="]},{"data":"QUJDREVGR0hJSktMTU5P"}]"#,
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
