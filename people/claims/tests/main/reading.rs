//! Reads a SNDS directory as simply as can be: every file into memory, cells by the names of their columns.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hygie_people_claims::{Form, Plan, write};

/// Cells by column.
pub type Row = BTreeMap<String, String>;

/// A nation, written to a folder that goes away.
pub fn nation(plan: &Plan, form: &Form) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(plan, form, folder.path(), 2).unwrap();
    folder
}

/// The rows of all files whose names begin so and go on with digits only, with the file's stem under the name `stem`.
pub fn rows(folder: &Path, start: &str, separator: u8) -> Vec<Row> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let mut rows = Vec::new();
    for path in names {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let Some(rest) = stem.strip_prefix(start) else {
            continue;
        };
        if !rest.bytes().all(|byte| byte.is_ascii_digit()) || path.is_dir() {
            continue;
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .from_path(&path)
            .unwrap();
        for row in reader.deserialize::<Row>() {
            let mut row = row.unwrap();
            row.insert("stem".to_owned(), stem.clone());
            rows.push(row);
        }
    }
    rows
}

/// The nine columns.
pub fn key(row: &Row) -> Vec<String> {
    [
        "DCT_ORD_NUM",
        "FLX_DIS_DTD",
        "FLX_EMT_NUM",
        "FLX_EMT_ORD",
        "FLX_EMT_TYP",
        "FLX_TRT_DTD",
        "ORG_CLE_NUM",
        "PRS_ORD_NUM",
        "REM_TYP_AFF",
    ]
    .map(|column| row[column].clone())
    .to_vec()
}

/// `12.50` as 1250.
pub fn hundredths(text: &str) -> i64 {
    let text = text.replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    whole.parse::<i64>().unwrap() * 100 + sign * part.parse::<i64>().unwrap()
}
