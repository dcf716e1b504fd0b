//! `hygie-people` as it was first: people as FHIR bundles.
//! Failures covered: files that differ from run to run, though threads share the work; a file of somebody's
//! that is written over; a register or roles that do not fit the people; a PDF that a reader of others' making
//! does not open.
//! Not a failure: how fast it is.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const PERSONS: usize = 64;

fn people(out: &Path, persons: usize) -> Output {
    let list = |name: &str| out.join(name).into_os_string();
    Command::new(env!("CARGO_BIN_EXE_hygie-people"))
        .args(["--seed", "1", "--persons", &persons.to_string(), "--out"])
        .arg(out)
        .args(["--register".into(), list("register.csv")])
        .args(["--roles".into(), list("roles.tsv")])
        .output()
        .unwrap()
}

fn contents(out: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(out)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn two_runs_differ_or_a_file_is_written_over() {
    let root = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| root.path().join(name));
    for out in [&one, &two] {
        let done = people(out, PERSONS);
        assert!(done.status.success(), "{done:?}");
    }
    let found = contents(&one);
    assert_eq!(found.len(), PERSONS + 2);
    assert_eq!(found, contents(&two));
    // Threads shared the work; one alone makes the same bytes.
    let alone = hygie_people_persons::population(1, PERSONS);
    let written = found.range("person-".to_owned()..).take(PERSONS);
    assert!(written.map(|(_, bytes)| bytes.clone()).eq(alone));
    fs::remove_file(one.join("person-00000002.json")).unwrap();
    let again = people(&one, PERSONS);
    assert!(!again.status.success());
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("person-0000"), "{said}");
}

#[test]
fn a_register_or_roles_fit_nobody() {
    let root = tempfile::tempdir().unwrap();
    let done = people(root.path(), PERSONS);
    assert!(done.status.success(), "{done:?}");
    let found = contents(root.path());
    let text = |name: &str| String::from_utf8(found[name].clone()).unwrap();
    let register = text("register.csv");
    let mut lines = register.lines();
    let columns = "ins_system,ins,family,given,birth_date,language,sex,address,postcode,regime";
    assert_eq!(lines.next(), Some(columns));
    assert_eq!(lines.clone().count(), PERSONS);
    for (index, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 10, "{line}");
        let bundle = text(&format!("person-{:08}.json", index + 1));
        for cell in &cells[..5] {
            assert!(bundle.contains(&format!("\"{cell}\"")), "{line}");
        }
        let (street, town) = cells[7].split_once('|').unwrap();
        assert!(bundle.contains(&format!("\"{street}\"")) && town.starts_with(cells[8]));
    }
    let roles = text("roles.tsv");
    let rows: Vec<Vec<&str>> = roles
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, ["citizen", "opposed", "treating", "hospital"]);
    assert_ne!(rows[0][6], rows[1][6]);
    let citizen = text(rows[0][6]);
    for row in &rows[..2] {
        assert!(text(row[6]).contains(&format!("\"value\":\"{}\"", row[2])));
        assert!(register.contains(&format!(",{},", row[2])));
    }
    for row in &rows[2..] {
        // Both doctors are in the citizen's record, with their structures.
        for number in [format!("\"8{}\"", row[2]), format!("\"1{}\"", row[3])] {
            assert!(citizen.contains(&number), "{row:?}");
        }
    }
}

#[test]
fn too_few_persons_for_the_roles_are_taken() {
    let root = tempfile::tempdir().unwrap();
    let done = people(root.path(), 1);
    assert!(!done.status.success());
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("--persons"), "{said}");
}

#[test]
fn a_reader_does_not_open_a_pdf() {
    // Poppler is what most free desktops read PDFs with.
    let Ok(version) = Command::new("pdftotext").arg("-v").output() else {
        println!("left out: pdftotext (poppler-utils) is not installed");
        return;
    };
    assert!(version.status.success());
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("paper.pdf");
    let mut opened = 0;
    for bundle in hygie_people_persons::population(1, 8) {
        let bundle = String::from_utf8(bundle).unwrap();
        let name = field(&bundle, "\"given\":[\"");
        for data in bundle.split("\"data\":\"").skip(1) {
            let data = data.split('"').next().unwrap();
            fs::write(&path, STANDARD.decode(data).unwrap()).unwrap();
            let read = Command::new("pdftotext")
                .args(["-enc", "UTF-8"])
                .arg(&path)
                .arg("-")
                .stdin(Stdio::null())
                .output()
                .unwrap();
            assert!(read.status.success() && read.stderr.is_empty(), "{read:?}");
            let text = String::from_utf8(read.stdout).unwrap();
            assert!(text.contains("né") && text.contains("INS (test)"), "{text}");
            opened += usize::from(text.contains(name));
        }
    }
    assert!(opened >= 30, "{opened}");
}

/// What stands behind `start` in the Patient, up to the next quotation mark.
fn field<'t>(bundle: &'t str, start: &str) -> &'t str {
    let (_, patient) = bundle.split_once("\"resourceType\":\"Patient\"").unwrap();
    let (_, rest) = patient.split_once(start).unwrap();
    rest.split('"').next().unwrap()
}
