//! What an entry holds once opened: changes of `content`, of `rights`, of a page of the roll, and of an account.

use ciborium::Value;
use ciborium::cbor;
use hygie_notice::{Stream, SubjectKind};

/// Reads the bytes as each of the four.
pub fn run(bytes: &[u8]) {
    for (kind, stream) in [
        (SubjectKind::Person, Stream::Content),
        (SubjectKind::Person, Stream::Rights),
        (SubjectKind::Roll, Stream::Content),
        (SubjectKind::Account, Stream::Content),
    ] {
        hygie_record::reads(kind, stream, bytes);
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let author = || cbor!({ "kind" => "software", "id" => "990000001" });
    let put = |json: &[u8]| cbor!({ "id" => "a-1", "version" => "v1", "deleted" => false, "json" => Value::Bytes(json.to_vec()) });
    let observation =
        br#"{"resourceType":"Observation","id":"a-1","status":"final","code":{"text":"x"}}"#;
    let consent = br#"{"resourceType":"Consent","id":"a-1","status":"active"}"#;
    let change = |author: Value, name: &str, what: Value| {
        Value::Map(vec![
            (Value::from("at"), Value::from(1_790_000_000_000_u64)),
            (Value::from("author"), author),
            (Value::from(name), what),
        ])
    };
    let made = || -> Result<Vec<Value>, ciborium::value::Error> {
        let line = cbor!({
            "system" => "urn:oid:1.2.250.1.213.1.4.10", "ins" => "255069999999934", "family" => "DUPONT",
            "given" => "Ana", "birth" => "1955-06-01", "language" => "fr",
            "salt" => Value::Bytes(vec![1; 32]), "code" => Value::Bytes(vec![2; 32])
        })?;
        Ok(vec![
            change(author()?, "puts", Value::Array(vec![put(observation)?])),
            change(
                author()?,
                "right",
                cbor!({ "authorise" => {
                "put" => put(consent)?, "professional" => "10101010101", "structure" => Value::Null,
                "from" => Value::Null, "until" => 1_800_000_000_000_u64 } })?,
            ),
            change(
                author()?,
                "right",
                cbor!({ "mask" => { "item" => "Observation/a-1", "masked" => true, "place" => 0 } })?,
            ),
            change(
                author()?,
                "right",
                cbor!({ "oppose" => { "receipt" => "R-1" } })?,
            ),
            change(
                author()?,
                "news",
                Value::Array(vec![cbor!({ "add" => line })?]),
            ),
            cbor!({ "at" => 1_790_000_000_000_u64, "news" => [
                { "begin" => { "login" => "camille", "language" => "fr" } },
                { "role" => author()? },
                { "passkey" => { "id" => Value::Bytes(vec![3; 16]), "name" => "a", "credential" => Value::Bytes(vec![4; 8]) } },
                { "step" => 9 }
            ] })?,
        ])
    };
    made()
        .expect("literals have a CBOR form")
        .iter()
        .map(super::notice::cbor)
        .collect()
}
