//! A snapshot is read by engines that nobody here wrote: DuckDB, Polars and Spark.
//!
//! Dangers: a file that one of them can't read, a column of which it reads less, or something else than the others.
//! Not a failure: a machine without them (`./test` installs the first two, `./test --long` Spark, which takes Java).

use std::path::Path;

use serde_json::Value;

use super::Crossing;
use crate::clients::installed;

/// What an engine reads of every column; none where it is not installed.
fn read(crossing: &Crossing, test: &str, engine: &str, python: &str) -> Option<Value> {
    let python = installed(test, python)?;
    let output = std::process::Command::new(python)
        .arg(crate::clients::script("claims_engines.py"))
        .args([Path::new(engine), &crossing.path("snapshots/1")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{engine}: {output:?}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The rows of each table are those that the manifest names.
fn rows(crossing: &Crossing, read: &Value) {
    let manifest = crossing.manifest("snapshots");
    for table in manifest["tables"].as_array().unwrap() {
        let files = table["files"].as_array().unwrap();
        let rows: u64 = files
            .iter()
            .map(|file| file["rows"].as_u64().unwrap())
            .sum();
        let name = format!(
            "{}/{}",
            table["table"].as_str().unwrap(),
            table["order"].as_str().unwrap()
        );
        let columns = read[&name].as_object().unwrap();
        let most = columns.values().map(|figures| figures[0].as_u64().unwrap());
        assert_eq!(most.max().unwrap(), rows, "{name}");
    }
}

/// Two engines say the same of every column.
fn alike(one: &Value, other: &Value) {
    let names = |read: &Value| {
        read.as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(one), names(other));
    for name in names(one) {
        assert_eq!(one[&name], other[&name], "{name}");
    }
}

#[test]
fn two_engines_read_the_same_of_every_column() {
    let test = "two_engines_read_the_same_of_every_column";
    let crossing = Crossing::with(500);
    crossing.import();
    let python = "python/bin/python";
    let Some(duckdb) = read(&crossing, test, "duckdb", python) else {
        return;
    };
    rows(&crossing, &duckdb);
    let polars = read(&crossing, test, "polars", python).unwrap();
    alike(&duckdb, &polars);
}

#[test]
#[ignore = "Spark is half a gigabyte; ./test --long installs it"]
fn spark_reads_the_same_of_every_column() {
    let test = "spark_reads_the_same_of_every_column";
    let crossing = Crossing::with(500);
    crossing.import();
    let Some(spark) = read(&crossing, test, "spark", "spark/bin/python") else {
        return;
    };
    rows(&crossing, &spark);
    if let Some(duckdb) = read(&crossing, test, "duckdb", "python/bin/python") {
        alike(&duckdb, &spark);
    }
}
