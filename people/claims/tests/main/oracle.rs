//! The files flattened by the importer's oracle, in SQL, are the truth: the same rows, as often.
//! Failures covered: a rule that the generator and the oracle understand differently; a form that only one of them can read.
//! Not a failure: a machine without DuckDB (`./test` installs it): that is said.

use std::path::PathBuf;
use std::process::Command;

use hygie_people_claims::{Days, Form, Plan};

use crate::main::reading::nation;

const PLAN: Plan = Plan {
    persons: 1_000,
    years: 2,
    // The year of a PMSI file has two digits: these are 99 and 00.
    first_year: 1999,
    seed: 31,
};

fn compare(test: &str, form: &Form) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/clients/python/bin/python");
    if !python.exists() {
        println!(
            "skipped: {test} (DuckDB is not installed; ./test installs it where there is python3)"
        );
        return;
    }
    let folder = nation(&PLAN, form);
    let truth = folder.path().join("truth/events.csv");
    let done = Command::new(python)
        .arg(root.join("research/snds/tests/oracle/flatten.py"))
        .arg(folder.path())
        .arg(folder.path().join("flat.csv"))
        .arg("--compare")
        .arg(&truth)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(said.contains("0 rows only in the files"), "{said}");
    // The same rows, whatever their order; the oracle's stand in theirs. Whom no reference names (`NIR#RANK`) did not live.
    let lines = |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let known = text.lines().filter(|line| !line.contains('#'));
        let mut lines: Vec<String> = known.map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert!(lines(truth) == lines(folder.path().join("flat.csv")));
}

#[test]
fn the_oracle_finds_another_truth() {
    let form = Form {
        wrong: 60,
        ..Form::default()
    };
    compare("the oracle finds another truth", &form);
}

#[test]
fn the_oracle_reads_another_form_otherwise() {
    let form = Form {
        separator: b'|',
        decimal_comma: true,
        windows_1252: true,
        days: Days::Sas,
        wrong: 60,
        ..Form::default()
    };
    compare("the oracle reads another form otherwise", &form);
    let form = Form {
        parquet: true,
        days: Days::French,
        ..Form::default()
    };
    compare("the oracle reads Parquet otherwise", &form);
}
