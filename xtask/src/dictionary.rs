//! Trains a compression dictionary for the vault on synthetic changes only, and says what it is
//! worth on others. A dictionary that is in use is kept for ever: a new one takes the next number.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use ciborium::{Value, cbor};
use serde::de::IgnoredAny;
use zstd::bulk::Compressor;

/// Bytes of a dictionary. Measured at level 3: 16 KiB make 5.5 to 1 of changes like these and 3.1 to 1
/// of single resources of quite another origin (Synthea's), 32 KiB 6.0 and 3.0, 64 KiB 6.2 and 3.0,
/// 112 KiB 6.4 and 2.9; none makes 1.7 and 2.3.
const SIZE: usize = 32 * 1024;
/// Seed and number of the persons to train on, and of others to measure with.
const TRAINING: (u64, usize) = (1, 400);
const MEASURE: (u64, usize) = (2, 50);
/// Levels of zstd to measure.
const LEVELS: [i32; 3] = [1, 3, 6];

/// Why no dictionary was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Entries of some vault may name it.
    #[error("{0} exists and may be in use: write the next number beside it")]
    Exists(PathBuf),
    /// zstd or the disk.
    #[error("the dictionary can't be made: {0}")]
    Io(#[from] io::Error),
}

/// Trains, writes the dictionary to `out`, and prints how well it does.
pub fn run(out: &Path) -> Result<(), Error> {
    let dictionary = zstd::dict::from_samples(&changes(TRAINING), SIZE)?;
    let mut file = match OpenOptions::new().write(true).create_new(true).open(out) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Error::Exists(out.to_owned()));
        }
        file => file?,
    };
    file.write_all(&dictionary)?;
    println!("{}: {} bytes", out.display(), dictionary.len());
    let samples = changes(MEASURE);
    for level in LEVELS {
        measure("without", Compressor::new(level)?, level, &samples)?;
        measure(
            "with",
            Compressor::with_dictionary(level, &dictionary)?,
            level,
            &samples,
        )?;
    }
    Ok(())
}

/// Compresses each sample alone, as the vault does, and prints size and speed.
fn measure(
    name: &str,
    mut compressor: Compressor<'_>,
    level: i32,
    samples: &[Vec<u8>],
) -> io::Result<()> {
    let started = Instant::now();
    let mut after = 0;
    for sample in samples {
        after += compressor.compress(sample)?.len();
    }
    let seconds = started.elapsed().as_secs_f64();
    let before: usize = samples.iter().map(Vec::len).sum();
    let count = samples.len();
    println!(
        "level {level}, {name} dictionary: {} changes of {} bytes become {} ({:.2} to 1), {:.0} µs each",
        count,
        before / count,
        after / count,
        before as f64 / after as f64,
        seconds * 1e6 / count as f64,
    );
    Ok(())
}

/// What the record stores of some invented persons: each resource as a change of its own, in the
/// record's form: CBOR, compact JSON in it, references rewritten to ids that say nothing.
fn changes((seed, persons): (u64, usize)) -> Vec<Vec<u8>> {
    hygie_people_persons::population(seed, persons)
        .flat_map(|bundle| {
            let text = String::from_utf8(bundle).expect("bundles are printed as text");
            let resources = resources(&text);
            let person = resources
                .iter()
                .find(|(kind, _, _)| *kind == "Patient")
                .map_or(0, |(_, id, _)| *id);
            let all = resources.iter();
            all.map(|(kind, id, json)| change((kind, *id, json), person, &resources))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Type, UUID and JSON of a bundle's resources.
fn resources(text: &str) -> Vec<(&str, u128, &str)> {
    const URL: &str = "{\"fullUrl\":\"urn:uuid:";
    const RESOURCE: &str = "\",\"resource\":";
    const TYPE: &str = "{\"resourceType\":\"";
    text.split(URL)
        .skip(1)
        .filter_map(|entry| {
            let (uuid, rest) = entry.split_once(RESOURCE)?;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
            values.next()?.ok()?;
            let json = &rest[..values.byte_offset()];
            let (kind, _) = json.strip_prefix(TYPE)?.split_once('"')?;
            let id = u128::from_str_radix(&uuid.replace('-', ""), 16).ok()?;
            Some((kind, id, json))
        })
        .collect()
}

/// One resource as one change.
fn change(
    (kind, id, json): (&str, u128, &str),
    person: u128,
    all: &[(&str, u128, &str)],
) -> Vec<u8> {
    let own = name(kind, id, person);
    let mut text = json.replacen(
        "\",",
        &format!("\",\"id\":\"{own}\",\"meta\":{{\"source\":\"urn:source\"}},"),
        1,
    );
    for (kind, id, _) in all {
        let hex = format!("{id:032x}");
        let urn = format!(
            "urn:uuid:{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        );
        text = text.replace(&urn, &format!("{kind}/{}", name(kind, *id, person)));
    }
    let number = id % 90_000_000_000 + 10_000_000_000;
    let change = cbor!({
        "at" => 1_700_000_000_000u64 + u64::from(id as u32),
        "author" => {
            "kind" => "professional",
            "id" => number.to_string(),
            "profession" => "G15_10",
            "sector" => "SA01",
        },
        "puts" => [{
            "id" => own,
            "version" => symbols(id.rotate_left(64), 16),
            "json" => Value::Bytes(text.into_bytes()),
        }],
    });
    let mut bytes = Vec::new();
    let change = change.expect("strings, numbers and bytes are CBOR");
    ciborium::into_writer(&change, &mut bytes).expect("writing to memory succeeds");
    bytes
}

/// A resource's id in the house's form: the person's, or the person's and thirteen symbols.
fn name(kind: &str, id: u128, person: u128) -> String {
    match kind {
        "Patient" => symbols(person, 26),
        _ => format!("{}-{}", symbols(person, 26), symbols(id, 13)),
    }
}

fn symbols(number: u128, count: u32) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..count)
        .rev()
        .map(|place| {
            let index = (number >> (5 * place).min(127)) & 31;
            char::from(ALPHABET[usize::try_from(index).expect("five bits fit")])
        })
        .collect()
}
