//! The scanner's own test: a store that is deliberately not sealed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::plant::Plant;
use super::scanner::{FORMS, Form, Found, Scanner};
use crate::harness::word;

type Wrap = (&'static str, fn(&[u8]) -> Vec<u8>);

/// How a file of the control store is compressed.
const WRAPS: [Wrap; 5] = [
    ("plain", <[u8]>::to_vec),
    ("zstd", zstd_frame),
    ("gzip", gzip),
    ("gzip-in-zstd", |bytes| zstd_frame(&gzip(bytes))),
    ("zstd-in-gzip", |bytes| gzip(&zstd_frame(bytes))),
];

fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes of nothing around a frame, so that it begins anywhere.
fn amid(bytes: &[u8]) -> Vec<u8> {
    let mut all = word(37).into_bytes();
    all.extend_from_slice(bytes);
    all.extend(word(53).into_bytes());
    all
}

#[test]
fn the_scanner_finds_every_word_in_every_form_of_an_unsealed_store() {
    let mut plant = Plant::default();
    // The records themselves, and each word in each form.
    let records = [
        plant.record().to_string(),
        plant.rejects().to_string(),
        plant.bad_lines(),
    ];
    let scanner = Scanner::new(plant.words());
    let folder = tempfile::tempdir().unwrap();
    for (wrap, compress) in WRAPS {
        for form in FORMS {
            let text: Vec<u8> = plant
                .words()
                .iter()
                .flat_map(|word| in_form(form, word))
                .collect();
            let path = folder.path().join(format!("{wrap}-{form:?}"));
            fs::write(path, amid(&compress(&text))).unwrap();
        }
        let path = folder.path().join(format!("{wrap}-records"));
        fs::write(path, amid(&compress(records.concat().as_bytes()))).unwrap();
    }
    let report = scanner.scan_folder(folder.path());
    assert_eq!(report.files, WRAPS.len() * (FORMS.len() + 1));
    for (wrap, _) in WRAPS {
        for form in FORMS {
            check(
                &report.found,
                &folder.path().join(format!("{wrap}-{form:?}")),
                form,
                &plant,
            );
        }
        let records = &report.found[&folder.path().join(format!("{wrap}-records"))];
        // One word is base64 within the record.
        let raw = records
            .iter()
            .filter(|(_, form)| *form == Form::Raw)
            .count();
        assert_eq!(raw, plant.words().len() - 1, "{wrap}");
        assert_eq!(records.len(), plant.words().len(), "{wrap}");
    }
    // And it finds nothing where nothing is.
    assert!(
        scanner
            .scan(&amid(&zstd_frame(&amid(b"nothing"))))
            .is_empty()
    );
}

fn check(found: &BTreeMap<PathBuf, Found>, path: &Path, form: Form, plant: &Plant) {
    let here = found
        .get(path)
        .map(|here| here.iter().filter(|(_, seen)| *seen == form).count());
    assert_eq!(here, Some(plant.words().len()), "{}", path.display());
}

/// A word as such a file would hold it: for base64, with neighbours that share its characters.
fn in_form(form: Form, word: &str) -> Vec<u8> {
    match form {
        Form::Base64(before) => STANDARD
            .encode(format!("{}{word}!", "#".repeat(before)))
            .into_bytes(),
        other => other.of(word),
    }
}
