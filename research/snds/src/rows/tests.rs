//! Covered: a file that is cut off, of two bytes a character, or without a needed column, and that is read all the same;
//! a row of too few fields that shifts the others.
//! Not a failure: another separator, a byte order mark, more columns than are used.

use super::*;
use crate::layout::ECD;

struct Seen(Vec<(u64, String)>, Vec<u64>);

impl Take for Seen {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let text = |place| String::from_utf8_lossy(row.get(place)).into_owned();
        self.0
            .push((row.line, format!("{}|{}|{}", text(0), text(1), text(2))));
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        self.1.push(row.line);
        Ok(())
    }
}

fn file(text: &[u8]) -> (Result<Header, Error>, Seen) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("KI_ECD_R.csv");
    std::fs::write(&path, text).expect("written");
    let mut seen = Seen(Vec::new(), Vec::new());
    let source = Source {
        layout: &ECD,
        part: String::new(),
        path,
    };
    (super::read(&source, &mut seen), seen)
}

#[test]
fn separators_marks_and_the_order_of_columns_do_not_matter() {
    for separator in [";", ",", "\t", "|"] {
        let text = "\u{feff}ECD_CIM_COD;OTHER;BEN_IDT_ANO;ben_dcd_dte\r\nC51;x; A ;2020-01-01\n"
            .replace(';', separator);
        let (header, seen) = file(text.as_bytes());
        let header = header.expect("it is read");
        assert_eq!(seen.0, [(2, "A|2020-01-01|C51".to_owned())]);
        assert_eq!((header.rows, header.unknown), (1, vec!["OTHER".to_owned()]));
        assert!(header.missing.contains(&"DCD_IDT_ENC".to_owned()));
    }
}

#[test]
fn a_row_of_too_few_fields_is_refused_alone() {
    let (header, seen) =
        file(b"BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\nA;2020-01-01\nB;2020-01-01;C51\n");
    assert_eq!(header.expect("read").rows, 2);
    assert_eq!((seen.1, seen.0.len()), (vec![2], 1));
}

#[test]
fn a_file_that_is_cut_off_stops_the_import_where_it_ends() {
    let (header, seen) = file(b"BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\nB;2020-01-01;C51\nA;2020-0");
    let error = header.expect_err("it is cut off").to_string();
    assert!(
        error.contains("line 3") && error.contains("cut off"),
        "{error}"
    );
    assert!(seen.0.is_empty(), "nothing of it is taken");
}

#[test]
fn a_missing_column_is_named() {
    let (header, _) = file(b"BEN_IDT_ANO;ECD_CIM_COD\nB;C51\n");
    let error = header.expect_err("a column is missing").to_string();
    assert!(
        error.contains("`BEN_DCD_DTE`") && error.contains("KI_ECD_R"),
        "{error}"
    );
}

#[test]
fn two_bytes_a_character_are_refused() {
    let (header, _) = file(b"\xff\xfeB\0E\0N\0");
    let error = header.expect_err("UTF-16").to_string();
    assert!(error.contains("UTF-8"), "{error}");
}

#[test]
fn a_damaged_parquet_file_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("KI_ECD_R.parquet");
    std::fs::write(&path, b"PAR1 and then nothing").expect("written");
    let source = Source {
        layout: &ECD,
        part: String::new(),
        path,
    };
    let error = super::read(&source, &mut Seen(Vec::new(), Vec::new()))
        .expect_err("damaged")
        .to_string();
    assert!(error.contains("KI_ECD_R.parquet"), "{error}");
}
