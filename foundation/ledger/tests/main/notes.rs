//! Failures covered: a signature or key text that another implementation would not read; a note, checkpoint or key
//! that is accepted although a byte of it changed, or although it is spelled in a second way.
//! Figures: the example of the Go package golang.org/x/mod/sumdb/note, and that of C2SP signed-note.

use hygie_ledger::{Checkpoint, Error, Signer, Verifier, note};

use crate::{hex, log_of, signer};

const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// The published secret key of the example, without its type byte.
const GO_SEED: &str = "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173";

#[test]
fn notes_are_those_of_the_reference_implementation() {
    let verifier: Verifier = GO_KEY.parse().unwrap();
    let whole = format!("{GO_TEXT}\n{GO_SIGNATURE}");
    assert_eq!(note::open(&whole, &verifier).unwrap(), GO_TEXT);
    let seed: [u8; 32] = hex(GO_SEED).try_into().unwrap();
    let signer = Signer::from_seed("PeterNeumann", &seed).unwrap();
    assert_eq!(signer.verifier().to_string(), GO_KEY);
    assert_eq!(note::sign(GO_TEXT, &signer).unwrap(), whole);
}

#[test]
fn the_example_of_the_specification_opens() {
    let verifier: Verifier =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
            .parse()
            .unwrap();
    let note = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    assert_eq!(
        note::open(note, &verifier).unwrap(),
        "This is an example message.\n"
    );
}

#[test]
fn a_mangled_key_is_refused() {
    for start in 0..GO_KEY.len() {
        for end in start + 1..=GO_KEY.len() {
            assert!(end - start == GO_KEY.len() || GO_KEY[start..end].parse::<Verifier>().is_err());
        }
    }
    for at in 0..GO_KEY.len() {
        let mut key = GO_KEY.as_bytes().to_vec();
        key[at] += 1;
        assert!(
            String::from_utf8(key).unwrap().parse::<Verifier>().is_err(),
            "{at}"
        );
    }
    for key in [
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(key.parse::<Verifier>().is_err(), "{key}");
    }
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb"] {
        assert!(
            matches!(
                Signer::from_seed(name, &[1; 32]),
                Err(Error::MalformedKey { .. })
            ),
            "{name:?}"
        );
    }
}

#[test]
fn a_text_that_a_note_cannot_carry_is_not_signed() {
    for text in ["", "no newline", "a tab\t\n", "a return\r\n"] {
        assert!(
            matches!(
                note::sign(text, &signer()),
                Err(Error::MalformedNote { .. })
            ),
            "{text:?}"
        );
    }
    // A text may hold blank lines, and even what looks like a signature.
    for text in [
        "\n",
        "a\n\nb\n",
        "a\n\n",
        &format!("{GO_TEXT}\n{GO_SIGNATURE}"),
    ] {
        let note = note::sign(text, &signer()).unwrap();
        assert_eq!(note::open(&note, signer().verifier()).unwrap(), text);
    }
}

#[test]
fn a_note_with_a_second_signature_is_refused() {
    let other = Signer::from_seed("other.example", &[9; 32]).unwrap();
    let ours = note::sign("text\n", &signer()).unwrap();
    let theirs = note::sign("text\n", &other).unwrap();
    let line = theirs.strip_prefix("text\n\n").unwrap();
    assert!(matches!(
        note::open(&format!("{ours}{line}"), signer().verifier()),
        Err(Error::MalformedNote { .. })
    ));
    assert!(matches!(
        note::open(&theirs, signer().verifier()),
        Err(Error::UnverifiedNote { .. })
    ));
    // The same name with another key is another key.
    let namesake = Signer::from_seed(crate::ORIGIN, &[9; 32]).unwrap();
    let forged = note::sign("text\n", &namesake).unwrap();
    assert!(matches!(
        note::open(&forged, signer().verifier()),
        Err(Error::UnverifiedNote { .. })
    ));
}

#[test]
fn a_signed_text_that_is_not_exactly_a_checkpoint_is_refused() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let origin = crate::ORIGIN;
    let open =
        |text: &str| Checkpoint::open(&note::sign(text, &signer()).unwrap(), signer().verifier());
    assert_eq!(open(&format!("{origin}\n0\n{root}\n")).unwrap().size, 0);
    for text in [
        format!("{origin}\n0\n{root}\nextension\n"),
        format!("{origin}\n0\n{root}\n\n"),
        format!("\n{origin}\n0\n{root}\n"),
        format!("{origin}\n00\n{root}\n"),
        format!("{origin}\n+0\n{root}\n"),
        format!("{origin}\n-1\n{root}\n"),
        format!("{origin}\n18446744073709551616\n{root}\n"),
        format!("{origin}\n0 \n{root}\n"),
        format!("{origin}\n0\n{}\n", root.trim_end_matches('=')),
        format!("{origin}\n0\n{}V=\n", root.trim_end_matches("U=")),
        format!("{origin}\n0\nAAAA\n"),
        format!("{origin}\n0\n"),
        format!("elsewhere.example\n0\n{root}\n"),
        "\n".to_owned(),
    ] {
        assert!(
            matches!(open(&text), Err(Error::MalformedCheckpoint { .. })),
            "{text}"
        );
    }
}

#[test]
fn a_checkpoint_with_any_byte_set_to_any_value_is_refused() {
    let note = hygie_ledger::Store::get(&log_of(1000), "checkpoint")
        .unwrap()
        .unwrap();
    let mut refused = 0;
    for at in 0..note.len() {
        for value in (0..=255).filter(|value| *value != note[at]) {
            let mut forged = note.clone();
            forged[at] = value;
            if let Ok(text) = String::from_utf8(forged) {
                assert!(
                    Checkpoint::open(&text, signer().verifier()).is_err(),
                    "byte {at} as {value}"
                );
            }
            refused += 1;
        }
    }
    println!("{refused} checkpoints with one byte changed: all refused");
}

#[test]
fn a_secret_key_is_not_printed() {
    let shown = format!("{:?}", signer());
    assert_eq!(shown, "Signer { name: \"ledger.example/access\", .. }");
}
